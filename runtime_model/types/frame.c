/* Frames and tracebacks that C code makes to name a place in an error. No code runs in a frame, so it
 * is never the current one and has none behind it.
 *
 *     pending exception --traceback--> [latest place] --tb_next--> [earlier place] ...
 */
#include "core_int.h"
#include "internal/pycore_frame.h"

PyFrameObject *PyFrame_New(PyThreadState *thread, PyCodeObject *code, PyObject *globals, PyObject *locals)
{
    PyObject *builtins = PyEval_GetBuiltins();
    PyFrameObject *frame = builtins != NULL ? (PyFrameObject *)rm_gc_make(&PyFrame_Type) : NULL;

    (void)thread;
    if (frame == NULL)
        return NULL;
    memset((char *)frame + sizeof(PyObject), 0, sizeof *frame - sizeof(PyObject));
    frame->f_code = code;
    frame->f_globals = globals;
    frame->f_builtins = builtins;
    frame->f_locals = locals;
    rm_keep_in(frame, (PyObject *)code);
    rm_keep_in(frame, globals);
    rm_keep_in(frame, builtins);
    rm_xkeep_in(frame, locals);
    rm_gc_track((PyObject *)frame);
    return frame;
}

PyCodeObject *PyFrame_GetCode(PyFrameObject *frame)
{
    return (PyCodeObject *)Py_NewRef(frame->f_code);
}

PyFrameObject *PyFrame_GetBack(PyFrameObject *frame)
{
    return (PyFrameObject *)Py_XNewRef(frame->f_back);
}

PyObject *PyFrame_GetLocals(PyFrameObject *frame)
{
    PyObject *locals;

    if (frame->f_locals == NULL) {
        locals = PyDict_New();
        if (locals == NULL)
            return NULL;
        frame->f_locals = locals;
        RM_STORED(frame, locals);
    }
    return Py_NewRef(frame->f_locals);
}

PyObject *PyFrame_GetGlobals(PyFrameObject *frame)
{
    return Py_NewRef(frame->f_globals);
}

PyObject *PyFrame_GetBuiltins(PyFrameObject *frame)
{
    return Py_NewRef(frame->f_builtins);
}

PyObject *PyFrame_GetGenerator(PyFrameObject *frame)
{
    (void)frame;
    return NULL;
}

int PyFrame_GetLasti(PyFrameObject *frame)
{
    (void)frame;
    return 0;
}

int PyFrame_GetLineNumber(PyFrameObject *frame)
{
    return frame->f_lineno != 0 ? frame->f_lineno : PyCode_Addr2Line(frame->f_code, -1);
}

static int frame_clear(PyObject *op)
{
    PyFrameObject *frame = (PyFrameObject *)op;

    RM_CLEAR_IN(op, frame->f_back);
    RM_CLEAR_IN(op, frame->f_globals);
    RM_CLEAR_IN(op, frame->f_builtins);
    RM_CLEAR_IN(op, frame->f_locals);
    RM_CLEAR_IN(op, frame->f_trace);
    return 0;
}

static void frame_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, frame_dealloc)
    frame_clear(op);
    RM_CLEAR_IN(op, ((PyFrameObject *)op)->f_code);
    PyObject_GC_Del(op);
    Py_TRASHCAN_END
}

static int frame_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyFrameObject *frame = (PyFrameObject *)op;

    Py_VISIT(frame->f_back);
    Py_VISIT(frame->f_code);
    Py_VISIT(frame->f_globals);
    Py_VISIT(frame->f_builtins);
    Py_VISIT(frame->f_locals);
    Py_VISIT(frame->f_trace);
    return 0;
}

static PyObject *get_line(PyObject *op, void *closure)
{
    (void)closure;
    return PyLong_FromLong(PyFrame_GetLineNumber((PyFrameObject *)op));
}

static PyObject *get_object(PyObject *op, void *offset)
{
    PyObject *v = *(PyObject **)((char *)op + (size_t)offset);

    return Py_NewRef(v != NULL ? v : Py_None);
}

