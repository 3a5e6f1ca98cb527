/* Descriptors: what PyType_Ready puts into a type's dict for its tables of C methods, members and
 * properties. Each keeps its type and its name; the row of the table belongs to the program.
 */
#include "core_int.h"

#include "structmember.h"

/* ---- all of them */

static PyDescrObject *make(PyTypeObject *kind, PyTypeObject *type, const char *name)
{
    PyDescrObject *descr = (PyDescrObject *)rm_gc_make(kind);

    if (descr == NULL)
        return NULL;
    descr->d_type = type;
    rm_keep_in(descr, (PyObject *)type);
    descr->d_qualname = NULL;
    descr->d_name = PyUnicode_InternFromString(name);
    if (descr->d_name != NULL)
        RM_STORED(descr, descr->d_name);
    rm_gc_track((PyObject *)descr);
    if (descr->d_name == NULL)
        Py_CLEAR(descr);
    return descr;
}

static void descr_dealloc(PyObject *op)
{
    PyDescrObject *descr = (PyDescrObject *)op;

    PyObject_GC_UnTrack(op);
    RM_CLEAR_IN(op, descr->d_type);
    RM_CLEAR_IN(op, descr->d_name);
    RM_CLEAR_IN(op, descr->d_qualname);
    PyObject_GC_Del(op);
}

static int descr_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((PyDescrObject *)op)->d_type);
    return 0;
}

/* NULL instance: the descriptor itself was asked for, through the type. 1 with *result set. */
static int without_instance(PyObject *descr, PyObject *op, PyObject **result)
{
    if (op == NULL) {
        *result = Py_NewRef(descr);
        return 1;
    }
    if (PyObject_TypeCheck(op, PyDescr_TYPE(descr)))
        return 0;
    *result = PyErr_Format(PyExc_TypeError, "descriptor of '%.100s' does not apply to a '%.100s' object",
                           PyDescr_TYPE(descr)->tp_name, Py_TYPE(op)->tp_name);
    return 1;
}

static bool applies(PyObject *descr, PyObject *op)
{
    PyObject *result;

    return !without_instance(descr, op, &result);
}

int PyDescr_IsData(PyObject *op)
{
    return Py_TYPE(op)->tp_descr_set != NULL;
}

/* ---- methods */

static PyObject *method_get(PyObject *descr, PyObject *op, PyObject *type)
{
    PyMethodDef *def = ((PyMethodDescrObject *)descr)->d_method;
    PyObject *result;

    if (without_instance(descr, op, &result))
        return result;
    return PyCMethod_New(def, op, NULL, def->ml_flags & METH_METHOD ? PyDescr_TYPE(descr) : NULL);
    (void)type;
}

/* The first argument is the instance. */
static PyObject *method_call(PyObject *descr, PyObject *const *args, size_t nargsf, PyObject *names)
{
    Py_ssize_t n = PyVectorcall_NARGS(nargsf);

    if (n < 1)
        return PyErr_Format(PyExc_TypeError, "unbound method needs an argument");
    if (!applies(descr, args[0]))
        return NULL;
    return rm_call_def(((PyMethodDescrObject *)descr)->d_method, args[0], PyDescr_TYPE(descr), args + 1,
                       n - 1, names);
}

PyObject *PyDescr_NewMethod(PyTypeObject *type, PyMethodDef *def)
{
    PyMethodDescrObject *descr = (PyMethodDescrObject *)make(&PyMethodDescr_Type, type, def->ml_name);

    if (descr != NULL) {
        descr->d_method = def;
        descr->vectorcall = method_call;
    }
    return (PyObject *)descr;
}

static PyObject *class_method_get(PyObject *descr, PyObject *op, PyObject *type)
{
    PyMethodDef *def = ((PyMethodDescrObject *)descr)->d_method;

    if (type == NULL)
        type = (PyObject *)Py_TYPE(op);
    return PyCMethod_New(def, type, NULL, def->ml_flags & METH_METHOD ? PyDescr_TYPE(descr) : NULL);
}

PyObject *PyDescr_NewClassMethod(PyTypeObject *type, PyMethodDef *def)
{
    PyMethodDescrObject *descr =
        (PyMethodDescrObject *)make(&PyClassMethodDescr_Type, type, def->ml_name);

    if (descr != NULL) {
        descr->d_method = def;
        descr->vectorcall = NULL;
    }
    return (PyObject *)descr;
}

