/* Frames of Python code and tracebacks, as C code makes them to say where an error came from. What the
 * model calls a frame of its own is in refwarden/frame.h. */
#ifndef Py_PYFRAME_H
#define Py_PYFRAME_H

typedef struct _frame PyFrameObject; /* fields: internal/pycore_frame.h */
typedef struct _PyInterpreterFrame _PyInterpreterFrame;

PyAPI_DATA(PyTypeObject) PyFrame_Type;
#define PyFrame_Check(op) Py_IS_TYPE((op), &PyFrame_Type)
PyAPI_FUNC(PyFrameObject *)
    PyFrame_New(PyThreadState *thread, PyCodeObject *code, PyObject *globals, PyObject *locals);
PyAPI_FUNC(PyCodeObject *) PyFrame_GetCode(PyFrameObject *frame);
PyAPI_FUNC(PyFrameObject *) PyFrame_GetBack(PyFrameObject *frame);
PyAPI_FUNC(PyObject *) PyFrame_GetLocals(PyFrameObject *frame);
PyAPI_FUNC(PyObject *) PyFrame_GetGlobals(PyFrameObject *frame);
PyAPI_FUNC(PyObject *) PyFrame_GetBuiltins(PyFrameObject *frame);
PyAPI_FUNC(PyObject *) PyFrame_GetGenerator(PyFrameObject *frame);
PyAPI_FUNC(int) PyFrame_GetLasti(PyFrameObject *frame);
PyAPI_FUNC(int) PyFrame_GetLineNumber(PyFrameObject *frame);
PyAPI_FUNC(PyFrameObject *) PyThreadState_GetFrame(PyThreadState *thread);
PyAPI_FUNC(PyFrameObject *) PyEval_GetFrame(void); /* borrowed */

/* ---- where an exception passed */

typedef struct _traceback {
    PyObject_HEAD
    struct _traceback *tb_next; /* owned */
    PyFrameObject *tb_frame;    /* owned */
    int tb_lasti;
    int tb_lineno;
} PyTracebackObject;

PyAPI_DATA(PyTypeObject) PyTraceBack_Type;
#define PyTraceBack_Check(op) Py_IS_TYPE((op), &PyTraceBack_Type)
PyAPI_FUNC(int) PyTraceBack_Here(PyFrameObject *frame);

/* ---- who asks for the surroundings of Python code: there are none */

PyAPI_FUNC(PyObject *) PyEval_GetLocals(void);   /* borrowed */
PyAPI_FUNC(PyObject *) PyEval_GetGlobals(void);  /* borrowed */
PyAPI_FUNC(PyObject *) PyEval_GetBuiltins(void); /* borrowed */
PyAPI_FUNC(PyObject *) PyEval_EvalFrame(PyFrameObject *frame);
PyAPI_FUNC(PyObject *) PyEval_EvalFrameEx(PyFrameObject *frame, int failed);
PyAPI_FUNC(PyObject *)
    _PyEval_EvalFrameDefault(PyThreadState *thread, _PyInterpreterFrame *frame, int failed);

/* ---- tracing: the argument is kept, and the function never called, since no Python code runs */

typedef int (*Py_tracefunc)(PyObject *arg, PyFrameObject *frame, int what, PyObject *event);
#define PyTrace_CALL 0
#define PyTrace_EXCEPTION 1
#define PyTrace_LINE 2
#define PyTrace_RETURN 3
#define PyTrace_C_CALL 4
#define PyTrace_C_EXCEPTION 5
#define PyTrace_C_RETURN 6
#define PyTrace_OPCODE 7
PyAPI_FUNC(void) PyEval_SetTrace(Py_tracefunc f, PyObject *arg);
PyAPI_FUNC(void) PyEval_SetProfile(Py_tracefunc f, PyObject *arg);
PyAPI_FUNC(int) _PyEval_SetProfile(PyThreadState *thread, Py_tracefunc f, PyObject *arg);

#endif
