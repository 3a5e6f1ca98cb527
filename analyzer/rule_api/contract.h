/* contract: what one C API function does to its arguments' and result's references.
 *
 * One text format (tab-separated, one row a function and version range; the columns and words are
 * in rules/contracts/README.md), one reader, for built-in and project files alike. The same struct
 * describes built-in rows and nothing else: summaries of project functions are outcomes (engine).
 */
#ifndef REFWARDEN_CONTRACT_H
#define REFWARDEN_CONTRACT_H

#include "base.h"

typedef enum {
    RET_VOID,        /* V */
    RET_VALUE,       /* S: plain value, says nothing about success */
    RET_STATUS,      /* I: 0 on success (not 0 when `fail` is 0!) */
    RET_TRI,         /* tri: 1, 0, -1 */
    RET_ENUM,        /* enum */
    RET_NEW,         /* N */
    RET_NEW_ARG,     /* N=k: a new reference to argument k itself */
    RET_NEW_OR_ARG,  /* N|N=k: a new object, or a new reference to argument k */
    RET_BORROWED,    /* B<anchor */
    RET_ARG,         /* A k: argument k itself, count unchanged */
    RET_INTERIOR,    /* P<anchor: a plain pointer into an object */
    RET_POINTER,     /* P: a plain pointer */
    RET_NULL,        /* always: returns NULL, always */
} contract_ret;

/* What keeps a borrowed or interior result alive. */
typedef enum {
    ANCHOR_NONE,   /* nothing: retain it at once */
    ANCHOR_ARG,    /* argument `anchor_arg` */
    ANCHOR_STATIC, /* lives as long as the process */
    ANCHOR_STATE,  /* thread, frame, sys, sys.modules, interpreter */
} contract_anchor;

typedef enum {
    FAIL_NEVER,
    FAIL_NULL,   /* returns NULL */
    FAIL_NEG,    /* returns -1 */
    FAIL_ZERO,   /* returns 0 */
    FAIL_INOUT,  /* *argument 0 becomes NULL */
    FAIL_OTHER,  /* a word of an enum: not followed */
} contract_fail;

typedef enum {
    EXC_SET,     /* ! : an exception is set on failure */
    EXC_NONE,    /* - : never one */
    EXC_MAYBE,   /* ? : the caller must ask PyErr_Occurred */
    EXC_SWALLOWED, /* NULL0: an error is swallowed */
} contract_exc;

typedef enum {
    ARG_VALUE,       /* i, fn: not an object */
    ARG_BORROW,      /* b */
    ARG_RETAIN,      /* b+: Py_INCREF itself */
    ARG_KEEP,        /* k: the callee stores a reference of its own when it succeeds */
    ARG_KEEP_MAYBE,  /* k* */
    ARG_STEAL,       /* s: also on failure */
    ARG_STEAL_OK,    /* s+: on success only */
    ARG_INOUT,       /* io: *arg is consumed and replaced; NULL on failure unless it never fails */
    ARG_INOUT_OK,    /* io!: *arg is consumed and replaced on success only */
    ARG_CLEAR,       /* io0: *arg is set to NULL, then the old value released */
    ARG_OUT_NEW,     /* on, on0: *arg receives a new reference (on0: NULL when it fails) */
    ARG_OUT_BORROWED,/* ob<k */
    ARG_OUT_INTERIOR,/* op<k: *arg receives a pointer into an object */
    ARG_OUT_MEMORY,  /* om: *arg receives memory that the caller frees; `pair` says how */
    ARG_OUT_CONVERTED, /* o&: what the converter before it writes */
    ARG_OUT_VALUE,   /* o.i, io.i: *arg receives a plain value */
    ARG_ACQUIRE,     /* acq: Py_buffer filled, must be released */
    ARG_RELEASE,     /* rel */
    ARG_CONSUME,     /* c: a handle, gone afterwards */
    ARG_CONSUME_OK,  /* c0!: gone on success only */
    ARG_FREE,        /* free: memory released */
    ARG_ARRAY,       /* b[]: array of borrowed references */
    ARG_FORMAT_IN,   /* fmt(in): format of Py_BuildValue and PyObject_Call* */
    ARG_FORMAT_OUT,  /* fmt(out): format of PyArg_Parse* */
    ARG_FORMAT_TEXT, /* fmt(text): format of PyErr_Format, PyUnicode_FromFormat: objects borrowed */
} contract_arg_code;

