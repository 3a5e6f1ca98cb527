/* The one thread there is: its state, its lock, and what is kept by thread. */
#include "core_int.h"

/* ---- the lock of the interpreter: only remembered */

PyThreadState *PyEval_SaveThread(void)
{
    rm_now->lock_held = false;
    return (PyThreadState *)rm_now;
}

void PyEval_RestoreThread(PyThreadState *state)
{
    ((rm_runtime *)state)->lock_held = true;
}

PyGILState_STATE PyGILState_Ensure(void)
{
    bool held = rm_now->lock_held;

    rm_now->lock_held = true;
    return held ? PyGILState_LOCKED : PyGILState_UNLOCKED;
}

void PyGILState_Release(PyGILState_STATE state)
{
    rm_now->lock_held = state == PyGILState_LOCKED;
}

int PyGILState_Check(void)
{
    return rm_now->lock_held;
}

/* ---- the thread */

PyThreadState *PyThreadState_Get(void)
{
    return (PyThreadState *)rm_now;
}

PyThreadState *_PyThreadState_UncheckedGet(void)
{
    return PyThreadState_Get();
}

PyThreadState *PyGILState_GetThisThreadState(void)
{
    return PyThreadState_Get();
}

PyObject *PyThreadState_GetDict(void)
{
    rm_runtime *rt = rm_now;

    if (rt->import.thread_dict == NULL) {
        rt->import.thread_dict = PyDict_New();
        if (rt->import.thread_dict == NULL)
            PyErr_Clear();
        else
            RM_STORED(rt, rt->import.thread_dict);
    }
    return rt->import.thread_dict;
}

int PyThreadState_SetAsyncExc(unsigned long id, PyObject *exception)
{
    (void)id;
    (void)exception;
    return 0;
}

PyInterpreterState *PyInterpreterState_Get(void)
{
    return (PyInterpreterState *)rm_now;
}

PyInterpreterState *PyInterpreterState_Main(void)
{
    return PyInterpreterState_Get();
}

PyObject *PyInterpreterState_GetDict(PyInterpreterState *interp)
{
    (void)interp;
    return PyThreadState_GetDict();
}

void PyEval_InitThreads(void)
{
}

int PyEval_ThreadsInitialized(void)
{
    return 1;
}

/* A call that was put off may as well run now: there is nobody to wait for. */
int Py_AddPendingCall(int (*f)(void *), void *arg)
{
    return f(arg);
}

int Py_MakePendingCalls(void)
{
    rm_runtime_safe_point(rm_now);
    return 0;
}

/* ---- locks, each one byte, and storage by key */

PyThread_type_lock PyThread_allocate_lock(void)
{
    return PyMem_RawCalloc(1, 1);
}

void PyThread_free_lock(PyThread_type_lock lock)
{
    PyMem_RawFree(lock);
}

int PyThread_acquire_lock(PyThread_type_lock lock, int wait)
{
    char *held = lock;

    if (*held && wait)
        Py_FatalError("the only thread waits for itself");
    if (*held)
        return 0;
    *held = 1;
    return 1;
}

void PyThread_release_lock(PyThread_type_lock lock)
{
    *(char *)lock = 0;
}

unsigned long PyThread_get_thread_ident(void)
{
    return 1;
}

int PyThread_tss_is_created(Py_tss_t *key)
{
    return key->made;
}

int PyThread_tss_create(Py_tss_t *key)
{
    key->made = 1;
    return 0;
}

void PyThread_tss_delete(Py_tss_t *key)
{
    *key = (Py_tss_t)Py_tss_NEEDS_INIT;
}

int PyThread_tss_set(Py_tss_t *key, void *value)
{
    key->value = value;
    return 0;
}

void *PyThread_tss_get(Py_tss_t *key)
{
    return key->value;
}
