/* C functions as objects: the row of a table, the object it is bound to, and the module it stands in.
 * The flags of the row decide how arguments are handed over; only METH_VARARGS needs a tuple.
 */
#include "core_int.h"

/* ---- calling by flags */

static bool has_names(PyObject *names)
{
    return names != NULL && PyTuple_GET_SIZE(names) > 0;
}

static PyObject *bad_call(const PyMethodDef *def, const char *what)
{
    return PyErr_Format(PyExc_TypeError, "%.200s() takes %s", def->ml_name, what);
}

static PyObject *new_args(PyObject *const *args, Py_ssize_t n)
{
    PyObject *tuple = PyTuple_New(n);

    for (Py_ssize_t i = 0; tuple != NULL && i < n; i++)
        PyTuple_SET_ITEM(tuple, i, Py_NewRef(args[i]));
    return tuple;
}

static PyObject *new_kwargs(PyObject *names, PyObject *const *values)
{
    PyObject *dict = PyDict_New();

    for (Py_ssize_t i = 0; dict != NULL && i < PyTuple_GET_SIZE(names); i++)
        if (PyDict_SetItem(dict, PyTuple_GET_ITEM(names, i), values[i]) < 0)
            Py_CLEAR(dict);
    return dict;
}

static PyObject *call_varargs(PyMethodDef *def, PyObject *self, PyObject *const *args, Py_ssize_t n,
                              PyObject *names)
{
    bool takes_names = def->ml_flags & METH_KEYWORDS;
    PyObject *tuple = new_args(args, n), *dict = NULL, *result = NULL;

    if (tuple != NULL && has_names(names))
        dict = new_kwargs(names, args + n);
    if (tuple == NULL || (dict == NULL && has_names(names)))
        result = NULL;
    else if (takes_names)
        result = ((PyCFunctionWithKeywords)(void (*)(void))def->ml_meth)(self, tuple, dict);
    else
        result = def->ml_meth(self, tuple);
    Py_XDECREF(tuple);
    Py_XDECREF(dict);
    return result;
}

static PyObject *call_fast(PyMethodDef *def, PyObject *self, PyTypeObject *cls, PyObject *const *args,
                           Py_ssize_t n, PyObject *names)
{
    void (*f)(void) = (void (*)(void))def->ml_meth;

    if (def->ml_flags & METH_METHOD)
        return ((PyCMethod)f)(self, cls, args, (size_t)n, names);
    if (def->ml_flags & METH_KEYWORDS)
        return ((_PyCFunctionFastWithKeywords)f)(self, args, n, names);
    return ((_PyCFunctionFast)f)(self, args, n);
}

PyObject *rm_call_def(PyMethodDef *def, PyObject *self, PyTypeObject *cls, PyObject *const *args,
                      Py_ssize_t n, PyObject *names)
{
    int flags = def->ml_flags;
    PyObject *result;

    if (has_names(names) && !(flags & METH_KEYWORDS))
        return bad_call(def, "no keyword arguments");
    if (flags & METH_NOARGS && n != 0)
        return bad_call(def, "no arguments");
    if (flags & METH_O && n != 1)
        return bad_call(def, "exactly one argument");
    if (Py_EnterRecursiveCall(" while calling a Python object"))
        return NULL;
    if (flags & (METH_NOARGS | METH_O))
        result = def->ml_meth(self, flags & METH_O ? args[0] : NULL);
    else if (flags & METH_FASTCALL)
        result = call_fast(def, self, cls, args, n, names);
    else
        result = call_varargs(def, self, args, n, names);
    Py_LeaveRecursiveCall();
    return result;
}

static PyObject *call(PyObject *op, PyObject *const *args, size_t nargsf, PyObject *names)
{
    PyCFunctionObject *f = (PyCFunctionObject *)op;
    PyTypeObject *cls = f->m_ml->ml_flags & METH_METHOD ? ((PyCMethodObject *)op)->mm_class : NULL;

    return rm_call_def(f->m_ml, PyCFunction_GET_SELF(op), cls, args, PyVectorcall_NARGS(nargsf), names);
}

/* METH_VARARGS has no vectorcall function: it gets the caller's own tuple. */
static PyObject *call_tuple(PyObject *op, PyObject *args, PyObject *kwargs)
{
    PyCFunctionObject *f = (PyCFunctionObject *)op;
    PyObject *self = PyCFunction_GET_SELF(op);
    PyMethodDef *def = f->m_ml;

    if (f->vectorcall != NULL)
        return PyVectorcall_Call(op, args, kwargs);
    if (def->ml_flags & METH_KEYWORDS)
        return ((PyCFunctionWithKeywords)(void (*)(void))def->ml_meth)(self, args, kwargs);
    if (kwargs != NULL && PyDict_GET_SIZE(kwargs) > 0)
        return bad_call(def, "no keyword arguments");
    return def->ml_meth(self, args);
}

/* ---- making */

static int check_flags(const PyMethodDef *def)
{
    int how = def->ml_flags & (METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS |
                               METH_METHOD);

    switch (how) {
    case METH_VARARGS:
    case METH_VARARGS | METH_KEYWORDS:
    case METH_FASTCALL:
    case METH_FASTCALL | METH_KEYWORDS:
    case METH_METHOD | METH_FASTCALL | METH_KEYWORDS:
    case METH_NOARGS:
    case METH_O: return 0;
    }
    PyErr_Format(PyExc_SystemError, "%s() method: bad call flags", def->ml_name);
    return -1;
}

