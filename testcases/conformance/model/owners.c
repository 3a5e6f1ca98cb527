/* Who owns what after a call: how the counts of its arguments and of its result have changed, when it
 * succeeds and when it fails.
 *
 * Objects that a call may take are held by spare references, so that a count can be read behind it.
 */
#include "oracle.h"
#include <frameobject.h>

enum { SPARE = 4 };

/* A fresh object that is held: whatever a call does to it, it stays. */
static PyObject *held(PyObject *op)
{
    for (int i = 0; i < SPARE; i++)
        Py_INCREF(op);
    return op;
}

static PyObject *thing(void)
{
    return held(PyObject_CallNoArgs((PyObject *)&PyBaseObject_Type));
}

static PyObject *text(const char *s)
{
    return held(PyUnicode_FromString(s));
}

static PyObject *bytes(const char *s)
{
    return held(PyBytes_FromString(s));
}

/* CALL(what, op, call): one line with the outcome and what has become of op's count. */
#define CALL(what, op, call)                                                                      \
    do {                                                                                          \
        Py_ssize_t before_ = Py_REFCNT(op);                                                       \
        long outcome_ = (long)(call);                                                             \
        printf("%s: %ld, count %+zd, %s\n", what, outcome_, Py_REFCNT(op) - before_, raised());   \
    } while (0)

/* The same for a call whose result is an object: is it there, is it op itself? */
#define MAKE(what, op, call)                                                                       \
    do {                                                                                           \
        Py_ssize_t before_ = Py_REFCNT(op);                                                        \
        PyObject *made_ = (call);                                                                  \
        printf("%s: %s, count %+zd, %s\n", what,                                                   \
               made_ == NULL ? "NULL" : made_ == (op) ? "itself" : Py_TYPE(made_)->tp_name,        \
               Py_REFCNT(op) - before_, raised());                                                 \
    } while (0)

/* ---- containers */

static void lists(void)
{
    PyObject *list = PyList_New(3), *op = thing(), *tuple;

    printf("new list: first item %s\n", PyList_GET_ITEM(list, 0) == NULL ? "NULL" : "an object");
    CALL("list set", op, PyList_SetItem(list, 0, op));
    CALL("list set beyond the end", op, PyList_SetItem(list, 3, op));
    CALL("list set, no list", op, PyList_SetItem(Py_None, 0, op));
    MAKE("list get", op, PyList_GetItem(list, 0));
    CALL("list append", op, PyList_Append(list, op));
    CALL("list insert", op, PyList_Insert(list, -1, op));
    CALL("list delete slice", op, PyList_SetSlice(list, 0, 1, NULL));
    for (int i = 0; i < 2; i++) /* what is still NULL */
        CALL("list set again", op, PyList_SetItem(list, i, Py_NewRef(op)));
    MAKE("list as tuple", op, tuple = PyList_AsTuple(list));
    MAKE("list is fast", list, PySequence_Fast(list, "no sequence"));
    MAKE("tuple get", op, PyTuple_GetItem(tuple, 0));
    MAKE("sequence get", op, PySequence_GetItem(tuple, 0));
    MAKE("whole slice of a tuple", tuple, PyTuple_GetSlice(tuple, 0, PY_SSIZE_T_MAX));
}

static void tuples(void)
{
    PyObject *tuple = PyTuple_New(2), *op = thing(), *same;

    CALL("tuple set", op, PyTuple_SetItem(tuple, 0, op));
    CALL("tuple set again", op, PyTuple_SetItem(tuple, 0, Py_NewRef(op)));
    CALL("tuple set beyond the end", op, PyTuple_SetItem(tuple, 2, op));
    same = Py_NewRef(tuple);
    CALL("tuple set, shared", op, PyTuple_SetItem(tuple, 1, op));
    CALL("tuple resize, shared", same, _PyTuple_Resize(&tuple, 5));
    printf("... leaves %s\n", tuple == NULL ? "NULL" : "a tuple");
    CALL("tuple pack", op, PyTuple_GET_SIZE(PyTuple_Pack(3, op, op, op)));
}

