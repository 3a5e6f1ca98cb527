/* Shared inside store only. */
#ifndef REFWARDEN_STORE_INT_H
#define REFWARDEN_STORE_INT_H

#include "store.h"

#define STORE_FILE "cache.db"

/* The file in the folder, which is made; why it is not to be used, or NULL. */
const char *place_prepare(arena *a, const char *folder, const char **file);
int place_remove(const char *file);

#endif
