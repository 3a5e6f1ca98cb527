/* The inside of a runtime: its one struct, and what the files of core/ and types/ share.
 *
 * All state of a runtime is in struct rm_runtime, with one exception that the C API forces: static
 * types and singletons have fixed addresses (&PyList_Type, Py_None). They are "residents": the
 * current runtime owns their contents, and rm_runtime_use swaps the contents (resident.c).
 */
#ifndef RM_CORE_INT_H
#define RM_CORE_INT_H

#include "Python.h"
#include "refwarden/frame.h"
#include "refwarden/runtime.h"

#define RM_LIKELY(x) __builtin_expect(!!(x), 1)
#define RM_UNLIKELY(x) __builtin_expect(!!(x), 0)

/* ---- free lists (freelist.h has the operations) */

typedef struct {
    PyObject *head; /* linked through ob_refcnt, so the type stays readable */
    int length;
    int limit;
} rm_free_list;

enum {
#define FREE_LIST(id, name, lists, limit) \
    RM_FREE_##id, RM_FREE_##id##_LAST = RM_FREE_##id + (lists)-1,
#include "freelists.def"
#undef FREE_LIST
    RM_FREE_LISTS
};

/* ---- the collector's view of an object: two words in front of it
 *
 *   next   next in the ring of its generation; 0: not tracked
 *   prev   previous in the ring, or while it is being collected: references not yet explained << 2;
 *          bit 0: its finalizer ran; bit 1: it is part of the collection that runs
 *   During the search bit 0 of next marks what looks unreachable so far.
 */
typedef struct rm_gc_head {
    uintptr_t next;
    uintptr_t prev;
} rm_gc_head;

enum { RM_GC_FINALIZED = 1, RM_GC_COLLECTING = 2, RM_GC_FLAGS = 3, RM_GC_UNREACHABLE = 1 };
enum { RM_GENERATIONS = 3 };

typedef struct {
    rm_gc_head head; /* of the ring */
    int threshold;
    int count; /* 0: allocations minus deallocations; else: collections of the younger one */
} rm_generation;

typedef struct {
    rm_generation generations[RM_GENERATIONS];
    rm_gc_head permanent; /* frozen */
    rm_gc_stats stats[RM_GENERATIONS];
    PyObject *garbage; /* list, owned: what could not be collected */
    PyObject *callbacks; /* list, owned by whoever models the gc module; may be NULL */
    Py_ssize_t long_lived_total;   /* survivors of the last full collection */
    Py_ssize_t long_lived_pending; /* and of the middle ones since then */
    bool enabled, collecting, due, save_all;
} rm_gc;

/* ---- contents of a fixed address, lent to the current runtime */

typedef struct {
    void *where;
    size_t size;
    bool is_type;
    void *pristine; /* as the program started with it */
    void *parked;   /* as this runtime left it, while another one is current */
} rm_resident;

typedef struct {
    PyObject **slots; /* a string leaves the table when it dies: none is counted */
    size_t room, used;
} rm_interned;

typedef struct rm_checked rm_checked;

enum { RM_SMALL_MIN = -5, RM_SMALL_MAX_INT = 256, RM_SMALL_INTS = RM_SMALL_MAX_INT - RM_SMALL_MIN + 1 };

/* What 3.11 starts the count of its singletons with, so that no ordinary error brings them to zero. */
enum { RM_SINGLETON_COUNT = 999999999 };

/* ---- names.def */

enum {
#define NAME(text) RM_NAME_##text,
#define TEXT(id, text) RM_NAME_##id,
#include "names.def"
#undef NAME
#undef TEXT
    RM_NAMES
};

enum { RM_THREAD_KEYS = 128 };