static PyObject *class_method_call(PyObject *descr, PyObject *args, PyObject *kwargs)
{
    PyObject *cls = PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : NULL, *bound, *rest;
    PyObject *result = NULL;

    if (cls == NULL || !PyType_Check(cls))
        return PyErr_Format(PyExc_TypeError, "class method needs a type");
    bound = class_method_get(descr, NULL, cls);
    rest = bound != NULL ? PyTuple_GetSlice(args, 1, PyTuple_GET_SIZE(args)) : NULL;
    if (rest != NULL)
        result = PyObject_Call(bound, rest, kwargs);
    Py_XDECREF(rest);
    Py_XDECREF(bound);
    return result;
}

/* ---- properties in C */

static PyObject *getset_get(PyObject *descr, PyObject *op, PyObject *type)
{
    PyGetSetDef *def = ((PyGetSetDescrObject *)descr)->d_getset;
    PyObject *result;

    (void)type;
    if (without_instance(descr, op, &result))
        return result;
    if (def->get != NULL)
        return def->get(op, def->closure);
    return PyErr_Format(PyExc_AttributeError, "attribute '%s' is not readable", def->name);
}

static int getset_set(PyObject *descr, PyObject *op, PyObject *value)
{
    PyGetSetDef *def = ((PyGetSetDescrObject *)descr)->d_getset;

    if (!applies(descr, op))
        return -1;
    if (def->set != NULL)
        return def->set(op, value, def->closure);
    PyErr_Format(PyExc_AttributeError, "attribute '%s' is not writable", def->name);
    return -1;
}

PyObject *PyDescr_NewGetSet(PyTypeObject *type, PyGetSetDef *def)
{
    PyGetSetDescrObject *descr = (PyGetSetDescrObject *)make(&PyGetSetDescr_Type, type, def->name);

    if (descr != NULL)
        descr->d_getset = def;
    return (PyObject *)descr;
}

/* ---- members: a field of the instance by its offset */

PyObject *PyMember_GetOne(const char *base, PyMemberDef *m)
{
    const char *at = base + m->offset;
    PyObject *op;

    switch (m->type) {
    case T_BOOL: return PyBool_FromLong(*at);
    case T_BYTE: return PyLong_FromLong(*(const signed char *)at);
    case T_UBYTE: return PyLong_FromLong(*(const unsigned char *)at);
    case T_SHORT: return PyLong_FromLong(*(const short *)at);
    case T_USHORT: return PyLong_FromLong(*(const unsigned short *)at);
    case T_INT: return PyLong_FromLong(*(const int *)at);
    case T_UINT: return PyLong_FromUnsignedLong(*(const unsigned *)at);
    case T_LONG: return PyLong_FromLong(*(const long *)at);
    case T_ULONG: return PyLong_FromUnsignedLong(*(const unsigned long *)at);
    case T_LONGLONG: return PyLong_FromLongLong(*(const long long *)at);
    case T_ULONGLONG: return PyLong_FromUnsignedLongLong(*(const unsigned long long *)at);
    case T_PYSSIZET: return PyLong_FromSsize_t(*(const Py_ssize_t *)at);
    case T_FLOAT: return PyFloat_FromDouble((double)*(const float *)at);
    case T_DOUBLE: return PyFloat_FromDouble(*(const double *)at);
    case T_CHAR: return PyUnicode_FromStringAndSize(at, 1);
    case T_STRING_INPLACE: return PyUnicode_FromString(at);
    case T_NONE: Py_RETURN_NONE;
    case T_STRING:
        if (*(char *const *)at == NULL)
            Py_RETURN_NONE;
        return PyUnicode_FromString(*(char *const *)at);
    case T_OBJECT:
        op = *(PyObject *const *)at;
        return Py_NewRef(op != NULL ? op : Py_None);
    case T_OBJECT_EX:
        op = *(PyObject *const *)at;
        if (op == NULL)
            PyErr_SetString(PyExc_AttributeError, m->name);
        return Py_XNewRef(op);
    default:
        PyErr_SetString(PyExc_SystemError, "bad memberdescr type");
        return NULL;
    }
}

/* The reference is the program's, as if its own code had taken it: the code that knows the field may
 * release it in tp_clear or anywhere else. */
static int set_object(char *at, PyObject *value)
{
    PyObject *old = *(PyObject **)at;

    *(PyObject **)at = Py_XNewRef(value);
    Py_XDECREF(old);
    return 0;
}

static int set_char(char *at, PyObject *value)
{
    const char *text = PyUnicode_Check(value) ? PyUnicode_AsUTF8(value) : NULL;

    if (text == NULL || text[0] == '\0' || text[1] != '\0')
        return PyErr_BadArgument() - 1;
    *at = text[0];
    return 0;
}

