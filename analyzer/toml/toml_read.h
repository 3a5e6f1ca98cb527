/* toml_read: one table of a TOML file as a list of keys, for C.
 *
 * The library that reads TOML is C++ and throws; nothing of that leaves this folder.
 */
#ifndef REFWARDEN_TOML_READ_H
#define REFWARDEN_TOML_READ_H

#include "base.h"

typedef enum { TOML_TEXT, TOML_NUMBER, TOML_FLAG, TOML_LIST, TOML_OTHER } toml_kind;

typedef struct {
    const char *key;
    int line;
    toml_kind kind;
    const char *text;   /* TOML_TEXT */
    int64_t number;     /* TOML_NUMBER */
    bool flag;          /* TOML_FLAG */
    const char **items; /* TOML_LIST: of texts */
    int nitems;
} toml_entry;

typedef struct {
    bool found; /* the table is there */
    toml_entry *entries; /* in the order of the file */
    int n, cap;
} toml_table;

/* The table of that path ("tool", "refwarden", NULL; NULL alone: the whole file). Everything lives
 * in a. -1 for text that is not TOML, with file and line in st; an array of anything but texts is
 * TOML_OTHER. */
int toml_read(arena *a, const char *file, const char *text, const char *const *path,
              toml_table *out, status *st);

#endif
