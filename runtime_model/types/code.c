/* Code objects without bytecode, the types of functions and generators, and what would run source
 * text: it says that there is no interpreter. */
#include "core_int.h"

#include "structmember.h"

static void *no_interpreter(void)
{
    PyErr_SetString(PyExc_NotImplementedError, "the model runtime does not run Python code");
    return NULL;
}

/* ---- code */

static PyObject *keep_new(PyCodeObject *code, PyObject **slot, PyObject *op)
{
    (void)code;
    *slot = op;
    if (op != NULL)
        RM_STORED(code, op);
    return op;
}

static bool set_fields(PyCodeObject *code, const char *filename, const char *name)
{
    PyObject *text = PyUnicode_InternFromString(name);

    if (keep_new(code, &code->co_name, text) == NULL)
        return false;
    keep_new(code, &code->co_qualname, Py_NewRef(text));
    return keep_new(code, &code->co_filename, PyUnicode_DecodeFSDefault(filename)) != NULL &&
           keep_new(code, &code->co_consts, PyTuple_New(0)) != NULL &&
           keep_new(code, &code->co_names, PyTuple_New(0)) != NULL &&
           keep_new(code, &code->co_localsplusnames, PyTuple_New(0)) != NULL &&
           keep_new(code, &code->co_linetable, PyBytes_FromStringAndSize(NULL, 0)) != NULL;
}

PyCodeObject *PyCode_NewEmpty(const char *filename, const char *name, int line)
{
    PyCodeObject *code = PyObject_New(PyCodeObject, &PyCode_Type);

    if (code == NULL)
        return NULL;
    memset((char *)code + sizeof(PyObject), 0, sizeof *code - sizeof(PyObject));
    code->co_flags = CO_OPTIMIZED | CO_NEWLOCALS;
    code->co_stacksize = 1;
    code->co_firstlineno = line;
    if (!set_fields(code, filename, name))
        Py_CLEAR(code);
    return code;
}

/* Without a line table every place is on the first line. */
int PyCode_Addr2Line(PyCodeObject *code, int offset)
{
    (void)offset;
    return code->co_firstlineno;
}

PyObject *PyCode_GetCode(PyCodeObject *code)
{
    (void)code;
    return PyBytes_FromStringAndSize(NULL, 0);
}

PyObject *PyCode_GetVarnames(PyCodeObject *code)
{
    return Py_NewRef(code->co_localsplusnames);
}

PyObject *PyCode_GetCellvars(PyCodeObject *code)
{
    (void)code;
    return PyTuple_New(0);
}

PyObject *PyCode_GetFreevars(PyCodeObject *code)
{
    (void)code;
    return PyTuple_New(0);
}

static void code_dealloc(PyObject *op)
{
    PyCodeObject *code = (PyCodeObject *)op;

    RM_CLEAR_IN(op, code->co_consts);
    RM_CLEAR_IN(op, code->co_names);
    RM_CLEAR_IN(op, code->co_localsplusnames);
    RM_CLEAR_IN(op, code->co_filename);
    RM_CLEAR_IN(op, code->co_name);
    RM_CLEAR_IN(op, code->co_qualname);
    RM_CLEAR_IN(op, code->co_linetable);
    if (code->co_weakreflist != NULL)
        PyObject_ClearWeakRefs(op);
    PyObject_Free(op);
}

static PyObject *code_repr(PyObject *op)
{
    PyCodeObject *code = (PyCodeObject *)op;

    return PyUnicode_FromFormat("<code object %U at %p, file \"%U\", line %d>", code->co_name, (void *)op,
                                code->co_filename, code->co_firstlineno);
}

#define OBJECT(name) {#name, T_OBJECT, offsetof(PyCodeObject, name), READONLY, NULL}
#define NUMBER(name) {#name, T_INT, offsetof(PyCodeObject, name), READONLY, NULL}
static PyMemberDef code_members[] = {OBJECT(co_consts),   OBJECT(co_names),       OBJECT(co_filename),
                                     OBJECT(co_name),     OBJECT(co_qualname),    OBJECT(co_linetable),
                                     NUMBER(co_flags),    NUMBER(co_argcount),    NUMBER(co_posonlyargcount),
                                     NUMBER(co_nlocals),  NUMBER(co_firstlineno), NUMBER(co_kwonlyargcount),
                                     NUMBER(co_stacksize), {NULL, 0, 0, 0, NULL}};

PyTypeObject PyCode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "code",
    .tp_basicsize = sizeof(PyCodeObject),
    .tp_dealloc = code_dealloc,
    .tp_repr = code_repr,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_weaklistoffset = offsetof(PyCodeObject, co_weakreflist),
    .tp_members = code_members,
};

/* ---- functions and generators: nothing here makes one */

