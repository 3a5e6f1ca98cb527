/* timedelta, tzinfo and timezone of the module datetime. A span is days of any sign, and seconds and
 * microseconds that are not negative; all arithmetic goes through its microseconds. */
#include "datetime_int.h"

#include "structmember.h"

enum { MOST_DAYS = 999999999 };

static PyDateTime_Delta *delta_of(PyObject *op)
{
    return (PyDateTime_Delta *)op;
}

rm_micros rm_delta_micros(PyObject *op)
{
    return delta_of(op)->days * RM_DAY_MICROS + (rm_micros)delta_of(op)->seconds * 1000000 +
           delta_of(op)->microseconds;
}

PyObject *rm_delta_from(rm_micros t, PyTypeObject *type)
{
    rm_micros days = t / RM_DAY_MICROS, rest = t % RM_DAY_MICROS;
    PyDateTime_Delta *d;

    if (rest < 0) {
        rest += RM_DAY_MICROS;
        days--;
    }
    if (days > MOST_DAYS || days < -MOST_DAYS)
        return PyErr_Format(PyExc_OverflowError, "days=%lld; must have magnitude <= %d", (long long)days,
                            MOST_DAYS);
    d = (PyDateTime_Delta *)type->tp_alloc(type, 0);
    if (d == NULL)
        return NULL;
    d->hashcode = -1;
    d->days = (int)days;
    d->seconds = (int)(rest / 1000000);
    d->microseconds = (int)(rest % 1000000);
    return (PyObject *)d;
}

PyObject *rm_delta_make(int days, int seconds, int micros, int normalize, PyTypeObject *type)
{
    (void)normalize; /* what is normal already stays as it is */
    return rm_delta_from(days * RM_DAY_MICROS + (rm_micros)seconds * 1000000 + micros, type);
}

/* ---- making from Python */

/* Adds value times unit; a float counts to the nearest microsecond, ties to even. */
static int add_part(rm_micros *t, PyObject *value, rm_micros unit)
{
    long long whole;
    double part;

    if (value == NULL)
        return 0;
    if (PyFloat_Check(value)) {
        part = PyFloat_AS_DOUBLE(value) * (double)unit;
        if (!isfinite(part) || fabs(part) > 1e27) {
            PyErr_SetString(PyExc_OverflowError, "timedelta out of range");
            return -1;
        }
        *t += (rm_micros)nearbyint(part);
        return 0;
    }
    if (!PyLong_Check(value)) {
        PyErr_Format(PyExc_TypeError, "unsupported type for timedelta component: %s", Py_TYPE(value)->tp_name);
        return -1;
    }
    whole = PyLong_AsLongLong(value);
    if (whole == -1 && PyErr_Occurred())
        return -1;
    *t += whole * unit;
    return 0;
}

static PyObject *delta_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks", NULL};
    static const long long seconds[] = {RM_DAY_SECONDS, 1, 0, 0, 60, 3600, 7 * RM_DAY_SECONDS};
    PyObject *parts[7] = {NULL};
    rm_micros t = 0;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "|OOOOOOO:timedelta", names, &parts[0], &parts[1], &parts[2],
                                     &parts[3], &parts[4], &parts[5], &parts[6]))
        return NULL;
    for (int i = 0; i < 7; i++)
        if (add_part(&t, parts[i], i == 2 ? 1 : i == 3 ? 1000 : (rm_micros)seconds[i] * 1000000) < 0)
            return NULL;
    return rm_delta_from(t, type);
}

/* ---- arithmetic: of spans, and with ints */

static PyObject *new_delta(rm_micros t)
{
    return rm_delta_from(t, &rm_Delta_Type);
}

static PyObject *delta_add(PyObject *a, PyObject *b)
{
    if (!rm_is_delta(a) || !rm_is_delta(b))
        Py_RETURN_NOTIMPLEMENTED;
    return new_delta(rm_delta_micros(a) + rm_delta_micros(b));
}

static PyObject *delta_subtract(PyObject *a, PyObject *b)
{
    if (!rm_is_delta(a) || !rm_is_delta(b))
        Py_RETURN_NOTIMPLEMENTED;
    return new_delta(rm_delta_micros(a) - rm_delta_micros(b));
}

