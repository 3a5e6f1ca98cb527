/* Python.h of the model runtime: the same source compiles against this and against CPython 3.11.
 *
 * Names, arguments and the meaning of every reference are those of the C API; one header a family.
 * Two switches for the code that includes it:
 *   RM_CHECKED   every Py_INCREF, Py_DECREF and API call says where it stands, and the library of
 *                the same name keeps a history per object (see refwarden/runtime.h).
 *   RM_LIBRARY   set by the library's own files only.
 */
#ifndef Py_PYTHON_H
#define Py_PYTHON_H

#include "patchlevel.h"
#include "pyconfig.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "pyport.h"
#include "pymem.h"
#include "object.h"
#include "objimpl.h"
#include "methodobject.h"
#include "descrobject.h"
#include "moduleobject.h"
#include "modsupport.h"
#include "pyerrors.h"
#include "pylifecycle.h"
#include "initconfig.h"
#include "pytime.h"
#include "longobject.h"
#include "floatobject.h"
#include "complexobject.h"
#include "bytesobject.h"
#include "bytearrayobject.h"
#include "unicodeobject.h"
#include "tupleobject.h"
#include "listobject.h"
#include "dictobject.h"
#include "setobject.h"
#include "sliceobject.h"
#include "sysmodule.h"
#include "code.h"
#include "pyframe.h"
#include "memoryobject.h"
#include "codecs.h"
#include "pystrtod.h"
#include "weakrefobject.h"
#include "simpleobjects.h"
#include "pythread.h"
#include "abstract.h"
#include "pymacro.h"

#if defined RM_CHECKED && !defined RM_LIBRARY
#include "callsites.h" /* made when the library is built */
#endif

#endif
