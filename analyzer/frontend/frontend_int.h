/* What the files of the front end share.
 *
 * parse.c runs libclang, tree.c copies one function's AST into nodes, lower_*.c turn nodes into
 * events, tables.c reads the static tables, finish.c adds what is known only at the end. Cursors
 * live as long as the translation unit; nothing that holds one leaves frontend_lower().
 */
#ifndef REFWARDEN_FRONTEND_INT_H
#define REFWARDEN_FRONTEND_INT_H

#include "frontend.h"

#include <clang-c/Index.h>

#define OVERLAY_DIR "/refwarden-overlay"
#define LONG_LENGTHS "__rw_long_lengths" /* overlay/Python.h: PY_SSIZE_T_CLEAN was defined */
#define LENDING "operator->" /* called with what a C++ wrapper lends */
#define SHARED_NAME "/refwarden-shared/prelude.h"

/* ---- maps from declarations and types to what is known about them */

typedef struct {
    const void **keys;
    void **values;
    size_t n, cap;
} ptr_map;

void *map_get(const ptr_map *m, const void *key);
void map_put(arena *a, ptr_map *m, const void *key, void *value);

/* ---- source files */

typedef struct {
    CXFile file;
    int index;         /* in ir_unit.files, -1 when not used yet */
    bool is_project;   /* the main file or a header of the project */
    const char *path;
    const char *text;
    size_t len;
} source_file;

typedef struct {
    const source_file *file; /* NULL when unknown */
    unsigned line, col, offset;
} source_place;

/* ---- types and records */

typedef struct {
    const char *name;
    CXCursor *fields;
    int nfields, cap;
    bool fields_known;
    enum { OBJ_UNKNOWN, OBJ_ASKED, OBJ_NO, OBJ_YES } obj;
} record_info;

typedef struct type_info type_info;
struct type_info {
    ir_type type;
    const char *name;
    bool is_pointer, is_reference, is_function;
    const type_info *decayed; /* of an array or function: the pointer a parameter is */
    const char *passed;       /* as in ir_passed; NULL: not asked yet */
};

typedef struct {
    const char *record, *name;
} field_info;

/* ---- functions */

typedef struct callee callee;
typedef struct lowering lowering;
typedef struct node node;

typedef ir_operand (*primitive)(lowering *l, const callee *c, node *call);

struct callee {
    const char *name;    /* without overlay prefix */
    CXCursor cursor;
    unsigned roles, steals;
    const char *slot;
    primitive lower;     /* NULL for an ordinary call */
    ir_event_kind event; /* for the primitives that are one event */
    bool is_place;       /* overlay function that stands for a place: *__rw_lv_NAME(...) */
    bool is_called, in_system_header;
    bool is_opaque;      /* C++, of a class: unless its body is seen, it may keep or release what it is given */
    ir_type ret;
    const type_info **params;
    int nparams;
    ir_fn *fn;           /* its body, NULL when it has none here */
};

/* ---- one function's AST */

struct node {
    CXCursor c;
    node *parent, *first, *last, *next;
    int nkids;
};

/* ---- the unit being lowered */

typedef struct {
    CXFile file;
    unsigned offset;
} error_place;

typedef struct class_notes class_notes;

typedef struct {
    arena *a;       /* results */
    arena *scratch; /* one function's tree */
    const frontend_request *request;
    frontend_report *report;
    ir_unit *unit;
    CXTranslationUnit tu;
    bool is_cplusplus, lends;
    const char *python_dir; /* where Python.h was found, absolute; NULL when it was not */
    const char *cwd;
    ptr_map files, records, types, fields, callees;
    source_file *last_file;
    callee **all;
    int nall, all_cap;
    class_notes *notes; /* classes.c */
    error_place *errors;
    int nerrors, error_cap;
    int include_cap, macro_cap, file_cap, asked_cap; /* of the report */
    ptr_map read; /* files that were noted as read */
} frontend;

/* parse.c */
void reset_scratch(frontend *f); /* a function is done */

/* share.c */
/* The text without what a shared header stands for (prelude.c). */
char *without_prelude(arena *a, const char *text, size_t len, const frontend_prelude *prelude);
void headers_include(frontend_headers *h, const char *name); /* <name> */
bool headers_mention(frontend_headers *h, const char *name); /* false is certain */
bool is_given_macro(const char *name); /* by arguments that every file is parsed with (parse.c) */
void describe_shared(frontend *f, buf *names);
const char *shared_record_name(frontend *f, const char *tag); /* NULL: none, or nothing is shared */
void read_shared_includes(frontend *f); /* also sets python_dir */

