/* One function: its tree, parameters, body, and what its text says about it. */
#include "lower_int.h"

#include <string.h>

static enum CXChildVisitResult find_body(CXCursor c, CXCursor parent, CXClientData data)
{
    enum CXCursorKind k = clang_getCursorKind(c);

    (void)parent;
    if (k != CXCursor_CompoundStmt && k != CXCursor_CXXTryStmt)
        return CXChildVisit_Continue;
    *(CXCursor *)data = c;
    return CXChildVisit_Break;
}

static void add_parameter(lowering *l, CXCursor c, int i)
{
    const type_info *written = type_of(l->f, clang_getCursorType(c));
    const type_info *type = written->decayed ? written->decayed : written;
    const char *name = cursor_text(l->f, c);
    variable *v = arena_alloc(l->f->scratch, sizeof *v);

    if (!*name)
        name = arena_printf(l->f->a, "arg%d", i);
    v->is_reference = type->is_reference;
    v->var = ir_add_var(l->f->a, l->fn, name, type->type, type->name, loc_of_decl(l->f, c));
    l->fn->vars[v->var].is_param = true;
    l->fn->nparams++;
    map_put(l->f->scratch, &l->vars, decl_key(c), v);
}

/* Labels are needed before they come: for computed goto and for the scopes a goto leaves. */
static void collect_labels(lowering *l, node *root)
{
    node *n = root;

    while (n) {
        if (kind_of(n) == CXCursor_LabelStmt)
            map_put(l->f->scratch, &l->label_nodes, n->c.data[1], n);
        if (kind_of(n) == CXCursor_AddrLabelExpr && n->first)
            ARENA_PUSH(l->f->scratch, l->taken_labels, l->ntaken, l->taken_cap, n);
        if (n->first) {
            n = n->first;
            continue;
        }
        while (n != root && !n->next)
            n = n->parent;
        n = n == root ? NULL : n->next;
    }
}

/* The closing brace. */
static ir_loc end_of(const ir_fn *fn)
{
    ir_loc loc = fn->loc;

    loc.line = loc.end_line;
    loc.col = loc.end_col;
    return loc;
}

static void fall_off_the_end(lowering *l)
{
    ir_event *e = emit(l, IR_RET, end_of(l->fn));

    if (type_of(l->f, l->ret)->type != IR_VOID)
        e->a = op_unknown();
}

static bool has_error(frontend *f, CXCursor fn)
{
    CXSourceRange extent = clang_getCursorExtent(fn);
    CXFile file = NULL;
    unsigned from = 0, to = 0;

    clang_getExpansionLocation(clang_getRangeStart(extent), &file, NULL, NULL, &from);
    clang_getExpansionLocation(clang_getRangeEnd(extent), NULL, NULL, NULL, &to);
    for (int i = 0; i < f->nerrors; i++)
        if (clang_File_isEqual(f->errors[i].file, file) && f->errors[i].offset >= from &&
            f->errors[i].offset <= to)
            return true;
    return false;
}

static ir_fn *new_fn(frontend *f, callee *c, CXCursor cursor)
{
    ir_fn *fn = arena_alloc(f->a, sizeof *fn);
    const type_info *ret = type_of(f, clang_getCursorResultType(cursor));

    fn->name = c->name;
    fn->loc = loc_of(f, cursor);
    fn->ret = ret->type;
    fn->ret_type_name = ret->name;
    fn->roles = c->roles;
    fn->steals = c->steals;
    c->fn = fn;
    ARENA_PUSH(f->a, f->unit->fns, f->unit->nfns, f->unit->fn_cap, fn);
    return fn;
}

static void add_this(lowering *l, CXCursor fn)
{
    CXCursor class = clang_getCursorSemanticParent(fn);
    const record_info *r = record_of(l->f, clang_getCursorType(class));

    l->self = ir_add_var(l->f->a, l->fn, "this", IR_PTR, r ? r->name : "", l->fn->loc);
    l->fn->vars[l->self].is_param = true;
    l->fn->nparams++;
}

static void *moved(arena *a, const void *old, size_t bytes)
{
    return memcpy(arena_alloc(a, bytes), old, bytes);
}

/* Blocks and events grow in scratch memory; what is left of them is what stays for as long as the unit. */
static void settle(arena *a, ir_fn *fn)
{
    fn->blocks = moved(a, fn->blocks, sizeof *fn->blocks * (size_t)fn->nblocks);
    fn->block_cap = fn->nblocks;
    for (int i = 0; i < fn->nblocks; i++) {
        ir_block *b = &fn->blocks[i];
        b->events = moved(a, b->events, sizeof *b->events * (size_t)b->nevents);
        b->cap = b->nevents;
    }
}

static void lower_body(lowering *l, CXCursor fn, CXCursor body)
{
    node *tree = tree_build(l->f->scratch, body, &l->is_partial);
    int n = clang_Cursor_getNumArguments(fn);

    if (is_cxx_instance_function(fn))
        add_this(l, fn);
    for (int i = 0; i < n; i++)
        add_parameter(l, clang_Cursor_getArgument(fn, (unsigned)i), i);
    collect_labels(l, tree);
    l->block = new_block(l);
    member_initialisers(l, fn);
    statement(l, tree);
    fall_off_the_end(l);
    cfg_simplify(l->f->scratch, l->fn);
    settle(l->f->a, l->fn);
}

void lower_function(frontend *f, CXCursor fn)
{
    lowering l = {.f = f, .self = -1, .ret = clang_getCursorResultType(fn)};
    callee *c = callee_of(f, fn);
    CXCursor body = clang_getNullCursor();

    clang_visitChildren(fn, find_body, &body);
    if (clang_Cursor_isNull(body) || c->fn)
        return;
    l.fn = new_fn(f, c, fn);
    l.has_error = has_error(f, fn);
    lower_body(&l, fn, body);
    if (l.is_partial || l.has_error) {
        l.fn->roles |= IR_R_PARTIAL;
        f->report->partial_functions++;
    }
    f->report->functions++;
    reset_scratch(f);
}