#define IN_FRAME(name) {#name, get_object, NULL, NULL, (void *)offsetof(PyFrameObject, name)}
static PyGetSetDef frame_getset[] = {IN_FRAME(f_back), IN_FRAME(f_code), IN_FRAME(f_globals),
                                     IN_FRAME(f_builtins), {"f_lineno", get_line, NULL, NULL, NULL},
                                     {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyFrame_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "frame",
    .tp_basicsize = sizeof(PyFrameObject),
    .tp_dealloc = frame_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = frame_traverse,
    .tp_clear = frame_clear,
    .tp_getset = frame_getset,
};

/* ---- the current surroundings */

PyFrameObject *PyThreadState_GetFrame(PyThreadState *thread)
{
    (void)thread;
    return NULL;
}

PyFrameObject *PyEval_GetFrame(void)
{
    return NULL;
}

PyObject *PyEval_GetLocals(void)
{
    PyErr_SetString(PyExc_SystemError, "frame does not exist");
    return NULL;
}

PyObject *PyEval_GetGlobals(void)
{
    return NULL;
}

PyObject *PyEval_GetBuiltins(void)
{
    PyObject *m = PyImport_AddModule("builtins");

    return m != NULL ? PyModule_GetDict(m) : NULL;
}

/* ---- tracebacks */

static PyObject *new_traceback(PyObject *next, PyFrameObject *frame)
{
    PyTracebackObject *tb = (PyTracebackObject *)rm_gc_make(&PyTraceBack_Type);

    if (tb == NULL)
        return NULL;
    tb->tb_next = (PyTracebackObject *)next;
    tb->tb_frame = frame;
    rm_xkeep_in(tb, next);
    rm_keep_in(tb, (PyObject *)frame);
    tb->tb_lasti = PyFrame_GetLasti(frame);
    tb->tb_lineno = PyFrame_GetLineNumber(frame);
    rm_gc_track((PyObject *)tb);
    return (PyObject *)tb;
}

/* What goes wrong meanwhile takes the exception as its context. */
int PyTraceBack_Here(PyFrameObject *frame)
{
    PyObject *type, *value, *traceback, *longer;

    PyErr_Fetch(&type, &value, &traceback);
    longer = new_traceback(traceback, frame);
    if (longer == NULL) {
        _PyErr_ChainExceptions(type, value, traceback);
        return -1;
    }
    PyErr_Restore(type, value, longer);
    Py_XDECREF(traceback);
    return 0;
}

static int traceback_clear(PyObject *op)
{
    RM_CLEAR_IN(op, ((PyTracebackObject *)op)->tb_next);
    RM_CLEAR_IN(op, ((PyTracebackObject *)op)->tb_frame);
    return 0;
}

static void traceback_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, traceback_dealloc)
    traceback_clear(op);
    PyObject_GC_Del(op);
    Py_TRASHCAN_END
}

static int traceback_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((PyTracebackObject *)op)->tb_next);
    Py_VISIT(((PyTracebackObject *)op)->tb_frame);
    return 0;
}

static PyObject *get_tb_line(PyObject *op, void *closure)
{
    (void)closure;
    return PyLong_FromLong(((PyTracebackObject *)op)->tb_lineno);
}

#define IN_TRACEBACK(name) {#name, get_object, NULL, NULL, (void *)offsetof(PyTracebackObject, name)}
static PyGetSetDef traceback_getset[] = {IN_TRACEBACK(tb_next), IN_TRACEBACK(tb_frame),
                                         {"tb_lineno", get_tb_line, NULL, NULL, NULL},
                                         {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyTraceBack_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "traceback",
    .tp_basicsize = sizeof(PyTracebackObject),
    .tp_dealloc = traceback_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,
    .tp_traverse = traceback_traverse,
    .tp_clear = traceback_clear,
    .tp_getset = traceback_getset,
};
