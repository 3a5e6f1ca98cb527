/* How objects are shared, reused, tracked and collected, and what a call does when memory runs out. */
#include "oracle.h"

static void tell(const char *what, const char *format, ...)
{
    va_list va;

    va_start(va, format);
    printf("%s: ", what);
    vprintf(format, va);
    va_end(va);
    putchar('\n');
}

/* ---- which are the same object, and whose memory is used again */

static void tell_same(const char *what, PyObject *a, PyObject *b)
{
    tell(what, "%s", a == b ? "the same" : "two objects");
    Py_DECREF(a);
    Py_DECREF(b);
}

static void shared(void)
{
    tell_same("ints 256", PyLong_FromLong(256), PyLong_FromLong(256));
    tell_same("ints 257", PyLong_FromLong(257), PyLong_FromLong(257));
    tell_same("ints -5", PyLong_FromLong(-5), PyLong_FromLong(-5));
    tell_same("ints -6", PyLong_FromLong(-6), PyLong_FromLong(-6));
    tell_same("empty tuples", PyTuple_New(0), PyTuple_New(0));
    tell_same("empty strings", PyUnicode_FromString(""), PyUnicode_New(0, 127));
    tell_same("strings of one character", PyUnicode_FromString("\xc3\xa9"), PyUnicode_FromOrdinal(0xe9));
    tell_same("strings above Latin-1", PyUnicode_FromOrdinal(0x100), PyUnicode_FromOrdinal(0x100));
    tell_same("bytes of one", PyBytes_FromString("x"), PyBytes_FromString("x"));
    tell_same("equal strings", PyUnicode_FromString("share_me"), PyUnicode_InternFromString("share_me"));
    tell_same("interned strings", PyUnicode_InternFromString("share_me"),
              PyUnicode_InternFromString("share_me"));
}

/* MADE_AGAIN(what, expression): is the object made where an equal one has just died? */
#define MADE_AGAIN(what, expression)                                    \
    do {                                                                \
        PyObject *op_ = (expression);                                   \
        void *where_ = op_;                                             \
                                                                        \
        Py_DECREF(op_);                                                 \
        op_ = (expression);                                             \
        tell(what, "%s", (void *)op_ == where_ ? "reused" : "fresh");   \
        Py_DECREF(op_);                                                 \
    } while (0)

static void reused(void)
{
    MADE_AGAIN("float", PyFloat_FromDouble(1.25));
    MADE_AGAIN("list", PyList_New(0));
    MADE_AGAIN("dict", PyDict_New());
    MADE_AGAIN("tuple of 1", PyTuple_New(1));
    MADE_AGAIN("tuple of 19", PyTuple_New(19));
    MADE_AGAIN("int", PyLong_FromLong(100000));
    MADE_AGAIN("slice", PySlice_New(NULL, NULL, NULL));
}

/* ---- blocks of memory */

static void blocks(void)
{
    void *a = PyObject_Malloc(200), *b;

    PyObject_Free(a);
    b = PyObject_Malloc(193);
    tell("the last freed block of a class", "%s", a == b ? "is the next" : "is not the next");
    PyObject_Free(b);
    a = PyObject_Malloc(512);
    for (size_t size = 511; size >= 383; size -= 32) {
        b = PyObject_Realloc(a, size);
        tell("shrunk", "%zu %s", size, a == b ? "in place" : "moved");
        a = b;
    }
    PyObject_Free(a);
    a = PyObject_Malloc(0);
    b = PyObject_Malloc(0);
    tell("no bytes", "%s", a != NULL && a != b ? "an address of their own" : "no address");
    PyObject_Free(a);
    PyObject_Free(b);
}

/* ---- what the collector knows */

static const char *tracked(PyObject *op)
{
    return PyObject_GC_IsTracked(op) ? "tracked" : "untracked";
}

static void dicts_tracked(void)
{
    PyObject *dict = PyDict_New(), *text = PyUnicode_FromString("a text"), *list = PyList_New(0);

    tell("new dict", "%s", tracked(dict));
    PyDict_SetItemString(dict, "text", text);
    tell("dict with a text", "%s, the text has %zd", tracked(dict), Py_REFCNT(text));
    PyDict_SetItemString(dict, "list", list);
    tell("dict with a list", "%s, the list has %zd", tracked(dict), Py_REFCNT(list));
    PyDict_DelItemString(dict, "list");
    tell("dict without it again", "%s", tracked(dict));
    PyGC_Enable();
    PyGC_Collect();
    PyGC_Disable();
    tell("after a collection", "%s", tracked(dict));
    Py_DECREF(dict);
    tell("when it is dead", "text %zd, list %zd", Py_REFCNT(text), Py_REFCNT(list));
    Py_DECREF(text);
    Py_DECREF(list);
}