struct rm_runtime {
    struct {
        PyThreadState main, *current, *newest;
        uint64_t made;
        PyObject *interp_dict;           /* owned */
        PyObject *trace_arg, *profile_arg; /* owned */
        PyObject *context; /* owned; NULL before a context variable is set */
        struct {
            bool used;
            void *value;
        } keys[RM_THREAD_KEYS];
    } thread;
    rm_alloc *alloc;
    rm_free_list free_lists[RM_FREE_LISTS];
    rm_gc gc;
    struct {
        PyObject *type, *value, *traceback; /* owned */
    } error;
    struct {
        int depth;
        PyObject *later; /* linked through the collector's prev word */
    } trash;
    PyLongObject small_ints[RM_SMALL_INTS];
    rm_interned interned;
    struct {
        PyASCIIObject header;
        char text[8];
    } empty_string, ascii[128];
    struct {
        PyCompactUnicodeObject header;
        char text[8];
    } latin1[128]; /* U+0080 to U+00FF */
    PyBytesObject bytes[257]; /* of one byte, and last the empty one; the padding is the zero */
    PyObject *slice; /* a dead one, to be used again */
    struct {
        rm_gc_head head; /* never tracked */
        PyTupleObject tuple;
    } empty;
    PyObject *names[RM_NAMES]; /* owned */
    PyObject *handled; /* owned: the exception that is being handled */
    PyObject *in_repr; /* owned: list of what is being put into words */
    struct {
        int depth, limit;
    } recursion;
    struct {
        PyObject *modules, *sys, *by_index; /* owned */
        struct _inittab *inittab;
        size_t ninittab;
        Py_ssize_t next_index; /* of module definitions */
    } import;
    void *kept;       /* memory that lives as long as the runtime, linked through its first word */
    rm_frame *frame;  /* the innermost one */
    rm_knobs knobs;
    rm_hooks hooks;
    rm_options options;
    bool lock_held;
    bool ending;
    rm_resident *residents;
    size_t nresidents, residents_room;
    rm_checked *checked; /* NULL in the unchecked library */
};

extern rm_runtime *rm_now; /* door.c: the one mutable variable of the library */

/* ---- resident.c */

int rm_resident_lend(rm_runtime *rt, void *where, size_t size, bool is_type);
void rm_residents_park(rm_runtime *rt);   /* contents move into rt, pristine ones into place */
void rm_residents_unpark(rm_runtime *rt);
void rm_residents_return(rm_runtime *rt); /* pristine contents, for good */

/* ---- object.c */

void rm_immortalize(rm_runtime *rt, PyObject *op); /* when the knob says so */

/* ---- gc.c, collect.c */

static inline rm_gc_head *rm_gc_head_of(const void *op) { return (rm_gc_head *)op - 1; }
static inline PyObject *rm_gc_object(const rm_gc_head *g) { return (PyObject *)(g + 1); }
static inline rm_gc_head *rm_gc_next(const rm_gc_head *g) { return (rm_gc_head *)g->next; }
static inline rm_gc_head *rm_gc_prev(const rm_gc_head *g)
{
    return (rm_gc_head *)(g->prev & ~(uintptr_t)RM_GC_FLAGS);
}
static inline bool rm_gc_is_tracked(const void *op) { return rm_gc_head_of(op)->next != 0; }
static inline bool rm_is_gc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    return PyType_IS_GC(type) && (type->tp_is_gc == NULL || type->tp_is_gc(op));
}
/* May op ever be part of a cycle, as far as the collector knows now? */
static inline bool rm_gc_may_track(PyObject *op)
{
    return rm_is_gc(op) && (!PyTuple_CheckExact(op) || rm_gc_is_tracked(op));
}
static inline void rm_gc_set_prev(rm_gc_head *g, const rm_gc_head *prev)
{
    g->prev = (g->prev & RM_GC_FLAGS) | (uintptr_t)prev;
}
static inline void rm_gc_link(rm_gc_head *ring, rm_gc_head *g)
{
    rm_gc_head *last = (rm_gc_head *)ring->prev;

    last->next = (uintptr_t)g;
    rm_gc_set_prev(g, last);
    g->next = (uintptr_t)ring;
    ring->prev = (uintptr_t)g;
}
static inline void rm_gc_unlink(rm_gc_head *g)
{
    rm_gc_head *prev = rm_gc_prev(g), *next = rm_gc_next(g);

    prev->next = (uintptr_t)next;
    rm_gc_set_prev(next, prev);
}
#ifdef RM_CHECKED
void rm_gc_track(PyObject *op);
void rm_gc_untrack(PyObject *op);
#else
static inline void rm_gc_track(PyObject *op)
{
    rm_gc_link(&rm_now->gc.generations[0].head, rm_gc_head_of(op));
}
static inline void rm_gc_untrack(PyObject *op)
{
    rm_gc_head *g = rm_gc_head_of(op);

    rm_gc_unlink(g);
    g->next = 0;
    g->prev &= RM_GC_FINALIZED;
}
#endif

