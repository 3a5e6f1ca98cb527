/* Formats of arguments and values, modules, exceptions and frames of C code: the same lines from CPython
 * and from the model. Counts are differences, exceptions are their types. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdio.h>
#include <structmember.h>

static const char *error(void)
{
    static char name[64];
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    snprintf(name, sizeof name, "%s", type != NULL ? ((PyTypeObject *)type)->tp_name : "-");
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return name;
}

/* ---- PyArg_ParseTuple: one line a format and value */

static void parse_int(const char *format, PyObject *v)
{
    PyObject *args = PyTuple_Pack(1, v);
    Py_ssize_t before = Py_REFCNT(v);
    long long out = 0;
    int ok = PyArg_ParseTuple(args, format, &out);

    printf("parse %s: %d %lld %+zd %s\n", format, ok, ok ? out : 0, Py_REFCNT(v) - before, error());
    Py_DECREF(args);
}

static void parse_numbers(void)
{
    static const char *const formats[] = {"b", "B", "h", "H", "i", "I", "l", "k", "L", "K", "n", "p"};
    PyObject *values[] = {PyLong_FromLong(7), PyLong_FromLong(-1), PyLong_FromLong(70000),
                          PyLong_FromLongLong(1LL << 40), PyFloat_FromDouble(1.5), Py_NewRef(Py_None)};

    for (size_t i = 0; i < Py_ARRAY_LENGTH(formats); i++)
        for (size_t j = 0; j < Py_ARRAY_LENGTH(values); j++)
            parse_int(formats[i], values[j]);
    for (size_t j = 0; j < Py_ARRAY_LENGTH(values); j++)
        Py_DECREF(values[j]);
}

static void parse_texts(void)
{
    static const char *const formats[] = {"s", "z", "y", "s#", "z#", "y#"};
    PyObject *values[] = {PyUnicode_FromString("text"), PyBytes_FromString("bytes"),
                          PyUnicode_FromStringAndSize("a\0b", 3), Py_NewRef(Py_None), PyLong_FromLong(1)};

    for (size_t i = 0; i < Py_ARRAY_LENGTH(formats); i++)
        for (size_t j = 0; j < Py_ARRAY_LENGTH(values); j++) {
            PyObject *args = PyTuple_Pack(1, values[j]);
            const char *text = NULL;
            Py_ssize_t size = -1;
            int ok = PyArg_ParseTuple(args, formats[i], &text, &size);

            printf("parse %s %zu: %d %s %zd %s\n", formats[i], j, ok, ok && text ? text : "-",
                   ok ? size : 0, error());
            Py_DECREF(args);
        }
    for (size_t j = 0; j < Py_ARRAY_LENGTH(values); j++)
        Py_DECREF(values[j]);
}

static void parse_counts(void)
{
    static char *names[] = {"a", "b", "c", NULL};
    static const char *const formats[] = {"OOO", "O|OO", "O|O$O", "|OOO"};
    PyObject *o = PyList_New(0);

    for (size_t i = 0; i < Py_ARRAY_LENGTH(formats); i++)
        for (int n = 0; n <= 4; n++)
            for (int k = 0; k <= 2; k++) {
                PyObject *args = PyTuple_New(n), *kwargs = PyDict_New(), *a = NULL, *b = NULL, *c = NULL;
                int ok;

                for (int j = 0; j < n; j++)
                    PyTuple_SET_ITEM(args, j, Py_NewRef(o));
                if (k > 0)
                    PyDict_SetItemString(kwargs, k == 1 ? "c" : "d", o);
                ok = PyArg_ParseTupleAndKeywords(args, kwargs, formats[i], names, &a, &b, &c);
                printf("keywords %s %d %d: %d %d%d%d %s\n", formats[i], n, k, ok, ok && a, ok && b,
                       ok && c, error());
                Py_DECREF(args);
                Py_DECREF(kwargs);
            }
    Py_DECREF(o);
}

