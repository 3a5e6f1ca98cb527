/* RW502: the state of a module holds objects that m_traverse does not visit. */
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

static int alpha_traverse(PyObject *module, visitproc visit, void *arg) // expect: RW502 'second' in the state of Alpha
{
    Alpha *state = (Alpha *)PyModule_GetState(module);

    Py_VISIT(state->first);
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

static int beta_traverse(PyObject *module, visitproc visit, void *arg) // expect: RW502 'second' in the state of Beta
{
    Beta *state = (Beta *)PyModule_GetState(module);

    Py_VISIT(state->first);
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

static int gamma_traverse(PyObject *module, visitproc visit, void *arg) // expect: RW502 'second' in the state of Gamma
{
    Gamma *state = (Gamma *)PyModule_GetState(module);

    Py_VISIT(state->first);
    return 0;
}
MODULE(Gamma, gamma_exec, gamma_traverse);

typedef struct { PyObject *first, *second; int n; } Delta;

static int delta_exec(PyObject *module)
{
    Delta *state = (Delta *)PyModule_GetState(module);

    state->first = PySet_New(NULL);
    if (state->first == NULL)
        return -1;
    state->second = PyObject_GetAttrString(module, "x");
    return state->second ? 0 : -1;
}

static int delta_traverse(PyObject *module, visitproc visit, void *arg) // expect: RW502 'second' in the state of Delta
{
    Delta *state = (Delta *)PyModule_GetState(module);

    Py_VISIT(state->first);
    return 0;
}
MODULE(Delta, delta_exec, delta_traverse);

typedef struct { PyObject *first, *second; int n; } Epsilon;

static int epsilon_exec(PyObject *module)
{
    Epsilon *state = (Epsilon *)PyModule_GetState(module);

    state->first = PyObject_GetAttrString(module, "x");
    if (state->first == NULL)
        return -1;
    state->second = PyDict_New();
    return state->second ? 0 : -1;
}

static int epsilon_traverse(PyObject *module, visitproc visit, void *arg) // expect: RW502 'second' in the state of Epsilon
{
    Epsilon *state = (Epsilon *)PyModule_GetState(module);

    Py_VISIT(state->first);
    return 0;
}
MODULE(Epsilon, epsilon_exec, epsilon_traverse);

typedef struct { PyObject *first, *second; int n; } Zeta;

static int zeta_exec(PyObject *module)
{
    Zeta *state = (Zeta *)PyModule_GetState(module);

    state->first = PyDict_New();
    if (state->first == NULL)
        return -1;
    state->second = PyImport_ImportModule("types");
    return state->second ? 0 : -1;
}

static int zeta_traverse(PyObject *module, visitproc visit, void *arg) // expect: RW502 'first' in the state of Zeta
{
    Zeta *state = (Zeta *)PyModule_GetState(module);

    Py_VISIT(state->second);
    return 0;
}
MODULE(Zeta, zeta_exec, zeta_traverse);

typedef struct { PyObject *first, *second; int n; } Eta;

static int eta_exec(PyObject *module)
{
    Eta *state = (Eta *)PyModule_GetState(module);

    state->first = PyList_New(0);
    if (state->first == NULL)
        return -1;
    state->second = PySet_New(NULL);
    return state->second ? 0 : -1;
}

static int eta_traverse(PyObject *module, visitproc visit, void *arg) // expect: RW502 'first' in the state of Eta
{
    Eta *state = (Eta *)PyModule_GetState(module);

    Py_VISIT(state->second);
    return 0;
}
MODULE(Eta, eta_exec, eta_traverse);

typedef struct { PyObject *first, *second; int n; } Theta;

static int theta_exec(PyObject *module)
{
    Theta *state = (Theta *)PyModule_GetState(module);

    state->first = PyImport_ImportModule("types");
    if (state->first == NULL)
        return -1;
    state->second = PyObject_GetAttrString(module, "x");
    return state->second ? 0 : -1;
}

static int theta_traverse(PyObject *module, visitproc visit, void *arg) // expect: RW502 'first' in the state of Theta
{
    Theta *state = (Theta *)PyModule_GetState(module);

    Py_VISIT(state->second);
    return 0;
}
MODULE(Theta, theta_exec, theta_traverse);

typedef struct { PyObject *first, *second; int n; } Iota;

static int iota_exec(PyObject *module)
{
    Iota *state = (Iota *)PyModule_GetState(module);

    state->first = PyDict_New();
    if (state->first == NULL)
        return -1;
    state->second = PyList_New(0);
    return state->second ? 0 : -1;
}

static int iota_traverse(PyObject *module, visitproc visit, void *arg) // expect: RW502 'first' in the state of Iota
{
    Iota *state = (Iota *)PyModule_GetState(module);

    if (state->n)
        Py_VISIT(state->second);
    return 0;
}
MODULE(Iota, iota_exec, iota_traverse);

typedef struct { PyObject *first, *second; int n; } Kappa;

static int kappa_exec(PyObject *module)
{
    Kappa *state = (Kappa *)PyModule_GetState(module);

    state->first = PyDict_New();
    if (state->first == NULL)
        return -1;
    state->second = PyUnicode_FromString("text");
    return state->second ? 0 : -1;
}

static int kappa_traverse(PyObject *module, visitproc visit, void *arg) // expect: RW502 'first' in the state of Kappa
{
    Kappa *state = (Kappa *)PyModule_GetState(module);

    Py_VISIT(state->second);
    return 0;
}
MODULE(Kappa, kappa_exec, kappa_traverse);

typedef struct { PyObject *first, *second; int n; } Lambda;

static int lambda_exec(PyObject *module)
{
    Lambda *state = (Lambda *)PyModule_GetState(module);

    state->first = PyDict_New();
    if (state->first == NULL)
        return -1;
    state->second = PyList_New(0);
    return state->second ? 0 : -1;
}
static PyModuleDef_Slot lambda_slots[] = {{Py_mod_exec, lambda_exec}, {0, NULL}};
struct PyModuleDef lambda_module = { // expect: RW502 there is no m_traverse
    PyModuleDef_HEAD_INIT, .m_name = "Lambda", .m_size = sizeof(Lambda), .m_slots = lambda_slots};
