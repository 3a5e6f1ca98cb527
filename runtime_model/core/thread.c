/* The one thread there is: its state, its lock, and what is kept by thread.
 *
 * A program may make further thread states and put one in place of another; they all belong to the
 * one thread that runs and share its pending exception.
 */
#include "core_int.h"

#include <signal.h>

static rm_runtime *runtime_of(PyInterpreterState *interp)
{
    return (rm_runtime *)interp;
}

/* ---- states */

static void link_state(rm_runtime *rt, PyThreadState *state)
{
    state->interp = (PyInterpreterState *)rt;
    state->thread_id = PyThread_get_thread_ident();
    state->gilstate_counter = 1;
    state->id = ++rt->thread.made;
    state->prev = NULL;
    state->next = rt->thread.newest;
    if (state->next != NULL)
        state->next->prev = state;
    rt->thread.newest = state;
}

static void unlink_state(rm_runtime *rt, PyThreadState *state)
{
    if (state->next != NULL)
        state->next->prev = state->prev;
    if (state->prev != NULL)
        state->prev->next = state->next;
    else
        rt->thread.newest = state->next;
    if (rt->thread.current == state)
        rt->thread.current = &rt->thread.main;
}

PyThreadState *PyThreadState_New(PyInterpreterState *interp)
{
    PyThreadState *state = PyMem_RawCalloc(1, sizeof *state);

    if (state != NULL)
        link_state(runtime_of(interp), state);
    return state;
}

void PyThreadState_Clear(PyThreadState *state)
{
    RM_CLEAR_IN(state->interp, state->dict);
}

void PyThreadState_Delete(PyThreadState *state)
{
    rm_runtime *rt = runtime_of(state->interp);

    unlink_state(rt, state);
    if (state != &rt->thread.main)
        PyMem_RawFree(state);
}

void PyThreadState_DeleteCurrent(void)
{
    PyThreadState_Delete(PyThreadState_Get());
    rm_now->lock_held = false;
}

PyThreadState *PyThreadState_Swap(PyThreadState *state)
{
    PyThreadState *before = rm_now->thread.current;

    rm_now->thread.current = state;
    return before;
}

PyThreadState *PyThreadState_Get(void)
{
    return rm_now->thread.current;
}

PyThreadState *_PyThreadState_UncheckedGet(void)
{
    return PyThreadState_Get();
}

PyThreadState *PyGILState_GetThisThreadState(void)
{
    return PyThreadState_Get();
}

PyThreadState *PyThreadState_Next(PyThreadState *state)
{
    return state->next;
}

PyInterpreterState *PyThreadState_GetInterpreter(PyThreadState *state)
{
    return state->interp;
}

uint64_t PyThreadState_GetID(PyThreadState *state)
{
    return state->id;
}

/* NULL without an exception: no memory. */
static PyObject *own_dict(rm_runtime *rt, PyObject **slot)
{
    (void)rt;
    if (*slot == NULL) {
        *slot = PyDict_New();
        if (*slot == NULL)
            PyErr_Clear();
        else
            RM_STORED(rt, *slot);
    }
    return *slot;
}

PyObject *PyThreadState_GetDict(void)
{
    return own_dict(rm_now, &rm_now->thread.current->dict);
}

/* Nobody waits for another thread, so none is found. */
int PyThreadState_SetAsyncExc(unsigned long id, PyObject *exception)
{
    (void)id;
    (void)exception;
    return 0;
}

/* ---- interpreters: one, which is the runtime */

PyInterpreterState *PyInterpreterState_Get(void)
{
    return (PyInterpreterState *)rm_now;
}

PyInterpreterState *PyInterpreterState_Main(void)
{
    return PyInterpreterState_Get();
}

PyInterpreterState *PyInterpreterState_Head(void)
{
    return PyInterpreterState_Get();
}

PyInterpreterState *PyInterpreterState_Next(PyInterpreterState *interp)
{
    (void)interp;
    return NULL;
}

PyThreadState *PyInterpreterState_ThreadHead(PyInterpreterState *interp)
{
    return runtime_of(interp)->thread.newest;
}

int64_t PyInterpreterState_GetID(PyInterpreterState *interp)
{
    (void)interp;
    return 0;
}