static int convert(PyObject *op, void *out)
{
    if (op == NULL) {
        printf("convert: undone\n");
        Py_CLEAR(*(PyObject **)out);
        return 1;
    }
    *(PyObject **)out = Py_NewRef(op);
    return Py_CLEANUP_SUPPORTED;
}

static void parse_nested(void)
{
    PyObject *o = PyList_New(0), *args = Py_BuildValue("(O(iO)s)", o, 3, o, "end"), *x = NULL, *y = NULL;
    const char *text = NULL;
    int i = 0, ok = PyArg_ParseTuple(args, "O(iO)s:name", &x, &i, &y, &text);

    printf("nested: %d %d %d %d %s %s\n", ok, x == o, i, y == o, text ? text : "-", error());
    ok = PyArg_ParseTuple(args, "O&(ii)s", convert, &x, &i, &i, &text);
    printf("nested failing: %d %d %+zd %s\n", ok, x == NULL, Py_REFCNT(o), error());
    ok = PyArg_UnpackTuple(args, "name", 2, 3, &x, &y, &x);
    printf("unpack: %d %s\n", ok, error());
    ok = PyArg_UnpackTuple(args, "name", 4, 5, &x, &y, &x, &y, &x);
    printf("unpack: %d %s\n", ok, error());
    Py_DECREF(args);
    Py_DECREF(o);
}

/* ---- Py_BuildValue */

static void show(const char *what, PyObject *v)
{
    PyObject *text = v != NULL ? PyObject_Repr(v) : NULL;

    printf("%s: %s %s\n", what, text != NULL ? PyUnicode_AsUTF8(text) : "NULL", error());
    Py_XDECREF(text);
    Py_XDECREF(v);
}

static void build(void)
{
    PyObject *o = PyList_New(0);

    show("()", Py_BuildValue("()"));
    show("", Py_BuildValue(""));
    show("i", Py_BuildValue("i", 1));
    show("ii", Py_BuildValue("ii", 1, 2));
    show("(i)", Py_BuildValue("(i)", 1));
    show("[ii]", Py_BuildValue("[ii]", 1, 2));
    show("{s:i,s:O}", Py_BuildValue("{s:i,s:O}", "a", 1, "b", o));
    show("s#", Py_BuildValue("s#", "abcdef", (Py_ssize_t)3));
    show("y#", Py_BuildValue("y#", "abcdef", (Py_ssize_t)3));
    show("sz", Py_BuildValue("sz", "a", NULL));
    show("bBhHiIlkLKn", Py_BuildValue("bBhHiIlkLKn", 1, 2, 3, 4, 5, 6u, 7L, 8UL, 9LL, 10ULL, (Py_ssize_t)11));
    show("dfcC", Py_BuildValue("dfcC", 1.5, 2.5, 'x', 0xe9));
    show("((i)[i]{})", Py_BuildValue("((i)[i]{})", 1, 2));
    Py_INCREF(o);
    show("(ON)", Py_BuildValue("(ON)", NULL, o));
    Py_INCREF(o);
    show("(NO)", Py_BuildValue("(NO)", o, NULL));
    show("(i", Py_BuildValue("(i", 1));
    printf("build: %+zd\n", Py_REFCNT(o) - 1);
    Py_DECREF(o);
}

/* ---- modules: both phases, state, functions by every flag */

static PyObject *noargs(PyObject *self, PyObject *unused)
{
    return PyLong_FromLong(unused == NULL && PyModule_Check(self));
}

static PyObject *one(PyObject *self, PyObject *arg)
{
    (void)self;
    return Py_NewRef(arg);
}

static PyObject *fast(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    (void)self;
    return n > 0 ? Py_NewRef(args[n - 1]) : PyLong_FromLong(0);
}

static PyObject *keywords(PyObject *self, PyObject *args, PyObject *kwargs)
{
    (void)self;
    return Py_BuildValue("nn", PyTuple_GET_SIZE(args), kwargs != NULL ? PyDict_Size(kwargs) : -1);
}

static PyObject *wrong(PyObject *self, PyObject *arg)
{
    (void)self;
    (void)arg;
    return NULL;
}

