/* engine internals: values, path states, outcomes, exploration.
 *
 * A path state is a handful of flat arrays, so that forking a path is copying memory and two
 * normalised states are equal when their bytes are. Symbols and objects are indices into the
 * state they belong to; `uid` names an object for the whole path and is what traces refer to.
 */
#ifndef REFWARDEN_ENGINE_INT_H
#define REFWARDEN_ENGINE_INT_H

#include "engine.h"
#include "format.h"
#include "ledger.h"
#include "slot.h"

/* ---- values */

typedef enum { V_UNDEF, V_CONST, V_SYM } value_kind;

typedef struct {
    uint32_t kind; /* value_kind */
    int32_t sym;   /* V_SYM */
    int64_t num;   /* V_CONST */
} value;

/* What a symbol may be, as a set of ranges of an integer; a pointer is null when only S_ZERO is
 * left and not null when S_ZERO is gone. */
enum { S_BELOW = 1, S_MINUS1 = 2, S_ZERO = 4, S_ONE = 8, S_ABOVE = 16, S_ANY = 31 };
#define S_NEGATIVE (S_BELOW | S_MINUS1)
#define S_NONZERO (S_ANY & ~S_ZERO)
#define S_POSITIVE (S_ONE | S_ABOVE)

typedef enum {
    SYM_PLAIN,
    SYM_EXPR,    /* a op b, the same symbol each time it is computed */
    SYM_ADDRESS, /* address of a place: local variable, or a member of what `a` points to */
    SYM_GLOBAL,  /* address of a global object or function: name */
} sym_kind;

typedef struct {
    uint8_t kind;  /* sym_kind */
    uint8_t signs; /* S_* set, never empty */
    uint8_t op;    /* SYM_EXPR: ir_event_kind; SYM_ADDRESS: ir_place_kind */
    uint8_t pad;
    int32_t obj;    /* object index or -1 */
    int32_t anchor; /* object that an interior pointer points into, or -1 */
    int32_t var;    /* SYM_ADDRESS of a local: its variable */
    value a, b;     /* SYM_EXPR operands; SYM_ADDRESS base and index */
    const char *name;   /* SYM_GLOBAL name, SYM_ADDRESS field; interned by the IR */
    const char *failed; /* a NULL or -1 that this call returned when it failed */
} sym;

enum { /* object flags */
    O_NAMED = 1,
    O_RETAINED = 2,  /* Py_INCREF here */
    O_FRESH = 4,
    O_STOLEN = 8,
    O_RELEASED = 16,
    O_PASSED = 32,   /* given to a function nobody described */
    O_ESCAPED = 64,  /* someone we do not follow may hold or release it */
    O_CONSUMED = 128,/* a parameter whose reference was released or given away */
    O_REPORTED = 256,
    O_ALLOWED = 512, /* one release is somebody's to do here: what a field or a global holds, what
                      * an undescribed function returned */
    O_TAKEN = 1024,  /* that one reference was given to a stealing call */
    O_MOVED = 4096,  /* the field or global it was read from holds something else now */
    O_BORN = 8192,   /* O_FRESH once: no other object of this path is the same */
    O_BELIEVED = 16384, /* new only as far as the unit believes (belief.c) */
    O_DEBT = 2048,   /* given away before it was owned: a later Py_INCREF may pay for it */
};

typedef struct {
    rm_account account;
    uint16_t origin; /* origin_kind */
    uint16_t flags;
    contract_kind kind; /* its type, as far as known */
    uint8_t asked;    /* contract_type that the code asked for */
    bool on_loan;     /* its lender may let go of it while it lives */
    int32_t uid;
    int32_t made_at;  /* event number that made or last acquired it */
    int32_t name_var; /* variable that shows its name, -1 */
    int32_t param;    /* parameter number, -1 */
    int32_t anchor;   /* object a borrowed reference lives in, -1 */
    int32_t copy_of;  /* object whose contents this one holds too, -1 */
    const char *made_by;
    const char *stolen_by;
    const char *lent_by; /* the function of this unit that returned it without a reference */
    const char *field;   /* ORIGIN_FIELD, ORIGIN_GLOBAL: its name */
    const char *pair;    /* no object but a buffer or memory (buffer.c): the call that gives it back */
    const char *added_by;/* the last call that was to put it into a module */
    int32_t added;       /* add_result */
    const char *ran;     /* the call since which its lender may have let go of it, NULL */
} object;

