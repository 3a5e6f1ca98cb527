/* The types of the module datetime, and the capsule through which C code makes them: PyDateTime_IMPORT
 * first. Not part of Python.h, as in CPython. Fields are bytes, the higher one first. */
#ifndef DATETIME_H
#define DATETIME_H

#define _PyDateTime_DATE_DATASIZE 4
#define _PyDateTime_TIME_DATASIZE 6
#define _PyDateTime_DATETIME_DATASIZE 10

#define _PyTZINFO_HEAD PyObject_HEAD Py_hash_t hashcode; char hastzinfo;

typedef struct {
    PyObject_HEAD
    Py_hash_t hashcode; /* -1 before it is asked for */
    int days;           /* any sign; the other two never negative */
    int seconds;
    int microseconds;
} PyDateTime_Delta;

typedef struct {
    PyObject_HEAD
} PyDateTime_TZInfo;

typedef struct {
    _PyTZINFO_HEAD
} _PyDateTime_BaseTZInfo;

typedef struct {
    _PyTZINFO_HEAD
    unsigned char data[_PyDateTime_TIME_DATASIZE];
    unsigned char fold;
} _PyDateTime_BaseTime;

typedef struct {
    _PyTZINFO_HEAD
    unsigned char data[_PyDateTime_TIME_DATASIZE];
    unsigned char fold;
    PyObject *tzinfo; /* owned; there only if hastzinfo */
} PyDateTime_Time;

typedef struct {
    _PyTZINFO_HEAD
    unsigned char data[_PyDateTime_DATE_DATASIZE];
} PyDateTime_Date;

typedef struct {
    _PyTZINFO_HEAD
    unsigned char data[_PyDateTime_DATETIME_DATASIZE];
    unsigned char fold;
} _PyDateTime_BaseDateTime;

typedef struct {
    _PyTZINFO_HEAD
    unsigned char data[_PyDateTime_DATETIME_DATASIZE];
    unsigned char fold;
    PyObject *tzinfo; /* owned; there only if hastzinfo */
} PyDateTime_DateTime;

#define _PyDateTime_HAS_TZINFO(op) (((_PyDateTime_BaseTZInfo *)(op))->hastzinfo)

/* ---- reading: no check of the type */

#define PyDateTime_GET_YEAR(op) \
    ((((PyDateTime_Date *)(op))->data[0] << 8) | ((PyDateTime_Date *)(op))->data[1])
#define PyDateTime_GET_MONTH(op) (((PyDateTime_Date *)(op))->data[2])
#define PyDateTime_GET_DAY(op) (((PyDateTime_Date *)(op))->data[3])

#define PyDateTime_DATE_GET_HOUR(op) (((PyDateTime_DateTime *)(op))->data[4])
#define PyDateTime_DATE_GET_MINUTE(op) (((PyDateTime_DateTime *)(op))->data[5])
#define PyDateTime_DATE_GET_SECOND(op) (((PyDateTime_DateTime *)(op))->data[6])
#define PyDateTime_DATE_GET_MICROSECOND(op)                 \
    ((((PyDateTime_DateTime *)(op))->data[7] << 16) |       \
     (((PyDateTime_DateTime *)(op))->data[8] << 8) | ((PyDateTime_DateTime *)(op))->data[9])
#define PyDateTime_DATE_GET_FOLD(op) (((PyDateTime_DateTime *)(op))->fold)
#define PyDateTime_DATE_GET_TZINFO(op) \
    (_PyDateTime_HAS_TZINFO(op) ? ((PyDateTime_DateTime *)(op))->tzinfo : Py_None)

#define PyDateTime_TIME_GET_HOUR(op) (((PyDateTime_Time *)(op))->data[0])
#define PyDateTime_TIME_GET_MINUTE(op) (((PyDateTime_Time *)(op))->data[1])
#define PyDateTime_TIME_GET_SECOND(op) (((PyDateTime_Time *)(op))->data[2])
#define PyDateTime_TIME_GET_MICROSECOND(op)                                                     \
    ((((PyDateTime_Time *)(op))->data[3] << 16) | (((PyDateTime_Time *)(op))->data[4] << 8) |   \
     ((PyDateTime_Time *)(op))->data[5])
#define PyDateTime_TIME_GET_FOLD(op) (((PyDateTime_Time *)(op))->fold)
#define PyDateTime_TIME_GET_TZINFO(op) \
    (_PyDateTime_HAS_TZINFO(op) ? ((PyDateTime_Time *)(op))->tzinfo : Py_None)

#define PyDateTime_DELTA_GET_DAYS(op) (((PyDateTime_Delta *)(op))->days)
#define PyDateTime_DELTA_GET_SECONDS(op) (((PyDateTime_Delta *)(op))->seconds)
#define PyDateTime_DELTA_GET_MICROSECONDS(op) (((PyDateTime_Delta *)(op))->microseconds)

/* ---- making */