static int execute(PyObject *m)
{
    *(long *)PyModule_GetState(m) = 42;
    return PyModule_AddIntConstant(m, "x", 1);
}

static PyMethodDef functions[] = {
    {"noargs", noargs, METH_NOARGS, NULL},
    {"one", one, METH_O, NULL},
    {"fast", (PyCFunction)(void (*)(void))fast, METH_FASTCALL, NULL},
    {"keywords", (PyCFunction)(void (*)(void))keywords, METH_VARARGS | METH_KEYWORDS, NULL},
    {"wrong", wrong, METH_O, NULL},
    {NULL, NULL, 0, NULL}};
static PyModuleDef_Slot slots[] = {{Py_mod_exec, execute}, {0, NULL}};
static PyModuleDef def = {PyModuleDef_HEAD_INIT, "twophase", "doc", sizeof(long), functions, slots,
                          NULL, NULL, NULL};
static PyModuleDef single = {PyModuleDef_HEAD_INIT, "onephase", NULL, -1, functions, NULL, NULL, NULL,
                             NULL};

static void modules(void)
{
    PyObject *spec = PyModule_New("spec"), *m, *o = PyList_New(0), *twice;

    PyModule_AddStringConstant(spec, "name", "twophase");
    m = PyModule_FromDefAndSpec(&def, spec);
    printf("module: %d state %d", m != NULL, PyModule_GetState(m) != NULL);
    printf(" exec %d", PyModule_ExecDef(m, &def));
    printf(" state %ld %s\n", *(long *)PyModule_GetState(m), error());
    show("noargs", PyObject_CallMethod(m, "noargs", NULL));
    show("noargs(1)", PyObject_CallMethod(m, "noargs", "i", 1));
    show("one(7)", PyObject_CallMethod(m, "one", "i", 7));
    show("one()", PyObject_CallMethod(m, "one", NULL));
    show("fast(1,2)", PyObject_CallMethod(m, "fast", "ii", 1, 2));
    show("keywords(1,2)", PyObject_CallMethod(m, "keywords", "ii", 1, 2));
    show("wrong(1)", PyObject_CallMethod(m, "wrong", "i", 1));
    show("missing", PyObject_CallMethod(m, "missing", NULL));
    show("one(list)", PyObject_CallMethod(m, "one", "O", o));
    printf("kept: %+zd\n", Py_REFCNT(o) - 1);
    twice = PyModule_Create(&single);
    show("onephase", PyObject_CallMethod(twice, "one", "s", "again"));
    printf("find: %d\n", PyState_FindModule(&single) != NULL);
    Py_DECREF(twice);
    Py_DECREF(m);
    Py_DECREF(spec);
    Py_DECREF(o);
}

/* ---- exceptions */

static void exceptions(void)
{
    PyObject *E = PyErr_NewException("m.E", PyExc_ValueError, NULL), *type, *value, *traceback;
    PyObject *op = PyObject_CallFunction(E, "si", "text", 1), *args;

    printf("subclass: %d\n", PyErr_GivenExceptionMatches(E, PyExc_ValueError));
    args = PyObject_GetAttrString(op, "args");
    show("args", args);
    PyErr_SetObject(E, op);
    printf("matches: %d %d\n", PyErr_ExceptionMatches(PyExc_ValueError), PyErr_ExceptionMatches(PyExc_KeyError));
    PyErr_Fetch(&type, &value, &traceback);
    printf("same: %d %+zd\n", value == op, Py_REFCNT(op) - 1);
    PyErr_Restore(type, value, traceback);
    PyErr_Clear();
    PyErr_SetExcInfo(NULL, Py_NewRef(op), NULL);
    PyErr_SetString(PyExc_KeyError, "k");
    PyErr_Fetch(&type, &value, &traceback);
    printf("context: %d\n", PyExceptionInstance_Check(value) && PyException_GetContext(value) == op);
    Py_DECREF(op);
    PyErr_Restore(type, value, traceback);
    PyErr_Clear();
    PyErr_SetExcInfo(NULL, NULL, NULL);
    printf("set attribute: %d", PyObject_SetAttrString(op, "extra", Py_None));
    printf(" has %d\n", PyObject_HasAttrString(op, "extra"));
    errno = 2;
    PyErr_SetFromErrnoWithFilename(PyExc_OSError, "name");
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    show("errno", PyObject_GetAttrString(value, "errno"));
    show("filename", PyObject_GetAttrString(value, "filename"));
    Py_DECREF(type);
    Py_DECREF(value);
    Py_XDECREF(traceback);
    Py_DECREF(op);
    Py_DECREF(E);
}

