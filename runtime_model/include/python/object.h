/* Objects, type objects and reference counts.
 *
 * The header is 16 bytes, count and type. A type object is an object too. Field names and order of
 * PyTypeObject are CPython 3.11's, so initialisers compile unchanged; field order beyond that is
 * not an ABI promise.
 *
 * A count whose low 32 bits are negative is immortal: retain and release leave it alone. 3.11 makes
 * no such object; the knob `immortal` does.
 */
#ifndef Py_OBJECT_H
#define Py_OBJECT_H

typedef struct _object PyObject;
typedef struct _typeobject PyTypeObject;

struct _object {
    Py_ssize_t ob_refcnt;
    PyTypeObject *ob_type;
};

typedef struct {
    PyObject ob_base;
    Py_ssize_t ob_size;
} PyVarObject;

#define PyObject_HEAD PyObject ob_base;
#define PyObject_VAR_HEAD PyVarObject ob_base;
#define _PyObject_EXTRA_INIT
#define PyObject_HEAD_INIT(type) {1, (type)},
#define PyVarObject_HEAD_INIT(type, size) {{1, (type)}, (size)},
#define Py_INVALID_SIZE ((Py_ssize_t)-1)

#define _PyObject_CAST(op) ((PyObject *)(op))
#define _PyVarObject_CAST(op) ((PyVarObject *)(op))

/* ---- slots */

typedef PyObject *(*unaryfunc)(PyObject *);
typedef PyObject *(*binaryfunc)(PyObject *, PyObject *);
typedef PyObject *(*ternaryfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*inquiry)(PyObject *);
typedef Py_ssize_t (*lenfunc)(PyObject *);
typedef PyObject *(*ssizeargfunc)(PyObject *, Py_ssize_t);
typedef PyObject *(*ssizessizeargfunc)(PyObject *, Py_ssize_t, Py_ssize_t);
typedef int (*ssizeobjargproc)(PyObject *, Py_ssize_t, PyObject *);
typedef int (*ssizessizeobjargproc)(PyObject *, Py_ssize_t, Py_ssize_t, PyObject *);
typedef int (*objobjargproc)(PyObject *, PyObject *, PyObject *);
typedef int (*objobjproc)(PyObject *, PyObject *);
typedef int (*visitproc)(PyObject *, void *);
typedef int (*traverseproc)(PyObject *, visitproc, void *);
typedef void (*freefunc)(void *);
typedef void (*destructor)(PyObject *);
typedef PyObject *(*getattrfunc)(PyObject *, char *);
typedef PyObject *(*getattrofunc)(PyObject *, PyObject *);
typedef int (*setattrfunc)(PyObject *, char *, PyObject *);
typedef int (*setattrofunc)(PyObject *, PyObject *, PyObject *);
typedef PyObject *(*reprfunc)(PyObject *);
typedef Py_hash_t (*hashfunc)(PyObject *);
typedef PyObject *(*richcmpfunc)(PyObject *, PyObject *, int);
typedef PyObject *(*getiterfunc)(PyObject *);
typedef PyObject *(*iternextfunc)(PyObject *);
typedef PyObject *(*descrgetfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*descrsetfunc)(PyObject *, PyObject *, PyObject *);
typedef int (*initproc)(PyObject *, PyObject *, PyObject *);
typedef PyObject *(*newfunc)(PyTypeObject *, PyObject *, PyObject *);
typedef PyObject *(*allocfunc)(PyTypeObject *, Py_ssize_t);
typedef PyObject *(*vectorcallfunc)(PyObject *, PyObject *const *, size_t, PyObject *);
typedef enum { PYGEN_RETURN = 0, PYGEN_ERROR = -1, PYGEN_NEXT = 1 } PySendResult;
typedef PySendResult (*sendfunc)(PyObject *, PyObject *, PyObject **);

typedef struct {
    void *buf;
    PyObject *obj; /* owned */
    Py_ssize_t len;
    Py_ssize_t itemsize;
    int readonly;
    int ndim;
    char *format;
    Py_ssize_t *shape;
    Py_ssize_t *strides;
    Py_ssize_t *suboffsets;
    void *internal;
} Py_buffer;
typedef int (*getbufferproc)(PyObject *, Py_buffer *, int);
typedef void (*releasebufferproc)(PyObject *, Py_buffer *);