static void collect(PyObject *gc, int generation)
{
    PyObject *found = PyObject_CallMethod(gc, "collect", "i", generation);

    tell("collected", "generation %d, %ld objects", generation, PyLong_AsLong(found));
    Py_DECREF(found);
}

static void tuples_tracked(PyObject *gc)
{
    PyObject *plain = PyTuple_New(2), *mixed = PyTuple_New(1), *list = PyList_New(0);
    PyObject *outer = PyTuple_Pack(1, plain);

    tell("new tuple", "%s, first item %s", tracked(plain),
         PyTuple_GET_ITEM(plain, 0) == NULL ? "NULL" : "set");
    PyTuple_SET_ITEM(plain, 0, PyLong_FromLong(1));
    PyTuple_SET_ITEM(plain, 1, PyUnicode_FromString("two"));
    PyTuple_SET_ITEM(mixed, 0, list);
    collect(gc, 0);
    tell("behind it", "plain %s, with a list %s, list %s, outer %s", tracked(plain), tracked(mixed),
         tracked(list), tracked(outer));
    Py_DECREF(outer);
    for (Py_ssize_t size = 1; size <= 6; size += 5) {
        int rc = _PyTuple_Resize(&plain, size);

        tell("resized", "%d, size %zd, %s", rc, PyTuple_GET_SIZE(plain), tracked(plain));
    }
    Py_DECREF(plain);
    Py_DECREF(mixed);
}

/* ---- a collected type that can hide what it holds */

typedef struct {
    PyObject_HEAD
    PyObject *other;
} node;

static int is_hidden, ndied;

static int node_traverse(PyObject *op, visitproc visit, void *arg)
{
    if (!is_hidden)
        Py_VISIT(((node *)op)->other);
    return 0;
}

static int node_clear(PyObject *op)
{
    Py_CLEAR(((node *)op)->other);
    return 0;
}

static void node_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    node_clear(op);
    ndied++;
    PyObject_GC_Del(op);
}

static PyTypeObject Node_Type = {PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "own.node", .tp_basicsize = sizeof(node), .tp_dealloc = node_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, .tp_traverse = node_traverse,
    .tp_clear = node_clear};

static node *new_node(PyObject *other)
{
    node *n = PyObject_GC_New(node, &Node_Type);

    n->other = Py_XNewRef(other);
    return n;
}

/* Two nodes that hold each other, dropped. */
static void drop_pair(void)
{
    node *a = new_node(NULL), *b = new_node((PyObject *)a);

    a->other = (PyObject *)b;
    PyObject_GC_Track(a);
    PyObject_GC_Track(b);
    Py_DECREF(a);
}

static void cycles(PyObject *gc)
{
    ndied = 0;
    drop_pair();
    collect(gc, 2);
    tell("a visited pair", "%d died", ndied);
    is_hidden = 1;
    drop_pair();
    collect(gc, 2);
    tell("a hidden pair", "%d died", ndied);
    is_hidden = 0;
    tell("while disabled", "%zd", PyGC_Collect());
    collect(gc, 2);
    tell("seen at last", "%d died", ndied);
}

static long count0(PyObject *gc)
{
    PyObject *counts = PyObject_CallMethod(gc, "get_count", NULL);
    long n = PyLong_AsLong(PyTuple_GET_ITEM(counts, 0));

    Py_DECREF(counts);
    return n;
}

/* Both readings come behind one that has made their tuple. */
static void counts(PyObject *gc)
{
    node *all[40];
    long before = (count0(gc), count0(gc));

    for (int i = 0; i < 40; i++)
        all[i] = new_node(NULL);
    tell("forty new nodes", "%+ld, %s", count0(gc) - before, tracked((PyObject *)all[0]));
    for (int i = 0; i < 40; i++)
        Py_DECREF(all[i]);
    tell("and dead again", "%+ld", count0(gc) - before);
}

/* ---- collections that start by themselves */

static int nstarted;

static PyObject *started(PyObject *self, PyObject *args)
{
    PyObject *phase = PyTuple_GET_ITEM(args, 0);

    (void)self;
    nstarted += PyUnicode_CompareWithASCIIString(phase, "start") == 0;
    Py_RETURN_NONE;
}

static PyMethodDef started_def = {"started", started, METH_VARARGS, NULL};

static void make_sets(const char *what)
{
    enum { SETS = 2000 };
    static PyObject *sets[SETS];

    nstarted = 0;
    for (int i = 0; i < SETS; i++)
        sets[i] = PySet_New(NULL);
    tell(what, "%d started, %s", nstarted, raised());
    for (int i = 0; i < SETS; i++)
        Py_DECREF(sets[i]);
}

