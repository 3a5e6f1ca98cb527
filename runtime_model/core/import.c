/* Import: a module comes from sys.modules, or from an init function that the program registered, or
 * is one of those that C code asks for: sys, builtins, gc and datetime. There is no search on disk.
 */
#include "core_int.h"

/* ---- gc, as far as programs steer the collector through it */

static PyObject *gc_collect(PyObject *self, PyObject *args)
{
    int generation = RM_GENERATIONS - 1;

    (void)self;
    if (!PyArg_ParseTuple(args, "|i", &generation))
        return NULL;
    if (generation < 0 || generation >= RM_GENERATIONS)
        return PyErr_Format(PyExc_ValueError, "invalid generation");
    return PyLong_FromLong(rm_gc_collect(rm_now, generation));
}

static PyObject *gc_get_count(PyObject *self, PyObject *unused)
{
    rm_generation *g = rm_now->gc.generations;

    (void)self;
    (void)unused;
    return Py_BuildValue("(iii)", g[0].count, g[1].count, g[2].count);
}

static PyObject *gc_set_threshold(PyObject *self, PyObject *args)
{
    int t[RM_GENERATIONS];

    (void)self;
    for (int i = 0; i < RM_GENERATIONS; i++)
        t[i] = rm_gc_threshold(rm_now, i);
    if (!PyArg_ParseTuple(args, "i|ii", &t[0], &t[1], &t[2]))
        return NULL;
    for (int i = 0; i < RM_GENERATIONS; i++)
        rm_gc_set_threshold(rm_now, i, t[i]);
    Py_RETURN_NONE;
}

static PyObject *gc_enable(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    PyGC_Enable();
    Py_RETURN_NONE;
}

static PyObject *gc_disable(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    PyGC_Disable();
    Py_RETURN_NONE;
}

static PyObject *gc_isenabled(PyObject *self, PyObject *unused)
{
    (void)self;
    (void)unused;
    return PyBool_FromLong(PyGC_IsEnabled());
}

static PyObject *gc_is_tracked(PyObject *self, PyObject *op)
{
    (void)self;
    return PyBool_FromLong(PyObject_GC_IsTracked(op));
}

static PyMethodDef gc_functions[] = {{"collect", gc_collect, METH_VARARGS, NULL},
                                     {"get_count", gc_get_count, METH_NOARGS, NULL},
                                     {"set_threshold", gc_set_threshold, METH_VARARGS, NULL},
                                     {"enable", gc_enable, METH_NOARGS, NULL},
                                     {"disable", gc_disable, METH_NOARGS, NULL},
                                     {"isenabled", gc_isenabled, METH_NOARGS, NULL},
                                     {"is_tracked", gc_is_tracked, METH_O, NULL},
                                     {NULL, NULL, 0, NULL}};

static PyObject *own_list(rm_runtime *rt, PyObject **slot)
{
    (void)rt;
    if (*slot == NULL) {
        *slot = PyList_New(0);
        if (*slot != NULL)
            RM_STORED(rt, *slot);
    }
    return *slot;
}

static PyObject *make_gc(rm_runtime *rt)
{
    static PyModuleDef def = {PyModuleDef_HEAD_INIT, "gc", NULL, -1, gc_functions, NULL, NULL, NULL, NULL};
    PyObject *m = PyModule_Create(&def);

    if (m == NULL)
        return NULL;
    if (own_list(rt, &rt->gc.callbacks) == NULL || own_list(rt, &rt->gc.garbage) == NULL ||
        PyModule_AddObjectRef(m, "callbacks", rt->gc.callbacks) < 0 ||
        PyModule_AddObjectRef(m, "garbage", rt->gc.garbage) < 0)
        Py_CLEAR(m);
    return m;
}

static void call_back(PyObject *callback, rm_gc_phase phase, int generation, const rm_gc_stats *found)
{
    PyObject *result = PyObject_CallFunction(
        callback, "s{s:i,s:n,s:n}", phase == RM_GC_START ? "start" : "stop", "generation", generation,
        "collected", (Py_ssize_t)found->collected, "uncollectable", (Py_ssize_t)found->uncollectable);

    if (result == NULL)
        PyErr_WriteUnraisable(callback);
    Py_XDECREF(result);
}

