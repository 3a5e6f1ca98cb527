/* Statements.
 *
 * libclang leaves out the absent parts of a for loop, so which child is which is read off the
 * source: the two semicolons between its parentheses.
 */
#include "lower_int.h"

#include <string.h>

/* ---- scopes and cleanups */

static void run_cleanup(lowering *l, const cleanup *c, ir_loc loc)
{
    lvalue v = place_lvalue((ir_place){.kind = IR_P_VAR, .base = op_var(c->var)});
    ir_operand *args = arena_alloc(l->f->a, sizeof *args);

    args[0] = address_of(l, &v, loc);
    emit_call(l, c->function, args, 1, NULL, loc);
}

void run_cleanups(lowering *l, const scope *until, ir_loc loc)
{
    for (const scope *s = l->scope; s && s != until; s = s->outer)
        for (const cleanup *c = s->cleanups; c; c = c->earlier)
            run_cleanup(l, c, loc);
}

static bool has_cleanups(const lowering *l)
{
    for (const scope *s = l->scope; s; s = s->outer)
        if (s->cleanups)
            return true;
    return false;
}

static void open_scope(lowering *l, scope *s, const node *block)
{
    *s = (scope){.block = block, .outer = l->scope};
    l->scope = s;
}

/* At the closing brace. */
static void close_scope(lowering *l)
{
    ir_loc loc = {0};

    if (l->scope->cleanups) {
        loc = loc_of_node(l, l->scope->block);
        loc.line = loc.end_line;
        loc.col = loc.end_col;
    }
    run_cleanups(l, l->scope->outer, loc);
    l->scope = l->scope->outer;
}

static unsigned offset_at(CXSourceLocation at, CXFile *file)
{
    unsigned offset = 0;

    clang_getExpansionLocation(at, file, NULL, NULL, &offset);
    return offset;
}

/* A block of a function in which something did not parse: what stood between its statements? */
static void compound_with_gaps(lowering *l, node *n)
{
    CXSourceRange extent = clang_getCursorExtent(n->c);
    CXFile file = NULL;
    unsigned at = offset_at(clang_getRangeStart(extent), &file) + 1;

    for (node *k = n->first; k; k = k->next) {
        CXSourceRange inner = clang_getCursorExtent(k->c);
        lost_statements(l, file, at, offset_at(clang_getRangeStart(inner), NULL));
        statement(l, k);
        at = offset_at(clang_getRangeEnd(inner), NULL);
    }
    lost_statements(l, file, at, offset_at(clang_getRangeEnd(extent), NULL));
}

static void compound(lowering *l, node *n)
{
    scope s;

    open_scope(l, &s, n);
    if (l->has_error)
        compound_with_gaps(l, n);
    else
        for (node *k = n->first; k; k = k->next)
            statement(l, k);
    close_scope(l);
}

ir_operand statement_expression(lowering *l, node *n, bool is_used)
{
    node *body = n->first;
    ir_operand v = op_num(0);
    scope s;

    if (!body)
        return op_unknown();
    open_scope(l, &s, body);
    for (node *k = body->first; k; k = k->next) {
        if (!k->next && is_used && clang_isExpression(kind_of(k)))
            v = value(l, k);
        else
            statement(l, k);
    }
    close_scope(l);
    return v;
}

/* ---- leaving */

static void return_statement(lowering *l, node *n)
{
    ir_loc loc = loc_of_node(l, n);
    const type_info *type = type_of(l->f, l->ret);
    bool has_value = n->first && type->type != IR_VOID;
    ir_operand v = {0};

    if (has_value)
        v = value(l, n->first);
    else if (n->first)
        effect(l, n->first);
    if (has_value && v.kind == IR_VAR && has_cleanups(l))
        v = emit_value(l, IR_SET, type, v, (ir_operand){0}, loc);
    run_cleanups(l, NULL, loc);
    emit(l, IR_RET, loc)->a = v;
    l->block = new_block(l);
}

static void leave_flow(lowering *l, node *n, bool is_break)
{
    ir_loc loc = loc_of_node(l, n);

    for (flow *f = l->flow; f; f = f->outer) {
        int to = is_break ? f->on_break : f->on_continue;

        if (to < 0)
            continue;
        run_cleanups(l, f->scope, loc);
        emit_jump(l, to, loc);
        return;
    }
    l->is_partial = true;
}