typedef struct {
    binaryfunc nb_add;
    binaryfunc nb_subtract;
    binaryfunc nb_multiply;
    binaryfunc nb_remainder;
    binaryfunc nb_divmod;
    ternaryfunc nb_power;
    unaryfunc nb_negative;
    unaryfunc nb_positive;
    unaryfunc nb_absolute;
    inquiry nb_bool;
    unaryfunc nb_invert;
    binaryfunc nb_lshift;
    binaryfunc nb_rshift;
    binaryfunc nb_and;
    binaryfunc nb_xor;
    binaryfunc nb_or;
    unaryfunc nb_int;
    void *nb_reserved;
    unaryfunc nb_float;
    binaryfunc nb_inplace_add;
    binaryfunc nb_inplace_subtract;
    binaryfunc nb_inplace_multiply;
    binaryfunc nb_inplace_remainder;
    ternaryfunc nb_inplace_power;
    binaryfunc nb_inplace_lshift;
    binaryfunc nb_inplace_rshift;
    binaryfunc nb_inplace_and;
    binaryfunc nb_inplace_xor;
    binaryfunc nb_inplace_or;
    binaryfunc nb_floor_divide;
    binaryfunc nb_true_divide;
    binaryfunc nb_inplace_floor_divide;
    binaryfunc nb_inplace_true_divide;
    unaryfunc nb_index;
    binaryfunc nb_matrix_multiply;
    binaryfunc nb_inplace_matrix_multiply;
} PyNumberMethods;

typedef struct {
    lenfunc sq_length;
    binaryfunc sq_concat;
    ssizeargfunc sq_repeat;
    ssizeargfunc sq_item;
    void *was_sq_slice;
    ssizeobjargproc sq_ass_item;
    void *was_sq_ass_slice;
    objobjproc sq_contains;
    binaryfunc sq_inplace_concat;
    ssizeargfunc sq_inplace_repeat;
} PySequenceMethods;

typedef struct {
    lenfunc mp_length;
    binaryfunc mp_subscript;
    objobjargproc mp_ass_subscript;
} PyMappingMethods;

typedef struct {
    unaryfunc am_await;
    unaryfunc am_aiter;
    unaryfunc am_anext;
    sendfunc am_send;
} PyAsyncMethods;

typedef struct {
    getbufferproc bf_getbuffer;
    releasebufferproc bf_releasebuffer;
} PyBufferProcs;

typedef struct PyMethodDef PyMethodDef;
typedef struct PyMemberDef PyMemberDef;
typedef struct PyGetSetDef PyGetSetDef;

struct _typeobject {
    PyObject_VAR_HEAD
    const char *tp_name;
    Py_ssize_t tp_basicsize;
    Py_ssize_t tp_itemsize;
    destructor tp_dealloc;
    Py_ssize_t tp_vectorcall_offset;
    getattrfunc tp_getattr;
    setattrfunc tp_setattr;
    PyAsyncMethods *tp_as_async;
    reprfunc tp_repr;
    PyNumberMethods *tp_as_number;
    PySequenceMethods *tp_as_sequence;
    PyMappingMethods *tp_as_mapping;
    hashfunc tp_hash;
    ternaryfunc tp_call;
    reprfunc tp_str;
    getattrofunc tp_getattro;
    setattrofunc tp_setattro;
    PyBufferProcs *tp_as_buffer;
    unsigned long tp_flags;
    const char *tp_doc;
    traverseproc tp_traverse;
    inquiry tp_clear;
    richcmpfunc tp_richcompare;
    Py_ssize_t tp_weaklistoffset;
    getiterfunc tp_iter;
    iternextfunc tp_iternext;
    PyMethodDef *tp_methods;
    PyMemberDef *tp_members;
    PyGetSetDef *tp_getset;
    PyTypeObject *tp_base; /* owned by heap types */
    PyObject *tp_dict;     /* owned */
    descrgetfunc tp_descr_get;
    descrsetfunc tp_descr_set;
    Py_ssize_t tp_dictoffset;
    initproc tp_init;
    allocfunc tp_alloc;
    newfunc tp_new;
    freefunc tp_free;
    inquiry tp_is_gc;
    PyObject *tp_bases;      /* owned */
    PyObject *tp_mro;        /* owned */
    PyObject *tp_cache;      /* owned */
    PyObject *tp_subclasses; /* owned: dict, address to weak reference */
    PyObject *tp_weaklist;
    destructor tp_del;
    unsigned int tp_version_tag;
    destructor tp_finalize;
    vectorcallfunc tp_vectorcall;
};

