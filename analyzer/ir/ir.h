/* ir: a function as a control-flow graph of ownership events.
 *
 * The front end makes it, the engine walks it, and it prints as text that reads back (ir_print,
 * ir_read). All memory lives in the arena it was made in. Nothing here knows libclang or CPython.
 *
 * What a reader could get wrong: a variable of struct or array type has no value of its own, only
 * an address (event `addr`); its members are places whose base is that address. `p->f` and
 * `(&s)->f` are therefore the same kind of place, and `a.b.c` is one place with field "b.c".
 *
 *   unit "point.c"
 *   file 0 "src/point.c"
 *   owns Point.name                                  ; some code of the unit releases this field
 *   decl helper -> obj returns-borrowed steals(1)    ; annotations of functions without a body
 *   record Point name: obj "PyObject" settable       ; object fields of a type's instances
 *   type Point_Type "m.Point" record Point gc [tp_dealloc: point_dealloc] @90:21
 *   methods point_methods ["dump": point_dump 1 @80:5] @79:20    ; flags METH_VARARGS
 *
 *   fn point_dump(%self: obj "Point", %args: obj "PyObject") -> obj "PyObject" method @30:1-60:1 {
 *     var %list: obj "PyObject" @37:15
 *     var %n: int "Py_ssize_t" address-taken @36:16
 *   b0:
 *     %1 = call PyList_New(%n) @38:12-38:25
 *     %list = set %1 @38:5
 *     %2 = eq %list, 0 @39:9
 *     br %2, b1, b2 @39:9
 *   b1:
 *     ret 0 @40:9
 *   b2:
 *     %3 = load %self->Point.name @42:5      ; places: %v  @g  %p->Rec.f  *%p  %a[%i]
 *     retain %3 @42:5
 *     store %self->Point.name, %list @43:5
 *     %4 = addr %n @44:20
 *     %5: int "int" = call PyArg_ParseTuple(%args, "O|n", %4) @44:9   ; see README.md: types
 *     %6 = call *%fp(%list:void) @45:3       ; indirect; ':void' = passed as a plain void pointer
 *     release %list by Py_CLEAR @45:20  ; `macro`
 *     switch %n, b3 [1: b1, 2-5: b2] @46:5
 *   }
 */
#ifndef REFWARDEN_IR_H
#define REFWARDEN_IR_H

#include "base.h"

/* Where in the source. Lines and columns start at 1, columns count bytes; line 0 = unknown.
 * For a macro this is the place of its use. */
typedef struct {
    uint16_t file; /* index into ir_unit.files */
    int line, col, end_line, end_col; /* end is inclusive of the last byte; 0 when not known */
} ir_loc;

typedef enum {
    IR_VOID,
    IR_INT,   /* any integer or enum or _Bool */
    IR_OBJ,   /* pointer to a struct that starts with PyObject's header */
    IR_PTR,   /* any other pointer (void *, PyObject **, char *, function pointers) */
    IR_AGGREGATE, /* struct, union or array: only its address is used */
    IR_OTHER, /* floating point and the rest: values the engine does not follow */
} ir_type;

/* ---- operands and places */

typedef enum {
    IR_NONE,    /* no operand (ret without value) */
    IR_VAR,     /* %x: a local variable, parameter or temporary: `var` */
    IR_CONST,   /* an integer; NULL is 0: `num` */
    IR_STRING,  /* "text": `text` (decoded bytes up to the first NUL) */
    IR_SYMBOL,  /* @name: the address of a global or a function: `text` */
    IR_UNKNOWN, /* ? : a value the front end could not express */
} ir_operand_kind;

typedef struct {
    ir_operand_kind kind;
    bool as_void;     /* call arguments: the parameter's declared type is void * (user data) */
    int var;
    int64_t num;
    const char *text;
} ir_operand;

typedef enum { IR_P_VAR, IR_P_GLOBAL, IR_P_FIELD, IR_P_DEREF, IR_P_INDEX } ir_place_kind;

typedef struct {
    ir_place_kind kind;
    ir_operand base;    /* IR_P_VAR: the variable; IR_P_GLOBAL: the symbol; else: the pointer */
    const char *record; /* IR_P_FIELD: name of the struct (typedef name, else tag), "" if none */
    const char *field;  /* IR_P_FIELD: member name, dotted for members of struct members */
    ir_operand index;   /* IR_P_INDEX */
} ir_place;

/* What C knows of the arguments behind "..." and the call's values do not say: what "O|n" is
 * compared with. A type is "i8* Py_ssize_t *": what it is, a blank, how it is written. What it is: one letter
 * (i integer, f floating, o object, s other struct, v void, F function) with the size in bytes for
 * numbers, and a star a pointer; "?" when it is not known. */
