/* What did not parse. libclang drops statements without a trace; what is left of them is a gap
 * between two statements of a block with an error in it.
 *
 * Such a gap may have done anything to the variables that its text names: they are handed to an
 * unknown call, so that nothing is claimed about what they hold. A lost return still returns.
 */
#include "lower_int.h"

#include <ctype.h>
#include <string.h>

enum { MOST_VARIABLES = 16 };

typedef struct {
    const source_file *file;
    unsigned at, end; /* offsets of what is left to read */
} gap;

static bool has_error_between(const frontend *f, CXFile file, unsigned from, unsigned to)
{
    for (int i = 0; i < f->nerrors; i++)
        if (clang_File_isEqual(f->errors[i].file, file) && f->errors[i].offset >= from &&
            f->errors[i].offset < to)
            return true;
    return false;
}

/* ---- the words of a gap */

static void skip_one(gap *g)
{
    const char *text = g->file->text;
    char c = text[g->at];
    unsigned i = g->at + 1;

    if (c == '"' || c == '\'') {
        while (i < g->end && text[i] != c)
            i += text[i] == '\\' ? 2 : 1;
        i++;
    } else if (c == '/' && i < g->end && text[i] == '*') {
        while (i + 1 < g->end && !(text[i] == '*' && text[i + 1] == '/'))
            i++;
        i += 2;
    } else if (c == '/' && i < g->end && text[i] == '/') {
        while (i < g->end && text[i] != '\n')
            i++;
    }
    g->at = i < g->end ? i : g->end;
}

/* The length of the word that begins at g->at, 0 at the end of the gap. */
static unsigned next_word(gap *g)
{
    unsigned n = 0;

    while (g->at < g->end && !is_word(g->file->text[g->at]))
        skip_one(g);
    while (g->at + n < g->end && is_word(g->file->text[g->at + n]))
        n++;
    return n;
}

static int variable_called(const lowering *l, const char *word, unsigned n)
{
    for (int i = 0; i < l->fn->nvars; i++) {
        const char *shown = l->fn->vars[i].shown;
        if (shown && strncmp(shown, word, n) == 0 && shown[n] == '\0')
            return i;
    }
    return -1;
}

/* ---- its effect */

static bool is_among(const ir_operand *args, int n, int var)
{
    while (n-- > 0)
        if (args[n].var == var)
            return true;
    return false;
}

static void lose_variables(lowering *l, gap g, ir_loc loc)
{
    ir_operand args[MOST_VARIABLES];
    int nargs = 0;
    unsigned n;

    for (; (n = next_word(&g)) > 0; g.at += n) {
        int var = variable_called(l, g.file->text + g.at, n);
        if (var < 0 || nargs == MOST_VARIABLES || is_among(args, nargs, var))
            continue;
        args[nargs] = op_var(var);
        args[nargs++].as_void = true;
    }
    if (nargs == 0)
        return;
    ir_event *e = emit(l, IR_CALL, loc);
    e->a = op_unknown();
    e->args = arena_alloc(l->f->a, sizeof *args * (size_t)nargs);
    memcpy(e->args, args, sizeof *args * (size_t)nargs);
    e->nargs = nargs;
}

/* One that stands alone, not behind an if. */
static bool begins_with_return(gap g)
{
    return next_word(&g) == 6 && strncmp(g.file->text + g.at, "return", 6) == 0;
}

/* An expression that did not parse is a place all the same, the same one for the same text: the
 * variable that it names, or a global whose name is that text. */
lvalue lost_place(lowering *l, node *n)
{
    char *text = spelled_text(l->f, n->c);
    int var = variable_called(l, text, (unsigned)strlen(text));

    for (node *k = n->first; k; k = k->next)
        effect(l, k);
    if (var >= 0)
        return place_lvalue((ir_place){.kind = IR_P_VAR, .base = op_var(var)});
    text = arena_printf(l->f->a, "?%s", text);
    return place_lvalue((ir_place){.kind = IR_P_GLOBAL, .base = op_text(IR_SYMBOL, text)});
}

static ir_loc loc_of_gap(lowering *l, gap g)
{
    source_place p;
    ir_loc loc = {0};

    next_word(&g);
    p = place_of(l->f, clang_getLocationForOffset(l->f->tu, g.file->file, g.at));
    loc.line = (int)p.line;
    loc.col = (int)p.col;
    return loc;
}

void lost_statements(lowering *l, CXFile file, unsigned from, unsigned to)
{
    gap g = {file_of(l->f, file), from, to};

    if (!g.file->text || to > g.file->len || !has_error_between(l->f, file, from, to))
        return;
    ir_loc loc = loc_of_gap(l, g);
    lose_variables(l, g, loc);
    if (begins_with_return(g)) {
        ir_event *e = emit(l, IR_RET, loc);
        if (type_of(l->f, l->ret)->type != IR_VOID)
            e->a = op_unknown();
        l->block = new_block(l);
    }
}