/* A type made at run time: the type object and the tables its slots live in. */
typedef struct {
    PyTypeObject ht_type;
    PyAsyncMethods as_async;
    PyNumberMethods as_number;
    PyMappingMethods as_mapping;
    PySequenceMethods as_sequence;
    PyBufferProcs as_buffer;
    PyObject *ht_name;     /* owned */
    PyObject *ht_slots;    /* owned */
    PyObject *ht_qualname; /* owned */
    void *ht_cached_keys;
    PyObject *ht_module; /* owned */
    char *_ht_tpname;    /* memory of tp_name */
    void *_spec_cache;
} PyHeapTypeObject;

typedef struct {
    int slot;
    void *pfunc;
} PyType_Slot;

typedef struct {
    const char *name;
    int basicsize;
    int itemsize;
    unsigned int flags;
    PyType_Slot *slots;
} PyType_Spec;

#define Py_TPFLAGS_MANAGED_DICT (1UL << 4)
#define Py_TPFLAGS_SEQUENCE (1UL << 5)
#define Py_TPFLAGS_MAPPING (1UL << 6)
#define Py_TPFLAGS_DISALLOW_INSTANTIATION (1UL << 7)
#define Py_TPFLAGS_IMMUTABLETYPE (1UL << 8)
#define Py_TPFLAGS_HEAPTYPE (1UL << 9)
#define Py_TPFLAGS_BASETYPE (1UL << 10)
#define Py_TPFLAGS_HAVE_VECTORCALL (1UL << 11)
#define _Py_TPFLAGS_HAVE_VECTORCALL Py_TPFLAGS_HAVE_VECTORCALL
#define Py_TPFLAGS_READY (1UL << 12)
#define Py_TPFLAGS_READYING (1UL << 13)
#define Py_TPFLAGS_HAVE_GC (1UL << 14)
#define Py_TPFLAGS_HAVE_STACKLESS_EXTENSION 0
#define Py_TPFLAGS_METHOD_DESCRIPTOR (1UL << 17)
#define Py_TPFLAGS_HAVE_VERSION_TAG (1UL << 18)
#define Py_TPFLAGS_VALID_VERSION_TAG (1UL << 19)
#define Py_TPFLAGS_IS_ABSTRACT (1UL << 20)
#define Py_TPFLAGS_LONG_SUBCLASS (1UL << 24)
#define Py_TPFLAGS_LIST_SUBCLASS (1UL << 25)
#define Py_TPFLAGS_TUPLE_SUBCLASS (1UL << 26)
#define Py_TPFLAGS_BYTES_SUBCLASS (1UL << 27)
#define Py_TPFLAGS_UNICODE_SUBCLASS (1UL << 28)
#define Py_TPFLAGS_DICT_SUBCLASS (1UL << 29)
#define Py_TPFLAGS_BASE_EXC_SUBCLASS (1UL << 30)
#define Py_TPFLAGS_TYPE_SUBCLASS (1UL << 31)
#define Py_TPFLAGS_DEFAULT 0UL
#define Py_TPFLAGS_HAVE_FINALIZE (1UL << 0)

/* ---- the header */