static void break_statement(lowering *l, node *n)
{
    leave_flow(l, n, true);
}

static void continue_statement(lowering *l, node *n)
{
    leave_flow(l, n, false);
}

/* ---- labels */

static int label_block(lowering *l, const void *statement)
{
    intptr_t block = (intptr_t)map_get(&l->labels, statement);

    if (!block) {
        block = new_block(l) + 1;
        map_put(l->f->scratch, &l->labels, statement, (void *)block);
    }
    return (int)block - 1;
}

static const void *label_key(CXCursor label)
{
    return label.data[1];
}

static bool is_inside(const node *n, const node *block)
{
    while (n && n != block)
        n = n->parent;
    return n != NULL;
}

/* Cleanups of the scopes that the jump leaves. */
static void leave_scopes(lowering *l, const void *label, ir_loc loc)
{
    const node *target = map_get(&l->label_nodes, label);
    const scope *s = l->scope;

    while (s && target && !is_inside(target, s->block))
        s = s->outer;
    run_cleanups(l, target ? s : l->scope, loc);
}

static void goto_statement(lowering *l, node *n)
{
    const void *label;

    if (!n->first) {
        l->is_partial = true;
        return;
    }
    label = label_key(clang_getCursorReferenced(n->first->c));
    leave_scopes(l, label, loc_of_node(l, n));
    emit_jump(l, label_block(l, label), loc_of_node(l, n));
}

static void label_statement(lowering *l, node *n)
{
    start(l, label_block(l, label_key(n->c)));
    if (n->first)
        statement(l, n->first);
}

/* goto *p reaches every label whose address is taken. */
static void computed_goto(lowering *l, node *n)
{
    ir_event *e;
    ir_operand v = n->first ? value(l, n->first) : op_unknown();

    if (l->ntaken == 0) {
        emit_unreachable(l, loc_of_node(l, n));
        return;
    }
    e = emit(l, IR_SWITCH, loc_of_node(l, n));
    e->a = v.kind == IR_VAR ? v : op_unknown();
    e->cases = arena_alloc(l->f->a, (size_t)l->ntaken * sizeof *e->cases);
    for (int i = 0; i < l->ntaken; i++) {
        const node *ref = l->taken_labels[i]->first;
        int block = label_block(l, label_key(clang_getCursorReferenced(ref->c)));

        e->cases[e->ncases++] = (ir_case){i, i, block};
    }
    e->target[0] = e->cases[0].block;
    l->block = new_block(l);
}

/* ---- if and loops */

/* C++: `if (init; cond)` and `if (T x = ...)` put declarations before the condition. */
static node *declarations_first(lowering *l, node *n)
{
    node *k = n->first;

    for (; k && k->next; k = k->next) {
        if (kind_of(k) == CXCursor_DeclStmt)
            declaration(l, k);
        else if (kind_of(k) == CXCursor_VarDecl)
            declare_var(l, k);
        else
            break;
    }
    return k;
}

static void if_statement(lowering *l, node *n)
{
    int end = new_block(l);

    while (n) {
        int yes = new_block(l), no = new_block(l);
        node *cond = declarations_first(l, n);
        node *then = cond ? cond->next : NULL, *otherwise = then ? then->next : NULL;

        if (!then) {
            l->is_partial = true;
            break;
        }
        condition(l, cond, yes, no);
        l->block = yes;
        statement(l, then);
        emit_jump(l, end, (ir_loc){0});
        l->block = no;
        n = otherwise && kind_of(otherwise) == CXCursor_IfStmt ? otherwise : NULL;
        if (otherwise && !n)
            statement(l, otherwise);
    }
    start(l, end);
}

static void body_in(lowering *l, node *body, int on_break, int on_continue)
{
    flow f = {on_break, on_continue, l->scope, l->flow};

    l->flow = &f;
    statement(l, body);
    l->flow = f.outer;
}