typedef struct {
    uint32_t kind; /* ir_place_kind: IR_P_GLOBAL, IR_P_FIELD, IR_P_DEREF, IR_P_INDEX */
    int32_t base;  /* symbol */
    const char *record, *field; /* field, or the name of the global */
    value index;
    value held;
    bool written;  /* stored by this function, not only read */
    bool was_read; /* before it was first written */
    const ir_event *by; /* the store */
} cell;

typedef struct {
    int32_t op; /* ir_event_kind of a comparison that is known to hold */
    value a, b;
} fact;

typedef struct trace {
    const struct trace *parent;
    ir_loc loc;
    uint8_t kind;      /* step_kind */
    bool memory;       /* a failure that only lack of memory explains */
    bool failure;
    int32_t uid;       /* object it is about, -1 */
    int16_t delta, owned;
    int32_t length, failures, memory_failures, misuses; /* of the path up to here */
    const char *text;  /* printed as "text" or "text name" */
    const char *name;
} trace;

typedef enum { EXC_IS_CLEAR, EXC_IS_SET, EXC_UNKNOWN } exc_state;
enum { FOUND_NOTHING = 1, FOUND_EXCEPTION };

typedef struct state {
    struct state *next;  /* in a worklist */
    value *vars;         /* fn->nvars */
    value *params;       /* the values parameters came in with */
    sym *syms;
    int nsyms, sym_cap;
    object *objs;
    int nobjs, obj_cap;
    cell *cells;
    int ncells, cell_cap;
    fact *facts;
    int nfacts, fact_cap;
    const trace *trace;
    int next_uid;
    uint8_t exc;         /* exc_state */
    bool stopped;        /* the path ended (crash, noreturn): explored no further */
    uint8_t failures;    /* calls that failed since the block began */
    bool exc_changed;    /* exc says more than what the caller left */
    const char *exc_by;  /* the call that set it; NULL: nobody knows */
    const ir_event *exc_at; /* the same; NULL when it failed, and is in the trace already */
    bool exc_doubted;    /* somebody unknown may have taken the exception that is set */
    uint8_t exc_found;   /* FOUND_*: what the caller left, asked before anything here could change it */
    bool exc_likely;     /* with EXC_UNKNOWN: a call returned the value that stands for one */
    bool let_go;         /* released what it does not know: what a variable of the caller held, perhaps */
    bool ran_code;       /* a call ran code that its arguments brought along */
    uint8_t locks;       /* critical sections that were entered */
    bool wrote_memory;   /* stored through a pointer that came from outside */
    bool has_marks;      /* filled.c: of some container something is known */
    bool has_buffers;    /* buffer.c: something was acquired */
    bool gave_back;      /* perhaps a buffer of the caller's */
    uint64_t large;      /* parameters (a bit each) that are no small number */
    int block;
} state;

/* ---- what a call does: one way it can end */

typedef enum {
    R_VALUE,     /* plain value with the given signs */
    R_NEW, R_BORROWED, R_ARG, R_NEW_ARG, R_INTERIOR, R_UNKNOWN_OBJECT,
    R_GLOBAL, R_NEW_GLOBAL, /* a global object such as Py_None, by name */
} result_kind;

typedef enum {
    E_NONE, E_BORROW, E_RETAIN, E_KEEP, E_STEAL,
    E_CONSUME, /* given to someone unknown */
    E_DROP,    /* taken over and released by the callee */
    E_ESCAPE,
    E_OUT_NEW, E_OUT_BORROWED, E_OUT_NULL, E_OUT_VALUE, E_OUT_INTERIOR,
    E_OUT_RETAIN, /* what the variable holds already gets one reference more */
    E_INOUT, E_INOUT_NULL,
    E_ACQUIRE, E_OUT_MEMORY, /* something that a certain call must give back */
    E_GIVE_BACK,
    E_FREE,
} arg_effect;

enum { OUTCOME_ARGS = 24, OUTCOMES_MAX = 10 };

enum { OPT_NO, OPT_EACH, OPT_TOGETHER }; /* passed; perhaps; perhaps, all or none */

typedef struct {
    uint8_t effect; /* arg_effect */
    uint8_t signs;  /* what the argument must be for this outcome; S_ANY = anything */
    bool null_ok;
    uint8_t optional; /* of a format, behind "|": OPT_* */
    bool is_large;  /* it must not be one of the small numbers that exist already */
    int8_t anchor;  /* E_OUT_BORROWED: argument, -1 */
    uint8_t kept_in; /* E_KEEP: number of a field of the summary, counted from 1; 0: not known */
} outcome_arg;