static void dicts(void)
{
    PyObject *dict = PyDict_New(), *list = PyList_New(0), *op = thing(), *other = thing(), *k, *v;
    PyObject *key = text("some key");
    Py_ssize_t at = 0;

    CALL("dict set", op, PyDict_SetItem(dict, key, op));
    CALL("dict set by text", op, PyDict_SetItemString(dict, "k", op));
    MAKE("dict get", op, PyDict_GetItem(dict, key));
    MAKE("dict get by text", op, PyDict_GetItemString(dict, "k"));
    MAKE("object get", op, PyObject_GetItem(dict, key));
    MAKE("default of a key that is there", other, PyDict_SetDefault(dict, key, other));
    k = text("another key");
    MAKE("default of a key that is not", other, PyDict_SetDefault(dict, k, other));
    CALL("... and its key", k, PyDict_Contains(dict, k));
    CALL("dict next", op, PyDict_Next(dict, &at, &k, &v));
    CALL("dict delete", op, PyDict_DelItem(dict, key));
    MAKE("dict get without a hash", list, PyDict_GetItem(dict, list));
    MAKE("dict get with error without a hash", list, PyDict_GetItemWithError(dict, list));
    MAKE("dict get with error, absent", dict, PyDict_GetItemWithError(dict, key));
    CALL("mapping has a key without a hash", list, PyMapping_HasKey(dict, list));
    CALL("has an attribute", dict, PyObject_HasAttrString(dict, "never"));
}

static void sets(void)
{
    PyObject *set = PySet_New(NULL), *op = thing();

    CALL("set add", op, PySet_Add(set, op));
    CALL("set add again", op, PySet_Add(set, op));
    MAKE("set pop", op, PySet_Pop(set));
    MAKE("set pop, empty", set, PySet_Pop(set));
    CALL("set add", op, PySet_Add(set, op));
    CALL("set discard", op, PySet_Discard(set, op));
    CALL("set discard, absent", op, PySet_Discard(set, op));
}

static void modules(void)
{
    PyObject *module = PyModule_New("own"), *op = thing();

    CALL("module add", op, PyModule_AddObject(module, "a", op));
    CALL("module add, no module", op, PyModule_AddObject(Py_None, "a", op));
    CALL("module add a reference", op, PyModule_AddObjectRef(module, "b", op));
    CALL("module add nothing", op, PyModule_AddObjectRef(module, "c", NULL));
    CALL("attribute set", op, PyObject_SetAttrString(module, "d", op));
    CALL("attribute set to nothing", op, PyObject_SetAttrString(module, "d", NULL));
    CALL("attribute deleted twice", op, PyObject_SetAttrString(module, "d", NULL));
}

/* ---- text and bytes: the left side is given away, and may come back as another object */

static void left_sides(void)
{
    PyObject *left = bytes("abc"), *old = left, *right = bytes("defg");

    CALL("bytes concat", right, (PyBytes_Concat(&left, right), left != old));
    CALL("... and the old one", old, 0);
    Py_INCREF(left);
    old = left;
    CALL("bytes concat with no bytes", old, (PyBytes_Concat(&left, Py_None), left == NULL));
    left = bytes("abc");
    CALL("bytes concat and delete", right, (PyBytes_ConcatAndDel(&left, right), left != NULL));
    left = NULL;
    CALL("bytes concat and delete, left NULL", right, (PyBytes_ConcatAndDel(&left, right), left == NULL));
    left = text("left side");
    old = left;
    right = text("right side");
    CALL("str append", right, (PyUnicode_Append(&left, right), left != old));
    CALL("str append and delete", right, (PyUnicode_AppendAndDel(&left, right), left != NULL));
    old = held(left);
    CALL("str append no str", old, (PyUnicode_Append(&left, Py_None), left == NULL));
    left = held(PyBytes_FromStringAndSize(NULL, 9));
    old = left;
    CALL("bytes resize, shared", old, _PyBytes_Resize(&left, 30));
    printf("... leaves %s\n", left == NULL ? "NULL" : "bytes");
}

static void interning(void)
{
    PyObject *first = text("intern_this_one"), *second = text("intern_this_one"), *at = first;

    CALL("intern the first", first, (PyUnicode_InternInPlace(&at), at == first));
    at = second;
    CALL("intern an equal one", first, (PyUnicode_InternInPlace(&at), at == first));
    MAKE("str of a str", first, PyObject_Str(first));
}

/* ---- exceptions */

