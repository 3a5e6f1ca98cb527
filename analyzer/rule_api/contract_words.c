/* The words of the contract format: one table per column.
 *
 * ret: where a word is the beginning of another one, the longer one stands first.
 */
#include "contract_int.h"

#include <string.h>

const contract_word contract_rets[] = {
    {"V", RET_VOID, OPERAND_NONE, "nothing"},
    {"S", RET_VALUE, OPERAND_NONE, "a plain value"},
    {"I", RET_STATUS, OPERAND_NONE, "a status"},
    {"tri", RET_TRI, OPERAND_NONE, "1, 0 or -1"},
    {"enum", RET_ENUM, OPERAND_NONE, "one of an enumeration"},
    {"N|N=", RET_NEW_OR_ARG, OPERAND_ARG, "a new reference, perhaps to @ itself"},
    {"N=", RET_NEW_ARG, OPERAND_ARG, "a new reference to @ itself"},
    {"N", RET_NEW, OPERAND_NONE, "a new reference"},
    {"B<", RET_BORROWED, OPERAND_ANCHOR, "a reference borrowed from @"},
    {"A", RET_ARG, OPERAND_ARG, "@ itself, its count unchanged"},
    {"P<", RET_INTERIOR, OPERAND_ANCHOR, "a pointer into @"},
    {"P", RET_POINTER, OPERAND_NONE, "a plain pointer"},
    {"always", RET_NULL, OPERAND_NONE, "NULL, always"},
    {0},
};

const contract_word contract_anchors[] = {
    {"none", ANCHOR_NONE, 0, "nothing: retain it at once"},
    {"static", ANCHOR_STATIC, 0, "an object that lives as long as the process"},
    {"thread", ANCHOR_STATE, 0, "the state of the thread"},
    {"frame", ANCHOR_STATE, 0, "the running frame"},
    {"sys", ANCHOR_STATE, 0, "the module sys"},
    {"sys.modules", ANCHOR_STATE, 0, "sys.modules"},
    {"interpreter", ANCHOR_STATE, 0, "the state of the interpreter"},
    {0},
};

const contract_word contract_fails[] = {
    {"never", FAIL_NEVER, EXC_NONE, "does not fail"},
    {"NULL!", FAIL_NULL, EXC_SET, "NULL with an exception set"},
    {"NULL-", FAIL_NULL, EXC_NONE, "NULL without an exception"},
    {"NULL?", FAIL_NULL, EXC_MAYBE, "NULL, with an exception or without: ask PyErr_Occurred"},
    {"NULL0", FAIL_NULL, EXC_SWALLOWED, "NULL; an error is swallowed"},
    {"-1!", FAIL_NEG, EXC_SET, "-1 with an exception set"},
    {"-1-", FAIL_NEG, EXC_NONE, "-1 without an exception"},
    {"-1?", FAIL_NEG, EXC_MAYBE, "-1, which may be a value too: ask PyErr_Occurred"},
    {"0!", FAIL_ZERO, EXC_SET, "0 with an exception set"},
    {"0-", FAIL_ZERO, EXC_NONE, "0 without an exception"},
    {"0?", FAIL_ZERO, EXC_MAYBE, "0, with an exception or without: ask PyErr_Occurred"},
    {"*0=NULL!", FAIL_INOUT, EXC_SET, "the first argument's variable is NULL, an exception is set"},
    {"ERROR!", FAIL_OTHER, EXC_SET, "a value of its own with an exception set"},
    {0},
};