void rm_gc_start(rm_runtime *rt);
void rm_gc_stop(rm_runtime *rt);
void *rm_gc_alloc(size_t size, size_t before, bool zero); /* room in front; counts, may collect */
void rm_gc_free(PyObject *op);
void rm_gc_automatic(rm_runtime *rt);
Py_ssize_t rm_gc_collect_generation(rm_runtime *rt, int generation);
void rm_gc_ring_clear(rm_gc_head *ring);
void rm_gc_ring_merge(rm_gc_head *from, rm_gc_head *to);
size_t rm_gc_ring_length(const rm_gc_head *ring);

/* ---- freelist.h's clearing, by rows */

void rm_free_lists_start(rm_runtime *rt);

/* ---- what the families of the C API share */

bool rm_get_method(PyObject *op, PyObject *name, PyObject **method); /* attr.c */
PyObject *rm_special(PyObject *op, int name); /* abstract.c: a bound method of the type, or NULL */
PyObject *rm_type_getattro(PyObject *op, PyObject *name);
int rm_type_setattro(PyObject *op, PyObject *name, PyObject *value);
int rm_type_add_descriptors(PyTypeObject *type); /* descr.c */
int rm_type_add_wrappers(PyTypeObject *type);    /* slots.c: its own slots become methods */
void rm_type_set_slots(PyTypeObject *type);      /* and its methods slots */
void rm_type_set_slot(PyTypeObject *type, PyObject *name); /* after an attribute of it changed */
PyObject *rm_call_def(PyMethodDef *def, PyObject *self, PyTypeObject *cls, PyObject *const *args,
                      Py_ssize_t n, PyObject *names); /* cfunction.c */
PyObject *rm_number_binary(PyObject *a, PyObject *b, const char *sign); /* number.c */
void rm_errors_stop(rm_runtime *rt); /* errors.c */
PyObject *rm_type_new(PyTypeObject *meta, PyObject *args, PyObject *kwargs); /* heap_type.c */
void rm_gc_call_back(rm_runtime *rt, rm_gc_phase phase, int generation, const rm_gc_stats *found);
void rm_import_stop(rm_runtime *rt); /* import.c */
PyObject *rm_object_dir(PyObject *op, PyObject *unused); /* special.c */
PyObject *rm_object_format(PyObject *op, PyObject *how);
void rm_double_repr(char *text, size_t size, double value); /* strtod.c; finite */
PyObject *rm_make_datetime(void); /* datetime.c */
PyObject *rm_make_builtins(void); /* builtins.c */
void rm_threads_start(rm_runtime *rt); /* thread.c */
void rm_threads_stop(rm_runtime *rt);
void *rm_keep_memory(rm_runtime *rt, size_t size); /* zeroed; freed with the runtime */
/* A collected object of a type without items, not tracked yet. */
static inline PyObject *rm_gc_make(PyTypeObject *type) { return _PyObject_GC_New(type); }

/* ---- list.c, tuple.c, items.c, simple.c */

int rm_list_reserve(PyListObject *list, Py_ssize_t size, bool exact);
int rm_list_trim(PyListObject *list); /* no more room than the rule gives */
PyObject *rm_list_extend(PyObject *list, PyObject *op);
PyObject *rm_list_iter(PyObject *op);
PyObject *rm_tuple_iter(PyObject *op);
PyObject *rm_unicode_iter(PyObject *op);
PyObject *rm_bytes_iter(PyObject *op); /* bytes and bytearray */
PyObject *rm_bytes_subscript(PyObject *op, PyObject *key); /* the same */
int rm_bytes_contains(PyObject *op, PyObject *v);
PyObject *rm_items_repr(PyObject *op);
int rm_list_init(PyObject *self, PyObject *args, PyObject *kwargs);
PyObject *rm_tuple_new(PyTypeObject *type, PyObject *args, PyObject *kwargs);
PyObject *rm_list_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names);
PyObject *rm_tuple_vectorcall(PyObject *type, PyObject *const *args, size_t nargsf, PyObject *names);
extern PyMethodDef rm_list_methods[], rm_tuple_methods[];
extern PySequenceMethods rm_list_as_sequence, rm_tuple_as_sequence;
extern PyMappingMethods rm_list_as_mapping, rm_tuple_as_mapping;