static void pending(void)
{
    PyObject *op = held(PyObject_CallNoArgs(PyExc_ValueError)), *type, *value, *traceback;

    CALL("set an exception", op, (PyErr_SetObject(PyExc_ValueError, op), 0));
    PyErr_SetObject(PyExc_ValueError, op);
    CALL("clear it", op, (PyErr_Clear(), PyErr_Occurred() == NULL));
    CALL("restore", op, (PyErr_Restore(Py_NewRef(PyExc_ValueError), op, NULL), 0));
    PyErr_Restore(Py_NewRef(PyExc_ValueError), Py_NewRef(op), NULL);
    CALL("fetch", op, (PyErr_Fetch(&type, &value, &traceback), value == op && traceback == NULL));
    Py_DECREF(type);
    CALL("... and drop", op, (Py_DECREF(value), 0));
    PyErr_SetString(PyExc_KeyError, "text");
    PyErr_Fetch(&type, &value, &traceback);
    printf("fetched value: %s", Py_TYPE(value)->tp_name);
    PyErr_NormalizeException(&type, &value, &traceback);
    printf(", normalised: %s\n", Py_TYPE(value)->tp_name);
    MAKE("no memory", op, PyErr_NoMemory());
    MAKE("format", op, PyErr_Format(PyExc_TypeError, "%d", 1));
    CALL("int of None", op, PyLong_AsLong(Py_None));
    CALL("length of None", op, PyObject_Size(Py_None));
}

static void chained(void)
{
    PyObject *op = held(PyObject_CallNoArgs(PyExc_ValueError));
    PyObject *why = held(PyObject_CallNoArgs(PyExc_KeyError));
    PyObject *type, *value, *traceback;

    CALL("set cause", why, (PyException_SetCause(op, why), 0));
    MAKE("get cause", why, PyException_GetCause(op));
    CALL("set no cause", why, (PyException_SetCause(op, NULL), 0));
    CALL("set context", why, (PyException_SetContext(op, why), 0));
    MAKE("get context", why, PyException_GetContext(op));
    CALL("set no context", why, (PyException_SetContext(op, NULL), 0));
    CALL("handle", why, (PyErr_SetExcInfo(NULL, why, NULL), 0));
    CALL("what is handled", why, (PyErr_GetExcInfo(&type, &value, &traceback), value == why));
    CALL("handle nothing", why, (PyErr_SetExcInfo(NULL, NULL, NULL), 0));
}

/* ---- building and parsing */

static void build(void)
{
    PyObject *op = thing();

    MAKE("O", op, Py_BuildValue("O", op));
    MAKE("(N)", op, Py_BuildValue("(N)", op));
    MAKE("(NO), the second NULL", op, Py_BuildValue("(NO)", op, NULL));
    MAKE("(ON), the first NULL", op, Py_BuildValue("(ON)", NULL, op));
    MAKE("[OO]", op, Py_BuildValue("[OO]", op, op));
}

static int convert(PyObject *op, void *to)
{
    printf("  converts %s, has %s\n", op == NULL ? "nothing" : "an object",
           *(PyObject **)to == NULL ? "nothing" : "an object");
    if (op == NULL)
        Py_CLEAR(*(PyObject **)to);
    else
        *(PyObject **)to = Py_NewRef(op);
    return op == NULL ? 1 : Py_CLEANUP_SUPPORTED;
}

static PyObject *and_none(PyObject *op)
{
    return PyTuple_Pack(2, op, Py_None);
}

/* The second argument is wrong: what the first has got is taken back. */
static void parse(void)
{
    PyObject *op = PyLong_FromLong(54321), *blob = bytes("blob"), *word = text("word"), *to = NULL;
    Py_buffer view = {NULL, NULL, 0, 0, 0, 0, NULL, NULL, NULL, NULL, NULL};
    char *encoded = NULL;
    int i;

    CALL("O& and a wrong int", op, PyArg_ParseTuple(and_none(op), "O&i", convert, &to, &i));
    CALL("y* and a wrong int", blob, PyArg_ParseTuple(and_none(blob), "y*i", &view, &i));
    CALL("es and a wrong int", word, PyArg_ParseTuple(and_none(word), "esi", "utf-8", &encoded, &i));
    printf("... leave %s and %s\n", to == NULL ? "NULL" : "an object", encoded == NULL ? "NULL" : "text");
    to = NULL;
    CALL("path", word, PyUnicode_FSConverter(word, &to) == Py_CLEANUP_SUPPORTED);
    CALL("... undone", word, PyUnicode_FSConverter(NULL, &to));
    printf("... leaves %s\n", to == NULL ? "NULL" : "an object");
}

/* ---- objects, types, calls */

typedef struct {
    PyObject_HEAD
    void *unused;
} box;

static int box_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    return 0;
}