static int set_bool(char *at, PyObject *value)
{
    if (!PyBool_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "attribute value type must be bool");
        return -1;
    }
    *at = value == Py_True;
    return 0;
}

#define SET_SIGNED(kind, type)                                     \
    case kind: {                                                   \
        long v = PyLong_AsLong(value);                             \
                                                                   \
        if (v == -1 && PyErr_Occurred())                           \
            return -1;                                             \
        *(type *)at = (type)v;                                     \
        return 0;                                                  \
    }
#define SET_WIDE(kind, type, read)                                 \
    case kind: {                                                   \
        type v = (type)read(value);                                \
                                                                   \
        if (v == (type)-1 && PyErr_Occurred())                     \
            return -1;                                             \
        *(type *)at = v;                                           \
        return 0;                                                  \
    }

static int set_number(char *at, int type, PyObject *value)
{
    switch (type) {
    SET_SIGNED(T_BYTE, signed char)
    SET_SIGNED(T_UBYTE, unsigned char)
    SET_SIGNED(T_SHORT, short)
    SET_SIGNED(T_USHORT, unsigned short)
    SET_SIGNED(T_INT, int)
    SET_SIGNED(T_UINT, unsigned)
    SET_WIDE(T_LONG, long, PyLong_AsLong)
    SET_WIDE(T_ULONG, unsigned long, PyLong_AsUnsignedLongMask)
    SET_WIDE(T_LONGLONG, long long, PyLong_AsLongLong)
    SET_WIDE(T_ULONGLONG, unsigned long long, PyLong_AsUnsignedLongLongMask)
    SET_WIDE(T_PYSSIZET, Py_ssize_t, PyLong_AsSsize_t)
    SET_WIDE(T_FLOAT, float, PyFloat_AsDouble)
    SET_WIDE(T_DOUBLE, double, PyFloat_AsDouble)
    default:
        PyErr_SetString(type == T_STRING || type == T_STRING_INPLACE || type == T_NONE
                            ? PyExc_TypeError
                            : PyExc_SystemError,
                        "readonly attribute");
        return -1;
    }
}

int PyMember_SetOne(char *base, PyMemberDef *m, PyObject *value)
{
    char *at = base + m->offset;

    if (m->flags & READONLY) {
        PyErr_SetString(PyExc_AttributeError, "readonly attribute");
        return -1;
    }
    if (m->type == T_OBJECT_EX && value == NULL && *(PyObject **)at == NULL) {
        PyErr_SetString(PyExc_AttributeError, m->name);
        return -1;
    }
    if (m->type == T_OBJECT || m->type == T_OBJECT_EX)
        return set_object(at, value);
    if (value == NULL) {
        PyErr_SetString(PyExc_TypeError, "can't delete numeric/char attribute");
        return -1;
    }
    if (m->type == T_CHAR || m->type == T_BOOL)
        return m->type == T_CHAR ? set_char(at, value) : set_bool(at, value);
    return set_number(at, m->type, value);
}

static PyObject *member_get(PyObject *descr, PyObject *op, PyObject *type)
{
    PyObject *result;

    (void)type;
    if (without_instance(descr, op, &result))
        return result;
    return PyMember_GetOne((char *)op, ((PyMemberDescrObject *)descr)->d_member);
}

static int member_set(PyObject *descr, PyObject *op, PyObject *value)
{
    return applies(descr, op)
               ? PyMember_SetOne((char *)op, ((PyMemberDescrObject *)descr)->d_member, value)
               : -1;
}

PyObject *PyDescr_NewMember(PyTypeObject *type, PyMemberDef *def)
{
    PyMemberDescrObject *descr = (PyMemberDescrObject *)make(&PyMemberDescr_Type, type, def->name);

    if (descr != NULL)
        descr->d_member = def;
    return (PyObject *)descr;
}

/* ---- a type's tables */

static int add(PyTypeObject *type, const char *name, PyObject *descr, bool replace)
{
    PyObject *key = descr != NULL ? PyUnicode_InternFromString(name) : NULL;
    int rc = key == NULL                                              ? -1
             : !replace && PyDict_GetItemWithError(type->tp_dict, key) ? 0
             : PyErr_Occurred()                                        ? -1
                                       : PyDict_SetItem(type->tp_dict, key, descr);

    Py_XDECREF(key);
    Py_XDECREF(descr);
    return rc;
}