#define WITHOUT_INSTANCES(symbol, name, size, ...)              \
    PyTypeObject symbol = {                                     \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                  \
        .tp_name = name,                                        \
        .tp_basicsize = size,                                   \
        .tp_flags = Py_TPFLAGS_DEFAULT,                         \
        __VA_ARGS__                                             \
    };
WITHOUT_INSTANCES(PyFunction_Type, "function", sizeof(PyFunctionObject),
                  .tp_dictoffset = offsetof(PyFunctionObject, func_dict),
                  .tp_weaklistoffset = offsetof(PyFunctionObject, func_weakreflist))
WITHOUT_INSTANCES(PyGen_Type, "generator", offsetof(PyGenObject, gi_iframe), .tp_itemsize = sizeof(PyObject *))
WITHOUT_INSTANCES(PyCoro_Type, "coroutine", sizeof(PyObject), )
WITHOUT_INSTANCES(PyAsyncGen_Type, "async_generator", sizeof(PyObject), )

#define FUNCTION_FIELD(name, field)                             \
    PyObject *name(PyObject *op)                                \
    {                                                           \
        if (PyFunction_Check(op))                               \
            return ((PyFunctionObject *)op)->field;             \
        PyErr_BadInternalCall();                                \
        return NULL;                                            \
    }
FUNCTION_FIELD(PyFunction_GetCode, func_code)
FUNCTION_FIELD(PyFunction_GetGlobals, func_globals)
FUNCTION_FIELD(PyFunction_GetModule, func_module)
FUNCTION_FIELD(PyFunction_GetDefaults, func_defaults)
FUNCTION_FIELD(PyFunction_GetClosure, func_closure)
FUNCTION_FIELD(PyFunction_GetAnnotations, func_annotations)

/* ---- what a generator returned travels as the value of a StopIteration */

/* A tuple or an exception as value would be taken for the arguments. */
int _PyGen_SetStopIterationValue(PyObject *value)
{
    PyObject *op;

    if (value == NULL || (!PyTuple_Check(value) && !PyExceptionInstance_Check(value))) {
        PyErr_SetObject(PyExc_StopIteration, value);
        return 0;
    }
    op = PyObject_CallOneArg(PyExc_StopIteration, value);
    if (op == NULL)
        return -1;
    PyErr_SetObject(PyExc_StopIteration, op);
    Py_DECREF(op);
    return 0;
}

/* 0: *value is a new reference, and no StopIteration is pending; -1: another exception is. */
int _PyGen_FetchStopIterationValue(PyObject **value)
{
    PyObject *type, *op, *traceback;

    *value = NULL;
    if (PyErr_ExceptionMatches(PyExc_StopIteration)) {
        PyErr_Fetch(&type, &op, &traceback);
        PyErr_NormalizeException(&type, &op, &traceback);
        if (op == NULL || !PyErr_GivenExceptionMatches(op, PyExc_StopIteration)) {
            PyErr_Restore(type, op, traceback);
            return -1;
        }
        *value = PyObject_GetAttrString(op, "value");
        Py_XDECREF(type);
        Py_XDECREF(op);
        Py_XDECREF(traceback);
        return *value != NULL ? 0 : -1;
    }
    if (PyErr_Occurred())
        return -1;
    *value = Py_NewRef(Py_None);
    return 0;
}

/* ---- source text */

PyObject *PyRun_StringFlags(const char *text, int start, PyObject *globals, PyObject *locals,
                            PyCompilerFlags *flags)
{
    (void)text;
    (void)start;
    (void)globals;
    (void)locals;
    (void)flags;
    return no_interpreter();
}

PyObject *PyRun_String(const char *text, int start, PyObject *globals, PyObject *locals)
{
    return PyRun_StringFlags(text, start, globals, locals, NULL);
}

int PyRun_SimpleString(const char *text)
{
    (void)text;
    no_interpreter();
    PyErr_Print();
    return -1;
}

PyObject *Py_CompileString(const char *text, const char *filename, int start)
{
    (void)text;
    (void)filename;
    (void)start;
    return no_interpreter();
}

PyObject *PyEval_EvalCode(PyObject *code, PyObject *globals, PyObject *locals)
{
    (void)code;
    (void)globals;
    (void)locals;
    return no_interpreter();
}

PyObject *PyEval_EvalFrame(PyFrameObject *frame)
{
    (void)frame;
    return no_interpreter();
}

PyObject *PyEval_EvalFrameEx(PyFrameObject *frame, int failed)
{
    (void)frame;
    (void)failed;
    return no_interpreter();
}

PyObject *_PyEval_EvalFrameDefault(PyThreadState *thread, _PyInterpreterFrame *frame, int failed)
{
    (void)thread;
    (void)frame;
    (void)failed;
    return no_interpreter();
}