static PyObject *delta_multiply(PyObject *a, PyObject *b)
{
    PyObject *delta = rm_is_delta(a) ? a : b, *by = delta == a ? b : a;
    long long n;

    if (!PyLong_Check(by))
        Py_RETURN_NOTIMPLEMENTED;
    n = PyLong_AsLongLong(by);
    if (n == -1 && PyErr_Occurred())
        return NULL;
    return new_delta(rm_delta_micros(delta) * n);
}

static rm_micros floor_divide(rm_micros a, rm_micros b)
{
    rm_micros q = a / b;

    return a % b != 0 && (a < 0) != (b < 0) ? q - 1 : q;
}

/* 1: *by is the divisor; 0: not one; -1. */
static int divisor_of(PyObject *a, PyObject *b, rm_micros *by)
{
    if (!rm_is_delta(a) || (!rm_is_delta(b) && !PyLong_Check(b)))
        return 0;
    *by = rm_is_delta(b) ? rm_delta_micros(b) : (rm_micros)PyLong_AsLongLong(b);
    if (PyErr_Occurred())
        return -1;
    if (*by != 0)
        return 1;
    PyErr_SetString(PyExc_ZeroDivisionError, "integer division or modulo by zero");
    return -1;
}

static PyObject *delta_floor_divide(PyObject *a, PyObject *b)
{
    rm_micros by, q;
    int rc = divisor_of(a, b, &by);

    if (rc == 0)
        Py_RETURN_NOTIMPLEMENTED;
    if (rc < 0)
        return NULL;
    q = floor_divide(rm_delta_micros(a), by);
    return rm_is_delta(b) ? PyLong_FromLongLong((long long)q) : new_delta(q);
}

static PyObject *delta_remainder(PyObject *a, PyObject *b)
{
    rm_micros by;
    int rc = rm_is_delta(b) ? divisor_of(a, b, &by) : 0;

    if (rc == 0)
        Py_RETURN_NOTIMPLEMENTED;
    return rc < 0 ? NULL : new_delta(rm_delta_micros(a) - by * floor_divide(rm_delta_micros(a), by));
}

/* A double has too few digits for the microseconds of thousands of years. */
static double quotient(rm_micros a, rm_micros b)
{
    return (double)((long double)a / (long double)b);
}

static PyObject *delta_true_divide(PyObject *a, PyObject *b)
{
    rm_micros by;
    int rc = rm_is_delta(b) ? divisor_of(a, b, &by) : 0;

    if (rc == 0)
        Py_RETURN_NOTIMPLEMENTED;
    return rc < 0 ? NULL : PyFloat_FromDouble(quotient(rm_delta_micros(a), by));
}

static PyObject *delta_negative(PyObject *op)
{
    return new_delta(-rm_delta_micros(op));
}

static PyObject *delta_positive(PyObject *op)
{
    return new_delta(rm_delta_micros(op));
}

static PyObject *delta_absolute(PyObject *op)
{
    rm_micros t = rm_delta_micros(op);

    return new_delta(t < 0 ? -t : t);
}

static int delta_bool(PyObject *op)
{
    return rm_delta_micros(op) != 0;
}

static PyObject *delta_richcompare(PyObject *a, PyObject *b, int op)
{
    if (!rm_is_delta(b))
        Py_RETURN_NOTIMPLEMENTED;
    Py_RETURN_RICHCOMPARE(rm_delta_micros(a), rm_delta_micros(b), op);
}

static Py_hash_t delta_hash(PyObject *op)
{
    PyDateTime_Delta *d = delta_of(op);

    if (d->hashcode == -1)
        d->hashcode = _Py_HashBytes(&d->days, 3 * (Py_ssize_t)sizeof d->days);
    return d->hashcode;
}

/* ---- text */