typedef struct {
    uint8_t result; /* result_kind */
    uint8_t signs;
    int8_t arg;     /* R_ARG, R_NEW_ARG: which; R_BORROWED, R_INTERIOR: anchor or -1 */
    bool lasting;   /* R_BORROWED, R_NEW: somebody else holds it for long */
    bool fresh;
    bool failure, memory_only;
    bool misuse;    /* fails only when called wrongly: using the result untested is no fault */
    bool returns;   /* false: noreturn */
    uint8_t exc;    /* exc_state afterwards, EXC_KEEP = as before */
    bool exc_doubted; /* EXC_IS_SET: not to be held against the caller */
    bool with_exc, without_exc; /* happens only if one is set at the call; only if none is */
    bool writes;    /* writes through its arguments */
    bool gives_back;/* perhaps a buffer that an argument leads to */
    const char *pair; /* E_ACQUIRE, E_OUT_MEMORY: the call that gives it back */
    bool born;      /* R_NEW: of a type of its own, so not None or another global object */
    contract_kind kind; /* R_NEW: its type, as far as known */
    bool copies;    /* R_NEW: holds what argument 0 holds */
    bool on_loan;   /* R_BORROWED, E_OUT_BORROWED: may die while the lender lives */
    bool believed;  /* R_NEW: as far as the unit believes */
    const char *global; /* R_GLOBAL, R_NEW_GLOBAL: interned by the engine */
    outcome_arg args[OUTCOME_ARGS];
    int nargs;
} outcome;
enum { EXC_KEEP = 9 };

extern const outcome outcome_never_returns;

enum { FIELD_READ = 1, FIELD_WRITTEN = 2, SUMMARY_FIELDS = 24 };

typedef struct {
    const char *record, *field;
    uint8_t uses; /* FIELD_*: here or in what is called */
} used_field;

typedef struct {
    bool known;
    bool uses_more;  /* fields than have room */
    used_field fields[SUMMARY_FIELDS];
    int nfields;
    outcome outcomes[OUTCOMES_MAX];
    int noutcomes;
    bool runs_code; /* whenever it succeeds */
    bool may_run_code; /* on some path, itself or through what it calls */
    bool succeeds;  /* some path does */
} summary;

/* ---- one function under exploration */

typedef struct {
    uint64_t *live_in;   /* words per block: variables live at its start */
    int words;
    int *first_event;    /* number of a block's first event */
    int *rpo;            /* order of blocks for the worklist */
    bool *is_join;
    int **dying;         /* per event number: temporaries that end there, -1 terminated */
    int nevents;
} flow;

enum { BELIEF_NEW = 1, BELIEF_BORROWED = 2 };

/* What is known of a function by its name; found once a name. */
typedef struct {
    const char *name;
    const contract *contract; /* NULL: no row */
    int fn;                   /* index in the unit, -1: no body here */
    int import;               /* index of the import, -1: it has a body here, or nobody is asked */
    uint8_t belief;           /* BELIEF_*: what the unit takes its result for */
    bool asks_type;           /* PyList_Check and the like: for `asked` */
    contract_kind asked;
} callee;

/* What is known at the end only: a report may depend on it. Parameters from 64 on are not followed. */
enum {
    IF_RETURNS_NEW = 1,    /* some path returns a new reference */
    IF_NEVER_GIVEN_UP = 2, /* no path gives the caller's reference up */
    IF_GIVEN_UP = 4,       /* success always gives it up, and so does another failure */
    IF_NOT_ALWAYS_TAKEN = 8, /* some path takes no reference of the parameter */
    IF_CALLERS_FAIL = 16,  /* no caller knows that the result is not its own */
    IF_FAILS_WITH_EXCEPTION = 32, /* some path returns a failure and sets an exception */
};

typedef struct {
    uint64_t given_up;        /* on some path */
    uint64_t given_up_failing;/* on some path that fails */
    uint64_t kept_succeeding; /* on some path that succeeds it stays the caller's */
    uint64_t unchecked;       /* handed on, on some path, where it must not be NULL */
    uint64_t not_taken;       /* some path ends without a reference for the caller */
} param_ways;

typedef struct pending_finding {
    finding f;
    moment_kind kind;
    int made_at;
    int rank;            /* smaller is better */
    int where;           /* event number */
    bool at_return;      /* lost there */
    unsigned conditions; /* IF_*: what the other paths of the function must do */
    const char *helper;  /* that lent the object */
    int param;           /* that the conditions are about, -1 */
    const char *record, *field; /* held back until all is known of the field; NULL */
    struct pending_finding *next;
} pending_finding;

