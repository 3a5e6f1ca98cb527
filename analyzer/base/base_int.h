/* Shared inside base only. */
#ifndef REFWARDEN_BASE_INT_H
#define REFWARDEN_BASE_INT_H

#include <stddef.h>

/* Ends the process. Output that is buffered is dropped: it may be the parent's (fork). */
_Noreturn void base_out_of_memory(size_t wanted);

#endif