typedef struct {
    const char **types;  /* of the last `ntypes` arguments */
    int ntypes, cap;
    int list;            /* argument that is a constant array of strings, -1 */
    const char **strings;
    int nstrings, string_cap;
    bool is_open;        /* the NULL that ends it is missing */
} ir_passed;

/* ---- events: one row each in events.def */

typedef enum {
#define EVENT(id, text, shape, doc) IR_##id,
#include "events.def"
#undef EVENT
    IR_EVENT_COUNT
} ir_event_kind;

typedef struct {
    int64_t low, high; /* inclusive */
    int block;
} ir_case;

typedef struct {
    ir_event_kind kind;
    ir_loc loc;
    int dst;             /* variable that receives the result, -1 for none */
    ir_place place;      /* load, store, addr */
    ir_operand a, b;     /* operands in the order they are printed */
    const char *callee;  /* call: function name, NULL for a call through `a` */
    const char *macro;   /* call, retain, release...: the outermost macro that wrote it, or NULL */
    ir_operand *args;    /* call */
    int nargs;
    const ir_passed *passed; /* call of a function with a text and "...", else NULL */
    int target[2];       /* jump: [0]; br: true, false; switch: [0] is the default */
    ir_case *cases;      /* switch */
    int ncases;
} ir_event;

typedef struct {
    ir_event *events; /* the last one, and only the last one, is a terminator */
    int nevents, cap;
} ir_block;

typedef struct {
    const char *name;      /* as printed: unique in the function; temporaries are "1", "2", ... */
    const char *shown;     /* as the user wrote it; NULL for a temporary */
    ir_type type;
    const char *type_name; /* struct or typedef name without pointer, e.g. "PyObject", "Point" */
    bool is_param, is_static, address_taken;
    ir_loc loc;
} ir_var;

/* ---- functions and units */

/* How a function is reached from outside; says what its callers expect (a bit set).
 * Found in the static tables (PyMethodDef, PyTypeObject, PyType_Slot, PyGetSetDef, ...). */
enum {
    IR_R_STATIC = 1 << 0,        /* internal linkage */
    IR_R_ADDRESS_TAKEN = 1 << 1, /* used as a value anywhere outside a table that is known */
    IR_R_METHOD = 1 << 2,        /* in a PyMethodDef: borrowed arguments, returns new or NULL + error */
    IR_R_INIT = 1 << 3,          /* PyInit_*, init*, Py_mod_exec, Py_mod_create */
    IR_R_SLOT = 1 << 4,          /* in a type: see ir_fn.slot */
    IR_R_GETTER = 1 << 5,
    IR_R_SETTER = 1 << 6,
    IR_R_NORETURN = 1 << 7,
    IR_R_TEST = 1 << 8,          /* the file or function looks like test code */
    IR_R_RETURNS_BORROWED = 1 << 9, /* by annotation */
    IR_R_PARTIAL = 1 << 10,      /* some statement did not parse: analyse, do not report */
    IR_R_VARIADIC = 1 << 11,
    IR_R_RETURNS_NEW = 1 << 12,     /* by annotation, as the next two */
    IR_R_SETS_EXCEPTION = 1 << 13,  /* always, whatever it returns */
    IR_R_NEGATIVE_SETS = 1 << 14,   /* when its result is negative */
};

typedef struct {
    const char *name;
    const char *slot;       /* "tp_dealloc", "tp_iternext", ... with IR_R_SLOT, else NULL */
    ir_loc loc;             /* of the whole definition */
    ir_type ret;
    const char *ret_type_name;
    unsigned roles;         /* IR_R_* */
    unsigned steals;        /* bit k: argument k is consumed, by annotation */
    ir_var *vars;           /* parameters first */
    int nvars, var_cap, nparams;
    ir_block *blocks;       /* blocks[0] is the entry */
    int nblocks, block_cap;
} ir_fn;

typedef struct {
    const char *record, *field;
} ir_owned_field;

/* A function that is declared, called, but has no body here. */
typedef struct {
    const char *name;
    unsigned roles;  /* IR_R_NORETURN, IR_R_VARIADIC, those by annotation */
    unsigned steals;
    ir_type ret;
    bool in_system_header; /* declared outside the project: libc, third-party library */
} ir_decl;

/* ---- extension types and modules, as the unit's tables describe them */