/* source.c */
const char *absolute_path(frontend *f, const char *path); /* as the compilation sees it */
source_place place_of(frontend *f, CXSourceLocation at);
source_file *file_of(frontend *f, CXFile file);
ir_loc loc_of(frontend *f, CXCursor c);       /* with its end */
ir_loc loc_of_decl(frontend *f, CXCursor c);  /* where its name stands */
const char *macro_of(frontend *f, CXCursor c, const char *callee); /* NULL: written directly */
const char *word_at(frontend *f, CXSourceLocation spelling);       /* identifier there, "" if none */
bool is_word(char c);                                              /* part of an identifier */
char *spelled_text(frontend *f, CXCursor c);                        /* where it is spelled */
bool in_project(frontend *f, CXCursor c);
typedef struct {
    unsigned first, second; /* offsets of the two semicolons */
} for_layout;
bool scan_for(frontend *f, CXCursor loop, for_layout *out); /* false: written by a macro */
unsigned offset_of(frontend *f, CXCursor c);                /* of its use */
bool looks_like_test(const char *path, const char *function);

/* needs.c: fills the report's includes and macros, finds python_dir */
void find_needs(frontend *f);
void find_includes(frontend *f);             /* also sets python_dir */
void add_include(frontend *f, const char *name);

/* read.c: what the result depends on */
void note_read(frontend *f, const char *path, hash128 content);
void note_read_file(frontend *f, CXFile file, const char *path);
void note_asked(frontend *f, const char *name);
void write_read(const frontend_report *report, buf *names);
const char *take_read(frontend *f, const char *line); /* of these; the line behind */

/* tree.c */
node *tree_build(arena *a, CXCursor root, bool *has_holes); /* has_holes may be NULL */
bool is_hole(CXCursor c, enum CXCursorKind k); /* an expression that did not parse */
node *kid(const node *n, int i);              /* NULL when there are fewer */
enum CXCursorKind kind_of(const node *n);
node *strip(node *n);                         /* without parentheses, casts, __extension__ */
node *transparent_child(node *n);             /* NULL when n does something itself */
bool is_designation(const node *n);           /* .field = value, [index] = value */
bool is_va_arg(const node *n);
enum CXBinaryOperatorKind binary_kind(const node *n);
enum CXUnaryOperatorKind unary_kind(const node *n);

/* types.c */
const void *decl_key(CXCursor decl);
const char *cursor_text(frontend *f, CXCursor c);
const type_info *type_of(frontend *f, CXType t);
const type_info *type_of_node(frontend *f, node *n);
bool type_is_object(frontend *f, CXType t); /* a struct that starts with PyObject's header */
record_info *record_of(frontend *f, CXType t); /* NULL when t is no struct or union */
void note_typedef(frontend *f, CXCursor c);
void load_fields(record_info *r, arena *a, CXType t);
const field_info *field_of(frontend *f, CXCursor field);
bool evaluate(CXCursor c, int64_t *out);
bool enum_is_covered(CXType t, const ir_case *cases, int ncases); /* t is an enum, and each constant has a case */
char *decode_string(arena *a, const char *spelling);

/* callees.c */
callee *callee_of(frontend *f, CXCursor fn);
callee *function_of(frontend *f, node *n); /* n is the name of a function, maybe cast */

/* init.c: initialiser lists, element by element */
typedef struct init_slot init_slot;
struct init_slot {
    const init_slot *outer; /* NULL for the object itself */
    CXCursor field;         /* null cursor for an array element */
    int64_t index;
    CXType type;
};
typedef void (*init_sink)(void *user, const init_slot *slot, node *value); /* NULL: zero */
void init_each(frontend *f, CXType type, node *list, bool with_zeros, init_sink sink, void *user);
bool is_aggregate(CXType t);

/* tables.c */
void read_table(frontend *f, CXType type, node *init);
bool note_slot_store(frontend *f, node *lhs, node *rhs); /* type->tp_new = f */
void note_address_taken(frontend *f, node *n);
const char *type_slot_name(const frontend *f, int64_t number); /* Py_tp_dealloc: "tp_dealloc"; NULL: none */

/* classes.c */
void note_table(frontend *f, CXCursor var, CXType type, node *init);
void finish_classes(frontend *f);

/* lower_cxx.c: methods, constructors, destructors, conversions */
bool is_cxx_function(enum CXCursorKind k);
bool is_cxx_instance_function(CXCursor fn); /* it has `this` */
const char *destructor_of(frontend *f, CXType t);

/* lower.c */
void lower_function(frontend *f, CXCursor fn);

/* cfg.c */
void cfg_simplify(arena *a, ir_fn *fn);

/* finish.c */
void finish_unit(frontend *f);

#endif