typedef struct {
    uint8_t code;      /* contract_arg_code */
    bool null_ok;      /* ? : NULL is allowed */
    bool null_on_fail; /* on0, acq0 */
    bool callback;     /* fn */
    int8_t anchor_arg; /* ob<k, op<k: argument that keeps it alive, -1 none */
} contract_arg;

enum { /* effects, a bit set */
    FX_SETS_EXC = 1 << 0,    /* X */
    FX_CLEARS_EXC = 1 << 1,  /* x */
    FX_ALLOCATES = 1 << 2,   /* M */
    FX_RUNS_CODE = 1 << 3,   /* R */
    FX_RUNS_ON_DROP = 1 << 4,/* R@drop */
    FX_SWITCHES = 1 << 5,    /* Y */
    FX_GC_ALLOC = 1 << 6,    /* G */
    FX_RESULT_TRACKED = 1 << 7,   /* T */
    FX_RESULT_UNTRACKED = 1 << 8, /* U */
    FX_TRACKS = 1 << 9,      /* T+ */
    FX_UNTRACKS = 1 << 10,   /* U- */
    FX_TYPE_REF = 1 << 11,   /* H */
    FX_ZEROED = 1 << 12,     /* Z */
    FX_EDGE = 1 << 13,       /* E0 */
    FX_NORETURN = 1 << 14,   /* noreturn */
    FX_FAILS_OTHERWISE = 1 << 15, /* F: runs no code but can fail for other reasons than memory */
    FX_FAILS_ON_MISUSE = 1 << 16, /* W: fails only for a wrong argument (type, index, NULL): callers
                                   * that know the argument need no check */
    FX_COPIES = 1 << 17,     /* C: the result holds what argument 0 holds */
    FX_TYPED = 1 << 18,      /* is(list): the result's type is known: contract.type */
    FX_HELD = 1 << 19,       /* held(sys.modules): the result has another owner that lasts */
    FX_FIELD = 1 << 20,      /* field(ob_type): the result is a field of argument 0 */
    FX_SLOTS = 1 << 27,      /* slots: the result's slots are NULL until they are filled */
    FX_SIZE = 1 << 28,       /* size: the result is not negative */
    FX_ASKS = 1 << 21,       /* Q: succeeds exactly when an exception is set */
    FX_CALLS_BACK = 1 << 22, /* R!: runs code that its arguments bring along; goes with FX_RUNS_CODE */
    FX_LOAN = 1 << 23,       /* loan: what it lends may die while its lender lives */
    FX_STRONG = 1 << 24,     /* strong(PyList_GetItemRef): contract.strong gives a new reference instead */
    FX_LOCKS = 1 << 25,      /* L+: keeps other threads away from its arguments */
    FX_UNLOCKS = 1 << 26,    /* L- */
};

typedef enum { /* types that the words of is() name */
    TYPE_UNKNOWN,
    TYPE_BOOL, TYPE_BYTEARRAY, TYPE_BYTES, TYPE_CAPSULE, TYPE_COMPLEX, TYPE_DICT, TYPE_FLOAT,
    TYPE_FROZENSET, TYPE_INT, TYPE_LIST, TYPE_MEMORYVIEW, TYPE_MODULE, TYPE_SET, TYPE_SLICE,
    TYPE_STR, TYPE_TUPLE, TYPE_TYPE, TYPE_WEAKREF,
} contract_type;

/* What is known of an object's type, or asked about it. */
typedef struct {
    uint8_t type; /* contract_type */
    bool exact;   /* false: it may be a subtype */
} contract_kind;

enum { PRE_COMPARE = 1, PRE_NO_EXCEPTION, PRE_PRIVATE, PRE_CLASS, PRE_ABSENT };

enum { CONTRACT_MAX_ARGS = 18 };