static PyObject *delta_repr(PyObject *op)
{
    const PyDateTime_Delta *d = delta_of(op);
    const char *name = Py_TYPE(op)->tp_name;
    char parts[100] = "";
    size_t n = 0;

    if (d->days != 0)
        n += (size_t)sprintf(parts + n, "%sdays=%d", n > 0 ? ", " : "", d->days);
    if (d->seconds != 0)
        n += (size_t)sprintf(parts + n, "%sseconds=%d", n > 0 ? ", " : "", d->seconds);
    if (d->microseconds != 0)
        n += (size_t)sprintf(parts + n, "%smicroseconds=%d", n > 0 ? ", " : "", d->microseconds);
    return PyUnicode_FromFormat("%s(%s)", name, n > 0 ? parts : "0");
}

static PyObject *delta_str(PyObject *op)
{
    const PyDateTime_Delta *d = delta_of(op);
    char text[80];
    size_t n = 0;

    if (d->days != 0)
        n = (size_t)sprintf(text, "%d day%s, ", d->days, d->days == 1 || d->days == -1 ? "" : "s");
    n += (size_t)sprintf(text + n, "%d:%02d:%02d", d->seconds / 3600, d->seconds / 60 % 60, d->seconds % 60);
    if (d->microseconds != 0)
        sprintf(text + n, ".%06d", d->microseconds);
    return PyUnicode_FromString(text);
}

static PyObject *total_seconds(PyObject *op, PyObject *unused)
{
    (void)unused;
    return PyFloat_FromDouble(quotient(rm_delta_micros(op), 1000000));
}

static void plain_dealloc(PyObject *op)
{
    Py_TYPE(op)->tp_free(op);
}

static PyMemberDef delta_members[] = {{"days", T_INT, offsetof(PyDateTime_Delta, days), READONLY, NULL},
                                      {"seconds", T_INT, offsetof(PyDateTime_Delta, seconds), READONLY, NULL},
                                      {"microseconds", T_INT, offsetof(PyDateTime_Delta, microseconds), READONLY, NULL},
                                      {NULL, 0, 0, 0, NULL}};