PyObject *PyInterpreterState_GetDict(PyInterpreterState *interp)
{
    return own_dict(runtime_of(interp), &runtime_of(interp)->thread.interp_dict);
}

/* ---- the lock of the interpreter: only remembered */

PyThreadState *PyEval_SaveThread(void)
{
    rm_now->lock_held = false;
    return rm_now->thread.current;
}

void PyEval_RestoreThread(PyThreadState *state)
{
    rm_runtime *rt = runtime_of(state->interp);

    rt->lock_held = true;
    rt->thread.current = state;
}

void PyEval_AcquireThread(PyThreadState *state)
{
    PyEval_RestoreThread(state);
}

void PyEval_ReleaseThread(PyThreadState *state)
{
    (void)state;
    PyEval_SaveThread();
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

/* ---- locks, each one byte */

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

void PyThread_init_thread(void)
{
}

/* ---- storage by key */

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

Py_tss_t *PyThread_tss_alloc(void)
{
    return PyMem_RawCalloc(1, sizeof(Py_tss_t));
}

void PyThread_tss_free(Py_tss_t *key)
{
    PyMem_RawFree(key);
}

int PyThread_create_key(void)
{
    for (int key = 0; key < RM_THREAD_KEYS; key++)
        if (!rm_now->thread.keys[key].used) {
            rm_now->thread.keys[key].used = true;
            return key;
        }
    return -1;
}

static bool is_key(int key)
{
    return key >= 0 && key < RM_THREAD_KEYS && rm_now->thread.keys[key].used;
}

int PyThread_set_key_value(int key, void *value)
{
    if (!is_key(key))
        return -1;
    rm_now->thread.keys[key].value = value;
    return 0;
}

void *PyThread_get_key_value(int key)
{
    return is_key(key) ? rm_now->thread.keys[key].value : NULL;
}

void PyThread_delete_key_value(int key)
{
    PyThread_set_key_value(key, NULL);
}

void PyThread_delete_key(int key)
{
    if (!is_key(key))
        return;
    rm_now->thread.keys[key].used = false;
    rm_now->thread.keys[key].value = NULL;
}

void PyThread_ReInitTLS(void)
{
}

/* ---- tracing: what is passed along is kept, as long as it is set */

static void set_argument(rm_runtime *rt, PyObject **slot, PyObject *arg)
{
    PyObject *before = *slot;

    rm_xkeep_in(rt, arg);
    *slot = arg;
    rm_xdrop_from(rt, before);
}

void PyEval_SetTrace(Py_tracefunc f, PyObject *arg)
{
    set_argument(rm_now, &rm_now->thread.trace_arg, f != NULL ? arg : NULL);
}

int _PyEval_SetProfile(PyThreadState *state, Py_tracefunc f, PyObject *arg)
{
    rm_runtime *rt = runtime_of(state->interp);

    set_argument(rt, &rt->thread.profile_arg, f != NULL ? arg : NULL);
    return 0;
}

void PyEval_SetProfile(Py_tracefunc f, PyObject *arg)
{
    _PyEval_SetProfile(PyThreadState_Get(), f, arg);
}

/* ---- signals */

PyOS_sighandler_t PyOS_getsig(int number)
{
    struct sigaction action;

    return sigaction(number, NULL, &action) == 0 ? action.sa_handler : SIG_ERR;
}

PyOS_sighandler_t PyOS_setsig(int number, PyOS_sighandler_t handler)
{
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK}, before;

    return sigaction(number, &action, &before) == 0 ? before.sa_handler : SIG_ERR;
}

/* ---- start and end */

void rm_threads_start(rm_runtime *rt)
{
    rt->thread.current = &rt->thread.main;
    link_state(rt, &rt->thread.main);
}

void rm_threads_stop(rm_runtime *rt)
{
    while (rt->thread.newest != NULL) {
        PyThreadState *state = rt->thread.newest;

        PyThreadState_Clear(state);
        PyThreadState_Delete(state);
    }
    RM_CLEAR_IN(rt, rt->thread.interp_dict);
    RM_CLEAR_IN(rt, rt->thread.context);
    RM_CLEAR_IN(rt, rt->thread.trace_arg);
    RM_CLEAR_IN(rt, rt->thread.profile_arg);
}