typedef struct {
    const char *name;
    int since, until;     /* minor Python versions (3.x), inclusive; 0 and 99 when open */
    bool deprecated;
    contract_ret ret;
    int ret_arg;          /* RET_NEW_ARG, RET_NEW_OR_ARG, RET_ARG: argument number */
    contract_anchor anchor;
    int anchor_arg;
    const char *anchor_name; /* "thread", "sys", ... for ANCHOR_STATE; else NULL */
    contract_fail fail;
    contract_exc exc;
    contract_arg args[CONTRACT_MAX_ARGS];
    int nargs;
    bool variadic;        /* further arguments: as the format says if there is one, else the
                           * last code repeats */
    unsigned effects;     /* FX_* */
    contract_kind kind;   /* FX_TYPED: of the result */
    const char *holder;   /* FX_HELD: the word of an anchor */
    const char *field;    /* FX_FIELD: its name */
    const char *strong;   /* FX_STRONG: the function that returns a new reference */
    const char *pre, *pair, *note; /* as written, NULL when empty */
    bool measured;        /* proven by running it on CPython */
    uint8_t table;        /* which table the row belongs to; see contract_column */
    const char *text;     /* the row as written */
    const char *file;     /* where it stands */
    int line;
} contract;

typedef struct contract_table contract_table;

contract_table *contract_table_create(arena *a); /* lives in a */

/* Adds every row of text. A malformed row is an error that names file, line, column and the words
 * that are allowed there; nothing of the text is added then. A later row replaces an earlier one
 * of the same name and version range; where ranges overlap the later row is found first. */
int contract_table_read(contract_table *t, const char *file, const char *text, status *st);

/* The built-in rows (embedded at build from rules/contracts). */
int contract_table_read_builtin(contract_table *t, status *st);

/* What a source file includes and defines: files that name a header or a macro (see README.md of
 * rules/contracts) count only where it is there. */
typedef struct {
    const char *const *includes; /* paths, direct or not */
    int nincludes;
    const char *const *macros;   /* names that the file itself defines */
    int nmacros;
} contract_unit;

/* The same rows without those of packs that the unit does not need; shares them with t, lives in
 * a. A table as it was read has all of them. */
const contract_table *contract_table_select(arena *a, const contract_table *t,
                                            const contract_unit *unit);

/* True when memory is the only thing such a call can lack: FX_ALLOCATES without FX_RUNS_CODE and
 * FX_FAILS_OTHERWISE. */
bool contract_fails_only_for_memory(const contract *c);

/* True for calls that leave an exception behind always: FX_SETS_EXC on a function that never fails
 * (PyErr_SetString) or that returns NULL always (PyErr_Format). */
bool contract_always_sets_exception(const contract *c);

/* Whether `pre` says this word (PRE_COMPARE, ...) of the argument; -1 for a word without one. */
bool contract_has_condition(const contract *c, int pre, int arg);

/* The row for a function under Python 3.minor; NULL when there is none of that name. When no row
 * covers that version the nearest one counts: whoever calls it there has a backport with the same
 * contract. Also finds the names that headers substitute: _PyArg_ParseTuple_SizeT is
 * PyArg_ParseTuple. */
const contract *contract_find(const contract_table *t, const char *name, int minor);

/* Whether the function asks for a type (PyList_Check, PyList_CheckExact), and for which. */
bool contract_asks_type(const char *name, contract_kind *asked);

/* 1 or 0 when what is known of an object answers the question, else -1. */
int contract_type_answer(contract_kind known, contract_kind asked);

/* "list": the word for a type in is(), and back; NULL and TYPE_UNKNOWN when there is none. */
const char *contract_type_word_of(contract_type type);
contract_type contract_type_named(const char *word, size_t n);

int contract_count(const contract_table *t);
const contract *contract_at(const contract_table *t, int i); /* sorted by name, then version */

/* Column k of the row as written, with its name; false behind the last column of its table. An
 * empty column has length 0. */
bool contract_column(const contract *c, int k, const char **name, const char **text, size_t *len);

/* The row in words, several lines, for `refwarden contracts NAME`. */
void contract_describe(const contract *c, buf *out);

#endif
