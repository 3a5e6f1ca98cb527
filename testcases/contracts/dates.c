/* The datetime API. */
#include <Python.h>
#include <datetime.h>

int load_dates(void)
{
    PyDateTime_IMPORT;
    return PyDateTimeAPI ? 0 : -1;
}

PyObject *day_after(PyObject *a)
{
    if (!PyDate_Check(a))
        return PyErr_Format(PyExc_TypeError, "not a date: %R", a);
    PyObject *day = PyDelta_FromDSU(1, 0, 0);
    if (day == NULL)
        return NULL;
    PyObject *next = PyNumber_Add(a, day);
    Py_DECREF(day);
    return next;
}

PyObject *zone_of(PyObject *a, PyObject *name)
{
    PyObject *delta = PyDelta_FromDSU(0, 3600, 0);
    if (delta == NULL)
        return NULL;
    PyObject *zone = PyTimeZone_FromOffset(delta);
    if (zone == NULL)
        PyErr_Clear();
    Py_XDECREF(zone);
    zone = PyTimeZone_FromOffsetAndName(delta, name);
    Py_DECREF(delta);
    if (zone != NULL || !PyDateTime_Check(a))
        return zone;
    PyErr_Clear();
    return Py_NewRef(PyDateTime_DATE_GET_TZINFO(a));
}

PyObject *same_day(PyObject *a)
{
    return PyDateTime_FromDateAndTime(PyDateTime_GET_YEAR(a), PyDateTime_GET_MONTH(a),
                                      PyDateTime_GET_DAY(a), 0, 0, 0, 0);
}

/* Through the table of functions that the macros use. */
PyObject *set_day(PyObject *a)
{
    PyObject *day = PyDateTimeAPI->Date_FromDate(2024, 2, 29, PyDateTimeAPI->DateType);
    if (day == NULL)
        return NULL;
    if (PyObject_SetAttrString(a, "day", day) < 0)
        return NULL; // expect: RW101 'day' leaks
    Py_DECREF(day);
    Py_RETURN_NONE;
}

PyObject *zone_by_table(PyObject *delta)
{
    return PyDateTimeAPI->TimeZone_FromTimeZone(delta, NULL);
}
