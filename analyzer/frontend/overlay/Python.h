/* Found before Python's own header: includes that, then replaces what hides a call. */
#include_next <Python.h>
#ifdef PY_VERSION_HEX
#include "rw_macros.h"
#include "rw_types.h"
#endif
