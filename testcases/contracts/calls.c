/* Calling, and reading and building arguments. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

PyObject *call_in_many_ways(PyObject *f, PyObject *a)
{
    PyObject *r = PyObject_CallNoArgs(f);
    if (r == NULL)
        return NULL;
    Py_DECREF(r);
    r = PyObject_CallOneArg(f, a);
    if (r == NULL)
        return NULL;
    Py_DECREF(r);
    r = PyObject_CallFunctionObjArgs(f, a, a, NULL);
    if (r == NULL)
        return NULL;
    Py_DECREF(r);
    r = PyObject_CallMethodObjArgs(f, a, a, NULL);
    if (r == NULL)
        return NULL;
    Py_DECREF(r);
    r = PyObject_CallFunction(f, "Oi", a, 1);
    if (r == NULL)
        return NULL;
    Py_DECREF(r);
    r = PyObject_CallMethod(f, "run", "(s)", "x");
    if (r == NULL)
        return NULL;
    Py_DECREF(r);
    return PyObject_CallObject(f, NULL);
}

PyObject *call_with_tuple(PyObject *f, PyObject *a)
{
    PyObject *args = PyTuple_Pack(1, a);
    if (args == NULL)
        return NULL;
    PyObject *r = PyObject_Call(f, args, NULL);
    Py_DECREF(args);
    return r;
}

PyObject *call_with_vector(PyObject *f, PyObject *a, PyObject *b)
{
    PyObject *stack[3] = {NULL, a, b};
    return PyObject_Vectorcall(f, stack + 1, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, NULL);
}

PyObject *vector_of(PyObject *f, size_t n)
{
    if (PyVectorcall_Function(f) == NULL)
        Py_RETURN_NONE;
    return PyLong_FromSsize_t(PyVectorcall_NARGS(n));
}

PyObject *read_tuple(PyObject *self, PyObject *args)
{
    PyObject *a, *b = NULL;
    if (!PyArg_ParseTuple(args, "O|O!:read_tuple", &a, &PyList_Type, &b))
        return NULL;
    return Py_NewRef(b ? b : a);
}

PyObject *read_keywords(PyObject *self, PyObject *args, PyObject *kw)
{
    static char *names[] = {"value", "text", NULL};
    PyObject *value;
    const char *text = NULL;
    Py_ssize_t n = 0;
    if (kw != NULL && !PyArg_ValidateKeywordArguments(kw))
        return NULL;
    if (!PyArg_ParseTupleAndKeywords(args, kw, "O|z#", names, &value, &text, &n))
        return NULL;
    return Py_BuildValue("(Oy#)", value, text, n);
}

PyObject *unpack(PyObject *self, PyObject *args)
{
    PyObject *a = NULL, *b = NULL;
    if (!PyArg_UnpackTuple(args, "unpack", 1, 2, &a, &b))
        return NULL;
    return Py_NewRef(b ? b : a);
}

PyObject *build_gives_its_reference_away(void)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    return Py_BuildValue("(iN)", 1, list);
}

PyObject *build_keeps(void)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    PyObject *pair = Py_BuildValue("(OO)", list, Py_None);
    Py_DECREF(list);
    return pair;
}

PyObject *build_keeps_and_leaks(void)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    PyObject *pair = Py_BuildValue("(Oi)", list, 1);
    return pair;                             // expect: RW102 'list'
}

static PyObject *noop(PyObject *self, PyObject *ignored)
{
    Py_RETURN_NONE;
}

static PyMethodDef noop_def = {"noop", noop, METH_NOARGS, NULL};

PyObject *make_functions(PyObject *self, PyObject *module)
{
    PyObject *function = PyCFunction_NewEx(&noop_def, self, module);
    if (function == NULL)
        return NULL;
    PyObject *method = PyMethod_New(function, self);
    Py_DECREF(function);
    if (method == NULL)
        return NULL;
    function = PyMethod_GET_FUNCTION(method);
    if (PyCFunction_Check(function) && PyCFunction_GetSelf(function) == PyMethod_GET_SELF(method) &&
        PyCFunction_GET_SELF(function) != NULL)
        PySys_WriteStdout("%s\n", noop_def.ml_name);
    return method;
}

PyObject *parts_of_function(PyObject *f)
{
    PyObject *code = PyFunction_GetCode(f);
    if (code == NULL)
        return NULL;
    if (PyFunction_SetDefaults(f, Py_None) < 0)
        return NULL;
    return Py_NewRef(code);
}

PyObject *second_of(PyObject *self, PyObject *const *args, Py_ssize_t nargs)
{
    PyObject *a, *b;
    (void)self;
    if (!_PyArg_ParseStack(args, nargs, "OO:second_of", &a, &b))
        return NULL;
    return Py_NewRef(b);
}
