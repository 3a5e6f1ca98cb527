/* Between slots and methods of the same meaning. */
#ifndef RM_SLOTS_INT_H
#define RM_SLOTS_INT_H

#include "core_int.h"

#define WRAPPER(name) PyObject *rm_##name(PyObject *self, PyObject *args, void *wrapped, PyObject *kwargs);
WRAPPER(wrap_unary) WRAPPER(wrap_binary) WRAPPER(wrap_concat) WRAPPER(wrap_reflected) WRAPPER(wrap_power)
WRAPPER(wrap_reflected_power) WRAPPER(wrap_hash) WRAPPER(wrap_length) WRAPPER(wrap_truth)
WRAPPER(wrap_contains) WRAPPER(wrap_next) WRAPPER(wrap_lt) WRAPPER(wrap_le) WRAPPER(wrap_eq) WRAPPER(wrap_ne)
WRAPPER(wrap_gt) WRAPPER(wrap_ge) WRAPPER(wrap_setattr) WRAPPER(wrap_delattr) WRAPPER(wrap_setitem)
WRAPPER(wrap_delitem) WRAPPER(wrap_descr_get) WRAPPER(wrap_descr_set) WRAPPER(wrap_descr_delete)
WRAPPER(wrap_indexed) WRAPPER(wrap_item) WRAPPER(wrap_set_item) WRAPPER(wrap_del_item) WRAPPER(wrap_del)
WRAPPER(wrap_call) WRAPPER(wrap_init)
#undef WRAPPER

#endif
