/* What any object can be asked for through its slots: text, items, length, iteration, membership of
 * a class. A slot that is missing is a TypeError; which slot stands in for which is decided here.
 */
#include "core_int.h"

static PyObject *null_error(void)
{
    if (!PyErr_Occurred())
        PyErr_SetString(PyExc_SystemError, "null argument to internal routine");
    return NULL;
}

static PyObject *type_error(const char *format, PyObject *op)
{
    return PyErr_Format(PyExc_TypeError, format, Py_TYPE(op)->tp_name);
}

PyObject *PyObject_Type(PyObject *op)
{
    return op != NULL ? Py_NewRef(Py_TYPE(op)) : null_error();
}

PyObject *PyObject_SelfIter(PyObject *op)
{
    return Py_NewRef(op);
}

/* ---- text */

static PyObject *check_str(PyObject *text, const char *slot)
{
    if (text == NULL || PyUnicode_Check(text))
        return text;
    PyErr_Format(PyExc_TypeError, "%s returned non-string (type %.200s)", slot,
                 Py_TYPE(text)->tp_name);
    Py_DECREF(text);
    return NULL;
}

PyObject *PyObject_Repr(PyObject *op)
{
    PyObject *text;

    if (op == NULL)
        return PyUnicode_FromString("<NULL>");
    if (Py_TYPE(op)->tp_repr == NULL)
        return PyUnicode_FromFormat("<%s object at %p>", Py_TYPE(op)->tp_name, (void *)op);
    if (Py_EnterRecursiveCall(" while getting the repr of an object"))
        return NULL;
    text = check_str(Py_TYPE(op)->tp_repr(op), "__repr__");
    Py_LeaveRecursiveCall();
    return text;
}

PyObject *PyObject_Str(PyObject *op)
{
    PyObject *text;

    if (op == NULL)
        return PyUnicode_FromString("<NULL>");
    if (PyUnicode_CheckExact(op))
        return Py_NewRef(op);
    if (Py_TYPE(op)->tp_str == NULL)
        return PyObject_Repr(op);
    if (Py_EnterRecursiveCall(" while getting the str of an object"))
        return NULL;
    text = check_str(Py_TYPE(op)->tp_str(op), "__str__");
    Py_LeaveRecursiveCall();
    return text;
}