static PyMethodDef delta_methods[] = {{"total_seconds", total_seconds, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static PyNumberMethods delta_as_number = {.nb_add = delta_add,
                                          .nb_subtract = delta_subtract,
                                          .nb_multiply = delta_multiply,
                                          .nb_remainder = delta_remainder,
                                          .nb_negative = delta_negative,
                                          .nb_positive = delta_positive,
                                          .nb_absolute = delta_absolute,
                                          .nb_bool = delta_bool,
                                          .nb_floor_divide = delta_floor_divide,
                                          .nb_true_divide = delta_true_divide};

PyTypeObject rm_Delta_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "datetime.timedelta",
    .tp_basicsize = sizeof(PyDateTime_Delta),
    .tp_dealloc = plain_dealloc,
    .tp_repr = delta_repr,
    .tp_as_number = &delta_as_number,
    .tp_hash = delta_hash,
    .tp_str = delta_str,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_richcompare = delta_richcompare,
    .tp_methods = delta_methods,
    .tp_members = delta_members,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = delta_new,
    .tp_free = PyObject_Free,
};

/* ---- tzinfo: what a class of its own must answer */

static PyObject *not_implemented(const char *name)
{
    return PyErr_Format(PyExc_NotImplementedError, "a tzinfo subclass must implement %s()", name);
}

#define ABSTRACT(name)                                                  \
    static PyObject *tzinfo_##name(PyObject *op, PyObject *at)          \
    {                                                                   \
        (void)op;                                                       \
        (void)at;                                                       \
        return not_implemented(#name);                                  \
    }
ABSTRACT(utcoffset)
ABSTRACT(dst)
ABSTRACT(tzname)

/* Local time is UTC plus the offset; that the offset may be another one in local time is not modelled. */
static PyObject *tzinfo_fromutc(PyObject *op, PyObject *at)
{
    rm_micros offset;
    int rc;

    if (!rm_is_datetime(at) || PyDateTime_DATE_GET_TZINFO(at) != op)
        return PyErr_Format(rm_is_datetime(at) ? PyExc_ValueError : PyExc_TypeError,
                            rm_is_datetime(at) ? "fromutc: dt.tzinfo is not self"
                                               : "fromutc: argument must be a datetime");
    rc = rm_utc_offset(op, at, &offset);
    if (rc == 0)
        PyErr_SetString(PyExc_ValueError, "fromutc: non-None utcoffset() result required");
    return rc > 0 ? rm_datetime_plus(at, offset) : NULL;
}

static PyMethodDef tzinfo_methods[] = {{"utcoffset", tzinfo_utcoffset, METH_O, NULL},
                                       {"dst", tzinfo_dst, METH_O, NULL},
                                       {"tzname", tzinfo_tzname, METH_O, NULL},
                                       {"fromutc", tzinfo_fromutc, METH_O, NULL},
                                       {NULL, NULL, 0, NULL}};

PyTypeObject rm_TZInfo_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "datetime.tzinfo",
    .tp_basicsize = sizeof(PyDateTime_TZInfo),
    .tp_dealloc = plain_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_methods = tzinfo_methods,
    .tp_alloc = PyType_GenericAlloc,
    .tp_new = PyType_GenericNew,
    .tp_free = PyObject_Free,
};

bool rm_check_tzinfo(PyObject *tzinfo)
{
    if (tzinfo == Py_None || PyObject_TypeCheck(tzinfo, &rm_TZInfo_Type))
        return true;
    PyErr_Format(PyExc_TypeError, "tzinfo argument must be None or of a tzinfo subclass, not type '%s'",
                 Py_TYPE(tzinfo)->tp_name);
    return false;
}

int rm_utc_offset(PyObject *tzinfo, PyObject *op, rm_micros *offset)
{
    PyObject *answer = tzinfo != Py_None ? PyObject_CallMethod(tzinfo, "utcoffset", "O", op) : Py_NewRef(Py_None);
    int rc = answer == NULL ? -1 : answer == Py_None ? 0 : 1;

    *offset = 0;
    if (rc > 0 && !rm_is_delta(answer)) {
        PyErr_Format(PyExc_TypeError, "tzinfo.utcoffset() must return None or a timedelta, not '%.200s'",
                     Py_TYPE(answer)->tp_name);
        rc = -1;
    } else if (rc > 0) {
        *offset = rm_delta_micros(answer);
        if (*offset >= RM_DAY_MICROS || *offset <= -RM_DAY_MICROS) {
            PyErr_SetString(PyExc_ValueError, "offset must be a timedelta strictly between one day back and ahead");
            rc = -1;
        }
    }
    Py_XDECREF(answer);
    return rc;
}

int rm_put_offset(char *out, size_t size, rm_micros offset)
{
    char sign = offset < 0 ? '-' : '+';
    long long t = (long long)(offset < 0 ? -offset : offset);
    int seconds = (int)(t / 1000000), micros = (int)(t % 1000000), n;

    n = snprintf(out, size, "%c%02d:%02d", sign, seconds / 3600, seconds / 60 % 60);
    if (seconds % 60 != 0 || micros != 0)
        n += snprintf(out + n, size - (size_t)n, ":%02d", seconds % 60);
    if (micros != 0)
        n += snprintf(out + n, size - (size_t)n, ".%06d", micros);
    return n;
}

/* ---- timezone: one offset */

typedef struct {
    PyObject_HEAD
    PyObject *offset; /* owned: timedelta */
    PyObject *name;   /* owned: str; NULL: made from the offset */
} timezone_object;

static PyObject *new_timezone(PyObject *offset, PyObject *name)
{
    timezone_object *z = (timezone_object *)rm_TimeZone_Type.tp_alloc(&rm_TimeZone_Type, 0);

    if (z == NULL)
        return NULL;
    z->offset = offset;
    z->name = name;
    rm_keep_in(z, offset);
    rm_xkeep_in(z, name);
    return (PyObject *)z;
}

static PyObject *utc(void)
{
    PyObject *modules = PyImport_GetModuleDict();
    PyObject *m = modules != NULL ? PyDict_GetItemString(modules, "datetime") : NULL;
    PyObject *cls = m != NULL ? PyObject_GetAttrString(m, "timezone") : NULL, *zone;

    zone = cls != NULL ? PyObject_GetAttrString(cls, "utc") : NULL;
    Py_XDECREF(cls);
    PyErr_Clear();
    return zone;
}

/* UTC itself exists once, as soon as the module is there. */
PyObject *rm_timezone_make(PyObject *offset, PyObject *name)
{
    rm_micros t = rm_delta_micros(offset);
    PyObject *zone = t == 0 && name == NULL ? utc() : NULL;

    if (zone != NULL)
        return zone;
    if (t >= RM_DAY_MICROS || t <= -RM_DAY_MICROS)
        return PyErr_Format(PyExc_ValueError,
                            "offset must be a timedelta strictly between -timedelta(hours=24) and "
                            "timedelta(hours=24), not %R.",
                            offset);
    return new_timezone(offset, name);
}

static PyObject *timezone_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"offset", "name", NULL};
    PyObject *offset, *name = NULL;

    (void)type;
    return PyArg_ParseTupleAndKeywords(args, kwargs, "O!|U:timezone", names, &rm_Delta_Type, &offset, &name)
               ? rm_timezone_make(offset, name)
               : NULL;
}