static inline Py_ssize_t rm_refcnt(PyObject *op) { return op->ob_refcnt; }
static inline PyTypeObject *rm_type(PyObject *op) { return op->ob_type; }
static inline Py_ssize_t rm_size(PyObject *op) { return ((PyVarObject *)op)->ob_size; }
static inline void rm_set_type(PyObject *op, PyTypeObject *type) { op->ob_type = type; }
static inline void rm_set_size(PyVarObject *op, Py_ssize_t size) { op->ob_size = size; }
static inline void rm_set_refcnt(PyObject *op, Py_ssize_t count) { op->ob_refcnt = count; }

#define Py_REFCNT(op) rm_refcnt(_PyObject_CAST(op))
#define Py_TYPE(op) rm_type(_PyObject_CAST(op))
#define Py_SIZE(op) rm_size(_PyObject_CAST(op))
#define Py_SET_TYPE(op, type) rm_set_type(_PyObject_CAST(op), (type))
#define Py_SET_SIZE(op, size) rm_set_size(_PyVarObject_CAST(op), (size))
#define Py_SET_REFCNT(op, count) rm_set_refcnt(_PyObject_CAST(op), (count))
#define Py_Is(x, y) ((x) == (y))
#define Py_IS_TYPE(op, type) (Py_TYPE(op) == (type))

/* ---- reference counts */

#define RM_IMMORTAL_COUNT ((Py_ssize_t)UINT32_MAX)

static inline bool rm_is_immortal(const PyObject *op) { return (int32_t)op->ob_refcnt < 0; }

PyAPI_FUNC(void) _Py_Dealloc(PyObject *op);
PyAPI_FUNC(void) Py_IncRef(PyObject *op);
PyAPI_FUNC(void) Py_DecRef(PyObject *op);

#ifdef RM_CHECKED

PyAPI_FUNC(void) rm_checked_here(const char *file, int line, const char *function);
PyAPI_FUNC(void) rm_checked_enter(const char *file, int line, const char *function);
PyAPI_FUNC(void) rm_checked_leave(void);
PyAPI_FUNC(void) rm_checked_use(PyObject *op, const char *function); /* reports a dead one */
PyAPI_FUNC(void) rm_checked_got(const void *block);  /* memory that user code asked for */
PyAPI_FUNC(void) rm_checked_gave(const void *block); /* and gave back */
PyAPI_FUNC(void) rm_checked_view(PyObject *op, PyObject *owner);     /* owner lent op out */
PyAPI_FUNC(void) rm_checked_retain(PyObject *op, const char *file, int line, const char *function);
PyAPI_FUNC(void) rm_checked_release(PyObject *op, const char *file, int line, const char *function);
#ifdef RM_LIBRARY
#define RM_SITE NULL, 0, NULL /* the place in the caller's code that called the library */
#else
#define RM_SITE __FILE__, __LINE__, __func__
#endif
#define Py_INCREF(op) rm_checked_retain(_PyObject_CAST(op), RM_SITE)
#define Py_DECREF(op) rm_checked_release(_PyObject_CAST(op), RM_SITE)

#else

static inline void rm_retain_inline(PyObject *op)
{
    if (!rm_is_immortal(op))
        op->ob_refcnt++;
}

static inline void rm_release_inline(PyObject *op)
{
    if (!rm_is_immortal(op) && --op->ob_refcnt == 0)
        _Py_Dealloc(op);
}

#define Py_INCREF(op) rm_retain_inline(_PyObject_CAST(op))
#define Py_DECREF(op) rm_release_inline(_PyObject_CAST(op))

#endif

#define Py_XINCREF(op)                                 \
    do {                                               \
        PyObject *rm_xincref_ = _PyObject_CAST(op);    \
        if (rm_xincref_ != NULL)                       \
            Py_INCREF(rm_xincref_);                    \
    } while (0)
#define Py_XDECREF(op)                                 \
    do {                                               \
        PyObject *rm_xdecref_ = _PyObject_CAST(op);    \
        if (rm_xdecref_ != NULL)                       \
            Py_DECREF(rm_xdecref_);                    \
    } while (0)
#define Py_CLEAR(op)                                   \
    do {                                               \
        PyObject *rm_clear_ = _PyObject_CAST(op);      \
        if (rm_clear_ != NULL) {                       \
            (op) = NULL;                               \
            Py_DECREF(rm_clear_);                      \
        }                                              \
    } while (0)