/* ---- members and properties of a type */

typedef struct {
    PyObject_HEAD
    PyObject *object, *checked;
    int number;
    char flag;
} thing;

static PyObject *get_twice(PyObject *op, void *closure)
{
    (void)closure;
    return PyLong_FromLong(2 * ((thing *)op)->number);
}

static PyObject *thing_class(PyObject *cls, PyObject *unused)
{
    (void)unused;
    return PyBool_FromLong(PyType_Check(cls));
}

static void thing_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    Py_XDECREF(((thing *)op)->object);
    Py_XDECREF(((thing *)op)->checked);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyMemberDef members[] = {{"object", T_OBJECT, offsetof(thing, object), 0, NULL},
                                {"checked", T_OBJECT_EX, offsetof(thing, checked), 0, NULL},
                                {"number", T_INT, offsetof(thing, number), 0, NULL},
                                {"fixed", T_INT, offsetof(thing, number), READONLY, NULL},
                                {"flag", T_BOOL, offsetof(thing, flag), 0, NULL},
                                {NULL, 0, 0, 0, NULL}};
static PyGetSetDef getset[] = {{"twice", get_twice, NULL, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};
static PyMethodDef methods[] = {{"one", one, METH_O, NULL},
                                {"cls", thing_class, METH_NOARGS | METH_CLASS, NULL},
                                {"still", one, METH_O | METH_STATIC, NULL},
                                {NULL, NULL, 0, NULL}};
static PyType_Slot thing_slots[] = {{Py_tp_members, members}, {Py_tp_getset, getset},
                                    {Py_tp_methods, methods}, {Py_tp_dealloc, thing_dealloc}, {0, NULL}};
static PyType_Spec thing_spec = {"m.thing", sizeof(thing), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
                                 thing_slots};

static void set(PyObject *op, const char *name, PyObject *v)
{
    int rc = PyObject_SetAttrString(op, name, v);

    printf("set %s: %d %s\n", name, rc, error());
    show(name, PyObject_GetAttrString(op, name));
}

static void attributes(void)
{
    static const char *const names[] = {"object", "checked", "number", "fixed", "flag", "twice", "none"};
    PyObject *type = PyType_FromSpec(&thing_spec), *op = PyObject_CallNoArgs(type);
    PyObject *values[] = {PyLong_FromLong(5), Py_NewRef(Py_True), PyUnicode_FromString("s"), NULL};

    for (size_t i = 0; i < Py_ARRAY_LENGTH(names); i++) {
        show(names[i], PyObject_GetAttrString(op, names[i]));
        for (size_t j = 0; j < Py_ARRAY_LENGTH(values); j++)
            set(op, names[i], values[j]);
    }
    show("method", PyObject_CallMethod(op, "one", "i", 3));
    show("class", PyObject_CallMethod(op, "cls", NULL));
    show("class of type", PyObject_CallMethod(type, "cls", NULL));
    show("static", PyObject_CallMethod(op, "still", "i", 4));
    for (size_t j = 0; j < Py_ARRAY_LENGTH(values); j++)
        Py_XDECREF(values[j]);
    printf("type: %d\n", Py_TYPE(op) == (PyTypeObject *)type);
    Py_DECREF(op);
    Py_DECREF(type);
}

int main(void)
{
    PyConfig config;

    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    parse_numbers();
    parse_texts();
    parse_counts();
    parse_nested();
    build();
    modules();
    exceptions();
    attributes();
    return 0;
}