/* The list may change while its callbacks run. */
void rm_gc_call_back(rm_runtime *rt, rm_gc_phase phase, int generation, const rm_gc_stats *found)
{
    for (Py_ssize_t i = 0; rt->gc.callbacks != NULL && i < PyList_GET_SIZE(rt->gc.callbacks); i++) {
        PyObject *callback = Py_NewRef(PyList_GET_ITEM(rt->gc.callbacks, i));

        call_back(callback, phase, generation, found);
        Py_DECREF(callback);
    }
}

/* ---- sys: a module whose dict is made on first use */

static int set_new(const char *name, PyObject *v)
{
    int rc = v != NULL ? PyDict_SetItemString(rm_now->import.sys, name, v) : -1;

    Py_XDECREF(v);
    return rc;
}

static int make_sys(rm_runtime *rt)
{
    PyObject *m;

    if (rt->import.sys != NULL)
        return 0;
    m = PyModule_New("sys");
    if (m == NULL)
        return -1;
    rt->import.sys = Py_NewRef(PyModule_GetDict(m));
    RM_STORED(rt, rt->import.sys);
    rt->import.modules = PyDict_New();
    if (rt->import.modules != NULL)
        RM_STORED(rt, rt->import.modules);
    if (rt->import.modules == NULL || PyDict_SetItemString(rt->import.modules, "sys", m) < 0 ||
        PyDict_SetItemString(rt->import.sys, "modules", rt->import.modules) < 0 ||
        set_new("path", PyList_New(0)) < 0 || set_new("argv", PyList_New(0)) < 0 ||
        set_new("version", PyUnicode_FromString(PY_VERSION)) < 0 ||
        set_new("maxsize", PyLong_FromSsize_t(PY_SSIZE_T_MAX)) < 0) {
        RM_CLEAR_IN(rt, rt->import.sys);
        RM_CLEAR_IN(rt, rt->import.modules);
        Py_DECREF(m);
        return -1;
    }
    Py_DECREF(m);
    return 0;
}

PyObject *PySys_GetObject(const char *name)
{
    PyObject *type, *value, *traceback, *found = NULL;

    PyErr_Fetch(&type, &value, &traceback);
    if (make_sys(rm_now) == 0)
        found = PyDict_GetItemString(rm_now->import.sys, name);
    PyErr_Restore(type, value, traceback);
    return found;
}

int PySys_SetObject(const char *name, PyObject *v)
{
    if (make_sys(rm_now) < 0)
        return -1;
    if (v != NULL)
        return PyDict_SetItemString(rm_now->import.sys, name, v);
    return PyDict_GetItemString(rm_now->import.sys, name) == NULL
               ? 0
               : PyDict_DelItemString(rm_now->import.sys, name);
}

#define WRITER(name, file)                                 \
    void name(const char *format, ...)                     \
    {                                                      \
        va_list va;                                        \
                                                           \
        va_start(va, format);                              \
        vfprintf(file, format, va);                        \
        va_end(va);                                        \
    }
WRITER(PySys_WriteStdout, stdout)
WRITER(PySys_WriteStderr, stderr)
WRITER(PySys_FormatStderr, stderr)

/* ---- modules by name */

PyObject *PyImport_GetModuleDict(void)
{
    return make_sys(rm_now) == 0 ? rm_now->import.modules : NULL;
}

PyObject *PyImport_GetModule(PyObject *name)
{
    PyObject *modules = PyImport_GetModuleDict();

    return modules != NULL ? Py_XNewRef(PyDict_GetItemWithError(modules, name)) : NULL;
}

PyObject *PyImport_AddModuleObject(PyObject *name)
{
    PyObject *modules = PyImport_GetModuleDict(), *m;

    if (modules == NULL)
        return NULL;
    m = PyDict_GetItemWithError(modules, name);
    if (m != NULL || PyErr_Occurred())
        return m;
    m = PyUnicode_CompareWithASCIIString(name, "builtins") == 0 ? rm_make_builtins() : PyModule_NewObject(name);
    if (m != NULL && PyDict_SetItem(modules, name, m) < 0)
        Py_CLEAR(m);
    Py_XDECREF(m); /* sys.modules keeps it */
    return m;
}

PyObject *PyImport_AddModule(const char *name)
{
    PyObject *text = PyUnicode_FromString(name), *m = text != NULL ? PyImport_AddModuleObject(text) : NULL;

    Py_XDECREF(text);
    return m;
}

