/* Modules. The definition is the program's and is lent to the current runtime (its index is written);
 * state is a block of the module; the dict outlives neither.
 *
 *     single phase   PyModule_Create: methods and state at once, the init function fills the dict
 *     multi phase    the init function returns the definition, import makes the module (Py_mod_create)
 *                    and runs it (Py_mod_exec); state is there only from the first of these on
 */
#include "core_int.h"

typedef struct {
    PyObject_HEAD
    PyObject *md_dict; /* owned */
    PyModuleDef *md_def;
    void *md_state;
    PyObject *md_weaklist;
    PyObject *md_name; /* owned */
} module;

static module *want(PyObject *op)
{
    if (op != NULL && PyModule_Check(op))
        return (module *)op;
    PyErr_BadInternalCall();
    return NULL;
}

/* ---- making */

static int set_names(module *m, PyObject *name)
{
    PyObject *const *names = rm_now->names;

    m->md_dict = PyDict_New();
    if (m->md_dict == NULL)
        return -1;
    RM_STORED(m, m->md_dict);
    for (int i = RM_NAME___name__; i <= RM_NAME___spec__; i++)
        if (PyDict_SetItem(m->md_dict, names[i], i == RM_NAME___name__ ? name : Py_None) < 0)
            return -1;
    if (PyUnicode_CheckExact(name)) {
        m->md_name = name;
        rm_keep_in(m, name);
    }
    return 0;
}

PyObject *PyModule_NewObject(PyObject *name)
{
    module *m = (module *)rm_gc_make(&PyModule_Type);
    int rc;

    if (m == NULL)
        return NULL;
    m->md_dict = m->md_weaklist = m->md_name = NULL;
    m->md_def = NULL;
    m->md_state = NULL;
    rc = set_names(m, name);
    rm_gc_track((PyObject *)m);
    if (rc < 0)
        Py_CLEAR(m);
    return (PyObject *)m;
}

PyObject *PyModule_New(const char *name)
{
    PyObject *text = PyUnicode_FromString(name), *m = text != NULL ? PyModule_NewObject(text) : NULL;

    Py_XDECREF(text);
    return m;
}

PyObject *PyModuleDef_Init(PyModuleDef *def)
{
    rm_runtime *rt = rm_now;

    if (PyType_Ready(&PyModuleDef_Type) < 0)
        return NULL;
    if (def->m_base.m_index != 0)
        return (PyObject *)def;
    if (rm_resident_lend(rt, def, sizeof *def, false) < 0)
        return PyErr_NoMemory();
    def->m_base.ob_base = (PyObject){1, &PyModuleDef_Type};
    def->m_base.m_index = ++rt->import.next_index;
    return (PyObject *)def;
}

static int add_functions(PyObject *m, PyObject *name, PyMethodDef *functions)
{
    for (PyMethodDef *def = functions; def->ml_name != NULL; def++) {
        PyObject *f = NULL;
        int rc;

        if (def->ml_flags & (METH_CLASS | METH_STATIC))
            PyErr_SetString(PyExc_ValueError, "module functions cannot set METH_CLASS or METH_STATIC");
        else
            f = PyCFunction_NewEx(def, m, name);
        rc = f != NULL ? PyObject_SetAttrString(m, def->ml_name, f) : -1;
        Py_XDECREF(f);
        if (rc < 0)
            return -1;
    }
    return 0;
}

int PyModule_AddFunctions(PyObject *m, PyMethodDef *functions)
{
    PyObject *name = PyModule_GetNameObject(m);
    int rc = name != NULL ? add_functions(m, name, functions) : -1;

    Py_XDECREF(name);
    return rc;
}

int PyModule_SetDocString(PyObject *m, const char *doc)
{
    PyObject *text = PyUnicode_FromString(doc);
    int rc = text != NULL ? PyObject_SetAttrString(m, "__doc__", text) : -1;

    Py_XDECREF(text);
    return rc;
}