/* ---- type.c, type_heap.c */

PyObject *rm_type_mro(PyTypeObject *type);       /* mro.c: the order of resolution, new */
PyTypeObject *rm_best_base(PyObject *bases);     /* borrowed: the one whose layout instances have */
int rm_types_start(rm_runtime *rt);
void rm_types_stop(rm_runtime *rt);
/* What the runtime manages for an instance, in two words in front of the collector's (managed.c).
 * The flag of 3.12 for the weak references is not in our headers, which are 3.11's. */
enum { RM_TPFLAGS_MANAGED_WEAKREF = 1 << 3,
       RM_MANAGED = Py_TPFLAGS_MANAGED_DICT | RM_TPFLAGS_MANAGED_WEAKREF,
       RM_MANAGED_SIZE = 2 * sizeof(PyObject *),
       RM_MANAGED_WEAKLIST = -(int)(sizeof(rm_gc_head) + RM_MANAGED_SIZE) };

/* Bytes in front of an instance. */
static inline size_t rm_type_before(const PyTypeObject *type)
{
    return (type->tp_flags & Py_TPFLAGS_HAVE_GC ? sizeof(rm_gc_head) : 0) +
           (type->tp_flags & RM_MANAGED ? RM_MANAGED_SIZE : 0);
}
void rm_type_clear(PyTypeObject *type); /* drops what a type object owns */
void rm_type_remove_subclass(PyTypeObject *base, PyTypeObject *type);
void rm_subtype_dealloc(PyObject *op);

/* ---- managed.c: attributes of instances that the runtime keeps in front of them */

int rm_managed_start(PyObject *op); /* of a new instance */
void rm_managed_clear(PyObject *op);
int rm_managed_traverse(PyObject *op, visitproc visit, void *arg);
PyObject *rm_managed_get(PyObject *op, PyObject *name); /* borrowed; NULL: not there, or failed */
int rm_managed_set(PyObject *op, PyObject *name, PyObject *value); /* value NULL: delete */
void rm_keys_release(const void *owner, PyDictKeysObject *keys); /* those that a class shares */
PyObject *rm_managed_dict(PyObject *op); /* borrowed; from here on the attributes are in a dict */

/* ---- ints: the number of digits, below zero for a negative one */

static inline Py_ssize_t rm_long_size(PyObject *op)
{
    Py_ssize_t word = Py_SIZE(op), digits;

    if (RM_LIKELY(!rm_now->knobs.long_tag))
        return word;
    digits = word >> 3;
    return word & 2 ? -digits : digits;
}
static inline void rm_long_set_size(PyLongObject *op, Py_ssize_t size)
{
    if (RM_UNLIKELY(rm_now->knobs.long_tag))
        size = Py_ABS(size) << 3 | (size < 0 ? 2 : size == 0);
    Py_SET_SIZE(op, size);
}

/* ---- types/ */

int rm_long_start(rm_runtime *rt);
int rm_tuple_start(rm_runtime *rt);
int rm_exceptions_lend(rm_runtime *rt);
int rm_exceptions_start(rm_runtime *rt);
int rm_unicode_start(rm_runtime *rt);
int rm_bytes_start(rm_runtime *rt);
int rm_byte_of(PyObject *op); /* -1: not an int in range(256), an exception is set */
int rm_bytes_compare(const char *a, Py_ssize_t n, const char *b, Py_ssize_t m);
PyObject *rm_bytes_text(const char *before, const char *s, Py_ssize_t size, const char *after);
void rm_slice_stop(rm_runtime *rt);
size_t rm_dict_bytes(PyObject *op); /* what sizeof.c asks the types that know more than their header */
size_t rm_keys_bytes(const PyDictKeysObject *keys);
size_t rm_unicode_bytes(PyObject *op);
size_t rm_set_bytes(PyObject *op);
void rm_unicode_stop(rm_runtime *rt);
void rm_unicode_free_interned(rm_runtime *rt); /* and their table */
void rm_tuple_maybe_untrack(PyObject *op);
void rm_dict_maybe_untrack(PyObject *op);
PyWeakReference **rm_weakref_list(PyObject *op); /* NULL: op cannot be referenced weakly */
void rm_weakref_clear(PyWeakReference *ref);     /* forget the referent; the callback stays */