enum { /* ir_class.flags; words in words.c */
    IR_C_HEAP = 1 << 0,     /* made from a PyType_Spec: instances hold a reference to it */
    IR_C_MODULE = 1 << 1,   /* a PyModuleDef: `record` is the module's state */
    IR_C_GC = 1 << 2,       /* Py_TPFLAGS_HAVE_GC */
    IR_C_BASETYPE = 1 << 3, /* Py_TPFLAGS_BASETYPE */
    IR_C_OPEN = 1 << 4,     /* flags or slots are not all known */
};

typedef struct {
    const char *name;  /* "tp_dealloc", "tp_base", "m_traverse" */
    const char *value; /* function or global; NULL: an expression without a name */
} ir_slot;

typedef struct {
    const char *name;   /* of the variable: "Point_Type", "point_spec", "module" */
    const char *shown;  /* tp_name or the like: "geometry.Point"; "" when not constant */
    const char *record; /* of instances, or of the module's state; "" when not known */
    unsigned flags;     /* IR_C_* */
    ir_slot *slots;     /* what is not NULL */
    int nslots, slot_cap;
    ir_loc loc;         /* of the variable's name */
} ir_class;

typedef struct {
    const char *name;      /* dotted inside structs that have no name */
    ir_type type;          /* IR_OBJ, or IR_AGGREGATE for a member that is a record with a name */
    const char *type_name; /* struct without pointer: "PyObject" */
    bool in_union;
    bool is_exposed;       /* a PyMemberDef lets Python read it */
    bool is_settable;      /* ... and write it: what is assigned is retained */
} ir_field;

typedef struct { /* a record of an ir_class, or inside one; only fields that hold objects */
    const char *name;
    ir_field *fields;
    int nfields, field_cap;
} ir_record;

typedef struct {
    const char *name;     /* as Python sees it; NULL when not constant */
    const char *function; /* NULL when it has no name */
    int flags;            /* METH_*; -1 when not constant */
    ir_loc loc;
} ir_method;

typedef struct { /* an array of PyMethodDef */
    const char *name;
    bool is_open;         /* the row that ends the table is missing */
    ir_method *rows;
    int nrows, row_cap;
    ir_loc loc;
} ir_methods;

typedef struct {
    const char *path;   /* as shown to the user */
} ir_file;

typedef struct {
    const char *name;
    bool has_long_lengths; /* PY_SSIZE_T_CLEAN: the lengths of formats are Py_ssize_t in every version */
    ir_file *files;
    int nfiles, file_cap;
    ir_fn **fns;
    int nfns, fn_cap;
    ir_owned_field *owned; /* fields that some code of the unit releases, clears or visits */
    int nowned, owned_cap;
    ir_decl *decls;
    int ndecls, decl_cap;
    ir_record *records;
    int nrecords, record_cap;
    ir_class *classes;
    int nclasses, class_cap;
    ir_methods *methods;
    int nmethods, methods_cap;
} ir_unit;

/* ---- reading, printing, checking */

void ir_print(const ir_unit *unit, buf *out);
void ir_print_fn(const ir_unit *unit, const ir_fn *fn, buf *out);
int ir_read(arena *a, const char *name, const char *text, ir_unit **out, status *st); /* lives in a */

/* 0 when every block ends in exactly one terminator, every target, variable and operand exists,
 * shapes fit events.def, and blocks[0] exists; else -1 with the first fault in st. */
int ir_verify(const ir_unit *unit, status *st);

/* ---- building (used by the front end and by ir_read) */

int ir_add_file(arena *a, ir_unit *unit, const char *path);        /* index; one entry per path */
int ir_add_block(arena *a, ir_fn *fn);                             /* index */
int ir_add_var(arena *a, ir_fn *fn, const char *shown, ir_type type, const char *type_name,
               ir_loc loc); /* index; shown NULL makes a temporary; printed names are made unique */
ir_event *ir_append(arena *a, ir_fn *fn, int block, ir_event_kind kind, ir_loc loc); /* dst is -1 */

/* Lets temporaries that live inside one block share variables; types stay, names do not matter.
 * Call it once, after printing: what was printed before names more of them. */
void ir_share_temporaries(arena *a, ir_unit *unit);

const ir_fn *ir_find_fn(const ir_unit *unit, const char *name);     /* NULL when absent */
const ir_decl *ir_find_decl(const ir_unit *unit, const char *name);
const ir_record *ir_find_record(const ir_unit *unit, const char *name);
const ir_field *ir_find_field(const ir_record *record, const char *name);
ir_class *ir_find_class(const ir_unit *unit, const char *name);
const ir_slot *ir_find_slot(const ir_class *type, const char *slot); /* NULL: not in the table */
bool ir_is_terminator(ir_event_kind kind);
int ir_successors(const ir_event *terminator, int *out, int max);   /* count, may exceed max */

#endif
