/* What is said when something fails, and what happens when memory runs out. */
#include "base.h"
#include "base_int.h"

#include <stdlib.h>

enum { EXIT_INTERNAL = 4 };

int fail(status *st, err_code code, const char *fmt, ...)
{
    va_list ap;

    if (!st)
        return -1;
    st->code = code;
    va_start(ap, fmt);
    vsnprintf(st->message, sizeof st->message, fmt, ap);
    va_end(ap);
    return -1;
}

void base_out_of_memory(size_t wanted)
{
    fprintf(stderr, "refwarden: out of memory (%zu more bytes wanted)\n", wanted);
    _Exit(EXIT_INTERNAL);
}