static void box_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    PyObject_GC_UnTrack(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyType_Slot box_slots[] = {{Py_tp_traverse, box_traverse}, {Py_tp_dealloc, box_dealloc}, {0, NULL}};
static PyType_Spec box_spec = {"own.box", sizeof(box), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, box_slots};

static void instances(void)
{
    PyObject *type = PyType_FromSpec(&box_spec), *op = NULL;
    char *memory = PyMem_Calloc(1, 16 + sizeof(box)); /* 16: two words of the collector */

    MAKE("alloc", type, op = PyType_GenericAlloc((PyTypeObject *)type, 0));
    CALL("... is tracked", type, PyObject_GC_IsTracked(op));
    CALL("... and dies", type, (Py_DECREF(op), 0));
    MAKE("new", type, op = (PyObject *)PyObject_GC_New(box, (PyTypeObject *)type));
    CALL("... is tracked", type, PyObject_GC_IsTracked(op));
    op = (PyObject *)(memory + 16);
    MAKE("init of a heap type", type, PyObject_Init(op, (PyTypeObject *)type));
    CALL("... has one reference", op, Py_REFCNT(op));
    MAKE("init of a static type", (PyObject *)&PyFloat_Type, PyObject_Init(op, &PyFloat_Type));
}

static void calls(void)
{
    PyObject *op = thing(), *pair = PyTuple_Pack(2, op, op), *list = PyList_New(0);
    PyObject *empty = PyTuple_New(0);

    MAKE("call without arguments", op, PyObject_CallFunctionObjArgs((PyObject *)&PyList_Type, NULL));
    MAKE("call with a list", list, PyObject_CallFunction((PyObject *)&PyTuple_Type, "O", list));
    MAKE("call with a pair, spread", pair, PyObject_CallFunction((PyObject *)&PyList_Type, "O", pair));
    MAKE("call of what is not callable", op, PyObject_CallNoArgs(op));
    MAKE("call with a tuple", empty, PyObject_CallObject((PyObject *)&PyDict_Type, empty));
    MAKE("slice", op, PySlice_New(op, NULL, NULL));
    MAKE("method", op, PyMethod_New((PyObject *)&PyType_Type, op));
    MAKE("C function", op, PyCFunction_New(PyList_Type.tp_methods, op));
    MAKE("capsule", op, PyCapsule_New(op, "own", NULL));
    MAKE("compare", op, PyObject_RichCompare(op, op, Py_EQ));
    CALL("compare with itself", op, PyObject_RichCompareBool(op, op, Py_NE));
}

static void views(void)
{
    PyObject *op = thing(), *blob = bytes("blob"), *cell = PyCell_New(NULL);
    PyObject *iter = PyObject_GetIter(PyList_New(0));
    Py_buffer view;

    CALL("buffer", blob, PyObject_GetBuffer(blob, &view, PyBUF_SIMPLE));
    CALL("... released", blob, (PyBuffer_Release(&view), view.obj == NULL));
    CALL("cell set", op, PyCell_Set(cell, op));
    MAKE("cell get", op, PyCell_Get(cell));
    CALL("cell set by macro", op, (PyCell_SET(PyCell_New(NULL), op), 0));
    MAKE("iterator of an iterator", iter, PyObject_GetIter(iter));
    MAKE("next at the end", iter, PyIter_Next(iter));
}

static void weak(void)
{
    PyObject *type = PyErr_NewException("own.E", NULL, NULL), *op = PyObject_CallNoArgs(type);
    PyObject *ref = PyWeakref_NewRef(op, NULL);

    MAKE("weak reference again", ref, PyWeakref_NewRef(op, NULL));
    MAKE("what it refers to", op, PyWeakref_GetObject(ref));
    Py_DECREF(op);
    printf("... when it is dead: %s\n", PyWeakref_GetObject(ref) == Py_None ? "None" : "an object");
}

static void the_rest(void)
{
    PyObject *op = thing(), *variable = PyContextVar_New("own", NULL), *value = op, *kept;

    CALL("context variable, not set", op, PyContextVar_Get(variable, NULL, &value));
    printf("... gives %s\n", value == NULL ? "NULL" : "an object");
    CALL("context variable, a default", op, PyContextVar_Get(variable, op, &value));
    kept = PySys_GetObject("path");
    MAKE("lent by sys", kept, PySys_GetObject("path"));
    kept = PyImport_AddModule("own_module");
    MAKE("lent by the modules", kept, PyImport_AddModule("own_module"));
    kept = PyImport_ImportModule("sys");
    MAKE("imported", kept, PyImport_ImportModule("sys"));
    kept = PyThreadState_GetDict();
    MAKE("lent by the thread", kept, PyThreadState_GetDict());
}

int main(void)
{
    start_python();
    lists();
    tuples();
    dicts();
    sets();
    modules();
    left_sides();
    interning();
    pending();
    chained();
    build();
    parse();
    instances();
    calls();
    views();
    weak();
    the_rest();
    return 0;
}
