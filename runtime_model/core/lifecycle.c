/* What a program that embeds Python calls. */
#include "core_int.h"

/* ---- start and end */

void PyConfig_InitPythonConfig(PyConfig *config)
{
    *config = (PyConfig){.use_environment = 1, .site_import = 1, .install_signal_handlers = 1};
}

void PyConfig_InitIsolatedConfig(PyConfig *config)
{
    *config = (PyConfig){.isolated = 1};
}

void PyConfig_Clear(PyConfig *config)
{
    (void)config;
}

/* What the model runs with is what an isolated interpreter has. */
const PyConfig *_Py_GetConfig(void)
{
    static const PyConfig isolated = {.isolated = 1};

    return &isolated;
}

int PyStatus_Exception(PyStatus status)
{
    return status._type != _PyStatus_TYPE_OK;
}

void Py_InitializeEx(int handlers)
{
    (void)handlers;
    if (rm_now == NULL && rm_runtime_create(NULL) == NULL)
        Py_FatalError("out of memory for the runtime");
}

void Py_Initialize(void)
{
    Py_InitializeEx(1);
}

PyStatus Py_InitializeFromConfig(const PyConfig *config)
{
    PyStatus status = {._type = _PyStatus_TYPE_OK};

    Py_InitializeEx(config->install_signal_handlers);
    return status;
}

int Py_FinalizeEx(void)
{
    rm_runtime_destroy(rm_now);
    return 0;
}

void Py_Finalize(void)
{
    Py_FinalizeEx();
}

int Py_AtExit(void (*f)(void))
{
    return atexit(f) == 0 ? 0 : -1;
}

void Py_Exit(int status)
{
    Py_Finalize();
    exit(status);
}

int _Py_IsFinalizing(void)
{
    return rm_now != NULL && rm_now->ending;
}

void Py_GetArgcArgv(int *argc, wchar_t ***argv)
{
    *argc = 0;
    *argv = NULL;
}

const char *Py_GetVersion(void)
{
    return PY_VERSION;
}

/* ---- clocks */

static _PyTime_t read_clock(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (_PyTime_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

_PyTime_t _PyTime_GetSystemClock(void)
{
    return read_clock(CLOCK_REALTIME);
}

_PyTime_t _PyTime_GetMonotonicClock(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

_PyTime_t _PyTime_GetPerfCounter(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

double _PyTime_AsSecondsDouble(_PyTime_t t)
{
    return (double)t / 1e9;
}
