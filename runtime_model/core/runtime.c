/* The life of a runtime.
 *
 *     create   allocator -> struct -> residents -> small ints, strings -> types -> exceptions
 *     destroy  the other way round, with a full collection before and after the types let go
 *
 * Every step may run out of memory; destroy copes with whatever has been reached.
 */
#include "core_int.h"

rm_knobs rm_knobs_of(rm_python version)
{
    static const rm_knobs knobs[RM_PYTHONS] = {
        [RM_PYTHON_3_11] = {
#define KNOB(type, name, v311, v312, v313) .name = v311,
#include "refwarden/knobs.def"
#undef KNOB
        },
        [RM_PYTHON_3_12] = {
#define KNOB(type, name, v311, v312, v313) .name = v312,
#include "refwarden/knobs.def"
#undef KNOB
        },
        [RM_PYTHON_3_13] = {
#define KNOB(type, name, v311, v312, v313) .name = v313,
#include "refwarden/knobs.def"
#undef KNOB
        },
    };

    return knobs[version < RM_PYTHONS ? version : RM_PYTHON_3_11];
}

/* ---- residents */

static int lend_all(rm_runtime *rt)
{
#define TYPE(symbol)                                                    \
    if (rm_resident_lend(rt, &symbol, sizeof symbol, true) < 0)         \
        return -1;
#define SINGLETON(symbol)                                               \
    if (rm_resident_lend(rt, &symbol, sizeof symbol, false) < 0)        \
        return -1;                                                      \
    rm_immortalize(rt, (PyObject *)&symbol);
#include "types.def"
#undef TYPE
#undef SINGLETON
    return rm_exceptions_lend(rt);
}

int rm_types_start(rm_runtime *rt)
{
    (void)rt;
#define TYPE(symbol)                     \
    if (PyType_Ready(&symbol) < 0)       \
        return -1;
#define SINGLETON(symbol)
#include "types.def"
#undef TYPE
#undef SINGLETON
    return 0;
}

void rm_types_stop(rm_runtime *rt)
{
    for (size_t i = 0; i < rt->nresidents; i++)
        if (rt->residents[i].is_type)
            rm_type_clear(rt->residents[i].where);
}

/* ---- create */

/* The checked library guards memory as well, unless it is to reuse it like the plain one. */
static rm_alloc_options memory_options(const rm_options *options)
{
    rm_alloc_options alloc = options->alloc;

#ifdef RM_CHECKED
    alloc.debug |= !options->reuse;
    if (alloc.on_fault == NULL)
        alloc.on_fault = rm_checked_memory_fault;
#endif
    return alloc;
}

static rm_runtime *make(const rm_options *options)
{
    rm_alloc_options memory = memory_options(options);
    rm_alloc *alloc = rm_alloc_create(&memory);
    rm_runtime *rt = alloc != NULL ? rm_calloc(alloc, RM_DOMAIN_RAW, 1, sizeof *rt) : NULL;

    if (rt == NULL) {
        rm_alloc_destroy(alloc);
        return NULL;
    }
    rt->alloc = alloc;
    rt->options = *options;
    rt->hooks = options->hooks;
    rt->knobs = options->knobs != NULL ? *options->knobs : rm_knobs_of(options->version);
    rt->lock_held = true;
    rm_threads_start(rt);
    rt->recursion.limit = 1000;
    return rt;
}

static int names_start(rm_runtime *rt)
{
    static const char *const texts[] = {
#define NAME(text) #text,
#define TEXT(id, text) text,
#include "names.def"
#undef NAME
#undef TEXT
    };

    for (int i = 0; i < RM_NAMES; i++) {
        rt->names[i] = PyUnicode_InternFromString(texts[i]);
        if (rt->names[i] == NULL)
            return -1;
        RM_STORED(rt, rt->names[i]);
    }
    return 0;
}

static int start(rm_runtime *rt)
{
    rm_gc_start(rt);
#ifdef RM_CHECKED
    if (rm_checked_start(rt) < 0)
        return -1;
#endif
    rm_free_lists_start(rt);
    if (lend_all(rt) < 0 || rm_long_start(rt) < 0 || rm_tuple_start(rt) < 0 ||
        rm_unicode_start(rt) < 0 || rm_bytes_start(rt) < 0 || names_start(rt) < 0 || rm_types_start(rt) < 0 ||
        rm_exceptions_start(rt) < 0)
        return -1;
#ifdef RM_CHECKED
    rm_checked_started(rt);
#endif
    rt->gc.enabled = true;
    rt->gc.generations[0].count = 0; /* what the runtime itself is made of is no reason to collect */
    return 0;
}

rm_runtime *rm_runtime_create(const rm_options *options)
{
    static const rm_options defaults;
    rm_runtime *rt = make(options != NULL ? options : &defaults);
    rm_runtime *before;

    if (rt == NULL)
        return NULL;
    before = rm_runtime_use(NULL);
    rm_now = rt;
    if (start(rt) == 0)
        return rt;
    rm_runtime_destroy(rt);
    rm_runtime_use(before);
    return NULL;
}

/* ---- memory that lives as long as the runtime */

void *rm_keep_memory(rm_runtime *rt, size_t size)
{
    void **block = rm_calloc(rt->alloc, RM_DOMAIN_RAW, 1, 2 * sizeof *block + size);

    if (block == NULL)
        return NULL;
    block[0] = rt->kept;
    rt->kept = block;
    return block + 2;
}

static void free_kept(rm_runtime *rt)
{
    while (rt->kept != NULL) {
        void **block = rt->kept;

        rt->kept = block[0];
        rm_free(rt->alloc, RM_DOMAIN_RAW, block);
    }
}

/* ---- destroy */

static void release_all(rm_runtime *rt)
{
    rt->ending = true;
    rt->gc.enabled = false;
    PyErr_Clear();
    rm_gc_collect(rt, RM_GENERATIONS - 1);
    rm_import_stop(rt);
    for (int i = 0; i < RM_NAMES; i++)
        RM_CLEAR_IN(rt, rt->names[i]);
    rm_errors_stop(rt);
    rm_threads_stop(rt);
    rm_gc_collect(rt, RM_GENERATIONS - 1);
    rm_gc_stop(rt);
    rm_types_stop(rt);
    rm_unicode_stop(rt);
    rm_slice_stop(rt);
    rm_gc_collect(rt, RM_GENERATIONS - 1);
    PyErr_Clear();
    rm_free_lists_clear(rt);
}

void rm_runtime_destroy(rm_runtime *rt)
{
    rm_runtime *before;
    rm_alloc *alloc;

    if (rt == NULL)
        return;
    before = rm_runtime_use(rt);
    release_all(rt);
#ifdef RM_CHECKED
    rm_checked_stop(rt);
#endif
    rm_residents_return(rt);
    rm_now = NULL;
    alloc = rt->alloc;
    free_kept(rt);
    rm_unicode_free_interned(rt);
    rm_free(alloc, RM_DOMAIN_RAW, rt);
    rm_alloc_destroy(alloc);
    if (before != rt)
        rm_runtime_use(before);
}

/* ---- look */

rm_alloc *rm_runtime_alloc(rm_runtime *rt)
{
    return rt->alloc;
}

const rm_knobs *rm_runtime_knobs(const rm_runtime *rt)
{
    return &rt->knobs;
}

bool rm_runtime_is_checked(void)
{
#ifdef RM_CHECKED
    return true;
#else
    return false;
#endif
}

int Py_IsInitialized(void)
{
    return rm_now != NULL;
}
