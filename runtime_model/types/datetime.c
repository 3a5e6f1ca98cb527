/* date, time and datetime of the module datetime, and the capsule with its C API. The types are made
 * ready when the module is first imported. An object without a time zone is smaller: it ends before the
 * field.
 *
 * Days are counted: day 1 is the first of January of year 1, in a calendar that was always Gregorian.
 */
#include "datetime_int.h"

enum { LAST_YEAR = 9999, LAST_DAY = 3652059, EPOCH_DAY = 719163 /* 1970-01-01 */ };

/* ---- the calendar */

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
    static const int days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month] + (month == 2 && is_leap(year));
}

static int days_before_year(int year)
{
    year--;
    return year * 365 + year / 4 - year / 100 + year / 400;
}

static int day_number(int year, int month, int day)
{
    int n = days_before_year(year) + day;

    while (--month > 0)
        n += days_in_month(year, month);
    return n;
}

static void from_day_number(int n, int *year, int *month, int *day)
{
    *year = (int)((long long)n * 400 / 146097) + 1;
    while (days_before_year(*year) >= n)
        --*year;
    n -= days_before_year(*year);
    for (*month = 1; n > days_in_month(*year, *month); ++*month)
        n -= days_in_month(*year, *month);
    *day = n;
}

static bool wrong(const char *what)
{
    PyErr_SetString(PyExc_ValueError, what);
    return false;
}

static bool check_date(int year, int month, int day)
{
    if (year < 1 || year > LAST_YEAR) {
        PyErr_Format(PyExc_ValueError, "year %i is out of range", year);
        return false;
    }
    if (month < 1 || month > 12)
        return wrong("month must be in 1..12");
    return day >= 1 && day <= days_in_month(year, month) ? true : wrong("day is out of range for month");
}

static bool check_time(int hour, int minute, int second, int micro, int fold)
{
    if (hour < 0 || hour > 23)
        return wrong("hour must be in 0..23");
    if (minute < 0 || minute > 59)
        return wrong("minute must be in 0..59");
    if (second < 0 || second > 59)
        return wrong("second must be in 0..59");
    if (micro < 0 || micro > 999999)
        return wrong("microsecond must be in 0..999999");
    return fold == 0 || fold == 1 ? true : wrong("fold must be either 0 or 1");
}

/* ---- making */

static void put_date(unsigned char *data, int year, int month, int day)
{
    data[0] = (unsigned char)(year >> 8);
    data[1] = (unsigned char)(year & 0xff);
    data[2] = (unsigned char)month;
    data[3] = (unsigned char)day;
}

static void put_time(unsigned char *data, int hour, int minute, int second, int micro)
{
    data[0] = (unsigned char)hour;
    data[1] = (unsigned char)minute;
    data[2] = (unsigned char)second;
    data[3] = (unsigned char)(micro >> 16);
    data[4] = (unsigned char)(micro >> 8 & 0xff);
    data[5] = (unsigned char)(micro & 0xff);
}

static PyObject *make_date(int year, int month, int day, PyTypeObject *type)
{
    PyDateTime_Date *d;

    if (!check_date(year, month, day))
        return NULL;
    d = (PyDateTime_Date *)type->tp_alloc(type, 0);
    if (d == NULL)
        return NULL;
    d->hashcode = -1;
    put_date(d->data, year, month, day);
    return (PyObject *)d;
}

/* tp_alloc of time and datetime: the number of items says whether there is a time zone. */
static PyObject *alloc_sized(PyTypeObject *type, size_t size)
{
    PyObject *op = PyObject_Malloc(size);

    if (op == NULL)
        return PyErr_NoMemory();
    memset(op, 0, size);
    return PyObject_Init(op, type);
}

static PyObject *time_alloc(PyTypeObject *type, Py_ssize_t aware)
{
    return alloc_sized(type, aware ? sizeof(PyDateTime_Time) : sizeof(_PyDateTime_BaseTime));
}

static PyObject *datetime_alloc(PyTypeObject *type, Py_ssize_t aware)
{
    return alloc_sized(type, aware ? sizeof(PyDateTime_DateTime) : sizeof(_PyDateTime_BaseDateTime));
}

