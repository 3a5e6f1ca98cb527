/* The lock of the interpreter: the model runs one thread, so it is only remembered as held or not. */
#ifndef Py_LIFECYCLE_H
#define Py_LIFECYCLE_H

typedef struct _ts PyThreadState;
typedef enum { PyGILState_LOCKED, PyGILState_UNLOCKED } PyGILState_STATE;

PyAPI_FUNC(PyThreadState *) PyEval_SaveThread(void);
PyAPI_FUNC(void) PyEval_RestoreThread(PyThreadState *state);
PyAPI_FUNC(PyGILState_STATE) PyGILState_Ensure(void);
PyAPI_FUNC(void) PyGILState_Release(PyGILState_STATE state);
PyAPI_FUNC(int) PyGILState_Check(void);
PyAPI_FUNC(int) Py_IsInitialized(void);

#define Py_BEGIN_ALLOW_THREADS                         \
    {                                                  \
        PyThreadState *_save = PyEval_SaveThread();
#define Py_END_ALLOW_THREADS                           \
        PyEval_RestoreThread(_save);                   \
    }
#define Py_BLOCK_THREADS PyEval_RestoreThread(_save);
#define Py_UNBLOCK_THREADS _save = PyEval_SaveThread();

#endif