static void while_statement(lowering *l, node *n)
{
    int head = new_block(l), body = new_block(l), end = new_block(l);
    node *cond;

    start(l, head);
    cond = declarations_first(l, n);
    if (!cond || !cond->next) {
        l->is_partial = true;
        return;
    }
    condition(l, cond, body, end);
    l->block = body;
    body_in(l, cond->next, end, head);
    emit_jump(l, head, loc_of_node(l, n));
    l->block = end;
}

/* for (element : container) body: any number of elements, of which nothing is known. */
static void range_for_statement(lowering *l, node *n)
{
    int head, body, end;
    ir_loc loc = loc_of_node(l, n);

    if (n->nkids != 3 || kind_of(n->first) != CXCursor_VarDecl) {
        l->is_partial = true;
        return;
    }
    lvalue_of(l, strip(kid(n, 1)));
    head = new_block(l);
    body = new_block(l);
    end = new_block(l);
    start(l, head);
    emit_branch(l, op_unknown(), body, end, loc);
    l->block = body;
    declare_element(l, n->first);
    body_in(l, n->last, end, head);
    emit_jump(l, head, loc);
    l->block = end;
}

static void do_statement(lowering *l, node *n)
{
    int body = new_block(l), test = new_block(l), end = new_block(l);

    if (n->nkids < 2) {
        l->is_partial = true;
        return;
    }
    start(l, body);
    body_in(l, n->first, end, test);
    start(l, test);
    condition(l, n->last, body, end);
    l->block = end;
}

typedef struct {
    node *init, *cond, *step, *body;
} for_parts;

static void guess_part(for_parts *p, node *k)
{
    enum CXBinaryOperatorKind b = binary_kind(k);
    bool is_step = unary_kind(k) >= CXUnaryOperator_PostInc &&
                   unary_kind(k) <= CXUnaryOperator_PreDec;

    if (kind_of(k) == CXCursor_DeclStmt || b == CXBinaryOperator_Assign)
        p->init = k;
    else if (is_step || kind_of(k) == CXCursor_CompoundAssignOperator)
        p->step = k;
    else
        p->cond = k;
}

static void place_part(for_parts *p, const for_layout *layout, unsigned offset, node *k)
{
    if (offset < layout->first)
        p->init = k;
    else if (offset < layout->second)
        p->cond = k;
    else
        p->step = k;
}

static for_parts split_for(lowering *l, node *n)
{
    for_parts p = {.body = n->last};
    for_layout layout;
    bool known = n->nkids < 4 && scan_for(l->f, n->c, &layout);

    if (n->nkids == 4) {
        p.init = kid(n, 0);
        p.cond = kid(n, 1);
        p.step = kid(n, 2);
        return p;
    }
    for (node *k = n->first; k && k != n->last; k = k->next) {
        if (known)
            place_part(&p, &layout, offset_of(l->f, k->c), k);
        else
            guess_part(&p, k);
    }
    return p;
}

static void for_statement(lowering *l, node *n)
{
    for_parts p = split_for(l, n);
    int head = new_block(l), body = new_block(l), step = new_block(l), end = new_block(l);

    if (!p.body)
        return;
    if (p.init)
        statement(l, p.init);
    start(l, head);
    if (p.cond)
        condition(l, p.cond, body, end);
    else
        emit_jump(l, body, loc_of_node(l, n));
    l->block = body;
    body_in(l, p.body, end, step);
    start(l, step);
    if (p.step)
        effect(l, p.step);
    emit_jump(l, head, loc_of_node(l, n));
    l->block = end;
}

/* ---- switch */

/* A switch over an enum that names each constant has no other way. */
static void switch_statement(lowering *l, node *n)
{
    node *cond = declarations_first(l, n);
    switch_state s = {.default_block = -1, .outer = l->in_switch};
    int end = new_block(l), dispatch;
    ir_operand v;
    ir_event *e;

    if (!cond || !cond->next) {
        l->is_partial = true;
        return;
    }
    v = value(l, cond);
    dispatch = l->block;
    l->block = new_block(l);
    l->in_switch = &s;
    body_in(l, cond->next, end, -1);
    l->in_switch = s.outer;
    if (s.default_block < 0 && enum_is_covered(clang_getCursorType(strip(cond)->c), s.cases, s.ncases)) {
        emit_jump(l, end, loc_of_node(l, n));
        s.default_block = l->block;
        emit_unreachable(l, loc_of_node(l, n));
    }
    start(l, end);
    e = ir_append(l->f->scratch, l->fn, dispatch, IR_SWITCH, loc_of_node(l, n));
    e->a = v;
    e->target[0] = s.default_block < 0 ? end : s.default_block;
    e->cases = s.cases;
    e->ncases = s.ncases;
}

