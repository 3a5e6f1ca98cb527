/* Code objects and the types of what runs Python code. The model has no interpreter: a code object
 * says where code comes from and has no bytecode, and functions and generators are only types, of
 * which nothing here makes an instance. */
#ifndef Py_CODE_H
#define Py_CODE_H

typedef uint16_t _Py_CODEUNIT;

typedef struct PyCodeObject {
    PyObject_HEAD
    PyObject *co_consts; /* owned, as all of these */
    PyObject *co_names;
    PyObject *co_localsplusnames;
    PyObject *co_filename;
    PyObject *co_name;
    PyObject *co_qualname;
    PyObject *co_linetable;
    PyObject *co_weakreflist;
    int co_flags;
    int co_argcount;
    int co_posonlyargcount;
    int co_kwonlyargcount;
    int co_stacksize;
    int co_firstlineno;
    int co_nlocals;
} PyCodeObject;

#define CO_OPTIMIZED 0x0001
#define CO_NEWLOCALS 0x0002
#define CO_VARARGS 0x0004
#define CO_VARKEYWORDS 0x0008
#define CO_NESTED 0x0010
#define CO_GENERATOR 0x0020
#define CO_COROUTINE 0x0080
#define CO_ITERABLE_COROUTINE 0x0100
#define CO_ASYNC_GENERATOR 0x0200

PyAPI_DATA(PyTypeObject) PyCode_Type;
#define PyCode_Check(op) Py_IS_TYPE(op, &PyCode_Type)
PyAPI_FUNC(PyCodeObject *) PyCode_NewEmpty(const char *filename, const char *name, int line);
PyAPI_FUNC(int) PyCode_Addr2Line(PyCodeObject *code, int offset);
PyAPI_FUNC(PyObject *) PyCode_GetCode(PyCodeObject *code);
PyAPI_FUNC(PyObject *) PyCode_GetVarnames(PyCodeObject *code);
PyAPI_FUNC(PyObject *) PyCode_GetCellvars(PyCodeObject *code);
PyAPI_FUNC(PyObject *) PyCode_GetFreevars(PyCodeObject *code);

/* ---- functions */

typedef struct {
    PyObject_HEAD
    PyObject *func_globals; /* owned, as all of these */
    PyObject *func_builtins;
    PyObject *func_name;
    PyObject *func_qualname;
    PyObject *func_code;
    PyObject *func_defaults;
    PyObject *func_kwdefaults;
    PyObject *func_closure;
    PyObject *func_doc;
    PyObject *func_dict;
    PyObject *func_weakreflist;
    PyObject *func_module;
    PyObject *func_annotations;
    vectorcallfunc vectorcall;
    uint32_t func_version;
} PyFunctionObject;

PyAPI_DATA(PyTypeObject) PyFunction_Type;
#define PyFunction_Check(op) Py_IS_TYPE(op, &PyFunction_Type)
#define PyFunction_GET_CODE(op) (((PyFunctionObject *)(op))->func_code)
#define PyFunction_GET_GLOBALS(op) (((PyFunctionObject *)(op))->func_globals)
#define PyFunction_GET_MODULE(op) (((PyFunctionObject *)(op))->func_module)
#define PyFunction_GET_DEFAULTS(op) (((PyFunctionObject *)(op))->func_defaults)
#define PyFunction_GET_KW_DEFAULTS(op) (((PyFunctionObject *)(op))->func_kwdefaults)
#define PyFunction_GET_CLOSURE(op) (((PyFunctionObject *)(op))->func_closure)
#define PyFunction_GET_ANNOTATIONS(op) (((PyFunctionObject *)(op))->func_annotations)
PyAPI_FUNC(PyObject *) PyFunction_GetCode(PyObject *op);        /* borrowed */
PyAPI_FUNC(PyObject *) PyFunction_GetGlobals(PyObject *op);     /* borrowed */
PyAPI_FUNC(PyObject *) PyFunction_GetModule(PyObject *op);      /* borrowed */
PyAPI_FUNC(PyObject *) PyFunction_GetDefaults(PyObject *op);    /* borrowed */
PyAPI_FUNC(PyObject *) PyFunction_GetClosure(PyObject *op);     /* borrowed */
PyAPI_FUNC(PyObject *) PyFunction_GetAnnotations(PyObject *op); /* borrowed */

/* ---- generators */

typedef struct _err_stackitem {
    PyObject *exc_value; /* owned */
    struct _err_stackitem *previous_item;
} _PyErr_StackItem;
typedef struct {
    PyObject_HEAD
    PyCodeObject *gi_code; /* owned, as all of these */
    PyObject *gi_weakreflist;
    PyObject *gi_name;
    PyObject *gi_qualname;
    _PyErr_StackItem gi_exc_state;
    PyObject *gi_origin_or_finalizer;
    char gi_hooks_inited, gi_closed, gi_running_async;
    int8_t gi_frame_state;
    PyObject *gi_iframe[1];
} PyGenObject;
PyAPI_DATA(PyTypeObject) PyGen_Type;
PyAPI_DATA(PyTypeObject) PyCoro_Type;
PyAPI_DATA(PyTypeObject) PyAsyncGen_Type;
#define PyGen_Check(op) PyObject_TypeCheck(op, &PyGen_Type)
#define PyGen_CheckExact(op) Py_IS_TYPE(op, &PyGen_Type)
#define PyCoro_CheckExact(op) Py_IS_TYPE(op, &PyCoro_Type)
#define PyAsyncGen_CheckExact(op) Py_IS_TYPE(op, &PyAsyncGen_Type)
PyAPI_FUNC(int) _PyGen_SetStopIterationValue(PyObject *value);
PyAPI_FUNC(int) _PyGen_FetchStopIterationValue(PyObject **value);

/* ---- source text: what would run it raises NotImplementedError */

#define Py_single_input 256
#define Py_file_input 257
#define Py_eval_input 258
typedef struct {
    int cf_flags;
    int cf_feature_version;
} PyCompilerFlags;
PyAPI_FUNC(PyObject *) PyRun_String(const char *text, int start, PyObject *globals, PyObject *locals);
PyAPI_FUNC(PyObject *) PyRun_StringFlags(const char *text, int start, PyObject *globals, PyObject *locals,
                                         PyCompilerFlags *flags);
PyAPI_FUNC(int) PyRun_SimpleString(const char *text);
PyAPI_FUNC(PyObject *) Py_CompileString(const char *text, const char *filename, int start);
PyAPI_FUNC(PyObject *) PyEval_EvalCode(PyObject *code, PyObject *globals, PyObject *locals);

#endif