/* ---- references that an object stores, as the checked library sees them
 *
 * The count itself is changed by Py_INCREF and Py_DECREF. These say whose reference it is:
 *   RM_STORED(owner, op)   one that the caller owned belongs to owner from here on
 *   RM_TAKEN(owner, op)    one that owner held is the caller's from here on
 * owner is the object, or rm_now for what the runtime itself holds.
 */
#ifdef RM_CHECKED
void rm_checked_stored(const void *owner, PyObject *op);
void rm_checked_taken(const void *owner, PyObject *op);
void rm_checked_freed(PyObject *op, void *block); /* takes the block over */
void rm_checked_moved(PyObject *from, PyObject *to);
void rm_checked_immortal(PyObject *op); /* before its count says so: who keeps it is no longer noted */
void rm_checked_unlisted(PyObject *op); /* dies, but its memory is the runtime's own */
void rm_checked_dealloc(PyObject *op);   /* calls tp_dealloc, and looks at what it left */
void rm_checked_traverse(rm_gc_head *ring); /* does tp_traverse visit what is known to be kept? */
void rm_checked_memory_fault(void *ctx, const rm_alloc_fault *fault);
bool rm_checked_finalized(PyObject *op); /* the finalizer's reference goes; is it dead? */
int rm_checked_start(rm_runtime *rt);
void rm_checked_started(rm_runtime *rt); /* the library's own types exist now */
void rm_checked_stop(rm_runtime *rt); /* reports what is still alive */
void rm_checked_own(const PyTypeObject *type, int delta);
/* What is made in between, if type is static, has a number of the runtime's own. */
#define RM_OWN_BEGIN(type) rm_checked_own((type), 1)
#define RM_OWN_END(type) rm_checked_own((type), -1)
#define RM_STORED(owner, op) rm_checked_stored((owner), _PyObject_CAST(op))
#define RM_TAKEN(owner, op) rm_checked_taken((owner), _PyObject_CAST(op))
#else
#define RM_OWN_BEGIN(type) ((void)0)
#define RM_OWN_END(type) ((void)0)
#define RM_STORED(owner, op) ((void)0)
#define RM_TAKEN(owner, op) ((void)0)
#endif

static inline void rm_keep_in(const void *owner, PyObject *op)
{
    (void)owner;
    Py_INCREF(op);
    RM_STORED(owner, op);
}
static inline void rm_xkeep_in(const void *owner, PyObject *op)
{
    if (op != NULL)
        rm_keep_in(owner, op);
}
static inline void rm_drop_from(const void *owner, PyObject *op)
{
    (void)owner;
    RM_TAKEN(owner, op);
    Py_DECREF(op);
}
static inline void rm_xdrop_from(const void *owner, PyObject *op)
{
    if (op != NULL)
        rm_drop_from(owner, op);
}
#define RM_CLEAR_IN(owner, field)                                 \
    do {                                                          \
        PyObject *rm_old_ = _PyObject_CAST(field);                \
        (field) = NULL;                                           \
        rm_xdrop_from((owner), rm_old_);                          \
    } while (0)

static inline void rm_object_start(PyObject *op, PyTypeObject *type)
{
    op->ob_type = type;
#ifdef RM_CHECKED
    _Py_NewReference(op);
#else
    op->ob_refcnt = 1;
#endif
    if (RM_UNLIKELY(type->tp_flags & Py_TPFLAGS_HEAPTYPE))
        rm_keep_in(op, (PyObject *)type);
}

#endif
