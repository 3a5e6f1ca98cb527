/* Everything in the state that can be part of a cycle is visited. */
#include <Python.h>

#define MODULE(NAME, EXEC, TRAVERSE)                                                                \
    static PyModuleDef_Slot NAME##_slots[] = {{Py_mod_exec, EXEC}, {0, NULL}};                      \
    struct PyModuleDef NAME##_module = {PyModuleDef_HEAD_INIT, .m_name = #NAME,                     \
                                        .m_size = sizeof(NAME), .m_slots = NAME##_slots,            \
                                        .m_traverse = TRAVERSE}

typedef struct { PyObject *first, *second; int n; } Alpha;

static int alpha_exec(PyObject *module)
{
    Alpha *state = (Alpha *)PyModule_GetState(module);

    state->first = PyDict_New();
    if (state->first == NULL)
        return -1;
    state->second = PyList_New(0);
    return state->second ? 0 : -1;
}

static int alpha_traverse(PyObject *module, visitproc visit, void *arg)
{
    Alpha *state = (Alpha *)PyModule_GetState(module);

    Py_VISIT(state->first);
    Py_VISIT(state->second);
    return 0;
}
MODULE(Alpha, alpha_exec, alpha_traverse);

typedef struct { PyObject *first, *second; int n; } Beta;

static int beta_exec(PyObject *module)
{
    Beta *state = (Beta *)PyModule_GetState(module);

    state->first = PyList_New(0);
    if (state->first == NULL)
        return -1;
    state->second = PyImport_ImportModule("types");
    return state->second ? 0 : -1;
}

static int beta_traverse(PyObject *module, visitproc visit, void *arg)
{
    Beta *state = (Beta *)PyModule_GetState(module);

    Py_VISIT(state->first);
    Py_VISIT(state->second);
    return 0;
}
MODULE(Beta, beta_exec, beta_traverse);

typedef struct { PyObject *first, *second; int n; } Gamma;

static int gamma_exec(PyObject *module)
{
    Gamma *state = (Gamma *)PyModule_GetState(module);

    state->first = PyImport_ImportModule("types");
    if (state->first == NULL)
        return -1;
    state->second = PySet_New(NULL);
    return state->second ? 0 : -1;
}

static int gamma_traverse(PyObject *module, visitproc visit, void *arg)
{
    Gamma *state = (Gamma *)PyModule_GetState(module);

    Py_VISIT(state->first);
    Py_VISIT(state->second);
    return 0;
}
MODULE(Gamma, gamma_exec, gamma_traverse);

typedef struct { PyObject *first, *second; int n; } Text;

static int text_exec(PyObject *module)
{
    Text *state = (Text *)PyModule_GetState(module);

    state->first = PyUnicode_InternFromString("first");
    if (state->first == NULL)
        return -1;
    state->second = PyLong_FromLong(2);
    return state->second ? 0 : -1;
}

static int text_traverse(PyObject *module, visitproc visit, void *arg)
{
    Text *state = (Text *)PyModule_GetState(module);

    return 0;
}
MODULE(Text, text_exec, text_traverse);

typedef struct { PyObject *first, *second; int n; } Half;

static int half_exec(PyObject *module)
{
    Half *state = (Half *)PyModule_GetState(module);

    state->first = PyUnicode_InternFromString("first");
    if (state->first == NULL)
        return -1;
    state->second = PyDict_New();
    return state->second ? 0 : -1;
}

static int half_traverse(PyObject *module, visitproc visit, void *arg)
{
    Half *state = (Half *)PyModule_GetState(module);

    Py_VISIT(state->second);
    return 0;
}
MODULE(Half, half_exec, half_traverse);

typedef struct { PyObject *first, *second; } Helped;

static int visit_state(Helped *state, visitproc visit, void *arg)
{
    Py_VISIT(state->first);
    Py_VISIT(state->second);
    return 0;
}

static int helped_traverse(PyObject *module, visitproc visit, void *arg)
{
    return visit_state((Helped *)PyModule_GetState(module), visit, arg);
}

static int helped_exec(PyObject *module)
{
    Helped *state = (Helped *)PyModule_GetState(module);

    state->first = PyDict_New();
    state->second = PyDict_New();
    return state->first && state->second ? 0 : -1;
}
MODULE(Helped, helped_exec, helped_traverse);

typedef struct { PyObject *borrowed; } Borrowed;

static int borrowed_exec(PyObject *module)
{
    Borrowed *state = (Borrowed *)PyModule_GetState(module);

    state->borrowed = PyModule_GetDict(module);
    return 0;
}

static int borrowed_traverse(PyObject *module, visitproc visit, void *arg)
{
    return 0;
}
MODULE(Borrowed, borrowed_exec, borrowed_traverse);

typedef struct { int count; char *name; } Plain;

static int plain_exec(PyObject *module)
{
    ((Plain *)PyModule_GetState(module))->count = 1;
    return 0;
}
static PyModuleDef_Slot plain_slots[] = {{Py_mod_exec, plain_exec}, {0, NULL}};
struct PyModuleDef plain_module = {PyModuleDef_HEAD_INIT, "plain", NULL, sizeof(Plain), NULL, plain_slots};
struct PyModuleDef stateless_module = {PyModuleDef_HEAD_INIT, "stateless", NULL, -1, NULL};