const contract_word contract_args[] = {
    {"i", ARG_VALUE, 0, "not an object"},
    {"fn", ARG_VALUE, 0, "a callback"},
    {"b", ARG_BORROW, 0, "borrowed"},
    {"b+", ARG_RETAIN, 0, "retained: the caller owns one reference more"},
    {"k", ARG_KEEP, 0, "kept: the callee takes a reference of its own"},
    {"k*", ARG_KEEP_MAYBE, 0, "kept in some cases: the callee may take a reference of its own"},
    {"s", ARG_STEAL, 0, "stolen, also on failure"},
    {"s+", ARG_STEAL_OK, 0, "stolen on success only"},
    {"io", ARG_INOUT, 0, "a variable whose object is consumed and replaced"},
    {"io!", ARG_INOUT_OK, 0, "a variable whose object is consumed and replaced on success only"},
    {"io0", ARG_CLEAR, 0, "a variable that is set to NULL before its object is released"},
    {"on", ARG_OUT_NEW, 0, "receives a new reference"},
    {"on0", ARG_OUT_NEW, 0, "receives a new reference, or NULL when there is none"},
    {"ob<", ARG_OUT_BORROWED, OPERAND_ARG, "receives a reference borrowed from @"},
    {"op<", ARG_OUT_INTERIOR, OPERAND_ARG, "receives a pointer into @"},
    {"om", ARG_OUT_MEMORY, 0, "receives memory that the caller frees"},
    {"o&", ARG_OUT_CONVERTED, 0, "receives what the converter before it gives"},
    {"o.i", ARG_OUT_VALUE, 0, "receives a plain value"},
    {"io.i", ARG_OUT_VALUE, 0, "a plain variable, read and written"},
    {"acq", ARG_ACQUIRE, 0, "a buffer that is filled: PyBuffer_Release is due"},
    {"acq0", ARG_ACQUIRE, 0, "a buffer that is filled, sometimes with nothing that must be released"},
    {"rel", ARG_RELEASE, 0, "a buffer that is released"},
    {"c", ARG_CONSUME, 0, "consumed: not valid afterwards"},
    {"c0!", ARG_CONSUME_OK, 0, "consumed on success only"},
    {"free", ARG_FREE, 0, "memory that is freed"},
    {"b[]", ARG_ARRAY, 0, "an array of borrowed references"},
    {"fmt(in)", ARG_FORMAT_IN, 0, "a format of values: see the units"},
    {"fmt(out)", ARG_FORMAT_OUT, 0, "a format of results: see the units"},
    {"fmt(text)", ARG_FORMAT_TEXT, 0, "a format of text: see the units"},
    {0},
};

const contract_word contract_effects[] = {
    {"X", FX_SETS_EXC, 0, "may set an exception"},
    {"x", FX_CLEARS_EXC, 0, "clears or replaces the pending exception"},
    {"M", FX_ALLOCATES, 0, "allocates memory"},
    {"R", FX_RUNS_CODE, 0, "may run arbitrary code"},
    {"R!", FX_CALLS_BACK, 0, "runs what its arguments bring along: a callable, __eq__, __str__"},
    {"R@drop", FX_RUNS_ON_DROP, 0, "may run arbitrary code when an object it lets go of dies"},
    {"Y", FX_SWITCHES, 0, "may switch threads"},
    {"G", FX_GC_ALLOC, 0, "may start a garbage collection"},
    {"T", FX_RESULT_TRACKED, 0, "the result is tracked by the collector"},
    {"U", FX_RESULT_UNTRACKED, 0, "the result is not yet tracked by the collector"},
    {"T+", FX_TRACKS, 0, "tracks argument 1"},
    {"U-", FX_UNTRACKS, 0, "untracks argument 1"},
    {"H", FX_TYPE_REF, 0, "takes a reference to a heap type"},
    {"Z", FX_ZEROED, 0, "the result is filled with zeros"},
    {"slots", FX_SLOTS, 0, "the result's slots are NULL until they are filled"},
    {"E0", FX_EDGE, 0, "argument 1 holds what it is given"},
    {"noreturn", FX_NORETURN, 0, "does not return"},
    {"F", FX_FAILS_OTHERWISE, 0, "fails for other reasons than memory too"},
    {"is", FX_TYPED, OPERAND_PAREN, "the result is of the type @"},
    {"held", FX_HELD, OPERAND_PAREN, "the result is held by @ as well"},
    {"field", FX_FIELD, OPERAND_PAREN, "the result is read from the field @ of argument 1"},
    {"loan", FX_LOAN, 0, "what it lends may die while the lender lives"},
    {"strong", FX_STRONG, OPERAND_PAREN, "@ gives a new reference instead"},
    {"size", FX_SIZE, 0, "the result is not negative"},
    {"L+", FX_LOCKS, 0, "keeps other threads away from its arguments"},
    {"L-", FX_UNLOCKS, 0, "lets other threads at the arguments again"},
    {"Q", FX_ASKS, 0, "succeeds exactly when an exception is set"},
    {"C", FX_COPIES, 0, "the result holds what argument 1 holds"},
    {"W", FX_FAILS_ON_MISUSE, 0, "fails only for a wrong argument"},
    {0},
};