/* What a helper lends on one path and gives on the others: told of the helper or of its callers, which
 * is known when all callers are. */
typedef struct {
    finding f;
    const char *helper;
    bool of_helper; /* the finding stands in the helper, else in a caller of it */
} deferred_finding;
enum { IMMORTAL_SINCE = 12, TYPE_HELD_SINCE = 8, TYPE_VISITED_SINCE = 9 }; /* Python 3.these */

typedef struct type_facts type_facts; /* types_int.h */

/* A function whose body is elsewhere. */
typedef struct {
    bool is_open;      /* it may still become known */
    const summary *sum; /* NULL: not known */
} import;

struct engine {
    rule_ctx rule;       /* first member: rules get a pointer to it */
    const engine_config *config;
    engine_result result;
    const ir_unit *unit;
    const char **names;  /* interned names of globals that summaries return */
    int nnames, name_cap;
    callee *callees;     /* hash table by name, a power of two */
    int ncallees, callee_room;
    summary *summaries;  /* one a function, same index */
    engine_link *links;  /* of imports */
    import *imports;     /* same index */
    int nimports;
    int *order, *rank;   /* callees before callers; a function's place in it */
    bool *is_done;       /* explored */
    const char **texts;  /* summaries for other units, made when asked for */
    arena *out;          /* findings */
    arena *scratch;      /* this function only */
    const ir_fn *fn;
    int fn_index;
    const slot *slot;      /* what the interpreter expects of it; NULL: it is not called by it */
    const callee *called;  /* the call that is being stepped; NULL: through a pointer that says nothing */
    flow *flow;
    const ir_event *event; /* being executed */
    int event_number;
    state *current;      /* for reports */
    int subject;         /* object index a moment is about, -1 */
    const rule *reporting; /* the rule that is being asked */
    pending_finding *found;
    deferred_finding *deferred; /* over the whole unit */
    int ndeferred, deferred_cap;
    bool returns_new;    /* seen on some path */
    bool fails_with_exception; /* the same */
    param_ways ways;     /* one bit a parameter */
    unsigned conditions; /* IF_*: of what is reported now */
    bool faulted;        /* some path ended in a fault */
    summary *sum;        /* being recorded */
    bool overflow;       /* more outcomes than a summary holds, or paths were cut */
    double deadline;     /* CPU seconds of the process when this function must be done */
    unsigned ticks;      /* events, to look at the clock now and then */
    const char *gave_up; /* why exploring stopped, NULL */
    bool knows_private;
    uint64_t private_args; /* arguments that nobody else has; only if knows_private */
    bool *in_use;        /* functions that run while their object is in use (replace.c); NULL: not asked yet */
    type_facts *types;   /* about fields and slots, over the whole unit */
    state *forks;        /* extra states made by the current event, to be run on from after it */
};

/* ---- flow.c */
flow *flow_compute(arena *a, const ir_fn *fn);
bool flow_is_live(const flow *f, int block, int var);

/* ---- state.c */
state *state_create(const ir_fn *fn);
state *state_fork(const ir_fn *fn, const state *s);
void state_free(state *s);
/* Forgets what is dead at the start of a block and renumbers the rest in a fixed order. */
void state_normalise(const ir_fn *fn, const flow *f, state *s, int block);
size_t state_size(const ir_fn *fn, const state *s); /* bytes */
uint64_t state_hash(const ir_fn *fn, const state *s, bool coarse);
value value_const(int64_t n);
value value_sym(int s);
bool value_same(value a, value b);
int state_add_sym(state *s, sym_kind kind, uint8_t signs);
int state_add_object(state *s, int sym, origin_kind origin, rm_account account);
cell *state_find_cell(state *s, ir_place_kind kind, int base, const char *field, value index);
cell *state_add_cell(state *s, ir_place_kind kind, int base, const char *record, const char *field,
                     value index, value held);
void state_drop_cell(state *s, int i);
int state_holders(const ir_fn *fn, const state *s, int obj); /* variables and cells */