static PyObject *make_time_fold(int hour, int minute, int second, int micro, PyObject *tzinfo, int fold,
                                PyTypeObject *type)
{
    PyDateTime_Time *t;

    if (!check_time(hour, minute, second, micro, fold) || !rm_check_tzinfo(tzinfo))
        return NULL;
    t = (PyDateTime_Time *)type->tp_alloc(type, tzinfo != Py_None);
    if (t == NULL)
        return NULL;
    t->hashcode = -1;
    t->fold = (unsigned char)fold;
    put_time(t->data, hour, minute, second, micro);
    if (tzinfo != Py_None) {
        t->hastzinfo = 1;
        t->tzinfo = tzinfo;
        rm_keep_in(t, tzinfo);
    }
    return (PyObject *)t;
}

static PyObject *make_time(int hour, int minute, int second, int micro, PyObject *tzinfo, PyTypeObject *type)
{
    return make_time_fold(hour, minute, second, micro, tzinfo, 0, type);
}

static PyObject *make_datetime_fold(int year, int month, int day, int hour, int minute, int second, int micro,
                                    PyObject *tzinfo, int fold, PyTypeObject *type)
{
    PyDateTime_DateTime *d;

    if (!check_date(year, month, day) || !check_time(hour, minute, second, micro, fold) ||
        !rm_check_tzinfo(tzinfo))
        return NULL;
    d = (PyDateTime_DateTime *)type->tp_alloc(type, tzinfo != Py_None);
    if (d == NULL)
        return NULL;
    d->hashcode = -1;
    d->fold = (unsigned char)fold;
    put_date(d->data, year, month, day);
    put_time(d->data + 4, hour, minute, second, micro);
    if (tzinfo != Py_None) {
        d->hastzinfo = 1;
        d->tzinfo = tzinfo;
        rm_keep_in(d, tzinfo);
    }
    return (PyObject *)d;
}

static PyObject *make_datetime(int year, int month, int day, int hour, int minute, int second, int micro,
                               PyObject *tzinfo, PyTypeObject *type)
{
    return make_datetime_fold(year, month, day, hour, minute, second, micro, tzinfo, 0, type);
}

static PyObject *date_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"year", "month", "day", NULL};
    int year, month, day;

    return PyArg_ParseTupleAndKeywords(args, kwargs, "iii", names, &year, &month, &day)
               ? make_date(year, month, day, type)
               : NULL;
}

static PyObject *time_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"hour", "minute", "second", "microsecond", "tzinfo", "fold", NULL};
    int hour = 0, minute = 0, second = 0, micro = 0, fold = 0;
    PyObject *tzinfo = Py_None;

    return PyArg_ParseTupleAndKeywords(args, kwargs, "|iiiiO$i", names, &hour, &minute, &second, &micro, &tzinfo,
                                       &fold)
               ? make_time_fold(hour, minute, second, micro, tzinfo, fold, type)
               : NULL;
}

static PyObject *datetime_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"year", "month", "day", "hour", "minute", "second", "microsecond", "tzinfo", "fold", NULL};
    int year, month, day, hour = 0, minute = 0, second = 0, micro = 0, fold = 0;
    PyObject *tzinfo = Py_None;

    return PyArg_ParseTupleAndKeywords(args, kwargs, "iii|iiiiO$i", names, &year, &month, &day, &hour, &minute,
                                       &second, &micro, &tzinfo, &fold)
               ? make_datetime_fold(year, month, day, hour, minute, second, micro, tzinfo, fold, type)
               : NULL;
}

/* ---- as a number of microseconds since the year 1, and back */

static rm_micros micros_of_date(PyObject *op)
{
    return day_number(PyDateTime_GET_YEAR(op), PyDateTime_GET_MONTH(op), PyDateTime_GET_DAY(op)) * RM_DAY_MICROS;
}

static rm_micros micros_of_time(const unsigned char *data)
{
    return ((data[0] * 60 + data[1]) * 60 + data[2]) * (rm_micros)1000000 + (data[3] << 16 | data[4] << 8 | data[5]);
}

static rm_micros micros_of(PyObject *op)
{
    return micros_of_date(op) + (rm_is_datetime(op) ? micros_of_time(((PyDateTime_DateTime *)op)->data + 4) : 0);
}

static int out_of_range(void)
{
    PyErr_SetString(PyExc_OverflowError, "date value out of range");
    return -1;
}

static int day_of(rm_micros t)
{
    rm_micros day = t / RM_DAY_MICROS;

    return t < RM_DAY_MICROS || day > LAST_DAY ? out_of_range() : (int)day;
}