#define Py_SETREF(op, value)                           \
    do {                                               \
        PyObject *rm_setref_ = _PyObject_CAST(op);     \
        (op) = (value);                                \
        Py_DECREF(rm_setref_);                         \
    } while (0)
#define Py_XSETREF(op, value)                          \
    do {                                               \
        PyObject *rm_setref_ = _PyObject_CAST(op);     \
        (op) = (value);                                \
        Py_XDECREF(rm_setref_);                        \
    } while (0)

#ifdef RM_CHECKED
PyAPI_FUNC(PyObject *) rm_checked_xnewref(PyObject *op, const char *file, int line, const char *function);
#define Py_NewRef(op) rm_checked_xnewref(_PyObject_CAST(op), RM_SITE)
#define Py_XNewRef(op) rm_checked_xnewref(_PyObject_CAST(op), RM_SITE)
#else
static inline PyObject *rm_newref(PyObject *op)
{
    Py_INCREF(op);
    return op;
}
static inline PyObject *rm_xnewref(PyObject *op)
{
    Py_XINCREF(op);
    return op;
}
#define Py_NewRef(op) rm_newref(_PyObject_CAST(op))
#define Py_XNewRef(op) rm_xnewref(_PyObject_CAST(op))
#endif

/* ---- the objects that exist once */

PyAPI_DATA(PyObject) _Py_NoneStruct;
PyAPI_DATA(PyObject) _Py_NotImplementedStruct;
PyAPI_DATA(PyObject) _Py_EllipsisObject;
PyAPI_DATA(PyTypeObject) _PyNone_Type;
PyAPI_DATA(PyTypeObject) _PyNotImplemented_Type;
PyAPI_DATA(PyTypeObject) PyEllipsis_Type;
#define Py_None (&_Py_NoneStruct)
#define Py_NotImplemented (&_Py_NotImplementedStruct)
#define Py_Ellipsis (&_Py_EllipsisObject)
#define Py_IsNone(x) Py_Is((PyObject *)(x), Py_None)
#define Py_RETURN_NONE return Py_NewRef(Py_None)
#define Py_RETURN_NOTIMPLEMENTED return Py_NewRef(Py_NotImplemented)

/* ---- types */

PyAPI_DATA(PyTypeObject) PyType_Type;
PyAPI_DATA(PyTypeObject) PyBaseObject_Type;

#define PyType_HasFeature(type, flag) (((type)->tp_flags & (flag)) != 0)
#define PyType_FastSubclass(type, flag) PyType_HasFeature(type, flag)
#define PyType_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_TYPE_SUBCLASS)
#define PyType_CheckExact(op) Py_IS_TYPE(op, &PyType_Type)
#define PyType_IS_GC(type) PyType_HasFeature((type), Py_TPFLAGS_HAVE_GC)
#define PyType_SUPPORTS_WEAKREFS(type) ((type)->tp_weaklistoffset != 0)
#define PyObject_TypeCheck(op, type) \
    (Py_IS_TYPE(op, type) || PyType_IsSubtype(Py_TYPE(op), (type)))

PyAPI_FUNC(int) PyType_Ready(PyTypeObject *type);
PyAPI_FUNC(PyObject *) PyType_FromSpec(PyType_Spec *spec);
PyAPI_FUNC(PyObject *) PyType_FromSpecWithBases(PyType_Spec *spec, PyObject *bases);
PyAPI_FUNC(PyObject *) PyType_FromModuleAndSpec(PyObject *module, PyType_Spec *spec, PyObject *bases);
PyAPI_FUNC(PyObject *) PyType_GenericAlloc(PyTypeObject *type, Py_ssize_t items);
PyAPI_FUNC(PyObject *) PyType_GenericNew(PyTypeObject *type, PyObject *args, PyObject *kwargs);
PyAPI_FUNC(int) PyType_IsSubtype(PyTypeObject *type, PyTypeObject *base);
PyAPI_FUNC(unsigned long) PyType_GetFlags(PyTypeObject *type);
PyAPI_FUNC(PyObject *) PyType_GetName(PyTypeObject *type);
PyAPI_FUNC(PyObject *) PyType_GetQualName(PyTypeObject *type);
PyAPI_FUNC(void *) PyType_GetSlot(PyTypeObject *type, int slot);
PyAPI_FUNC(void) PyType_Modified(PyTypeObject *type);
PyAPI_FUNC(unsigned int) PyType_ClearCache(void);
PyAPI_FUNC(PyTypeObject *) _PyType_CalculateMetaclass(PyTypeObject *asked, PyObject *bases); /* borrowed */
PyAPI_FUNC(PyObject *) _PyType_Lookup(PyTypeObject *type, PyObject *name); /* borrowed */

