/* The macros of Python's datetime.h; see rw_macros.h. */
#include_next <datetime.h>

#if defined PY_VERSION_HEX && !defined REFWARDEN_OVERLAY_DATETIME_H
#define REFWARDEN_OVERLAY_DATETIME_H

#ifdef __cplusplus
extern "C" {
#endif

/* ---- fields */

#ifdef PyDateTime_GET_YEAR
int *__rw_lv_PyDateTime_GET_YEAR(PyObject *);
#undef PyDateTime_GET_YEAR
#define PyDateTime_GET_YEAR(o) (*__rw_lv_PyDateTime_GET_YEAR((PyObject *)(o)))
#endif
#ifdef PyDateTime_GET_MONTH
int *__rw_lv_PyDateTime_GET_MONTH(PyObject *);
#undef PyDateTime_GET_MONTH
#define PyDateTime_GET_MONTH(o) (*__rw_lv_PyDateTime_GET_MONTH((PyObject *)(o)))
#endif
#ifdef PyDateTime_GET_DAY
int *__rw_lv_PyDateTime_GET_DAY(PyObject *);
#undef PyDateTime_GET_DAY
#define PyDateTime_GET_DAY(o) (*__rw_lv_PyDateTime_GET_DAY((PyObject *)(o)))
#endif
#ifdef PyDateTime_DATE_GET_HOUR
int *__rw_lv_PyDateTime_DATE_GET_HOUR(PyObject *);
#undef PyDateTime_DATE_GET_HOUR
#define PyDateTime_DATE_GET_HOUR(o) (*__rw_lv_PyDateTime_DATE_GET_HOUR((PyObject *)(o)))
#endif
#ifdef PyDateTime_DATE_GET_MINUTE
int *__rw_lv_PyDateTime_DATE_GET_MINUTE(PyObject *);
#undef PyDateTime_DATE_GET_MINUTE
#define PyDateTime_DATE_GET_MINUTE(o) (*__rw_lv_PyDateTime_DATE_GET_MINUTE((PyObject *)(o)))
#endif
#ifdef PyDateTime_DATE_GET_SECOND
int *__rw_lv_PyDateTime_DATE_GET_SECOND(PyObject *);
#undef PyDateTime_DATE_GET_SECOND
#define PyDateTime_DATE_GET_SECOND(o) (*__rw_lv_PyDateTime_DATE_GET_SECOND((PyObject *)(o)))
#endif
#ifdef PyDateTime_DATE_GET_MICROSECOND
int *__rw_lv_PyDateTime_DATE_GET_MICROSECOND(PyObject *);
#undef PyDateTime_DATE_GET_MICROSECOND
#define PyDateTime_DATE_GET_MICROSECOND(o) \
    (*__rw_lv_PyDateTime_DATE_GET_MICROSECOND((PyObject *)(o)))
#endif
#ifdef PyDateTime_DATE_GET_FOLD
int *__rw_lv_PyDateTime_DATE_GET_FOLD(PyObject *);
#undef PyDateTime_DATE_GET_FOLD
#define PyDateTime_DATE_GET_FOLD(o) (*__rw_lv_PyDateTime_DATE_GET_FOLD((PyObject *)(o)))
#endif
#ifdef PyDateTime_TIME_GET_HOUR
int *__rw_lv_PyDateTime_TIME_GET_HOUR(PyObject *);
#undef PyDateTime_TIME_GET_HOUR
#define PyDateTime_TIME_GET_HOUR(o) (*__rw_lv_PyDateTime_TIME_GET_HOUR((PyObject *)(o)))
#endif
#ifdef PyDateTime_TIME_GET_MINUTE
int *__rw_lv_PyDateTime_TIME_GET_MINUTE(PyObject *);
#undef PyDateTime_TIME_GET_MINUTE
#define PyDateTime_TIME_GET_MINUTE(o) (*__rw_lv_PyDateTime_TIME_GET_MINUTE((PyObject *)(o)))
#endif
#ifdef PyDateTime_TIME_GET_SECOND
int *__rw_lv_PyDateTime_TIME_GET_SECOND(PyObject *);
#undef PyDateTime_TIME_GET_SECOND
#define PyDateTime_TIME_GET_SECOND(o) (*__rw_lv_PyDateTime_TIME_GET_SECOND((PyObject *)(o)))
#endif
#ifdef PyDateTime_TIME_GET_MICROSECOND
int *__rw_lv_PyDateTime_TIME_GET_MICROSECOND(PyObject *);
#undef PyDateTime_TIME_GET_MICROSECOND
#define PyDateTime_TIME_GET_MICROSECOND(o) \
    (*__rw_lv_PyDateTime_TIME_GET_MICROSECOND((PyObject *)(o)))
#endif
#ifdef PyDateTime_TIME_GET_FOLD
int *__rw_lv_PyDateTime_TIME_GET_FOLD(PyObject *);
#undef PyDateTime_TIME_GET_FOLD
#define PyDateTime_TIME_GET_FOLD(o) (*__rw_lv_PyDateTime_TIME_GET_FOLD((PyObject *)(o)))
#endif
#ifdef PyDateTime_DELTA_GET_DAYS
int *__rw_lv_PyDateTime_DELTA_GET_DAYS(PyObject *);
#undef PyDateTime_DELTA_GET_DAYS
#define PyDateTime_DELTA_GET_DAYS(o) (*__rw_lv_PyDateTime_DELTA_GET_DAYS((PyObject *)(o)))
#endif
#ifdef PyDateTime_DELTA_GET_SECONDS
int *__rw_lv_PyDateTime_DELTA_GET_SECONDS(PyObject *);
#undef PyDateTime_DELTA_GET_SECONDS
#define PyDateTime_DELTA_GET_SECONDS(o) (*__rw_lv_PyDateTime_DELTA_GET_SECONDS((PyObject *)(o)))
#endif
#ifdef PyDateTime_DELTA_GET_MICROSECONDS
int *__rw_lv_PyDateTime_DELTA_GET_MICROSECONDS(PyObject *);
#undef PyDateTime_DELTA_GET_MICROSECONDS
#define PyDateTime_DELTA_GET_MICROSECONDS(o) \
    (*__rw_lv_PyDateTime_DELTA_GET_MICROSECONDS((PyObject *)(o)))
#endif
#ifdef PyDateTime_DATE_GET_TZINFO
PyObject * __rw_PyDateTime_DATE_GET_TZINFO(PyObject *);
#undef PyDateTime_DATE_GET_TZINFO
#define PyDateTime_DATE_GET_TZINFO(o) __rw_PyDateTime_DATE_GET_TZINFO((PyObject *)(o))
#endif
#ifdef PyDateTime_TIME_GET_TZINFO
PyObject * __rw_PyDateTime_TIME_GET_TZINFO(PyObject *);
#undef PyDateTime_TIME_GET_TZINFO
#define PyDateTime_TIME_GET_TZINFO(o) __rw_PyDateTime_TIME_GET_TZINFO((PyObject *)(o))
#endif

/* ---- type checks */

#ifdef PyDate_Check
int __rw_PyDate_Check(PyObject *);
#undef PyDate_Check
#define PyDate_Check(o) __rw_PyDate_Check((PyObject *)(o))
#endif
#ifdef PyDate_CheckExact
int __rw_PyDate_CheckExact(PyObject *);
#undef PyDate_CheckExact
#define PyDate_CheckExact(o) __rw_PyDate_CheckExact((PyObject *)(o))
#endif
#ifdef PyDateTime_Check
int __rw_PyDateTime_Check(PyObject *);
#undef PyDateTime_Check
#define PyDateTime_Check(o) __rw_PyDateTime_Check((PyObject *)(o))
#endif
#ifdef PyDateTime_CheckExact
int __rw_PyDateTime_CheckExact(PyObject *);
#undef PyDateTime_CheckExact
#define PyDateTime_CheckExact(o) __rw_PyDateTime_CheckExact((PyObject *)(o))
#endif
#ifdef PyTime_Check
int __rw_PyTime_Check(PyObject *);
#undef PyTime_Check
#define PyTime_Check(o) __rw_PyTime_Check((PyObject *)(o))
#endif
#ifdef PyTime_CheckExact
int __rw_PyTime_CheckExact(PyObject *);
#undef PyTime_CheckExact
#define PyTime_CheckExact(o) __rw_PyTime_CheckExact((PyObject *)(o))
#endif
#ifdef PyDelta_Check
int __rw_PyDelta_Check(PyObject *);
#undef PyDelta_Check
#define PyDelta_Check(o) __rw_PyDelta_Check((PyObject *)(o))
#endif
#ifdef PyDelta_CheckExact
int __rw_PyDelta_CheckExact(PyObject *);
#undef PyDelta_CheckExact
#define PyDelta_CheckExact(o) __rw_PyDelta_CheckExact((PyObject *)(o))
#endif
#ifdef PyTZInfo_Check
int __rw_PyTZInfo_Check(PyObject *);
#undef PyTZInfo_Check
#define PyTZInfo_Check(o) __rw_PyTZInfo_Check((PyObject *)(o))
#endif
#ifdef PyTZInfo_CheckExact
int __rw_PyTZInfo_CheckExact(PyObject *);
#undef PyTZInfo_CheckExact
#define PyTZInfo_CheckExact(o) __rw_PyTZInfo_CheckExact((PyObject *)(o))
#endif

/* ---- construction */

#ifdef PyDate_FromDate
PyObject *__rw_PyDate_FromDate(int, int, int);
#undef PyDate_FromDate
#define PyDate_FromDate(y, m, d) __rw_PyDate_FromDate((y), (m), (d))
#endif
#ifdef PyDateTime_FromDateAndTime
PyObject *__rw_PyDateTime_FromDateAndTime(int, int, int, int, int, int, int);
#undef PyDateTime_FromDateAndTime
#define PyDateTime_FromDateAndTime(y, m, d, h, min, s, us) \
    __rw_PyDateTime_FromDateAndTime((y), (m), (d), (h), (min), (s), (us))
#endif
#ifdef PyDateTime_FromDateAndTimeAndFold
PyObject *__rw_PyDateTime_FromDateAndTimeAndFold(int, int, int, int, int, int, int, int);
#undef PyDateTime_FromDateAndTimeAndFold
#define PyDateTime_FromDateAndTimeAndFold(y, m, d, h, min, s, us, fold) \
    __rw_PyDateTime_FromDateAndTimeAndFold((y), (m), (d), (h), (min), (s), (us), (fold))
#endif
#ifdef PyTime_FromTime
PyObject *__rw_PyTime_FromTime(int, int, int, int);
#undef PyTime_FromTime
#define PyTime_FromTime(h, min, s, us) __rw_PyTime_FromTime((h), (min), (s), (us))
#endif
#ifdef PyTime_FromTimeAndFold
PyObject *__rw_PyTime_FromTimeAndFold(int, int, int, int, int);
#undef PyTime_FromTimeAndFold
#define PyTime_FromTimeAndFold(h, min, s, us, fold) \
    __rw_PyTime_FromTimeAndFold((h), (min), (s), (us), (fold))
#endif
#ifdef PyDelta_FromDSU
PyObject *__rw_PyDelta_FromDSU(int, int, int);
#undef PyDelta_FromDSU
#define PyDelta_FromDSU(d, s, us) __rw_PyDelta_FromDSU((d), (s), (us))
#endif
#ifdef PyTimeZone_FromOffset
PyObject *__rw_PyTimeZone_FromOffset(PyObject *);
#undef PyTimeZone_FromOffset
#define PyTimeZone_FromOffset(o) __rw_PyTimeZone_FromOffset((o))
#endif
#ifdef PyTimeZone_FromOffsetAndName
PyObject *__rw_PyTimeZone_FromOffsetAndName(PyObject *, PyObject *);
#undef PyTimeZone_FromOffsetAndName
#define PyTimeZone_FromOffsetAndName(o, name) __rw_PyTimeZone_FromOffsetAndName((o), (name))
#endif
#ifdef PyDateTime_FromTimestamp
PyObject *__rw_PyDateTime_FromTimestamp(PyObject *);
#undef PyDateTime_FromTimestamp
#define PyDateTime_FromTimestamp(o) __rw_PyDateTime_FromTimestamp((o))
#endif
#ifdef PyDate_FromTimestamp
PyObject *__rw_PyDate_FromTimestamp(PyObject *);
#undef PyDate_FromTimestamp
#define PyDate_FromTimestamp(o) __rw_PyDate_FromTimestamp((o))
#endif

#ifdef __cplusplus
}
#endif

#endif
