/* Conditions as control flow: && || ! ?: and comma branch, comparisons become one br each. */
#include "lower_int.h"

#include <string.h>

static node *expected(lowering *l, node *n)
{
    const callee *c;

    if (kind_of(n) != CXCursor_CallExpr || n->nkids < 2)
        return NULL;
    c = function_of(l->f, n->first);
    return c && strcmp(c->name, "__builtin_expect") == 0 ? kid(n, 1) : NULL;
}

static node *both(lowering *l, node *n, int no)
{
    int second = new_block(l);

    condition(l, n->first, second, no);
    l->block = second;
    return n->last;
}

static node *either(lowering *l, node *n, int yes)
{
    int second = new_block(l);

    condition(l, n->first, yes, second);
    l->block = second;
    return n->last;
}

static node *choice(lowering *l, node *n, int yes, int no)
{
    int first = new_block(l), second = new_block(l);

    condition(l, kid(n, 0), first, second);
    l->block = first;
    condition(l, kid(n, 1), yes, no);
    l->block = second;
    return kid(n, 2);
}

/* Lowers what stands before the last test and returns that one, or NULL when n is it already. */
static node *narrow(lowering *l, node *n, int *yes, int *no)
{
    node *inner = expected(l, n);
    int swap = *yes;

    if (inner)
        return inner;
    if (unary_kind(n) == CXUnaryOperator_LNot) {
        *yes = *no;
        *no = swap;
        return n->first;
    }
    if (kind_of(n) == CXCursor_ConditionalOperator && n->nkids == 3)
        return choice(l, n, *yes, *no);
    if (n->nkids != 2)
        return NULL;
    if (binary_kind(n) == CXBinaryOperator_LAnd)
        return both(l, n, *no);
    if (binary_kind(n) == CXBinaryOperator_LOr)
        return either(l, n, *yes);
    if (binary_kind(n) == CXBinaryOperator_Comma) {
        effect(l, n->first);
        return n->last;
    }
    return NULL;
}

/* A condition that did not parse may have asked anything about the variables it names. */
static void lose_condition(lowering *l, const node *n)
{
    CXSourceRange extent = clang_getCursorExtent(n->c);
    CXFile file = NULL;
    unsigned from = 0, to = 0;

    clang_getExpansionLocation(clang_getRangeStart(extent), &file, NULL, NULL, &from);
    clang_getExpansionLocation(clang_getRangeEnd(extent), NULL, NULL, NULL, &to);
    lost_statements(l, file, from, to);
}

void condition(lowering *l, node *n, int yes, int no)
{
    node *inner;

    if (!enter(l)) {
        emit_branch(l, op_unknown(), yes, no, (ir_loc){0});
        return;
    }
    for (n = strip(n); (inner = narrow(l, n, &yes, &no)); n = strip(inner))
        ;
    inner = n;
    if (l->has_error)
        lose_condition(l, inner);
    emit_branch(l, value(l, inner), yes, no, loc_of_node(l, inner));
    leave(l);
}

ir_operand truth_value(lowering *l, node *n)
{
    ir_loc loc = loc_of_node(l, n);
    int t = new_temp(l, int_type(), loc);
    int yes = new_block(l), no = new_block(l), end = new_block(l);

    condition(l, n, yes, no);
    l->block = yes;
    emit_set(l, t, op_num(1), loc);
    emit_jump(l, end, loc);
    l->block = no;
    emit_set(l, t, op_num(0), loc);
    start(l, end);
    return op_var(t);
}

static void arm(lowering *l, node *n, int to)
{
    if (to < 0)
        effect(l, n);
    else
        emit_set(l, to, value(l, n), loc_of_node(l, n));
}

ir_operand conditional(lowering *l, node *cond, node *yes, node *no, const type_info *type,
                       bool is_used, const node *at)
{
    ir_loc loc = loc_of_node(l, at);
    int t = is_used && type->type != IR_VOID ? new_temp(l, type, loc) : -1;
    int first = new_block(l), second = new_block(l), end = new_block(l);

    condition(l, cond, first, second);
    l->block = first;
    arm(l, yes, t);
    emit_jump(l, end, loc);
    l->block = second;
    arm(l, no, t);
    start(l, end);
    return t < 0 ? op_num(0) : op_var(t);
}
