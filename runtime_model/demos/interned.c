/* In 3.12 an interned string lives as long as the interpreter. Interning is for names that the
 * program is written with, not for what it reads. */
#include "demo.h"

typedef struct {
    demo *d;
    int lines;
} reader;

static void read_line(void *ctx)
{
    reader *r = ctx;
    char text[32];

    snprintf(text, sizeof text, "input line %d", r->lines++);
    Py_XDECREF(r->d->is_fixed ? PyUnicode_FromString(text) : PyUnicode_InternFromString(text));
}

void demo_interned(demo *d)
{
    reader r = {d, 0};
    size_t growing;

    rm_leak_hunt(d->rt, read_line, &r, 5, d->format, d->out, &growing);
}
