/* Found before Python's own header: includes that, then replaces what hides a call. */
#include_next <Python.h>
#include "rw_macros.h"
#include "rw_types.h"
