/* What the readers, the finders and the describer of the contract tables share.
 *
 * A text holds rows of one or more tables: functions, format units, slots. The line that names the
 * columns says which; without one they are functions. Every row begins with a contract, so the
 * columns that two tables share are read, and described, in one place.
 */
#ifndef REFWARDEN_CONTRACT_INT_H
#define REFWARDEN_CONTRACT_INT_H

#include "contract.h"
#include "format.h"
#include "slot.h"

/* ---- words: a sentence may hold '@', the operand stands there ("argument 1") */

typedef enum {
    OPERAND_NONE,
    OPERAND_ARG,    /* a number: N=0 */
    OPERAND_ANCHOR, /* a number or the word of an anchor: B<0, B<sys */
    OPERAND_PAREN,  /* in parentheses, a number or a word: live(0), null(slot), is(list) */
} contract_operand;

typedef struct {
    const char *word;
    int code;
    int detail; /* ret, args, effects and pre: contract_operand; fail: contract_exc */
    const char *sentence;
} contract_word; /* tables end with word NULL */

extern const contract_word contract_rets[], contract_fails[], contract_args[], contract_effects[],
    contract_pres[], contract_anchors[], slot_structs[], slot_duties[], format_kinds[];

/* The table's row for the code; NULL when there is none. */
const contract_word *contract_word_of(const contract_word *table, int code);

/* One item of the column `pre`: the table's row, and where the operand starts (NULL without one). */
const contract_word *contract_pre_word(const char *item, size_t n, const char **operand);

typedef struct {
    const char *word, *check; /* "list"; "PyList": PyList_Check asks for it */
    contract_type type, base; /* base: TYPE_UNKNOWN when it is no subtype of one listed here */
} contract_type_word;

extern const contract_type_word contract_types[]; /* ends with word NULL */

/* ---- text */

typedef struct {
    const char *text; /* not terminated */
    size_t len;
} piece;

typedef enum { ROW_FUNCTION, ROW_UNIT, ROW_SLOT, ROW_KINDS } row_kind;

typedef struct {
    contract **v; /* of the struct that the kind says, which begins with a contract */
    int n, cap;
} row_list;

typedef struct {
    const char **headers; /* ends of included paths, NULL-terminated */
    const char **macros;  /* NULL-terminated */
} pack;

typedef struct {
    arena *a;
    const char *file;
    const char *line_text;
    int line;
    const char *column; /* being read */
    status *st;
    row_kind kind;
    row_list rows[ROW_KINDS];
    struct { const char **v; int n, cap; } headers, macros; /* of the pack the file is, empty: none */
} reader;

bool piece_is(piece p, const char *word);
bool piece_starts(piece p, const char *word);
bool piece_cut_end(piece *p, const char *word);
piece piece_after(piece p, size_t n);
bool piece_next(piece *rest, char separator, piece *out); /* false when nothing is left */
int piece_number(piece p); /* small and decimal, -1 when it is none */
bool piece_is_identifier(piece p);
const contract_word *contract_find_word(const contract_word *table, piece p);

/* "file:line:column: 'at' fault; allowed: ..." */
int row_complain(const reader *r, piece at, const char *fault, const char *allowed);
int row_complain_word(const reader *r, piece at, const contract_word *table);

/* ---- columns that several tables have; c is the beginning of a row */

typedef struct {
    const char *name;
    int (*read)(reader *r, piece p, contract *c);
} column;

typedef struct {
    const column *columns;
    int count, least;
    size_t size; /* of a row */
    int (*check)(reader *r, contract *c); /* what no column can say alone; NULL */
} row_layout;

extern const row_layout function_layout, unit_layout, slot_layout;

int column_identifier(reader *r, piece p, contract *c); /* the name */
int column_versions(reader *r, piece p, contract *c);
int column_ret(reader *r, piece p, contract *c);
int column_fail(reader *r, piece p, contract *c);
int column_args(reader *r, piece p, contract *c);
int column_effects(reader *r, piece p, contract *c);
int column_pre(reader *r, piece p, contract *c);
int column_pair(reader *r, piece p, contract *c);
int column_note(reader *r, piece p, contract *c);
int column_measured(reader *r, piece p, contract *c);
int row_check_operands(reader *r, contract *c); /* arguments that are named exist */

/* A column of the row being read; text is NULL when the row ends before it. */
piece row_column(const reader *r, const char *name);

int row_read_all(reader *r, const char *text);

/* ---- the table */

typedef struct {
    contract *row;
    int order; /* of reading */
    int pack;  /* index, -1: always there */
} entry;

typedef struct {
    entry *v; /* sorted by name, since, until; no two alike */
    int n, cap;
} entry_list;

enum { PACKS_MAX = 64 };

struct contract_table {
    arena *a;
    entry_list lists[ROW_KINDS];
    int nread;
    pack *packs;
    int npacks, pack_cap;
    uint64_t loaded; /* bit set of packs */
};

/* The best row of that name for Python 3.minor; NULL. */
const contract *row_find(const contract_table *t, row_kind kind, const char *name, int minor);

#endif