static PyObject *new_static_method(PyTypeObject *type, PyMethodDef *def)
{
    PyObject *f = PyCFunction_NewEx(def, (PyObject *)type, NULL);
    PyObject *descr = f != NULL ? PyStaticMethod_New(f) : NULL;

    Py_XDECREF(f);
    return descr;
}

static PyObject *new_method(PyTypeObject *type, PyMethodDef *def)
{
    return def->ml_flags & METH_CLASS    ? PyDescr_NewClassMethod(type, def)
           : def->ml_flags & METH_STATIC ? new_static_method(type, def)
                                         : PyDescr_NewMethod(type, def);
}

/* Python knows the offset names of a heap type as plain numbers in the type object, not as members. */
int rm_type_add_descriptors(PyTypeObject *type)
{
    for (PyMethodDef *m = type->tp_methods; m != NULL && m->ml_name != NULL; m++)
        if (add(type, m->ml_name, new_method(type, m), m->ml_flags & METH_COEXIST) < 0)
            return -1;
    for (PyMemberDef *m = type->tp_members; m != NULL && m->name != NULL; m++)
        if (add(type, m->name, PyDescr_NewMember(type, m), false) < 0)
            return -1;
    for (PyGetSetDef *g = type->tp_getset; g != NULL && g->name != NULL; g++)
        if (add(type, g->name, PyDescr_NewGetSet(type, g), false) < 0)
            return -1;
    return 0;
}

/* ---- a mapping that cannot be written to */

typedef struct {
    PyObject_HEAD
    PyObject *mapping; /* owned */
} proxy;

PyObject *PyDictProxy_New(PyObject *mapping)
{
    proxy *p;

    if (!PyMapping_Check(mapping) || PyList_Check(mapping) || PyTuple_Check(mapping))
        return PyErr_Format(PyExc_TypeError, "mappingproxy() argument must be a mapping, not %s",
                            Py_TYPE(mapping)->tp_name);
    p = (proxy *)rm_gc_make(&PyDictProxy_Type);
    if (p == NULL)
        return NULL;
    p->mapping = mapping;
    rm_keep_in(p, mapping);
    rm_gc_track((PyObject *)p);
    return (PyObject *)p;
}

static void proxy_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    RM_CLEAR_IN(op, ((proxy *)op)->mapping);
    PyObject_GC_Del(op);
}

static int proxy_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((proxy *)op)->mapping);
    return 0;
}

static Py_ssize_t proxy_length(PyObject *op)
{
    return PyObject_Size(((proxy *)op)->mapping);
}

static PyObject *proxy_subscript(PyObject *op, PyObject *key)
{
    return PyObject_GetItem(((proxy *)op)->mapping, key);
}

static PyObject *proxy_iter(PyObject *op)
{
    return PyObject_GetIter(((proxy *)op)->mapping);
}

static PyMappingMethods proxy_as_mapping = {.mp_length = proxy_length, .mp_subscript = proxy_subscript};

PyTypeObject PyDictProxy_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "mappingproxy",
    .tp_basicsize = sizeof(proxy),
    .tp_dealloc = proxy_dealloc,
    .tp_as_mapping = &proxy_as_mapping,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_MAPPING,
    .tp_traverse = proxy_traverse,
    .tp_iter = proxy_iter,
};

/* ---- the types */

#define DESCRIPTOR_TYPE(symbol, name, layout, getter, setter, extra, ...)                  \
    PyTypeObject symbol = {                                                                \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                                             \
        .tp_name = name,                                                                   \
        .tp_basicsize = sizeof(layout),                                                    \
        .tp_dealloc = descr_dealloc,                                                       \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | (extra),                     \
        .tp_traverse = descr_traverse,                                                     \
        .tp_descr_get = getter,                                                            \
        .tp_descr_set = setter,                                                            \
        __VA_ARGS__                                                                        \
    };

DESCRIPTOR_TYPE(PyMethodDescr_Type, "method_descriptor", PyMethodDescrObject, method_get, NULL,
                Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
                .tp_vectorcall_offset = offsetof(PyMethodDescrObject, vectorcall),
                .tp_call = PyVectorcall_Call)
DESCRIPTOR_TYPE(PyClassMethodDescr_Type, "classmethod_descriptor", PyMethodDescrObject,
                class_method_get, NULL, 0, .tp_call = class_method_call)
DESCRIPTOR_TYPE(PyMemberDescr_Type, "member_descriptor", PyMemberDescrObject, member_get, member_set, 0, )
DESCRIPTOR_TYPE(PyGetSetDescr_Type, "getset_descriptor", PyGetSetDescrObject, getset_get, getset_set, 0, )
