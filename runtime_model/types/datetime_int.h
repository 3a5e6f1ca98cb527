/* What the files about the module datetime share. */
#ifndef RM_DATETIME_INT_H
#define RM_DATETIME_INT_H

#include "core_int.h"
#include "datetime.h"

typedef __int128 rm_micros; /* a span of time in microseconds */

enum { RM_DAY_SECONDS = 86400 };
#define RM_DAY_MICROS ((rm_micros)RM_DAY_SECONDS * 1000000)

extern PyTypeObject rm_Delta_Type, rm_Date_Type, rm_DateTime_Type, rm_Time_Type, rm_TZInfo_Type, rm_TimeZone_Type;

static inline bool rm_is_delta(PyObject *op) { return PyObject_TypeCheck(op, &rm_Delta_Type); }
static inline bool rm_is_date(PyObject *op) { return PyObject_TypeCheck(op, &rm_Date_Type); }
static inline bool rm_is_datetime(PyObject *op) { return PyObject_TypeCheck(op, &rm_DateTime_Type); }

rm_micros rm_delta_micros(PyObject *op);
PyObject *rm_delta_from(rm_micros t, PyTypeObject *type); /* OverflowError past 999999999 days */
PyObject *rm_delta_make(int days, int seconds, int micros, int normalize, PyTypeObject *type);

bool rm_check_tzinfo(PyObject *tzinfo); /* None or a tzinfo; else an exception is set */
PyObject *rm_timezone_make(PyObject *offset, PyObject *name);
/* What tzinfo says about op: 1: *offset is set; 0: nothing; -1: an exception is set. */
int rm_utc_offset(PyObject *tzinfo, PyObject *op, rm_micros *offset);
int rm_put_offset(char *out, size_t size, rm_micros offset); /* +HH:MM[:SS[.ffffff]] */

PyObject *rm_datetime_plus(PyObject *op, rm_micros t);

#endif