PyObject *PyCMethod_New(PyMethodDef *def, PyObject *self, PyObject *module, PyTypeObject *cls)
{
    bool has_class = def->ml_flags & METH_METHOD;
    PyCFunctionObject *f;

    if (check_flags(def) < 0)
        return NULL;
    if (has_class != (cls != NULL)) {
        PyErr_SetString(PyExc_SystemError, "METH_METHOD and a class go together");
        return NULL;
    }
    f = (PyCFunctionObject *)rm_gc_make(has_class ? &PyCMethod_Type : &PyCFunction_Type);
    if (f == NULL)
        return NULL;
    f->m_ml = def;
    f->m_self = self;
    f->m_module = module;
    f->m_weakreflist = NULL;
    f->vectorcall = def->ml_flags & METH_VARARGS ? NULL : call;
    rm_xkeep_in(f, self);
    rm_xkeep_in(f, module);
    if (has_class) {
        ((PyCMethodObject *)f)->mm_class = cls;
        rm_keep_in(f, (PyObject *)cls);
    }
    rm_gc_track((PyObject *)f);
    return (PyObject *)f;
}

PyObject *PyCFunction_NewEx(PyMethodDef *def, PyObject *self, PyObject *module)
{
    return PyCMethod_New(def, self, module, NULL);
}

PyObject *PyCFunction_New(PyMethodDef *def, PyObject *self)
{
    return PyCFunction_NewEx(def, self, NULL);
}

/* ---- looking */

static bool is_function(PyObject *op)
{
    if (PyCFunction_Check(op))
        return true;
    PyErr_BadInternalCall();
    return false;
}

PyCFunction PyCFunction_GetFunction(PyObject *op)
{
    return is_function(op) ? PyCFunction_GET_FUNCTION(op) : NULL;
}

PyObject *PyCFunction_GetSelf(PyObject *op)
{
    return is_function(op) ? PyCFunction_GET_SELF(op) : NULL;
}

int PyCFunction_GetFlags(PyObject *op)
{
    return is_function(op) ? PyCFunction_GET_FLAGS(op) : -1;
}

/* ---- slots */

static void cfunction_dealloc(PyObject *op)
{
    PyCFunctionObject *f = (PyCFunctionObject *)op;

    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, cfunction_dealloc)
    if (f->m_weakreflist != NULL)
        PyObject_ClearWeakRefs(op);
    if (f->m_ml->ml_flags & METH_METHOD)
        RM_CLEAR_IN(op, ((PyCMethodObject *)op)->mm_class);
    RM_CLEAR_IN(op, f->m_self);
    RM_CLEAR_IN(op, f->m_module);
    PyObject_GC_Del(op);
    Py_TRASHCAN_END
}

static int cfunction_traverse(PyObject *op, visitproc visit, void *arg)
{
    PyCFunctionObject *f = (PyCFunctionObject *)op;

    if (f->m_ml->ml_flags & METH_METHOD)
        Py_VISIT(((PyCMethodObject *)op)->mm_class);
    Py_VISIT(f->m_self);
    Py_VISIT(f->m_module);
    return 0;
}

static PyObject *get_name(PyObject *op, void *closure)
{
    (void)closure;
    return PyUnicode_FromString(((PyCFunctionObject *)op)->m_ml->ml_name);
}

static PyObject *get_doc(PyObject *op, void *closure)
{
    const char *doc = ((PyCFunctionObject *)op)->m_ml->ml_doc;

    (void)closure;
    if (doc == NULL)
        Py_RETURN_NONE;
    return PyUnicode_FromString(doc);
}

static PyObject *get_self(PyObject *op, void *closure)
{
    PyObject *self = PyCFunction_GET_SELF(op);

    (void)closure;
    return Py_NewRef(self != NULL ? self : Py_None);
}

static PyGetSetDef getset[] = {{"__name__", get_name, NULL, NULL, NULL},
                               {"__doc__", get_doc, NULL, NULL, NULL},
                               {"__self__", get_self, NULL, NULL, NULL},
                               {NULL, NULL, NULL, NULL, NULL}};

static PyObject *cfunction_repr(PyObject *op)
{
    return PyUnicode_FromFormat("<built-in function %s>", ((PyCFunctionObject *)op)->m_ml->ml_name);
}

PyTypeObject PyCFunction_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "builtin_function_or_method",
    .tp_basicsize = sizeof(PyCFunctionObject),
    .tp_dealloc = cfunction_dealloc,
    .tp_vectorcall_offset = offsetof(PyCFunctionObject, vectorcall),
    .tp_repr = cfunction_repr,
    .tp_call = call_tuple,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_traverse = cfunction_traverse,
    .tp_weaklistoffset = offsetof(PyCFunctionObject, m_weakreflist),
    .tp_getset = getset,
};

PyTypeObject PyCMethod_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "builtin_method",
    .tp_basicsize = sizeof(PyCMethodObject),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL,
    .tp_base = &PyCFunction_Type,
    .tp_dealloc = cfunction_dealloc,
    .tp_vectorcall_offset = offsetof(PyCFunctionObject, vectorcall),
    .tp_call = call_tuple,
    .tp_traverse = cfunction_traverse,
};
