/* Code, frames, running source, files. */
#include <Python.h>
#include <frameobject.h>
#include <marshal.h>

PyObject *run_text(const char *text)
{
    PyObject *globals = PyEval_GetGlobals();
    PyObject *locals = PyEval_GetLocals();
    if (globals == NULL || locals == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_RuntimeError, "no frame");
        return NULL;
    }
    PyObject *code = Py_CompileString(text, "<text>", Py_eval_input);
    if (code == NULL)
        return NULL;
    PyObject *r = PyEval_EvalCode(code, globals, locals);
    Py_DECREF(code);
    return r;
}

PyObject *run_simple(const char *text)
{
    if (PyRun_SimpleString(text) < 0)
        PyErr_SetString(PyExc_RuntimeError, "it failed");
    if (PyErr_Occurred())
        return NULL;
    return Py_NewRef(PyEval_GetBuiltins());
}

int write_line(PyObject *file, PyObject *a)
{
    if (PyFile_WriteObject(a, file, Py_PRINT_RAW) < 0)
        return -1;
    return PyFile_WriteString("\n", file);
}

PyObject *round_trip(PyObject *a)
{
    PyObject *bytes = PyMarshal_WriteObjectToString(a, Py_MARSHAL_VERSION);
    if (bytes == NULL)
        return NULL;
    PyObject *copy = PyMarshal_ReadObjectFromString(PyBytes_AS_STRING(bytes), PyBytes_GET_SIZE(bytes));
    Py_DECREF(bytes);
    return copy;
}

PyObject *ask(void)
{
    char *line = PyOS_Readline(stdin, stdout, "> ");
    if (line == NULL && PyErr_Occurred())
        return NULL;
    if (line == NULL)
        Py_RETURN_NONE;
    PyObject *text = PyUnicode_FromString(line);
    PyMem_Free(line);
    return text;
}

/* The generator owns the frame, also when it could not be made. */
PyObject *generator(PyCodeObject *code, PyObject *globals, PyObject *name)
{
    PyFrameObject *frame = PyFrame_New(PyThreadState_Get(), code, globals, NULL);
    if (frame == NULL)
        return NULL;
    if (name == NULL)
        return PyGen_New(frame);
    return PyGen_NewWithQualName(frame, name, name);
}

PyObject *descriptor(PyObject *a)
{
    int fd = PyObject_AsFileDescriptor(a);
    if (fd < 0)
        return NULL;
    return PyLong_FromLong(fd);
}