static int make_state(PyObject *op, Py_ssize_t size)
{
    module *m = (module *)op;

    if (size <= 0 || m->md_state != NULL)
        return 0;
    m->md_state = PyMem_Malloc((size_t)size);
    if (m->md_state == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    memset(m->md_state, 0, (size_t)size);
    return 0;
}

/* What both phases have in common: functions, documentation, definition. */
static int fill(PyObject *m, PyModuleDef *def)
{
    if (def->m_methods != NULL && PyModule_AddFunctions(m, def->m_methods) < 0)
        return -1;
    return def->m_doc != NULL ? PyModule_SetDocString(m, def->m_doc) : 0;
}

PyObject *PyModule_Create2(PyModuleDef *def, int version)
{
    PyObject *m;

    (void)version;
    if (PyModuleDef_Init(def) == NULL)
        return NULL;
    if (def->m_slots != NULL)
        return PyErr_Format(PyExc_SystemError, "module %s: PyModule_Create is incompatible with m_slots",
                            def->m_name);
    m = PyModule_New(def->m_name);
    if (m != NULL && (make_state(m, def->m_size) < 0 || fill(m, def) < 0))
        Py_CLEAR(m);
    if (m != NULL)
        ((module *)m)->md_def = def;
    return m;
}

/* ---- two phases */

typedef PyObject *(*create_function)(PyObject *spec, PyModuleDef *def);

static PyObject *create(PyModuleDef *def, PyObject *spec, PyObject *name)
{
    PyObject *m;

    for (PyModuleDef_Slot *s = def->m_slots; s != NULL && s->slot != 0; s++) {
        if (s->slot < 0 || s->slot > Py_mod_exec)
            return PyErr_Format(PyExc_SystemError, "module %s uses unknown slot ID %i", def->m_name,
                                s->slot);
        if (s->slot == Py_mod_create) {
            m = ((create_function)s->value)(spec, def);
            if (m == NULL && !PyErr_Occurred())
                PyErr_Format(PyExc_SystemError, "creation of module %s failed without setting an exception",
                             def->m_name);
            return m;
        }
    }
    return PyModule_NewObject(name);
}

PyObject *PyModule_FromDefAndSpec2(PyModuleDef *def, PyObject *spec, int version)
{
    PyObject *name, *m = NULL;

    (void)version;
    if (PyModuleDef_Init(def) == NULL)
        return NULL;
    name = PyObject_GetAttrString(spec, "name");
    if (name != NULL)
        m = create(def, spec, name);
    Py_XDECREF(name);
    if (m != NULL && PyModule_Check(m))
        ((module *)m)->md_def = def;
    if (m != NULL && fill(m, def) < 0)
        Py_CLEAR(m);
    return m;
}

int PyModule_ExecDef(PyObject *m, PyModuleDef *def)
{
    if (PyModule_GetName(m) == NULL || make_state(m, def->m_size) < 0)
        return -1;
    for (PyModuleDef_Slot *s = def->m_slots; s != NULL && s->slot != 0; s++) {
        if (s->slot != Py_mod_exec)
            continue;
        if (((int (*)(PyObject *))s->value)(m) != 0) {
            if (!PyErr_Occurred())
                PyErr_Format(PyExc_SystemError, "execution of module %s failed without setting an exception",
                             def->m_name);
            return -1;
        }
        if (PyErr_Occurred()) {
            PyErr_Format(PyExc_SystemError, "execution of module %s raised unreported exception",
                         def->m_name);
            return -1;
        }
    }
    return 0;
}

/* ---- looking */

PyObject *PyModule_GetDict(PyObject *op)
{
    module *m = want(op);

    return m != NULL ? m->md_dict : NULL;
}

PyObject *PyModule_GetNameObject(PyObject *op)
{
    PyObject *name = NULL;

    if (op == NULL || !PyModule_Check(op)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (((module *)op)->md_dict != NULL)
        name = PyDict_GetItemWithError(((module *)op)->md_dict, rm_now->names[RM_NAME___name__]);
    if (name != NULL && PyUnicode_Check(name))
        return Py_NewRef(name);
    PyErr_SetString(PyExc_SystemError, "nameless module");
    return NULL;
}

const char *PyModule_GetName(PyObject *op)
{
    PyObject *name = PyModule_GetNameObject(op);

    if (name == NULL)
        return NULL;
    Py_DECREF(name);
    return PyUnicode_AsUTF8(name);
}

PyObject *PyModule_GetFilenameObject(PyObject *op)
{
    PyObject *name = PyModule_Check(op) ? PyDict_GetItemString(((module *)op)->md_dict, "__file__") : NULL;

    if (name == NULL)
        PyErr_SetString(PyExc_SystemError, "module filename missing");
    return Py_XNewRef(name);
}

PyModuleDef *PyModule_GetDef(PyObject *op)
{
    if (!PyModule_Check(op)) {
        PyErr_BadArgument();
        return NULL;
    }
    return ((module *)op)->md_def;
}

void *PyModule_GetState(PyObject *op)
{
    if (!PyModule_Check(op)) {
        PyErr_BadArgument();
        return NULL;
    }
    return ((module *)op)->md_state;
}

/* ---- adding */

int PyModule_AddObjectRef(PyObject *op, const char *name, PyObject *v)
{
    PyObject *dict;

    if (!PyModule_Check(op)) {
        PyErr_SetString(PyExc_TypeError, "PyModule_AddObjectRef() first argument must be a module");
        return -1;
    }
    if (v == NULL) {
        if (!PyErr_Occurred())
            PyErr_SetString(PyExc_SystemError, "PyModule_AddObjectRef() must be called with an exception "
                                               "raised if value is NULL");
        return -1;
    }
    dict = PyModule_GetDict(op);
    return dict != NULL ? PyDict_SetItemString(dict, name, v) : -1;
}

int PyModule_AddObject(PyObject *op, const char *name, PyObject *v)
{
    int rc = PyModule_AddObjectRef(op, name, v);

    if (rc == 0)
        Py_DECREF(v);
    return rc;
}

static int add_new(PyObject *op, const char *name, PyObject *v)
{
    int rc = v != NULL ? PyModule_AddObjectRef(op, name, v) : -1;

    Py_XDECREF(v);
    return rc;
}

int PyModule_AddIntConstant(PyObject *op, const char *name, long v)
{
    return add_new(op, name, PyLong_FromLong(v));
}

int PyModule_AddStringConstant(PyObject *op, const char *name, const char *v)
{
    return add_new(op, name, PyUnicode_FromString(v));
}

int PyModule_AddType(PyObject *op, PyTypeObject *type)
{
    const char *dot;

    if (PyType_Ready(type) < 0)
        return -1;
    dot = strrchr(type->tp_name, '.');
    return PyModule_AddObjectRef(op, dot != NULL ? dot + 1 : type->tp_name, (PyObject *)type);
}

/* ---- a module by its definition: a list by index */

PyObject *PyState_FindModule(PyModuleDef *def)
{
    PyObject *list = rm_now->import.by_index, *found;
    Py_ssize_t i = def->m_base.m_index;

    if (def->m_slots != NULL || i == 0 || list == NULL || i >= PyList_GET_SIZE(list))
        return NULL;
    found = PyList_GET_ITEM(list, i);
    return found == Py_None ? NULL : found;
}

static int set_by_index(PyModuleDef *def, PyObject *m)
{
    rm_runtime *rt = rm_now;

    if (rt->import.by_index == NULL) {
        rt->import.by_index = PyList_New(0);
        if (rt->import.by_index == NULL)
            return -1;
        RM_STORED(rt, rt->import.by_index);
    }
    while (PyList_GET_SIZE(rt->import.by_index) <= def->m_base.m_index)
        if (PyList_Append(rt->import.by_index, Py_None) < 0)
            return -1;
    return PyList_SetItem(rt->import.by_index, def->m_base.m_index, Py_NewRef(m));
}

int PyState_AddModule(PyObject *m, PyModuleDef *def)
{
    if (def == NULL || def->m_slots != NULL) {
        PyErr_SetString(PyExc_SystemError, "PyState_AddModule called on module with slots");
        return -1;
    }
    return PyModuleDef_Init(def) != NULL ? set_by_index(def, m) : -1;
}

int PyState_RemoveModule(PyModuleDef *def)
{
    if (def->m_slots != NULL || PyState_FindModule(def) == NULL) {
        PyErr_SetString(PyExc_SystemError, "PyState_RemoveModule: no such module");
        return -1;
    }
    return set_by_index(def, Py_None);
}

/* ---- modules of types */

void *PyType_GetModuleState(PyTypeObject *type)
{
    PyObject *m = PyType_GetModule(type);

    return m != NULL ? PyModule_GetState(m) : NULL;
}

PyObject *PyType_GetModuleByDef(PyTypeObject *type, PyModuleDef *def)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(type->tp_mro); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(type->tp_mro, i);
        PyObject *m = PyType_HasFeature(base, Py_TPFLAGS_HEAPTYPE) ? ((PyHeapTypeObject *)base)->ht_module
                                                                 : NULL;

        if (m != NULL && PyModule_Check(m) && ((module *)m)->md_def == def)
            return m;
    }
    return PyErr_Format(PyExc_TypeError, "no superclass of '%s' has the given module", type->tp_name);
}