static void add_case(lowering *l, node *n, int block)
{
    ir_case c = {.block = block};

    if (kind_of(n) == CXCursor_DefaultStmt) {
        l->in_switch->default_block = block;
        return;
    }
    if (!evaluate(n->first->c, &c.low)) {
        l->is_partial = true;
        return;
    }
    c.high = c.low;
    if (n->nkids > 2 && !evaluate(kid(n, 1)->c, &c.high))
        c.high = c.low;
    if (c.high < c.low)
        return;
    ARENA_PUSH(l->f->a, l->in_switch->cases, l->in_switch->ncases, l->in_switch->cap, c);
}

static bool is_case(const node *n)
{
    return n && (kind_of(n) == CXCursor_CaseStmt || kind_of(n) == CXCursor_DefaultStmt);
}

static void case_statement(lowering *l, node *n)
{
    int block = new_block(l);

    start(l, block);
    for (; is_case(n) && n->first && l->in_switch; n = n->last)
        add_case(l, n, block);
    if (n && !is_case(n))
        statement(l, n);
}

/* ---- the rest */

/* Operands may be written; which ones libclang does not tell. */
static void assembler(lowering *l, node *n)
{
    for (node *k = n->first; k; k = k->next) {
        lvalue v = lvalue_of(l, k);

        if (!v.macro)
            store(l, &v, op_unknown(), loc_of_node(l, n));
    }
}

static void empty(lowering *l, node *n)
{
    (void)l;
    (void)n;
}

/* __attribute__((fallthrough)); */
static void attributed(lowering *l, node *n)
{
    if (n->last && !clang_isAttribute(kind_of(n->last)))
        statement(l, n->last);
}

static void try_statement(lowering *l, node *n)
{
    l->is_partial = true;
    if (n->first)
        statement(l, n->first);
}

static void throw_expression(lowering *l, node *n)
{
    l->is_partial = true;
    emit_unreachable(l, loc_of_node(l, n));
}

static const struct {
    enum CXCursorKind kind;
    void (*lower)(lowering *, node *);
} statements[] = {
    {CXCursor_CompoundStmt, compound},
    {CXCursor_DeclStmt, declaration},
    {CXCursor_ReturnStmt, return_statement},
    {CXCursor_IfStmt, if_statement},
    {CXCursor_ForStmt, for_statement},
    {CXCursor_WhileStmt, while_statement},
    {CXCursor_DoStmt, do_statement},
    {CXCursor_SwitchStmt, switch_statement},
    {CXCursor_CaseStmt, case_statement},
    {CXCursor_DefaultStmt, case_statement},
    {CXCursor_BreakStmt, break_statement},
    {CXCursor_ContinueStmt, continue_statement},
    {CXCursor_GotoStmt, goto_statement},
    {CXCursor_LabelStmt, label_statement},
    {CXCursor_IndirectGotoStmt, computed_goto},
    {CXCursor_NullStmt, empty},
    {CXCursor_GCCAsmStmt, assembler},
    {CXCursor_UnexposedStmt, attributed},
    {CXCursor_CXXTryStmt, try_statement},
    {CXCursor_CXXThrowExpr, throw_expression},
    {CXCursor_CXXForRangeStmt, range_for_statement},
};

static void known_statement(lowering *l, node *n)
{
    enum CXCursorKind k = kind_of(n);

    for (size_t i = 0; i < sizeof statements / sizeof statements[0]; i++)
        if (statements[i].kind == k) {
            statements[i].lower(l, n);
            return;
        }
    if (clang_isExpression(k))
        effect(l, n);
    else if (!clang_isAttribute(k))
        l->is_partial = true;
}

void statement(lowering *l, node *n)
{
    if (!enter(l))
        return;
    known_statement(l, n);
    leave(l);
}
