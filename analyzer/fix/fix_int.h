/* What the parts of fix share; no other folder includes this. */
#ifndef REFWARDEN_FIX_INT_H
#define REFWARDEN_FIX_INT_H

#include "fix.h"

/* ---- tokens (scan.c) */

typedef enum {
    T_WORD,      /* a name, keyword or number */
    T_TEXT,      /* a string or character constant */
    T_MARK,      /* one character of punctuation */
    T_DIRECTIVE, /* a preprocessor line with what continues it */
} token_kind;

typedef struct {
    token_kind kind;
    size_t start, end;
    int open; /* the innermost bracket around it, -1: none */
    int pair; /* of a bracket: its other half, -1: none */
} token;

typedef struct {
    size_t start, end;
} span;

struct fix_source {
    arena *a;
    const char *text;
    size_t len;
    fix_target target;
    const char *newline; /* "\n" or "\r\n" */
    token *tokens;
    int n, cap;
    span *comments;
    int ncomments, comment_cap;
    size_t *lines; /* where each starts */
    int nlines, line_cap;
};

bool is_mark(const fix_source *s, int t, char mark);
bool is_the_word(const fix_source *s, int t, const char *word);
bool is_name(const fix_source *s, int t);
bool begins_with(const fix_source *s, int t, const char *start);
const char *token_text(const fix_source *s, int t);
const char *span_text(const fix_source *s, int first, int last); /* of tokens, both included, as written */
bool same_tokens(const fix_source *s, int x, int y, int n);
int token_at(const fix_source *s, const place *at); /* that starts there, -1: none */
size_t offset_at(const fix_source *s, int line, int column); /* SIZE_MAX: no such place */
size_t line_start(const fix_source *s, size_t offset);
size_t line_end(const fix_source *s, size_t offset); /* of its newline, or of the text */
const char *indent_of(const fix_source *s, size_t offset); /* of its line */
const char *indent_unit(const fix_source *s, const char *indent);
const span *comment_at(const fix_source *s, size_t offset); /* NULL: none */

/* ---- statements (statement.c) */

/* A function by its tokens. */
typedef struct {
    int name, params, body, end; /* name, "(", "{", "}" */
} function_tokens;

bool function_around(const fix_source *s, int t, function_tokens *out);
bool find_function(const fix_source *s, const char *name, function_tokens *out); /* its definition */
int parameter_name(const fix_source *s, const function_tokens *fn, int index); /* -1: none */
const char *result_type(const fix_source *s, const function_tokens *fn); /* of a plain type, else NULL */

extern const char *const leaving[]; /* words: return, goto and the like; ends with NULL */
bool is_one_of(const fix_source *s, int t, const char *const *words);
bool ends_label(const fix_source *s, int colon); /* or a case */
int matching(const fix_source *s, int t);        /* the closing bracket, or t */
int skip_statement(const fix_source *s, int t);  /* behind it, with its body and without its else */
int statement_start(const fix_source *s, int t);
int statement_end(const fix_source *s, int start); /* its ";", -1: it is none of the simple ones */
int next_statement(const fix_source *s, int start); /* in the same block: its start, or the "}" */
int word_before(const fix_source *s, int t); /* the token before that is no directive, -1 */
bool is_bare_body(const fix_source *s, int start); /* of an if, else or loop, without braces */
bool is_plain_place(const fix_source *s, int start); /* statements may be put before it */
bool follows_label(const fix_source *s, int start);
bool is_call_of(const fix_source *s, int start, const char *const *names); /* NAME(...); */

/* The first use of a variable in a function, which is where it is declared; -1. */
int declaration_of(const fix_source *s, const function_tokens *fn, const char *name);
bool is_variable(const fix_source *s, int t, const char *name); /* and no member of that name */
bool uses(const fix_source *s, int first, int last, const char *name);
bool is_declaration(const fix_source *s, int start);
const char *unused_name(const fix_source *s, const function_tokens *fn, const char *const *names);

/* ---- what holds at a place (holds.c) */

bool surely_set(const fix_source *s, const function_tokens *fn, const char *name, int where, int place);
bool surely_object(const fix_source *s, const function_tokens *fn, const char *name, int place);
/* Whether a way to the place comes by a release of what the variable still holds there. */
bool may_be_released(const fix_source *s, const function_tokens *fn, const char *name, int place);

/* What the variable holds at the place, which got a value at `where`, is not the same in every configuration. */
bool depends_on_macros(const fix_source *s, const char *name, int where, int place);
/* Where a release can stand that belongs before `place`: there, or before the lock is let go; -1: nowhere. */
int place_with_lock(const fix_source *s, const function_tokens *fn, int place);
/* Up to there only Python's own functions were called and nothing was stored: it can be left at once. */
bool has_begun_nothing(const fix_source *s, const function_tokens *fn, int place);

/* ---- edits (edit.c) */

typedef struct {
    const fix_source *s;
    const char *file;
    text_edit *edits;
    int n, cap;
    bool failed; /* nothing can be made of it */
} draft;

void draft_replace(draft *d, size_t start, size_t end, const char *text);
void draft_before(draft *d, int start, const char *statement); /* with braces where they are due */
void draft_after(draft *d, int end, const char *statement);    /* a ";" */
void draft_delete(draft *d, int start, int end); /* statement, with its line when nothing else is there */
/* Takes the place of a statement: several lines, ended by newlines but for the last. */
void draft_statement(draft *d, int start, int end, const char *const *lines, bool own_block);

/* ---- proposals: one function a rule or more (propose.c has the table) */

typedef struct {
    arena *a;
    const fix_source *s;
    const finding *f;
    function_tokens fn; /* of the finding; name -1: none */
    confidence least; /* below it a fix is unsafe */
    finding_fix *out;
    int n;
} proposal;

draft draft_begin(const proposal *p);
void propose(proposal *p, draft *d, fix_safety safety, const char *message);

void fix_leak(proposal *p);
void fix_buffer(proposal *p);
void fix_overwrite(proposal *p);
void fix_replaced(proposal *p);
void fix_borrowed_returned(proposal *p);
void fix_borrowed_stored(proposal *p);
void fix_not_owned(proposal *p);
void fix_strong(proposal *p);
void fix_unchecked(proposal *p);
void fix_not_visited(proposal *p);
void fix_not_cleared(proposal *p);
void fix_not_released(proposal *p);
void fix_type_not_visited(proposal *p);
void fix_type_not_released(proposal *p);
void fix_not_untracked(proposal *p);
void fix_comment(proposal *p);
void fix_module_add(proposal *p);

#endif