/* ---- slots */

static bool has_state(const module *m)
{
    return m->md_def != NULL && (m->md_def->m_size <= 0 || m->md_state != NULL);
}

static void module_dealloc(PyObject *op)
{
    module *m = (module *)op;

    PyObject_GC_UnTrack(op);
    if (m->md_weaklist != NULL)
        PyObject_ClearWeakRefs(op);
    if (has_state(m) && m->md_def->m_free != NULL)
        m->md_def->m_free(m);
    RM_CLEAR_IN(op, m->md_dict);
    RM_CLEAR_IN(op, m->md_name);
    PyMem_Free(m->md_state);
    Py_TYPE(op)->tp_free(op);
}

static int module_traverse(PyObject *op, visitproc visit, void *arg)
{
    module *m = (module *)op;

    if (has_state(m) && m->md_def->m_traverse != NULL) {
        int rc = m->md_def->m_traverse(op, visit, arg);

        if (rc != 0)
            return rc;
    }
    Py_VISIT(m->md_dict);
    return 0;
}

static int module_clear(PyObject *op)
{
    module *m = (module *)op;
    int rc = has_state(m) && m->md_def->m_clear != NULL ? m->md_def->m_clear(op) : 0;

    RM_CLEAR_IN(op, m->md_dict);
    return rc;
}