const contract_word contract_pres[] = {
    {"live", 0, OPERAND_PAREN, "@ must be alive"},
    {"small", 0, OPERAND_PAREN, "cannot fail when @ is a small number (-5 to 256): the object exists"},
    {"zero", 0, OPERAND_PAREN, "cannot fail when @ is 0: the object exists"},
    {"uniq", 0, OPERAND_PAREN, "@ must have no other owner"},
    {"rc0", 0, OPERAND_PAREN, "the count of @ must be 0"},
    {"untracked", 0, OPERAND_PAREN, "@ must not be tracked"},
    {"filled", 0, OPERAND_PAREN, "every field of @ must be valid"},
    {"null", 0, OPERAND_PAREN, "the slot must be empty"},
    {"list", 0, OPERAND_PAREN, "a list"},
    {"tuple", 0, OPERAND_PAREN, "a tuple"},
    {"str", 0, OPERAND_PAREN, "a str"},
    {"module", 0, OPERAND_PAREN, "a module"},
    {"gc", 0, OPERAND_PAREN, "the type must have Py_TPFLAGS_HAVE_GC"},
    {"raw", 0, OPERAND_PAREN, "@ is memory that is no object yet"},
    {"nomutate", 0, OPERAND_PAREN, "@ must not change meanwhile"},
    {"compare", PRE_COMPARE, OPERAND_PAREN, "@ is Py_LT, Py_LE, Py_EQ, Py_NE, Py_GT or Py_GE"},
    {"err", 0, OPERAND_NONE, "an exception must be set"},
    {"private", PRE_PRIVATE, OPERAND_PAREN, "@ was made for this call: nobody else has it"},
    {"absent", PRE_ABSENT, OPERAND_PAREN, "@ is always NULL"},
    {"class", PRE_CLASS, OPERAND_PAREN, "fails hardly ever when @ is a PyTypeObject: it answers itself"},
    {"noerr", PRE_NO_EXCEPTION, OPERAND_NONE, "no exception may be set"},
    {"gil", 0, OPERAND_NONE, "the GIL must be held"},
    {0},
};

const contract_type_word contract_types[] = {
    {"bool", "PyBool", TYPE_BOOL, TYPE_INT},
    {"bytearray", "PyByteArray", TYPE_BYTEARRAY, TYPE_UNKNOWN},
    {"bytes", "PyBytes", TYPE_BYTES, TYPE_UNKNOWN},
    {"capsule", "PyCapsule", TYPE_CAPSULE, TYPE_UNKNOWN},
    {"complex", "PyComplex", TYPE_COMPLEX, TYPE_UNKNOWN},
    {"dict", "PyDict", TYPE_DICT, TYPE_UNKNOWN},
    {"float", "PyFloat", TYPE_FLOAT, TYPE_UNKNOWN},
    {"frozenset", "PyFrozenSet", TYPE_FROZENSET, TYPE_UNKNOWN},
    {"int", "PyLong", TYPE_INT, TYPE_UNKNOWN},
    {"list", "PyList", TYPE_LIST, TYPE_UNKNOWN},
    {"memoryview", "PyMemoryView", TYPE_MEMORYVIEW, TYPE_UNKNOWN},
    {"module", "PyModule", TYPE_MODULE, TYPE_UNKNOWN},
    {"set", "PySet", TYPE_SET, TYPE_UNKNOWN},
    {"slice", "PySlice", TYPE_SLICE, TYPE_UNKNOWN},
    {"str", "PyUnicode", TYPE_STR, TYPE_UNKNOWN},
    {"tuple", "PyTuple", TYPE_TUPLE, TYPE_UNKNOWN},
    {"type", "PyType", TYPE_TYPE, TYPE_UNKNOWN},
    {"weakref", "PyWeakref", TYPE_WEAKREF, TYPE_UNKNOWN},
    {0},
};

