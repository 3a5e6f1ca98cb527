/* The GIL, locks and thread states. */
#include <Python.h>
#include <pythread.h>

void from_another_thread(PyObject *f)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *r = PyObject_CallNoArgs(f);
    if (r == NULL)
        PyErr_Print();
    Py_XDECREF(r);
    PyGILState_Release(state);
}

PyObject *wait_for(PyThread_type_lock lock)
{
    PyThreadState *save = PyEval_SaveThread();
    int taken = PyThread_acquire_lock(lock, WAIT_LOCK);
    PyEval_RestoreThread(save);
    if (taken)
        PyThread_release_lock(lock);
    return PyBool_FromLong(taken);
}

int make_lock(PyThread_type_lock *out)
{
    *out = PyThread_allocate_lock();
    if (*out == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    return 0;
}

static void run(void *data)
{
    PyThread_free_lock(data);
}

PyObject *start(PyThread_type_lock lock)
{
    if (PyThread_start_new_thread(run, lock) == PYTHREAD_INVALID_THREAD_ID) {
        PyErr_SetString(PyExc_RuntimeError, "no thread");
        return NULL;
    }
    PyObject *dict = PyThreadState_GetDict();
    if (dict == NULL)
        Py_RETURN_NONE;
    return Py_NewRef(dict);
}

PyObject *running_frame(void)
{
    PyFrameObject *frame = PyThreadState_GetFrame(PyThreadState_Get());
    if (frame == NULL)
        Py_RETURN_NONE;
    PyCodeObject *code = PyFrame_GetCode(frame);
    Py_DECREF(frame);
    return (PyObject *)code;
}

/* -1, and no exception is set. */
int make_key(Py_tss_t *key)
{
    return PyThread_tss_create(key);
}

/* The exception class is kept until the thread raises it. */
PyObject *interrupt(unsigned long thread)
{
    return PyLong_FromLong(PyThreadState_SetAsyncExc(thread, PyExc_KeyboardInterrupt));
}

void give_up(void)
{
    Py_FatalError("nothing left to try");
}