/* A module may bring __getattr__ for names it does not have. */
static PyObject *module_getattro(PyObject *op, PyObject *name)
{
    PyObject *found = PyObject_GenericGetAttr(op, name), *f;
    module *m = (module *)op;

    if (found != NULL || !PyErr_ExceptionMatches(PyExc_AttributeError) || m->md_dict == NULL)
        return found;
    PyErr_Clear();
    f = PyDict_GetItemString(m->md_dict, "__getattr__");
    if (f != NULL)
        return PyObject_CallOneArg(f, name);
    PyErr_Format(PyExc_AttributeError, "module has no attribute '%s'", PyUnicode_AsUTF8(name));
    return NULL;
}

static PyObject *module_get_dict(PyObject *op, void *closure)
{
    (void)closure;
    return Py_NewRef(((module *)op)->md_dict);
}

static PyGetSetDef module_getset[] = {{"__dict__", module_get_dict, NULL, NULL, NULL},
                                      {NULL, NULL, NULL, NULL, NULL}};

PyTypeObject PyModule_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "module",
    .tp_basicsize = sizeof(module),
    .tp_dealloc = module_dealloc,
    .tp_getattro = module_getattro,
    .tp_setattro = PyObject_GenericSetAttr,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_traverse = module_traverse,
    .tp_clear = module_clear,
    .tp_weaklistoffset = offsetof(module, md_weaklist),
    .tp_getset = module_getset,
    .tp_dictoffset = offsetof(module, md_dict),
    .tp_free = PyObject_GC_Del,
};

PyTypeObject PyModuleDef_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "moduledef",
    .tp_basicsize = sizeof(PyModuleDef),
    .tp_flags = Py_TPFLAGS_DEFAULT,
};
