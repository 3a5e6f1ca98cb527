/* What the lower_*.c files share: the function being built and its control flow. */
#ifndef REFWARDEN_LOWER_INT_H
#define REFWARDEN_LOWER_INT_H

#include "frontend_int.h"

typedef struct {
    int var;             /* in ir_fn.vars, -1 for a static or global */
    const char *symbol;  /* static or global: its name in the IR */
    bool is_reference;   /* C++: the variable holds an address */
} variable;

typedef struct cleanup cleanup;
struct cleanup { /* __attribute__((cleanup(f))) */
    const char *function;
    int var;
    cleanup *earlier;
};

typedef struct scope scope;
struct scope {
    const node *block;
    cleanup *cleanups;   /* newest first */
    scope *outer;
};

typedef struct switch_state switch_state;
struct switch_state {
    ir_case *cases;
    int ncases, cap;
    int default_block;   /* -1: none seen */
    switch_state *outer;
};

typedef struct flow flow;
struct flow {            /* where break and continue go */
    int on_break, on_continue; /* -1: belongs to an outer one */
    scope *scope;
    flow *outer;
};

struct lowering {
    frontend *f;
    ir_fn *fn;
    int block;           /* events are appended here */
    ptr_map vars;        /* declaration -> variable */
    ptr_map labels;      /* label statement -> block + 1 */
    ptr_map label_nodes; /* label statement -> node */
    scope *scope;
    flow *flow;
    switch_state *in_switch;
    node **taken_labels; /* &&label, for computed goto */
    int ntaken, taken_cap;
    int self;            /* C++: the variable of `this`, -1 outside methods */
    int depth;
    bool is_partial;     /* something in it did not parse */
    bool has_error;      /* and an error says where */
    CXType ret;
};

/* A place, or a macro of Python's API that stands for one. */
typedef struct {
    ir_place place;
    const callee *macro;      /* NULL: place */
    ir_operand args[2];
    int nargs;
} lvalue;

/* lower_emit.c */
ir_operand op_var(int var);
ir_operand op_num(int64_t num);
ir_operand op_text(ir_operand_kind kind, const char *text);
ir_operand op_unknown(void);
ir_event *emit(lowering *l, ir_event_kind kind, ir_loc loc);
int new_temp(lowering *l, const type_info *type, ir_loc loc);
ir_operand emit_value(lowering *l, ir_event_kind kind, const type_info *type, ir_operand a,
                      ir_operand b, ir_loc loc);
void emit_set(lowering *l, int var, ir_operand a, ir_loc loc);
void emit_jump(lowering *l, int block, ir_loc loc);
void emit_branch(lowering *l, ir_operand a, int yes, int no, ir_loc loc);
void emit_unreachable(lowering *l, ir_loc loc);
ir_operand emit_call(lowering *l, const char *name, ir_operand *args, int nargs,
                     const type_info *ret, ir_loc loc);
int new_block(lowering *l);
void start(lowering *l, int block); /* jump there from the current block and go on in it */
ir_loc loc_of_node(lowering *l, const node *n);
const type_info *int_type(void);
const type_info *pointer_type(void);

/* lower_place.c */
ir_operand this_pointer(lowering *l);
lvalue lvalue_of(lowering *l, node *n);
lvalue place_lvalue(ir_place p);
ir_operand load(lowering *l, const lvalue *v, const type_info *type, ir_loc loc);
void store(lowering *l, const lvalue *v, ir_operand a, ir_loc loc);
ir_operand address_of(lowering *l, const lvalue *v, ir_loc loc);
void take_address(lowering *l, const lvalue *v); /* the address leaves the expression */
variable *variable_of(lowering *l, CXCursor decl);
void copy_aggregate(lowering *l, ir_operand to, ir_operand from, CXType t, ir_loc loc);

/* lower_expr.c */
ir_operand value(lowering *l, node *n);
void effect(lowering *l, node *n); /* evaluated, result not used */
bool enter(lowering *l);           /* false: nested too deeply; pair with leave */
void leave(lowering *l);

/* lost.c: an expression that did not parse; what stands between two offsets if there is an error
 * between them */
lvalue lost_place(lowering *l, node *n);
void lost_statements(lowering *l, CXFile file, unsigned from, unsigned to);

/* lower_cond.c */
void condition(lowering *l, node *n, int yes, int no);
ir_operand truth_value(lowering *l, node *n);
ir_operand conditional(lowering *l, node *cond, node *yes, node *no, const type_info *type,
                       bool is_used, const node *at);

/* lower_passed.c: what is passed behind "...", NULL when the function has none */
const ir_passed *passed_arguments(lowering *l, const callee *c, node *first);

/* lower_call.c */
ir_operand call(lowering *l, node *n, bool is_used);
void bind_primitive(callee *c);

ir_operand call_argument(lowering *l, node *arg, const callee *c, int i); /* argument i of c */
ir_operand object_argument(lowering *l, node *object);                    /* `this`; NULL: our own */

/* lower_cxx.c */
bool is_construction(node *n);
void construct(lowering *l, node *n, ir_operand self);
ir_operand temporary_object(lowering *l, node *n); /* its address */
void member_initialisers(lowering *l, CXCursor fn);
ir_operand operator_call(lowering *l, node *n, bool is_used);
bool getter_call(lowering *l, node *n, ir_operand *out); /* false: it is an ordinary call */
bool reference_place(lowering *l, node *n, lvalue *out);
ir_operand new_expression(lowering *l, node *n);
ir_operand delete_expression(lowering *l, node *n);

/* lower_init.c */
void initialise(lowering *l, ir_operand base, CXType type, node *list, ir_loc loc);
ir_operand compound_literal(lowering *l, node *n);

/* lower_stmt.c */
void statement(lowering *l, node *n);
ir_operand statement_expression(lowering *l, node *n, bool is_used);
void run_cleanups(lowering *l, const scope *until, ir_loc loc);

/* lower_decl.c */
void declaration(lowering *l, node *n);
void declare_var(lowering *l, node *n);
void declare_element(lowering *l, node *n); /* of a container: its value is not known */

#endif