static PyObject *datetime_from(rm_micros t, PyObject *tzinfo, PyTypeObject *type)
{
    int n = day_of(t), year, month, day, rest = (int)(t % RM_DAY_MICROS / 1000000);

    if (n < 0)
        return NULL;
    from_day_number(n, &year, &month, &day);
    return make_datetime(year, month, day, rest / 3600, rest / 60 % 60, rest % 60, (int)(t % 1000000), tzinfo, type);
}

static PyObject *date_from(rm_micros t, PyTypeObject *type)
{
    int n = day_of(t), year, month, day;

    if (n < 0)
        return NULL;
    from_day_number(n, &year, &month, &day);
    return make_date(year, month, day, type);
}

PyObject *rm_datetime_plus(PyObject *op, rm_micros t)
{
    return datetime_from(micros_of(op) + t, PyDateTime_DATE_GET_TZINFO(op), &rm_DateTime_Type);
}

/* ---- timestamps: seconds since 1970 */

/* To the nearest microsecond, ties to even; floor: whole seconds only. */
static int read_timestamp(PyObject *op, rm_micros *t)
{
    double seconds;
    long long whole;

    if (PyFloat_Check(op)) {
        seconds = PyFloat_AS_DOUBLE(op);
        if (isnan(seconds)) {
            PyErr_SetString(PyExc_ValueError, "Invalid value NaN (not a number)");
            return -1;
        }
        if (fabs(seconds) > 1e12)
            return out_of_range();
        *t = (rm_micros)floor(seconds) * 1000000 + (rm_micros)nearbyint((seconds - floor(seconds)) * 1e6);
        return 0;
    }
    whole = PyLong_AsLongLong(op);
    if (whole == -1 && PyErr_Occurred())
        return -1;
    *t = (rm_micros)whole * 1000000;
    return 0;
}

static int local_time(rm_micros t, struct tm *parts)
{
    time_t seconds = (time_t)(t >= 0 ? t / 1000000 : (t - 999999) / 1000000);

    if (localtime_r(&seconds, parts) != NULL)
        return 0;
    PyErr_SetFromErrno(PyExc_OSError);
    return -1;
}

static PyObject *date_from_timestamp(PyObject *cls, PyObject *args)
{
    PyObject *stamp;
    struct tm parts;
    rm_micros t;

    if (!PyArg_UnpackTuple(args, "fromtimestamp", 1, 1, &stamp) || read_timestamp(stamp, &t) < 0 ||
        local_time(t, &parts) < 0)
        return NULL;
    return make_date(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, (PyTypeObject *)cls);
}

static PyObject *local_datetime(rm_micros t, PyTypeObject *type)
{
    int micro = (int)((t % 1000000 + 1000000) % 1000000);
    struct tm parts;

    if (local_time(t, &parts) < 0)
        return NULL;
    return make_datetime(parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour, parts.tm_min,
                         Py_MIN(parts.tm_sec, 59), micro, Py_None, type);
}

static PyObject *datetime_from_timestamp(PyObject *cls, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"timestamp", "tz", NULL};
    PyObject *stamp, *tzinfo = Py_None, *utc, *local;
    rm_micros t;

    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "O|O:fromtimestamp", names, &stamp, &tzinfo) ||
        !rm_check_tzinfo(tzinfo) || read_timestamp(stamp, &t) < 0)
        return NULL;
    if (tzinfo == Py_None)
        return local_datetime(t, (PyTypeObject *)cls);
    utc = datetime_from(t + EPOCH_DAY * RM_DAY_MICROS, tzinfo, (PyTypeObject *)cls);
    local = utc != NULL ? PyObject_CallMethod(tzinfo, "fromutc", "O", utc) : NULL;
    Py_XDECREF(utc);
    return local;
}

/* ---- arithmetic */

static PyObject *date_shift(PyObject *op, PyObject *delta, int sign)
{
    rm_micros days = delta != NULL ? ((PyDateTime_Delta *)delta)->days * RM_DAY_MICROS : 0;

    return date_from(micros_of_date(op) + sign * days, &rm_Date_Type);
}