typedef struct {
    PyTypeObject *DateType;
    PyTypeObject *DateTimeType;
    PyTypeObject *TimeType;
    PyTypeObject *DeltaType;
    PyTypeObject *TZInfoType;
    PyObject *TimeZone_UTC;
    PyObject *(*Date_FromDate)(int, int, int, PyTypeObject *);
    PyObject *(*DateTime_FromDateAndTime)(int, int, int, int, int, int, int, PyObject *, PyTypeObject *);
    PyObject *(*Time_FromTime)(int, int, int, int, PyObject *, PyTypeObject *);
    PyObject *(*Delta_FromDelta)(int, int, int, int, PyTypeObject *);
    PyObject *(*TimeZone_FromTimeZone)(PyObject *offset, PyObject *name);
    PyObject *(*DateTime_FromTimestamp)(PyObject *, PyObject *, PyObject *);
    PyObject *(*Date_FromTimestamp)(PyObject *, PyObject *);
    PyObject *(*DateTime_FromDateAndTimeAndFold)(int, int, int, int, int, int, int, PyObject *, int,
                                                 PyTypeObject *);
    PyObject *(*Time_FromTimeAndFold)(int, int, int, int, PyObject *, int, PyTypeObject *);
} PyDateTime_CAPI;

#define PyDateTime_CAPSULE_NAME "datetime.datetime_CAPI"

#ifndef RM_LIBRARY
static PyDateTime_CAPI *PyDateTimeAPI __attribute__((unused)) = NULL; /* one a source file, as in CPython */

#define PyDateTime_IMPORT \
    (PyDateTimeAPI = (PyDateTime_CAPI *)PyCapsule_Import(PyDateTime_CAPSULE_NAME, 0))
#define PyDateTime_TimeZone_UTC PyDateTimeAPI->TimeZone_UTC

#define PyDate_Check(op) PyObject_TypeCheck(op, PyDateTimeAPI->DateType)
#define PyDate_CheckExact(op) Py_IS_TYPE(op, PyDateTimeAPI->DateType)
#define PyDateTime_Check(op) PyObject_TypeCheck(op, PyDateTimeAPI->DateTimeType)
#define PyDateTime_CheckExact(op) Py_IS_TYPE(op, PyDateTimeAPI->DateTimeType)
#define PyTime_Check(op) PyObject_TypeCheck(op, PyDateTimeAPI->TimeType)
#define PyTime_CheckExact(op) Py_IS_TYPE(op, PyDateTimeAPI->TimeType)
#define PyDelta_Check(op) PyObject_TypeCheck(op, PyDateTimeAPI->DeltaType)
#define PyDelta_CheckExact(op) Py_IS_TYPE(op, PyDateTimeAPI->DeltaType)
#define PyTZInfo_Check(op) PyObject_TypeCheck(op, PyDateTimeAPI->TZInfoType)
#define PyTZInfo_CheckExact(op) Py_IS_TYPE(op, PyDateTimeAPI->TZInfoType)

#define PyDate_FromDate(year, month, day) \
    PyDateTimeAPI->Date_FromDate((year), (month), (day), PyDateTimeAPI->DateType)
#define PyDateTime_FromDateAndTime(year, month, day, hour, minute, second, usecond)              \
    PyDateTimeAPI->DateTime_FromDateAndTime((year), (month), (day), (hour), (minute), (second),  \
                                            (usecond), Py_None, PyDateTimeAPI->DateTimeType)
#define PyDateTime_FromDateAndTimeAndFold(year, month, day, hour, minute, second, usecond, fold)        \
    PyDateTimeAPI->DateTime_FromDateAndTimeAndFold((year), (month), (day), (hour), (minute), (second),  \
                                                   (usecond), Py_None, (fold),                          \
                                                   PyDateTimeAPI->DateTimeType)
#define PyTime_FromTime(hour, minute, second, usecond)                            \
    PyDateTimeAPI->Time_FromTime((hour), (minute), (second), (usecond), Py_None,  \
                                 PyDateTimeAPI->TimeType)
#define PyTime_FromTimeAndFold(hour, minute, second, usecond, fold)                              \
    PyDateTimeAPI->Time_FromTimeAndFold((hour), (minute), (second), (usecond), Py_None, (fold),  \
                                        PyDateTimeAPI->TimeType)
#define PyDelta_FromDSU(days, seconds, useconds) \
    PyDateTimeAPI->Delta_FromDelta((days), (seconds), (useconds), 1, PyDateTimeAPI->DeltaType)
#define PyTimeZone_FromOffset(offset) PyDateTimeAPI->TimeZone_FromTimeZone((offset), NULL)
#define PyTimeZone_FromOffsetAndName(offset, name) \
    PyDateTimeAPI->TimeZone_FromTimeZone((offset), (name))
#define PyDateTime_FromTimestamp(args) \
    PyDateTimeAPI->DateTime_FromTimestamp((PyObject *)PyDateTimeAPI->DateTimeType, (args), NULL)
#define PyDate_FromTimestamp(args) \
    PyDateTimeAPI->Date_FromTimestamp((PyObject *)PyDateTimeAPI->DateType, (args))
#endif

#endif