int PyImport_AppendInittab(const char *name, PyObject *(*init)(void))
{
    rm_runtime *rt = rm_now;
    struct _inittab *grown =
        rm_realloc(rt->alloc, RM_DOMAIN_RAW, rt->import.inittab, (rt->import.ninittab + 1) * sizeof *grown);

    if (grown == NULL)
        return -1;
    rt->import.inittab = grown;
    grown[rt->import.ninittab++] = (struct _inittab){name, init};
    return 0;
}

/* The second phase needs something with a name. */
static PyObject *make_spec(const char *name)
{
    PyObject *spec = PyModule_New("spec");

    if (spec != NULL && PyModule_AddStringConstant(spec, "name", name) < 0)
        Py_CLEAR(spec);
    return spec;
}

static PyObject *second_phase(PyModuleDef *def, const char *name)
{
    PyObject *spec = make_spec(name), *m;

    m = spec != NULL ? PyModule_FromDefAndSpec(def, spec) : NULL;
    Py_XDECREF(spec);
    if (m != NULL && PyModule_ExecDef(m, def) < 0)
        Py_CLEAR(m);
    return m;
}

static PyObject *first_phase(PyObject *m)
{
    PyModuleDef *def = PyModule_Check(m) ? PyModule_GetDef(m) : NULL;

    if (def != NULL && PyState_AddModule(m, def) < 0)
        Py_CLEAR(m);
    return m;
}

/* Runs the init function as an import of that name does. New reference. */
PyObject *rm_import_init(const char *name, PyObject *(*init)(void))
{
    PyObject *m = init();

    if (m == NULL) {
        if (!PyErr_Occurred())
            PyErr_Format(PyExc_SystemError, "initialization of %s failed without raising an exception",
                         name);
        return NULL;
    }
    return Py_IS_TYPE(m, &PyModuleDef_Type) ? second_phase((PyModuleDef *)m, name) : first_phase(m);
}

static PyObject *make_module(const char *name)
{
    rm_runtime *rt = rm_now;

    if (strcmp(name, "gc") == 0)
        return make_gc(rt);
    if (strcmp(name, "builtins") == 0)
        return rm_make_builtins();
    if (strcmp(name, "datetime") == 0)
        return rm_make_datetime();
    for (size_t i = 0; i < rt->import.ninittab; i++)
        if (strcmp(rt->import.inittab[i].name, name) == 0)
            return rm_import_init(name, rt->import.inittab[i].initfunc);
    return PyErr_Format(PyExc_ModuleNotFoundError, "No module named '%s'", name);
}

PyObject *PyImport_Import(PyObject *name)
{
    PyObject *m = PyImport_GetModule(name);

    if (m != NULL || PyErr_Occurred())
        return m;
    m = PyUnicode_AsUTF8(name) != NULL ? make_module(PyUnicode_AsUTF8(name)) : NULL;
    if (m != NULL && PyDict_SetItem(rm_now->import.modules, name, m) < 0)
        Py_CLEAR(m);
    return m;
}

PyObject *PyImport_ImportModule(const char *name)
{
    PyObject *text = PyUnicode_FromString(name), *m = text != NULL ? PyImport_Import(text) : NULL;

    Py_XDECREF(text);
    return m;
}

PyObject *PyImport_ImportModuleNoBlock(const char *name)
{
    return PyImport_ImportModule(name);
}

PyObject *PyImport_ImportModuleLevelObject(PyObject *name, PyObject *globals, PyObject *locals,
                                           PyObject *fromlist, int level)
{
    (void)globals;
    (void)locals;
    (void)fromlist;
    (void)level;
    return PyImport_Import(name);
}

/* A file is what the program's module io opens; without one this is an ImportError. */
PyObject *PyFile_FromFd(int fd, const char *name, const char *mode, int buffering, const char *encoding,
                        const char *errors, const char *newline, int closefd)
{
    PyObject *io = PyImport_ImportModule("io"), *file;

    (void)name;
    if (io == NULL)
        return NULL;
    file = PyObject_CallMethod(io, "open", "isisssO", fd, mode, buffering, encoding, errors, newline,
                               closefd ? Py_True : Py_False);
    Py_DECREF(io);
    return file;
}

/* ---- the end */

void rm_import_stop(rm_runtime *rt)
{
    RM_CLEAR_IN(rt, rt->import.by_index);
    RM_CLEAR_IN(rt, rt->import.sys);
    RM_CLEAR_IN(rt, rt->import.modules);
    RM_CLEAR_IN(rt, rt->gc.callbacks);
    rm_free(rt->alloc, RM_DOMAIN_RAW, rt->import.inittab);
    rt->import.inittab = NULL;
}