static PyObject *date_add(PyObject *a, PyObject *b)
{
    if (rm_is_datetime(a) || rm_is_datetime(b))
        Py_RETURN_NOTIMPLEMENTED;
    if (rm_is_date(a) && rm_is_delta(b))
        return date_shift(a, b, 1);
    if (rm_is_delta(a) && rm_is_date(b))
        return date_shift(b, a, 1);
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *date_subtract(PyObject *a, PyObject *b)
{
    if (!rm_is_date(a) || rm_is_datetime(a) || rm_is_datetime(b))
        Py_RETURN_NOTIMPLEMENTED;
    if (rm_is_date(b))
        return rm_delta_from(micros_of_date(a) - micros_of_date(b), &rm_Delta_Type);
    if (rm_is_delta(b))
        return date_shift(a, b, -1);
    Py_RETURN_NOTIMPLEMENTED;
}

static PyObject *datetime_add(PyObject *a, PyObject *b)
{
    if (rm_is_datetime(a) && rm_is_delta(b))
        return rm_datetime_plus(a, rm_delta_micros(b));
    if (rm_is_delta(a) && rm_is_datetime(b))
        return rm_datetime_plus(b, rm_delta_micros(a));
    Py_RETURN_NOTIMPLEMENTED;
}

/* Both offsets, when the two zones differ. 1: *by is what a is ahead of b; 0: one has none; -1. */
static int offset_difference(PyObject *a, PyObject *b, PyObject *zone_a, PyObject *zone_b, rm_micros *by)
{
    rm_micros x = 0, y = 0;
    int has_a, has_b;

    *by = 0;
    if (zone_a == zone_b)
        return 1;
    has_a = rm_utc_offset(zone_a, a, &x);
    has_b = has_a < 0 ? -1 : rm_utc_offset(zone_b, b, &y);
    if (has_b < 0)
        return -1;
    *by = x - y;
    return has_a == has_b;
}

static PyObject *datetime_subtract(PyObject *a, PyObject *b)
{
    rm_micros by;
    int rc;

    if (rm_is_datetime(a) && rm_is_delta(b))
        return rm_datetime_plus(a, -rm_delta_micros(b));
    if (!rm_is_datetime(a) || !rm_is_datetime(b))
        Py_RETURN_NOTIMPLEMENTED;
    rc = offset_difference(a, b, PyDateTime_DATE_GET_TZINFO(a), PyDateTime_DATE_GET_TZINFO(b), &by);
    if (rc == 0)
        PyErr_SetString(PyExc_TypeError, "can't subtract offset-naive and offset-aware datetimes");
    return rc > 0 ? rm_delta_from(micros_of(a) - micros_of(b) - by, &rm_Delta_Type) : NULL;
}

/* ---- comparison */

static PyObject *compared(rm_micros a, rm_micros b, int op)
{
    Py_RETURN_RICHCOMPARE(a, b, op);
}

static PyObject *date_richcompare(PyObject *a, PyObject *b, int op)
{
    if (!rm_is_date(b))
        Py_RETURN_NOTIMPLEMENTED;
    return compared(micros_of_date(a), micros_of_date(b), op);
}

/* One with and one without an offset differ, and have no order. */
static PyObject *compare_aware(rm_micros x, rm_micros y, int rc, int op, const char *what)
{
    if (rc < 0)
        return NULL;
    if (rc > 0)
        return compared(x, y, op);
    if (op == Py_EQ || op == Py_NE)
        return PyBool_FromLong(op == Py_NE);
    return PyErr_Format(PyExc_TypeError, "can't compare offset-naive and offset-aware %s", what);
}

static PyObject *datetime_richcompare(PyObject *a, PyObject *b, int op)
{
    rm_micros by;
    int rc;

    if (!rm_is_datetime(b)) {
        if (!rm_is_date(b))
            Py_RETURN_NOTIMPLEMENTED;
        if (op == Py_EQ || op == Py_NE)
            return PyBool_FromLong(op == Py_NE);
        return PyErr_Format(PyExc_TypeError, "can't compare %s to %s", Py_TYPE(a)->tp_name, Py_TYPE(b)->tp_name);
    }
    rc = offset_difference(a, b, PyDateTime_DATE_GET_TZINFO(a), PyDateTime_DATE_GET_TZINFO(b), &by);
    return compare_aware(micros_of(a) - by, micros_of(b), rc, op, "datetimes");
}

static PyObject *time_richcompare(PyObject *a, PyObject *b, int op)
{
    PyObject *zone_a = PyDateTime_TIME_GET_TZINFO(a), *zone_b;
    rm_micros by;
    int rc;

    if (!PyObject_TypeCheck(b, &rm_Time_Type))
        Py_RETURN_NOTIMPLEMENTED;
    zone_b = PyDateTime_TIME_GET_TZINFO(b);
    rc = zone_a == zone_b ? 1 : offset_difference(Py_None, Py_None, zone_a, zone_b, &by);
    by = zone_a == zone_b ? 0 : by;
    return compare_aware(micros_of_time(((PyDateTime_Time *)a)->data) - by,
                         micros_of_time(((PyDateTime_Time *)b)->data), rc, op, "times");
}

/* What is equal hashes the same: times of different zones by the moment they name. */
static Py_hash_t hash_of(PyObject *op, PyObject *asked, rm_micros t, PyObject *tzinfo)
{
    _PyDateTime_BaseTZInfo *base = (_PyDateTime_BaseTZInfo *)op;
    rm_micros offset;

    if (base->hashcode != -1)
        return base->hashcode;
    if (rm_utc_offset(tzinfo, asked, &offset) < 0)
        return -1;
    t -= offset;
    base->hashcode = _Py_HashBytes(&t, sizeof t);
    return base->hashcode;
}

static Py_hash_t date_hash(PyObject *op)
{
    return hash_of(op, op, micros_of_date(op), Py_None);
}

static Py_hash_t datetime_hash(PyObject *op)
{
    return hash_of(op, op, micros_of(op), PyDateTime_DATE_GET_TZINFO(op));
}

static Py_hash_t time_hash(PyObject *op)
{
    return hash_of(op, Py_None, micros_of_time(((PyDateTime_Time *)op)->data), PyDateTime_TIME_GET_TZINFO(op));
}

/* ---- text */

static int put_date_text(char *out, PyObject *op)
{
    return sprintf(out, "%04d-%02d-%02d", PyDateTime_GET_YEAR(op), PyDateTime_GET_MONTH(op), PyDateTime_GET_DAY(op));
}

static int put_time_text(char *out, const unsigned char *data)
{
    int micro = data[3] << 16 | data[4] << 8 | data[5], n;

    n = sprintf(out, "%02d:%02d:%02d", data[0], data[1], data[2]);
    return micro == 0 ? n : n + sprintf(out + n, ".%06d", micro);
}

static PyObject *with_offset(char *text, size_t size, int n, PyObject *tzinfo, PyObject *op)
{
    rm_micros offset;
    int rc = rm_utc_offset(tzinfo, op, &offset);

    if (rc < 0)
        return NULL;
    if (rc > 0)
        rm_put_offset(text + n, size - (size_t)n, offset);
    return PyUnicode_FromString(text);
}

static PyObject *date_isoformat(PyObject *op, PyObject *unused)
{
    char text[20];

    (void)unused;
    put_date_text(text, op);
    return PyUnicode_FromString(text);
}

static PyObject *time_isoformat(PyObject *op, PyObject *unused)
{
    char text[60];

    (void)unused;
    return with_offset(text, sizeof text, put_time_text(text, ((PyDateTime_Time *)op)->data),
                       PyDateTime_TIME_GET_TZINFO(op), Py_None);
}

static PyObject *datetime_text(PyObject *op, char separator)
{
    char text[80];
    int n = put_date_text(text, op);

    text[n++] = separator;
    n += put_time_text(text + n, ((PyDateTime_DateTime *)op)->data + 4);
    return with_offset(text, sizeof text, n, PyDateTime_DATE_GET_TZINFO(op), op);
}

static PyObject *datetime_isoformat(PyObject *op, PyObject *unused)
{
    (void)unused;
    return datetime_text(op, 'T');
}

static PyObject *date_str(PyObject *op)
{
    return date_isoformat(op, NULL);
}

static PyObject *time_str(PyObject *op)
{
    return time_isoformat(op, NULL);
}

static PyObject *datetime_str(PyObject *op)
{
    return datetime_text(op, ' ');
}

static PyObject *date_repr(PyObject *op)
{
    return PyUnicode_FromFormat("%s(%d, %d, %d)", Py_TYPE(op)->tp_name, PyDateTime_GET_YEAR(op),
                                PyDateTime_GET_MONTH(op), PyDateTime_GET_DAY(op));
}

/* Numbers, then what differs from the default. */
static PyObject *repr_of(PyObject *op, char *numbers, const unsigned char *data, int fold, PyObject *tzinfo)
{
    int micro = data[3] << 16 | data[4] << 8 | data[5];
    char *end = numbers + strlen(numbers);

    end += sprintf(end, "%d, %d", data[0], data[1]);
    if (data[2] != 0 || micro != 0)
        end += sprintf(end, ", %d", data[2]);
    if (micro != 0)
        end += sprintf(end, ", %d", micro);
    if (fold)
        sprintf(end, ", fold=1");
    if (tzinfo != Py_None)
        return PyUnicode_FromFormat("%s(%s, tzinfo=%R)", Py_TYPE(op)->tp_name, numbers, tzinfo);
    return PyUnicode_FromFormat("%s(%s)", Py_TYPE(op)->tp_name, numbers);
}

static PyObject *time_repr(PyObject *op)
{
    char numbers[80] = "";
    PyDateTime_Time *t = (PyDateTime_Time *)op;

    return repr_of(op, numbers, t->data, t->fold, PyDateTime_TIME_GET_TZINFO(op));
}

static PyObject *datetime_repr(PyObject *op)
{
    char numbers[120];
    PyDateTime_DateTime *d = (PyDateTime_DateTime *)op;

    sprintf(numbers, "%d, %d, %d, ", PyDateTime_GET_YEAR(op), PyDateTime_GET_MONTH(op), PyDateTime_GET_DAY(op));
    return repr_of(op, numbers, d->data + 4, d->fold, PyDateTime_DATE_GET_TZINFO(op));
}

/* ---- methods */

static PyObject *toordinal(PyObject *op, PyObject *unused)
{
    (void)unused;
    return PyLong_FromLong((long)(micros_of_date(op) / RM_DAY_MICROS));
}

/* Monday is 0; day 1 was one. */
static PyObject *weekday(PyObject *op, PyObject *unused)
{
    (void)unused;
    return PyLong_FromLong((long)((micros_of_date(op) / RM_DAY_MICROS + 6) % 7));
}

static PyObject *datetime_date(PyObject *op, PyObject *unused)
{
    (void)unused;
    return make_date(PyDateTime_GET_YEAR(op), PyDateTime_GET_MONTH(op), PyDateTime_GET_DAY(op), &rm_Date_Type);
}

static PyObject *datetime_time(PyObject *op, PyObject *unused)
{
    (void)unused;
    return make_time_fold(PyDateTime_DATE_GET_HOUR(op), PyDateTime_DATE_GET_MINUTE(op), PyDateTime_DATE_GET_SECOND(op),
                          PyDateTime_DATE_GET_MICROSECOND(op), Py_None, PyDateTime_DATE_GET_FOLD(op), &rm_Time_Type);
}

static PyObject *ask_zone(PyObject *zone, const char *name, PyObject *op)
{
    return zone == Py_None ? Py_NewRef(Py_None) : PyObject_CallMethod(zone, name, "O", op);
}

static PyObject *datetime_utcoffset(PyObject *op, PyObject *unused)
{
    (void)unused;
    return ask_zone(PyDateTime_DATE_GET_TZINFO(op), "utcoffset", op);
}

static PyObject *datetime_tzname(PyObject *op, PyObject *unused)
{
    (void)unused;
    return ask_zone(PyDateTime_DATE_GET_TZINFO(op), "tzname", op);
}

static PyObject *time_utcoffset(PyObject *op, PyObject *unused)
{
    (void)unused;
    return ask_zone(PyDateTime_TIME_GET_TZINFO(op), "utcoffset", Py_None);
}

/* ---- fields */

typedef enum { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, MICRO, FOLD } field;

static PyObject *get_date_field(PyObject *op, void *which)
{
    switch ((field)(size_t)which) {
    case YEAR: return PyLong_FromLong(PyDateTime_GET_YEAR(op));
    case MONTH: return PyLong_FromLong(PyDateTime_GET_MONTH(op));
    case DAY: return PyLong_FromLong(PyDateTime_GET_DAY(op));
    case HOUR: return PyLong_FromLong(PyDateTime_DATE_GET_HOUR(op));
    case MINUTE: return PyLong_FromLong(PyDateTime_DATE_GET_MINUTE(op));
    case SECOND: return PyLong_FromLong(PyDateTime_DATE_GET_SECOND(op));
    case MICRO: return PyLong_FromLong(PyDateTime_DATE_GET_MICROSECOND(op));
    default: return PyLong_FromLong(PyDateTime_DATE_GET_FOLD(op));
    }
}

static PyObject *get_time_field(PyObject *op, void *which)
{
    switch ((field)(size_t)which) {
    case HOUR: return PyLong_FromLong(PyDateTime_TIME_GET_HOUR(op));
    case MINUTE: return PyLong_FromLong(PyDateTime_TIME_GET_MINUTE(op));
    case SECOND: return PyLong_FromLong(PyDateTime_TIME_GET_SECOND(op));
    case MICRO: return PyLong_FromLong(PyDateTime_TIME_GET_MICROSECOND(op));
    default: return PyLong_FromLong(PyDateTime_TIME_GET_FOLD(op));
    }
}

static PyObject *get_datetime_zone(PyObject *op, void *closure)
{
    (void)closure;
    return Py_NewRef(PyDateTime_DATE_GET_TZINFO(op));
}

static PyObject *get_time_zone(PyObject *op, void *closure)
{
    (void)closure;
    return Py_NewRef(PyDateTime_TIME_GET_TZINFO(op));
}

static void time_dealloc(PyObject *op)
{
    if (_PyDateTime_HAS_TZINFO(op))
        RM_CLEAR_IN(op, ((PyDateTime_Time *)op)->tzinfo);
    Py_TYPE(op)->tp_free(op);
}

static void datetime_dealloc(PyObject *op)
{
    if (_PyDateTime_HAS_TZINFO(op))
        RM_CLEAR_IN(op, ((PyDateTime_DateTime *)op)->tzinfo);
    Py_TYPE(op)->tp_free(op);
}

static void date_dealloc(PyObject *op)
{
    Py_TYPE(op)->tp_free(op);
}

#define GET(name, f, which) {name, f, NULL, NULL, (void *)(which)}
static PyGetSetDef date_getset[] = {GET("year", get_date_field, YEAR), GET("month", get_date_field, MONTH),
                                    GET("day", get_date_field, DAY), {NULL, NULL, NULL, NULL, NULL}};
static PyGetSetDef time_getset[] = {GET("hour", get_time_field, HOUR), GET("minute", get_time_field, MINUTE),
                                    GET("second", get_time_field, SECOND), GET("microsecond", get_time_field, MICRO),
                                    GET("fold", get_time_field, FOLD), GET("tzinfo", get_time_zone, 0),
                                    {NULL, NULL, NULL, NULL, NULL}};
static PyGetSetDef datetime_getset[] = {GET("hour", get_date_field, HOUR), GET("minute", get_date_field, MINUTE),
                                        GET("second", get_date_field, SECOND),
                                        GET("microsecond", get_date_field, MICRO), GET("fold", get_date_field, FOLD),
                                        GET("tzinfo", get_datetime_zone, 0), {NULL, NULL, NULL, NULL, NULL}};

static PyMethodDef date_methods[] = {{"fromtimestamp", date_from_timestamp, METH_VARARGS | METH_CLASS, NULL},
                                     {"isoformat", date_isoformat, METH_NOARGS, NULL},
                                     {"toordinal", toordinal, METH_NOARGS, NULL},
                                     {"weekday", weekday, METH_NOARGS, NULL},
                                     {NULL, NULL, 0, NULL}};
static PyMethodDef time_methods[] = {{"isoformat", time_isoformat, METH_NOARGS, NULL},
                                     {"utcoffset", time_utcoffset, METH_NOARGS, NULL},
                                     {NULL, NULL, 0, NULL}};
static PyMethodDef datetime_methods[] = {
    {"fromtimestamp", _PyCFunction_CAST(datetime_from_timestamp), METH_VARARGS | METH_KEYWORDS | METH_CLASS, NULL},
    {"isoformat", datetime_isoformat, METH_NOARGS, NULL},
    {"date", datetime_date, METH_NOARGS, NULL},
    {"time", datetime_time, METH_NOARGS, NULL},
    {"utcoffset", datetime_utcoffset, METH_NOARGS, NULL},
    {"tzname", datetime_tzname, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL}};

static PyNumberMethods date_as_number = {.nb_add = date_add, .nb_subtract = date_subtract};
static PyNumberMethods datetime_as_number = {.nb_add = datetime_add, .nb_subtract = datetime_subtract};

#define MOMENT_TYPE(symbol, prefix, size, alloc, ...)                   \
    PyTypeObject symbol = {                                             \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                          \
        .tp_name = "datetime." #prefix,                                 \
        .tp_basicsize = size,                                           \
        .tp_dealloc = prefix##_dealloc,                                 \
        .tp_repr = prefix##_repr,                                       \
        .tp_hash = prefix##_hash,                                       \
        .tp_str = prefix##_str,                                         \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,           \
        .tp_richcompare = prefix##_richcompare,                         \
        .tp_methods = prefix##_methods,                                 \
        .tp_getset = prefix##_getset,                                   \
        .tp_alloc = alloc,                                              \
        .tp_new = prefix##_new,                                         \
        .tp_free = PyObject_Free,                                       \
        __VA_ARGS__                                                     \
    };
MOMENT_TYPE(rm_Date_Type, date, sizeof(PyDateTime_Date), PyType_GenericAlloc, .tp_as_number = &date_as_number)
MOMENT_TYPE(rm_Time_Type, time, sizeof(PyDateTime_Time), time_alloc, )
MOMENT_TYPE(rm_DateTime_Type, datetime, sizeof(PyDateTime_DateTime), datetime_alloc,
            .tp_as_number = &datetime_as_number, .tp_base = &rm_Date_Type)

/* ---- the module */

static void drop_api(PyObject *capsule)
{
    PyDateTime_CAPI *api = PyCapsule_GetPointer(capsule, PyDateTime_CAPSULE_NAME);
    PyObject *utc = api->TimeZone_UTC;

    rm_drop_from(api, utc);
    PyMem_Free(api);
}

static PyObject *make_capsule(PyObject *utc)
{
    PyDateTime_CAPI *api = PyMem_Malloc(sizeof *api);
    PyObject *capsule;

    if (api == NULL)
        return PyErr_NoMemory();
    *api = (PyDateTime_CAPI){&rm_Date_Type, &rm_DateTime_Type, &rm_Time_Type, &rm_Delta_Type, &rm_TZInfo_Type, utc,
                             make_date, make_datetime, make_time, rm_delta_make, rm_timezone_make,
                             datetime_from_timestamp, date_from_timestamp, make_datetime_fold, make_time_fold};
    rm_keep_in(api, utc);
    capsule = PyCapsule_New(api, PyDateTime_CAPSULE_NAME, drop_api);
    if (capsule == NULL) {
        rm_drop_from(api, utc);
        PyMem_Free(api);
    }
    return capsule;
}

static int add_new(PyObject *m, const char *name, PyObject *op)
{
    int rc = op != NULL ? PyModule_AddObjectRef(m, name, op) : -1;

    Py_XDECREF(op);
    return rc;
}

static int add_types(PyObject *m)
{
    static PyTypeObject *const types[] = {&rm_Delta_Type, &rm_Date_Type, &rm_DateTime_Type,
                                          &rm_Time_Type, &rm_TZInfo_Type, &rm_TimeZone_Type};

    for (size_t i = 0; i < Py_ARRAY_LENGTH(types); i++)
        if (PyModule_AddType(m, types[i]) < 0)
            return -1;
    return 0;
}

static int add_utc(PyObject *m)
{
    PyObject *none = rm_delta_from(0, &rm_Delta_Type), *utc = none != NULL ? rm_timezone_make(none, NULL) : NULL;
    int rc = utc != NULL ? PyDict_SetItemString(rm_TimeZone_Type.tp_dict, "utc", utc) : -1;

    if (rc == 0)
        rc = add_new(m, "datetime_CAPI", make_capsule(utc));
    Py_XDECREF(none);
    Py_XDECREF(utc);
    return rc;
}

PyObject *rm_make_datetime(void)
{
    static PyModuleDef def = {PyModuleDef_HEAD_INIT, "datetime", NULL, -1, NULL, NULL, NULL, NULL, NULL};
    PyObject *m = PyModule_Create(&def);

    if (m != NULL && (add_types(m) < 0 || add_utc(m) < 0 || PyModule_AddIntConstant(m, "MINYEAR", 1) < 0 ||
                      PyModule_AddIntConstant(m, "MAXYEAR", LAST_YEAR) < 0))
        Py_CLEAR(m);
    return m;
}