static size_t escape(char *out, Py_UCS4 c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    return (size_t)sprintf(out, c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x", c);
}

PyObject *PyObject_ASCII(PyObject *op)
{
    PyObject *repr = PyObject_Repr(op), *result = NULL;
    size_t size = 0;
    char *text;

    if (repr == NULL || PyUnicode_IS_ASCII(repr))
        return repr;
    text = PyMem_Malloc(10 * (size_t)PyUnicode_GET_LENGTH(repr) + 1);
    for (Py_ssize_t i = 0; text != NULL && i < PyUnicode_GET_LENGTH(repr); i++)
        size += escape(text + size, PyUnicode_READ_CHAR(repr, i));
    result = text != NULL ? PyUnicode_FromStringAndSize(text, (Py_ssize_t)size) : PyErr_NoMemory();
    PyMem_Free(text);
    Py_DECREF(repr);
    return result;
}

static PyObject *call_special(PyObject *op, int name);

PyObject *PyObject_Bytes(PyObject *op)
{
    PyObject *result;

    if (op == NULL)
        return PyBytes_FromString("<NULL>");
    if (PyBytes_CheckExact(op))
        return Py_NewRef(op);
    result = call_special(op, RM_NAME___bytes__);
    return result != NULL || PyErr_Occurred() ? result : PyBytes_FromObject(op);
}

int PyObject_Print(PyObject *op, FILE *file, int flags)
{
    PyObject *text = flags & Py_PRINT_RAW ? PyObject_Str(op) : PyObject_Repr(op);
    const char *utf8 = text != NULL ? PyUnicode_AsUTF8(text) : NULL;
    int rc = utf8 != NULL ? 0 : -1;

    if (utf8 != NULL)
        fputs(utf8, file);
    Py_XDECREF(text);
    return rc;
}

/* ---- length */

Py_ssize_t PyObject_Size(PyObject *op)
{
    PySequenceMethods *seq;

    if (op == NULL) {
        null_error();
        return -1;
    }
    seq = Py_TYPE(op)->tp_as_sequence;
    return seq != NULL && seq->sq_length != NULL ? seq->sq_length(op) : PyMapping_Size(op);
}

/* The lookup goes past the instance, as for every name with two underscores. NULL without an
 * exception: the type has no such method. */
PyObject *rm_special(PyObject *op, int name)
{
    PyObject *found = _PyType_Lookup(Py_TYPE(op), rm_now->names[name]);

    if (found == NULL)
        return NULL;
    return Py_TYPE(found)->tp_descr_get != NULL
               ? Py_TYPE(found)->tp_descr_get(found, op, (PyObject *)Py_TYPE(op))
               : Py_NewRef(found);
}

static PyObject *call_special(PyObject *op, int name)
{
    PyObject *bound = rm_special(op, name), *result = bound != NULL ? PyObject_CallNoArgs(bound) : NULL;

    Py_XDECREF(bound);
    return result;
}

static bool has_length(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    return (type->tp_as_sequence != NULL && type->tp_as_sequence->sq_length != NULL) ||
           (type->tp_as_mapping != NULL && type->tp_as_mapping->mp_length != NULL);
}

Py_ssize_t PyObject_LengthHint(PyObject *op, Py_ssize_t otherwise)
{
    PyObject *hint;
    Py_ssize_t n;

    if (has_length(op)) {
        n = PyObject_Size(op);
        if (n >= 0 || !PyErr_ExceptionMatches(PyExc_TypeError))
            return n;
        PyErr_Clear();
    }
    hint = call_special(op, RM_NAME___length_hint__);
    if (hint == NULL || hint == Py_NotImplemented) {
        bool failed = hint == NULL && PyErr_Occurred() && !PyErr_ExceptionMatches(PyExc_TypeError);

        if (!failed)
            PyErr_Clear();
        Py_XDECREF(hint);
        return failed ? -1 : otherwise;
    }
    n = PyLong_AsSsize_t(hint);
    Py_DECREF(hint);
    return n;
}

/* ---- items */

static PyObject *get_by_index(PyObject *op, PyObject *key)
{
    Py_ssize_t i;

    if (!PyIndex_Check(key))
        return PyErr_Format(PyExc_TypeError, "sequence index must be integer, not '%.200s'",
                            Py_TYPE(key)->tp_name);
    i = PyNumber_AsSsize_t(key, PyExc_IndexError);
    return i == -1 && PyErr_Occurred() ? NULL : PySequence_GetItem(op, i);
}

static PyObject *class_getitem(PyObject *op, PyObject *key)
{
    PyObject *f, *result;

    if (op == (PyObject *)&PyType_Type)
        return Py_GenericAlias(op, key);
    if (_PyObject_LookupAttr(op, rm_now->names[RM_NAME___class_getitem__], &f) < 0)
        return NULL;
    if (f == NULL) {
        return PyErr_Format(PyExc_TypeError, "type '%.200s' is not subscriptable",
                            ((PyTypeObject *)op)->tp_name);
    }
    result = PyObject_CallOneArg(f, key);
    Py_DECREF(f);
    return result;
}

PyObject *PyObject_GetItem(PyObject *op, PyObject *key)
{
    PyTypeObject *type;

    if (op == NULL || key == NULL)
        return null_error();
    type = Py_TYPE(op);
    if (type->tp_as_mapping != NULL && type->tp_as_mapping->mp_subscript != NULL)
        return type->tp_as_mapping->mp_subscript(op, key);
    if (type->tp_as_sequence != NULL && type->tp_as_sequence->sq_item != NULL)
        return get_by_index(op, key);
    if (PyType_Check(op))
        return class_getitem(op, key);
    return type_error("'%.200s' object is not subscriptable", op);
}

static int assign(PyObject *op, PyObject *key, PyObject *value, const char *message)
{
    PyTypeObject *type = Py_TYPE(op);
    Py_ssize_t i;

    if (type->tp_as_mapping != NULL && type->tp_as_mapping->mp_ass_subscript != NULL)
        return type->tp_as_mapping->mp_ass_subscript(op, key, value);
    if (type->tp_as_sequence != NULL && type->tp_as_sequence->sq_ass_item != NULL) {
        if (!PyIndex_Check(key)) {
            PyErr_Format(PyExc_TypeError, "sequence index must be integer, not '%.200s'",
                         Py_TYPE(key)->tp_name);
            return -1;
        }
        i = PyNumber_AsSsize_t(key, PyExc_IndexError);
        if (i == -1 && PyErr_Occurred())
            return -1;
        return value != NULL ? PySequence_SetItem(op, i, value) : PySequence_DelItem(op, i);
    }
    type_error(message, op);
    return -1;
}

int PyObject_SetItem(PyObject *op, PyObject *key, PyObject *value)
{
    if (op == NULL || key == NULL || value == NULL) {
        null_error();
        return -1;
    }
    return assign(op, key, value, "'%.200s' object does not support item assignment");
}

int PyObject_DelItem(PyObject *op, PyObject *key)
{
    if (op == NULL || key == NULL) {
        null_error();
        return -1;
    }
    return assign(op, key, NULL, "'%.200s' object does not support item deletion");
}

int PyObject_DelItemString(PyObject *op, const char *key)
{
    PyObject *k = PyUnicode_FromString(key);
    int rc = k != NULL ? PyObject_DelItem(op, k) : -1;

    Py_XDECREF(k);
    return rc;
}

/* ---- classes */

static int in_tuple(PyObject *op, PyObject *classes, int (*ask)(PyObject *, PyObject *))
{
    int answer = 0;

    for (Py_ssize_t i = 0; answer == 0 && i < PyTuple_GET_SIZE(classes); i++)
        answer = ask(op, PyTuple_GET_ITEM(classes, i));
    return answer;
}

/* Something that is not a type may still act as a class: it has a tuple of bases. */
static int has_bases(PyObject *cls)
{
    PyObject *bases;
    int rc = _PyObject_LookupAttr(cls, rm_now->names[RM_NAME___bases__], &bases);

    if (rc > 0)
        rc = PyTuple_Check(bases);
    Py_XDECREF(bases);
    return rc;
}

int PyObject_IsInstance(PyObject *op, PyObject *cls)
{
    if ((PyObject *)Py_TYPE(op) == cls)
        return 1;
    if (PyTuple_Check(cls))
        return in_tuple(op, cls, PyObject_IsInstance);
    if (PyType_Check(cls))
        return PyObject_TypeCheck(op, (PyTypeObject *)cls);
    switch (has_bases(cls)) {
    case 1: return 0; /* no type derives from what is not a type */
    case -1: return -1;
    }
    PyErr_SetString(PyExc_TypeError, "isinstance() arg 2 must be a type or a tuple of types");
    return -1;
}

int PyObject_IsSubclass(PyObject *derived, PyObject *cls)
{
    if (PyTuple_Check(cls))
        return in_tuple(derived, cls, PyObject_IsSubclass);
    if (PyType_Check(cls) && PyType_Check(derived))
        return PyType_IsSubtype((PyTypeObject *)derived, (PyTypeObject *)cls);
    PyErr_SetString(PyExc_TypeError, "issubclass() needs types");
    return -1;
}

int PyObject_AsFileDescriptor(PyObject *op)
{
    PyObject *number = PyLong_Check(op) ? Py_NewRef(op) : PyObject_CallMethod(op, "fileno", NULL);
    int fd = number != NULL ? (int)PyLong_AsLong(number) : -1;

    Py_XDECREF(number);
    if (fd < 0 && !PyErr_Occurred())
        PyErr_Format(PyExc_ValueError, "file descriptor cannot be a negative integer (%i)", fd);
    return fd < 0 ? -1 : fd;
}

/* ---- iteration */

int PyIter_Check(PyObject *op)
{
    return Py_TYPE(op)->tp_iternext != NULL;
}

PyObject *PyObject_GetIter(PyObject *op)
{
    getiterfunc f = Py_TYPE(op)->tp_iter;
    PyObject *iter;

    if (f == NULL)
        return PySequence_Check(op) ? PySeqIter_New(op)
                                    : type_error("'%.200s' object is not iterable", op);
    iter = f(op);
    if (iter != NULL && !PyIter_Check(iter)) {
        type_error("iter() returned non-iterator of type '%.100s'", iter);
        Py_CLEAR(iter);
    }
    return iter;
}

PyObject *PyIter_Next(PyObject *iter)
{
    PyObject *result = Py_TYPE(iter)->tp_iternext(iter);

    if (result == NULL && PyErr_ExceptionMatches(PyExc_StopIteration))
        PyErr_Clear();
    return result;
}

/* ---- repr of what contains itself: the objects whose repr is being made */

int Py_ReprEnter(PyObject *op)
{
    rm_runtime *rt = rm_now;

    if (rt->in_repr == NULL) {
        rt->in_repr = PyList_New(0);
        if (rt->in_repr == NULL)
            return -1;
        RM_STORED(rt, rt->in_repr);
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(rt->in_repr); i++)
        if (PyList_GET_ITEM(rt->in_repr, i) == op)
            return 1;
    return PyList_Append(rt->in_repr, op);
}

void Py_ReprLeave(PyObject *op)
{
    PyObject *list = rm_now->in_repr, *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    for (Py_ssize_t i = list != NULL ? PyList_GET_SIZE(list) : 0; i-- > 0;)
        if (PyList_GET_ITEM(list, i) == op) {
            PyList_SetSlice(list, i, i + 1, NULL);
            break;
        }
    PyErr_Restore(type, value, traceback);
}