/* ---- the words of the other tables */

const contract_word format_kinds[] = {
    {"in", ARG_FORMAT_IN, 0, "Py_BuildValue and the calls"},
    {"out", ARG_FORMAT_OUT, 0, "PyArg_Parse*"},
    {"text", ARG_FORMAT_TEXT, 0, "PyUnicode_FromFormat and PyErr_Format"},
    {0},
};

const contract_word slot_structs[] = {
    {"PyTypeObject", SLOT_OF_TYPE, 0, "a member of PyTypeObject"},
    {"PyNumberMethods", SLOT_OF_NUMBER, 0, "a member of PyNumberMethods"},
    {"PySequenceMethods", SLOT_OF_SEQUENCE, 0, "a member of PySequenceMethods"},
    {"PyMappingMethods", SLOT_OF_MAPPING, 0, "a member of PyMappingMethods"},
    {"PyAsyncMethods", SLOT_OF_ASYNC, 0, "a member of PyAsyncMethods"},
    {"PyBufferProcs", SLOT_OF_BUFFER, 0, "a member of PyBufferProcs"},
    {"PyModuleDef", SLOT_OF_MODULE, 0, "a member of PyModuleDef"},
    {"PyType_Slot", SLOT_OF_SPEC, 0, "an entry of PyType_Slot only"},
    {"PyModuleDef_Slot", SLOT_OF_MODULE_SPEC, 0, "an entry of PyModuleDef_Slot"},
    {"PyMethodDef", SLOT_OF_METHOD, 0, "a function of PyMethodDef"},
    {"PyGetSetDef", SLOT_OF_GETSET, 0, "a function of PyGetSetDef"},
    {"callback", SLOT_CALLBACK, 0, "a function handed to the API"},
    {0},
};

const contract_word slot_duties[] = {
    {"untracks", DUTY_UNTRACKS, 0, "untracks the object first if its type has Py_TPFLAGS_HAVE_GC"},
    {"drops", DUTY_DROPS, 0, "gives up every reference that the object owns"},
    {"frees", DUTY_FREES, 0, "frees the memory with tp_free"},
    {"drops-type", DUTY_DROPS_TYPE, 0, "releases the type of an object of a heap type, last"},
    {"visits", DUTY_VISITS, 0, "visits every reference that the object owns"},
    {"visits-type", DUTY_VISITS_TYPE, 0, "visits the type of an object of a heap type (3.9 and later)"},
    {"quiet", DUTY_QUIET, 0, "runs no code, allocates nothing and changes no count"},
    {"keeps-exc", DUTY_KEEPS_EXC, 0, "may be called with an exception set, and leaves it as it was"},
    {"stays-usable", DUTY_STAYS_USABLE, 0, "leaves the object so that its methods may still be called"},
    {"may-revive", DUTY_MAY_REVIVE, 0, "may bring the object back to life"},
    {"null-deletes", DUTY_NULL_DELETES, 0, "deletes when the value is NULL"},
    {"null-state", DUTY_NULL_STATE, 0, "may find PyModule_GetState to be NULL"},
    {"not-implemented", DUTY_NOT_IMPLEMENTED, 0, "may return a new reference to Py_NotImplemented"},
    {"fills-view", DUTY_FILLS_VIEW, 0, "sets view->obj: a new reference, or NULL on failure"},
    {"leaves-view", DUTY_LEAVES_VIEW, 0, "does not release view->obj"},
    {"cleans-up", DUTY_CLEANS_UP, 0,
     "is called again with NULL to release what it gave, if it returned Py_CLEANUP_SUPPORTED"},
    {"bears-repeating", DUTY_BEARS_REPEATING, 0, "may be called again for the same object"},
    {0},
};

const contract_word *contract_word_of(const contract_word *table, int code)
{
    for (; table->word; table++)
        if (table->code == code)
            return table;
    return NULL;
}
