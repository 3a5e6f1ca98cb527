/* What a demonstration gets. Its program is ordinary C API code; the tools are on top. */
#ifndef RM_DEMO_H
#define RM_DEMO_H

#include "Python.h"
#include "profile.h"

typedef struct {
    rm_runtime *rt;
    bool is_fixed;
    rm_format format;
    FILE *out;
} demo;

#define DEMO(name, version, title) void demo_##name(demo *d);
#include "demos.def"
#undef DEMO

/* Runs scenario again and again and prints what grows. */
static inline void demo_hunt(demo *d, rm_scenario scenario)
{
    size_t growing;

    rm_leak_hunt(d->rt, scenario, d, 5, d->format, d->out, &growing);
}

/* Prints what keeps op alive. */
static inline void demo_path(demo *d, PyObject *op)
{
    bool found;

    rm_print_path(d->rt, op, d->format, d->out, &found);
}

#endif