/* ---- any object */

PyAPI_FUNC(Py_hash_t) PyObject_Hash(PyObject *op);
PyAPI_FUNC(Py_hash_t) PyObject_HashNotImplemented(PyObject *op);
PyAPI_FUNC(PyObject *) PyObject_RichCompare(PyObject *a, PyObject *b, int op);
PyAPI_FUNC(int) PyObject_RichCompareBool(PyObject *a, PyObject *b, int op);
PyAPI_FUNC(int) PyObject_IsTrue(PyObject *op);
PyAPI_FUNC(int) PyObject_Not(PyObject *op);
PyAPI_FUNC(void) PyObject_CallFinalizer(PyObject *op);
PyAPI_FUNC(int) PyObject_CallFinalizerFromDealloc(PyObject *op);
PyAPI_FUNC(Py_hash_t) _Py_HashPointer(const void *p);
RM_API_FUNC(Py_hash_t) _Py_HashBytes(const void *bytes, Py_ssize_t size);
/* Numbers that are equal hash the same, modulo a prime. */
#define _PyHASH_BITS 61
#define _PyHASH_MODULUS (((size_t)1 << _PyHASH_BITS) - 1)
#define _PyHASH_INF 314159
#define _PyHASH_IMAG 1000003UL

/* What hashes are keyed with in CPython; zero here: the model's are not. */
typedef union {
    unsigned char uc[24];
    struct {
        Py_hash_t prefix, suffix;
    } fnv;
    struct {
        uint64_t k0, k1;
    } siphash;
    struct {
        unsigned char padding[16];
        Py_hash_t suffix;
    } djbx33a;
    struct {
        unsigned char padding[16];
        Py_hash_t hashsalt;
    } expat;
} _Py_HashSecret_t;
PyAPI_DATA(const _Py_HashSecret_t) _Py_HashSecret;
PyAPI_FUNC(Py_hash_t) _Py_HashDouble(PyObject *op, double value);

#define Py_LT 0
#define Py_LE 1
#define Py_EQ 2
#define Py_NE 3
#define Py_GT 4
#define Py_GE 5

#define Py_RETURN_RICHCOMPARE(a, b, op)                                            \
    return Py_NewRef(((op) == Py_EQ   ? (a) == (b)                                 \
                      : (op) == Py_NE ? (a) != (b)                                 \
                      : (op) == Py_LT ? (a) < (b)                                  \
                      : (op) == Py_LE ? (a) <= (b)                                 \
                      : (op) == Py_GT ? (a) > (b)                                  \
                                      : (a) >= (b))                                \
                         ? Py_True                                                 \
                         : Py_False)

/* ---- deallocation of deep structures: past a depth objects wait in a queue */

PyAPI_FUNC(int) _PyTrash_begin(PyObject *op);
PyAPI_FUNC(void) _PyTrash_end(void);
#define Py_TRASHCAN_BEGIN(op, dealloc)                                             \
    {                                                                              \
        const bool rm_trash_ = Py_TYPE(op)->tp_dealloc == (destructor)(dealloc);   \
        if (!rm_trash_ || !_PyTrash_begin(_PyObject_CAST(op))) {
#define Py_TRASHCAN_END                                                            \
            if (rm_trash_)                                                         \
                _PyTrash_end();                                                    \
        }                                                                          \
    }

#include "typeslots.h"

#endif