/* ---- value.c: what is known of a value */
uint8_t value_signs(const state *s, value v);
bool value_is_null(const state *s, value v);
bool value_not_null(const state *s, value v);
int value_object(const state *s, value v); /* object index, -1 */
value value_operand(engine *e, state *s, const ir_operand *o);
value value_expr(state *s, ir_event_kind op, value a, value b);
value value_global(state *s, const char *name);
value value_address(state *s, ir_place_kind kind, value base, const char *field, value index, int var);
int value_truth(const state *s, value v);     /* 1, 0, or -1 when not known */
bool value_assume(state *s, value v, bool truth); /* false: cannot be on this path */
bool value_assume_signs(state *s, value v, uint8_t signs);
void value_assume_other(state *s, value v, value other); /* they are not the same object */
uint8_t signs_of(int64_t n);
value value_meant(const state *s, value v); /* the object that is known to be this global one */

/* ---- object.c: references, through the ledger, with trace and moments */
int object_make(engine *e, state *s, value v, origin_kind origin, rm_account account,
                const char *made_by);
void object_retain(engine *e, state *s, int obj);
void object_release(engine *e, state *s, int obj, const char *call, int arg);
void object_steal(engine *e, state *s, int obj, const char *call, int arg);
void object_consume(engine *e, state *s, int obj, const char *call, int arg);
void object_keep(engine *e, state *s, int obj, const char *call);
void object_use(engine *e, state *s, int obj, const char *call, int arg);
void object_escape(state *s, int obj);
void object_allow_release(state *s, int obj);  /* somebody's reference may be given up here */
void pointer_use(engine *e, state *s, value v, const char *call, int arg);
void object_check_lost(engine *e, state *s, int obj, lost_how how, const char *call);
void null_use(engine *e, state *s, value v, const char *call, int arg);
trace *trace_add(engine *e, state *s, step_kind kind, int obj, int delta, const char *text,
                 const char *name);
const trace *trace_last_loss(const trace *t, int uid); /* where it was given up, NULL */
void pending_fire(engine *e, state *s, rule_moment *m, const char *text); /* MOMENT_PENDING */
void moment_fire(engine *e, state *s, rule_moment *m, int obj);

/* ---- loan.c: borrowed references that may die while their lender lives */
bool loan_is_at_risk(engine *e, state *s, const ir_event *ev, int lender); /* what this call lends */
bool loan_brings_code(engine *e, state *s, const ir_event *ev); /* an argument may have code of its own */
void loan_note_code(engine *e, state *s, const ir_event *ev); /* after a call */
bool is_equal_to_global(const state *s, int obj);
void loan_check_use(engine *e, state *s, int obj, const char *call, int arg);
void loan_check_call(engine *e, state *s, const ir_event *ev, value result);

/* ---- replace.c */
void replace_check(engine *e, state *s, const cell *c, value new); /* before c is set */

/* ---- role.c: what the interpreter expects of the function */
const slot *role_slot(const engine *e, const ir_fn *fn);
bool role_passes_object(const engine *e, int param); /* never NULL */
bool role_is_called_so(const engine *e, const state *s); /* with these arguments */
bool role_owes_new(const engine *e);         /* the result must be a reference of its own */
bool role_owes_exception(const engine *e);   /* a failure must set one */
bool role_tells_failure(const engine *e);    /* success and failure differ by the result */
bool role_may_have_exception(const engine *e); /* one may be set at entry */

/* ---- intent.c: what annotations say */
const ir_decl *intent_decl(const engine *e, const callee *c); /* of a function with or without body; NULL: none */
bool intent_is_annotated(const ir_decl *decl);
int intent_outcomes(const ir_decl *decl, outcome *out); /* out[0] is that of an undescribed function */
bool intent_owns(const ir_fn *fn, int param);           /* the callers' reference is given to the function */
bool intent_owes_exception(const engine *e, const state *s, value returned);
void intent_correct(const ir_fn *fn, outcome *o);       /* what callers are told */

/* ---- callee.c */
void callee_prepare(engine *e);                  /* enters functions and imports of the unit */
callee *callee_find(engine *e, const char *name);
const callee *callee_find_slot(engine *e, const char *name); /* called as p->name(); NULL: not known */

const callee *callee_find_member(engine *e, const char *record, const char *field); /* NULL: no row */

/* ---- belief.c: fills callee.belief */
void beliefs_learn(engine *e);