static PyObject *timezone_str(PyObject *op)
{
    timezone_object *z = (timezone_object *)op;
    rm_micros t = rm_delta_micros(z->offset);
    char text[40];

    if (z->name != NULL)
        return Py_NewRef(z->name);
    rm_put_offset(text, sizeof text, t);
    return t == 0 ? PyUnicode_FromString("UTC") : PyUnicode_FromFormat("UTC%s", text);
}

static PyObject *timezone_repr(PyObject *op)
{
    timezone_object *z = (timezone_object *)op;

    if (z->name != NULL)
        return PyUnicode_FromFormat("%s(%R, %R)", Py_TYPE(op)->tp_name, z->offset, z->name);
    if (rm_delta_micros(z->offset) == 0)
        return PyUnicode_FromString("datetime.timezone.utc");
    return PyUnicode_FromFormat("%s(%R)", Py_TYPE(op)->tp_name, z->offset);
}

static PyObject *timezone_utcoffset(PyObject *op, PyObject *at)
{
    (void)at;
    return Py_NewRef(((timezone_object *)op)->offset);
}

static PyObject *timezone_tzname(PyObject *op, PyObject *at)
{
    (void)at;
    return timezone_str(op);
}

static PyObject *timezone_dst(PyObject *op, PyObject *at)
{
    (void)op;
    (void)at;
    Py_RETURN_NONE;
}

static PyObject *timezone_richcompare(PyObject *a, PyObject *b, int op)
{
    if ((op != Py_EQ && op != Py_NE) || !Py_IS_TYPE(b, &rm_TimeZone_Type))
        Py_RETURN_NOTIMPLEMENTED;
    return PyObject_RichCompare(((timezone_object *)a)->offset, ((timezone_object *)b)->offset, op);
}

static Py_hash_t timezone_hash(PyObject *op)
{
    return PyObject_Hash(((timezone_object *)op)->offset);
}

static void timezone_dealloc(PyObject *op)
{
    RM_CLEAR_IN(op, ((timezone_object *)op)->offset);
    RM_CLEAR_IN(op, ((timezone_object *)op)->name);
    Py_TYPE(op)->tp_free(op);
}

static PyMethodDef timezone_methods[] = {{"utcoffset", timezone_utcoffset, METH_O, NULL},
                                         {"dst", timezone_dst, METH_O, NULL},
                                         {"tzname", timezone_tzname, METH_O, NULL},
                                         {NULL, NULL, 0, NULL}};

PyTypeObject rm_TimeZone_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "datetime.timezone",
    .tp_basicsize = sizeof(timezone_object),
    .tp_dealloc = timezone_dealloc,
    .tp_base = &rm_TZInfo_Type,
    .tp_repr = timezone_repr,
    .tp_hash = timezone_hash,
    .tp_str = timezone_str,
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_richcompare = timezone_richcompare,
    .tp_methods = timezone_methods,
    .tp_new = timezone_new,
    .tp_free = PyObject_Free,
};
