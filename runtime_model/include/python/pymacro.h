/* Small macros that extensions use and the model's own headers do not need. */
#ifndef Py_PYMACRO_H
#define Py_PYMACRO_H

#define PyDoc_VAR(name) static const char name[]
#define PyDoc_STRVAR(name, text) PyDoc_VAR(name) = PyDoc_STR(text)
#define PyDoc_STR(text) text
#define PY_LONG_LONG long long
#define PY_LLONG_MIN LLONG_MIN
#define PY_LLONG_MAX LLONG_MAX
#define PY_LITTLE_ENDIAN 1
#define PY_BIG_ENDIAN 0
typedef intptr_t Py_intptr_t;
typedef uintptr_t Py_uintptr_t;
#define PyThreadState_GET() PyThreadState_Get()
#define _PyInterpreterState_Get() PyInterpreterState_Get()
#define Py_MEMCPY memcpy
#define Py_SAFE_DOWNCAST(value, wide, narrow) ((narrow)(value))
#define Py_HUGE_VAL HUGE_VAL
#define Py_NAN NAN
#define Py_IS_NAN(x) isnan(x)
#define Py_IS_INFINITY(x) isinf(x)
#define Py_IS_FINITE(x) isfinite(x)
#define PyLong_AS_LONG(op) PyLong_AsLong(op)
#define PyLong_FromPid PyLong_FromLong
#define PyLong_AsPid PyLong_AsLong
#define _Py_PARSE_PID "i"
#define Py_ISALNUM(c) isalnum(Py_CHARMASK(c))
#define Py_ISALPHA(c) isalpha(Py_CHARMASK(c))
#define Py_ISDIGIT(c) isdigit(Py_CHARMASK(c))
#define Py_ISSPACE(c) isspace(Py_CHARMASK(c))
#define Py_ISXDIGIT(c) isxdigit(Py_CHARMASK(c))
#define Py_TOLOWER(c) tolower(Py_CHARMASK(c))
#define Py_TOUPPER(c) toupper(Py_CHARMASK(c))
#define Py_UNICODE_IS_SURROGATE(c) (0xd800 <= (c) && (c) <= 0xdfff)
#define Py_UNICODE_IS_HIGH_SURROGATE(c) (0xd800 <= (c) && (c) <= 0xdbff)
#define Py_UNICODE_IS_LOW_SURROGATE(c) (0xdc00 <= (c) && (c) <= 0xdfff)
#define Py_TRASHCAN_SAFE_BEGIN(op) Py_TRASHCAN_BEGIN((op), Py_TYPE(op)->tp_dealloc)
#define Py_TRASHCAN_SAFE_END(op) Py_TRASHCAN_END

#endif