/* ---- step.c, memory.c, call.c, format.c: one event */
void step_event(engine *e, state *s, const ir_event *ev);
void step_end_temporaries(engine *e, state *s, int event_number, const char *call);
value memory_load(engine *e, state *s, const ir_place *p, ir_type type);
void memory_store(engine *e, state *s, const ir_place *p, value v);
value memory_address(engine *e, state *s, const ir_place *p);
void memory_assign(engine *e, state *s, int var, value v);
bool memory_read_through(engine *e, state *s, value pointer, value *out); /* *pointer */
void memory_write_through(engine *e, state *s, value pointer, value v);
void memory_invalidate(engine *e, state *s, value base); /* someone may have written there */
void memory_forget_absent(state *s, value base);
bool cell_outlives(const state *s, const cell *c);
bool is_local_address(const state *s, int sym); /* of a variable, or inside one */
void step_call(engine *e, state *s, const ir_event *ev);
const summary *callee_summary(const engine *e, const callee *c); /* of its body, here or elsewhere; NULL */
int outcomes_of_contract(const engine *e, const contract *c, const ir_event *ev, outcome *out);
/* PyErr_Fetch and the like: the exception goes out through references, all of them NULL if there
 * was none. */
bool contract_fetches_exception(const contract *c);
int outcomes_of_fetch(const engine *e, const contract *c, const ir_event *ev, exc_state exc,
                      outcome *out);
/* PyErr_Occurred and the like: the result says whether there was an exception. */
int outcomes_of_query(const engine *e, const contract *c, const ir_event *ev, exc_state exc,
                      outcome *out);
bool call_may_run_code(const engine *e, const callee *c); /* also what nobody described */
int outcomes_of_unknown(const engine *e, const ir_event *ev, const ir_decl *decl, outcome *out);
outcome_arg outcome_arg_of(const contract_arg *a, bool failure);
/* Fills the effects on the arguments behind those of the row, as its format (argument `at`) says. */
void format_effects(const engine *e, const contract *c, const ir_event *ev, int at, bool failure,
                    outcome *out);

bool format_hands_on(const engine *e, const contract *c, const ir_event *ev); /* "O": the result is that object */

/* ---- buffer.c: what must be given back and is no reference; module_add.c; filled.c: slots of
 * containers that hold an item */
void buffer_acquire(engine *e, state *s, value view, const char *callee, const outcome *o, bool null_ok);
void buffer_give_back(engine *e, state *s, value view, const char *callee, int arg);
void buffer_forget(state *s, value pointer);  /* the callee perhaps gave back what it leads to */
void memory_acquire(engine *e, state *s, value to, const char *callee, const char *pair);
bool buffer_is_absent(const state *s, int obj); /* nothing was acquired on this path */
void module_add_note(engine *e, state *s, const ir_event *ev, bool failure);
void module_add_unchecked(engine *e, state *s, const ir_event *ev);
void slots_note_made(state *s, value made, value size); /* as many slots as size, all NULL */
void slots_note_release(state *s, int obj);
void slots_step(engine *e, state *s, const ir_event *ev); /* what the call does to slots */

/* ---- format_check.c: asked once a function, no path needed */
void formats_check(engine *e);

/* ---- exit.c, summary.c */
bool place_is_owning(const ir_unit *unit, const cell *c);
int object_edges(const state *s, int obj);    /* places that outlive the function and hold it */
int object_promised(const engine *e, const state *s, int obj); /* references owning places hold */
int object_moved_out(const state *s, int obj); /* 1: the place it was read from gave it up */
void exit_check(engine *e, state *s, const ir_event *ret);
/* `SET_ITEM(t, i, NULL)`: the function lends items to a container and takes them back. */
bool exit_is_debt(const engine *e, const object *o); /* given away unowned, and not taken back */
bool exit_takes_back(const engine *e, const char *macro);
void summary_record(engine *e, state *s, value returned);
void summary_open(engine *e); /* notes what needs no paths */
void summary_close(engine *e);

/* ---- summary_text.c: what reads back. Without names, arguments are numbers. */
void summary_print(const ir_fn *fn, const summary *sum, bool with_names, buf *out);
int summary_read(arena *a, const char *text, summary *out, status *st); /* -1: malformed */

/* ---- fields.c, types.c: rules about types and the collector */
void types_prepare(engine *e);
void fields_note_exit(engine *e, const state *s, value returned);
void types_check(engine *e, engine_result *out); /* after the last function */

/* ---- explore.c, found.c */
void explore_function(engine *e, const ir_fn *fn, engine_result *result);
place found_place(const engine *e, ir_loc loc);
void found_report(rule_ctx *c, const rule_moment *m, confidence conf, const char *fix,
                  const char *text);
void found_flush(engine *e, engine_result *result);
void found_close(engine *e, engine_result *result); /* when all functions are done */

#endif