static void automatic(PyObject *gc)
{
    PyObject *callbacks = PyObject_GetAttrString(gc, "callbacks");
    PyObject *callback = PyCFunction_New(&started_def, NULL);

    Py_XDECREF(PyObject_CallMethod(gc, "set_threshold", "i", 500));
    PyList_Append(callbacks, callback);
    make_sets("2000 sets, disabled");
    PyGC_Enable();
    collect(gc, 2);
    make_sets("2000 sets");
    PyErr_SetNone(PyExc_ValueError);
    make_sets("2000 sets with an exception set");
    PyGC_Disable();
    PySequence_DelItem(callbacks, 0);
    Py_DECREF(callback);
    Py_DECREF(callbacks);
}

/* ---- allocations that fail */

static PyMemAllocatorEx original[3];
static long nrequests, failing;

static void *try_malloc(void *domain, size_t size)
{
    PyMemAllocatorEx *a = &original[(size_t)domain];

    return ++nrequests == failing ? NULL : a->malloc(a->ctx, size);
}
static void *try_calloc(void *domain, size_t n, size_t size)
{
    PyMemAllocatorEx *a = &original[(size_t)domain];

    return ++nrequests == failing ? NULL : a->calloc(a->ctx, n, size);
}
static void *try_realloc(void *domain, void *old, size_t size)
{
    PyMemAllocatorEx *a = &original[(size_t)domain];

    return ++nrequests == failing ? NULL : a->realloc(a->ctx, old, size);
}
static void pass_free(void *domain, void *p)
{
    PyMemAllocatorEx *a = &original[(size_t)domain];

    a->free(a->ctx, p);
}

static void fail(long which)
{
    nrequests = 0;
    failing = which;
    for (size_t d = PYMEM_DOMAIN_MEM; d <= PYMEM_DOMAIN_OBJ; d++) {
        PyMemAllocatorEx hook = {(void *)d, try_malloc, try_calloc, try_realloc, pass_free};

        PyMem_GetAllocator((PyMemAllocatorDomain)d, &original[d]);
        PyMem_SetAllocator((PyMemAllocatorDomain)d, &hook);
    }
}

static void fail_no_more(void)
{
    for (size_t d = PYMEM_DOMAIN_MEM; d <= PYMEM_DOMAIN_OBJ; d++)
        PyMem_SetAllocator((PyMemAllocatorDomain)d, &original[d]);
}

/* WITHOUT_MEMORY(what, expression): the first, second ... allocation fails, until it is not reached. */
#define WITHOUT_MEMORY(what, expression)                                                     \
    do {                                                                                     \
        PyObject *op_ = NULL;                                                                \
                                                                                             \
        for (long n_ = 1; op_ == NULL && n_ < 20; n_++) {                                    \
            fail(n_);                                                                        \
            op_ = (expression);                                                              \
            fail_no_more();                                                                  \
            tell(what, "%ld fails, %s, %s, %ld asked for", n_, op_ == NULL ? "NULL" : "made", \
                 raised(), nrequests);                                                       \
        }                                                                                    \
        Py_XDECREF(op_);                                                                     \
    } while (0)

static void memory(void)
{
    PyObject *list = PyList_New(2), *dict = PyDict_New();

    for (int i = 0; i < 2; i++)
        PyList_SetItem(list, i, PyLong_FromLong(i));
    PyDict_SetItemString(dict, "key", list);
    WITHOUT_MEMORY("long list", PyList_New(500));
    WITHOUT_MEMORY("long string", PyUnicode_FromString("more than one character"));
    WITHOUT_MEMORY("long tuple", PyTuple_New(30));
    WITHOUT_MEMORY("big int", PyLong_FromString("123456789012345678901234567890", NULL, 10));
    WITHOUT_MEMORY("copy of a list", PyList_GetSlice(list, 0, 2));
    WITHOUT_MEMORY("tuple of a list", PyList_AsTuple(list));
    WITHOUT_MEMORY("copy of a dict", PyDict_Copy(dict));
    WITHOUT_MEMORY("set", PySet_New(list));
    Py_DECREF(PyFloat_FromDouble(1.5));
    WITHOUT_MEMORY("float of the free list", PyFloat_FromDouble(0.5));
    Py_DECREF(list);
    Py_DECREF(dict);
}

int main(void)
{
    PyObject *gc;

    start_python();
    gc = PyImport_ImportModule("gc");
    PyType_Ready(&Node_Type);
    PyGC_Collect();
    PyGC_Disable();
    shared();
    reused();
    blocks();
    dicts_tracked();
    tuples_tracked(gc);
    cycles(gc);
    counts(gc);
    automatic(gc);
    memory();
    Py_DECREF(gc);
    return 0;
}
