/* Expressions: one row of a table per kind of cursor.
 *
 * value() gives an operand; a variable stands for itself, so what must keep its old value (x++) is
 * copied first. The value of a struct or array is its address.
 */
#include "lower_int.h"

#include <string.h>

enum { DEEPEST = 12000 };

bool enter(lowering *l)
{
    if (l->depth++ < DEEPEST)
        return true;
    l->is_partial = true;
    l->depth--;
    return false;
}

void leave(lowering *l)
{
    l->depth--;
}

/* ---- literals and names */

static ir_operand constant(lowering *l, node *n)
{
    int64_t v;

    (void)l;
    return evaluate(n->c, &v) ? op_num(v) : op_unknown();
}

static ir_operand null(lowering *l, node *n)
{
    (void)l;
    (void)n;
    return op_num(0);
}

static ir_operand string(lowering *l, node *n)
{
    return op_text(IR_STRING, decode_string(l->f->a, cursor_text(l->f, n->c)));
}

static ir_operand unknown(lowering *l, node *n)
{
    (void)l;
    (void)n;
    return op_unknown();
}

static ir_operand this(lowering *l, node *n)
{
    (void)n;
    return this_pointer(l);
}

static ir_operand not_understood(lowering *l, node *n)
{
    (void)n;
    l->is_partial = true;
    return op_unknown();
}

static ir_operand from_place(lowering *l, node *n)
{
    const type_info *type = type_of_node(l->f, n);
    lvalue v = lvalue_of(l, n);

    if (type->type == IR_AGGREGATE)
        take_address(l, &v);
    return load(l, &v, type, loc_of_node(l, n));
}

static ir_operand name(lowering *l, node *n)
{
    CXCursor decl = clang_getCursorReferenced(n->c);

    switch (clang_getCursorKind(decl)) {
    case CXCursor_EnumConstantDecl:
        return op_num(clang_getEnumConstantDeclValue(decl));
    case CXCursor_FunctionDecl:
    case CXCursor_CXXMethod:
        note_address_taken(l->f, n);
        return op_text(IR_SYMBOL, callee_of(l->f, decl)->name);
    case CXCursor_VarDecl:
    case CXCursor_ParmDecl:
        return from_place(l, n);
    default:
        return op_unknown();
    }
}

/* ---- assignment */

static ir_operand assign(lowering *l, node *n)
{
    CXType t = clang_getCursorType(n->first->c);
    ir_loc loc = loc_of_node(l, n);
    bool is_slot = note_slot_store(l->f, n->first, n->last);
    ir_operand right = is_slot ? op_text(IR_SYMBOL, function_of(l->f, n->last)->name)
                               : value(l, n->last);
    lvalue left = lvalue_of(l, n->first);

    if (type_of_node(l->f, n->first)->type == IR_AGGREGATE) {
        ir_operand to = address_of(l, &left, loc);

        copy_aggregate(l, to, right, t, loc);
        return to;
    }
    store(l, &left, right, loc);
    return !left.macro && left.place.kind == IR_P_VAR ? left.place.base : right;
}

static const struct {
    enum CXBinaryOperatorKind kind;
    ir_event_kind event;
} operators[] = {
    {CXBinaryOperator_Add, IR_ADD},       {CXBinaryOperator_Sub, IR_SUB},
    {CXBinaryOperator_LT, IR_LT},         {CXBinaryOperator_GT, IR_GT},
    {CXBinaryOperator_LE, IR_LE},         {CXBinaryOperator_GE, IR_GE},
    {CXBinaryOperator_EQ, IR_EQ},         {CXBinaryOperator_NE, IR_NE},
    {CXBinaryOperator_Rem, IR_REM},       {CXBinaryOperator_And, IR_AND},       {CXBinaryOperator_AddAssign, IR_ADD},
    {CXBinaryOperator_SubAssign, IR_SUB}, {CXBinaryOperator_AndAssign, IR_AND},
};

static ir_event_kind event_for(enum CXBinaryOperatorKind kind)
{
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
        if (operators[i].kind == kind)
            return operators[i].event;
    return IR_OP;
}

static ir_operand compound_assign(lowering *l, node *n)
{
    const type_info *type = type_of_node(l->f, n->first);
    ir_loc loc = loc_of_node(l, n);
    lvalue left = lvalue_of(l, n->first);
    ir_operand old = load(l, &left, type, loc);
    ir_operand right = value(l, n->last);
    ir_operand sum = emit_value(l, event_for(binary_kind(n)), type, old, right, loc);

    store(l, &left, sum, loc);
    return !left.macro && left.place.kind == IR_P_VAR ? left.place.base : sum;
}

static ir_operand step(lowering *l, node *n, bool keeps_old)
{
    enum CXUnaryOperatorKind k = unary_kind(n);
    const type_info *type = type_of_node(l->f, n->first);
    ir_loc loc = loc_of_node(l, n);
    bool is_up = k == CXUnaryOperator_PostInc || k == CXUnaryOperator_PreInc;
    lvalue v = lvalue_of(l, n->first);
    ir_operand old = load(l, &v, type, loc), new;

    if (keeps_old && !v.macro && v.place.kind == IR_P_VAR)
        old = emit_value(l, IR_SET, type, old, (ir_operand){0}, loc);
    new = emit_value(l, is_up ? IR_ADD : IR_SUB, type, old, op_num(1), loc);
    store(l, &v, new, loc);
    return keeps_old ? old : new;
}

/* ---- operators */

static bool is_logical(const node *n)
{
    return binary_kind(n) == CXBinaryOperator_LAnd || binary_kind(n) == CXBinaryOperator_LOr;
}

static bool fold(enum CXBinaryOperatorKind k, int64_t a, int64_t b, int64_t *out)
{
    bool shifts = b >= 0 && b < 63;

    switch (k) {
    case CXBinaryOperator_Add: *out = (int64_t)((uint64_t)a + (uint64_t)b); return true;
    case CXBinaryOperator_Sub: *out = (int64_t)((uint64_t)a - (uint64_t)b); return true;
    case CXBinaryOperator_Mul: *out = (int64_t)((uint64_t)a * (uint64_t)b); return true;
    case CXBinaryOperator_And: *out = a & b; return true;
    case CXBinaryOperator_Or: *out = a | b; return true;
    case CXBinaryOperator_Xor: *out = a ^ b; return true;
    case CXBinaryOperator_Shl: *out = (int64_t)((uint64_t)a << (shifts ? b : 0)); return shifts;
    case CXBinaryOperator_Shr: *out = a >> (shifts ? b : 0); return shifts;
    case CXBinaryOperator_EQ: *out = a == b; return true;
    case CXBinaryOperator_NE: *out = a != b; return true;
    case CXBinaryOperator_LT: *out = a < b; return true;
    case CXBinaryOperator_LE: *out = a <= b; return true;
    case CXBinaryOperator_GT: *out = a > b; return true;
    case CXBinaryOperator_GE: *out = a >= b; return true;
    default: return false;
    }
}

static ir_operand arithmetic(lowering *l, node *n)
{
    ir_operand a = value(l, n->first), b = value(l, n->last);
    int64_t folded;

    if (a.kind == IR_CONST && b.kind == IR_CONST && fold(binary_kind(n), a.num, b.num, &folded))
        return op_num(folded);
    return emit_value(l, event_for(binary_kind(n)), type_of_node(l->f, n), a, b,
                      loc_of_node(l, n));
}

static ir_operand binary(lowering *l, node *n)
{
    if (n->nkids < 2)
        return not_understood(l, n);
    if (binary_kind(n) == CXBinaryOperator_Assign)
        return assign(l, n);
    if (is_logical(n))
        return truth_value(l, n);
    if (binary_kind(n) == CXBinaryOperator_Comma) {
        effect(l, n->first);
        return value(l, n->last);
    }
    return arithmetic(l, n);
}

static ir_operand address(lowering *l, node *n)
{
    node *inner = strip(n->first);
    lvalue v;

    if (function_of(l->f, inner))
        return value(l, inner);
    v = lvalue_of(l, inner);
    take_address(l, &v);
    return address_of(l, &v, loc_of_node(l, n));
}

static ir_operand negation(lowering *l, node *n)
{
    enum CXUnaryOperatorKind k = unary_kind(n);
    ir_operand a = value(l, n->first);
    ir_loc loc = loc_of_node(l, n);

    if (a.kind == IR_CONST && k == CXUnaryOperator_Minus)
        return op_num((int64_t)(0 - (uint64_t)a.num));
    if (a.kind == IR_CONST && k == CXUnaryOperator_Not)
        return op_num(~a.num);
    if (k == CXUnaryOperator_Not)
        return emit_value(l, IR_OP, type_of_node(l->f, n), a, op_num(0), loc);
    return emit_value(l, IR_NEG, type_of_node(l->f, n), a, (ir_operand){0}, loc);
}

static ir_operand not(lowering *l, node *n)
{
    ir_operand a;

    if (is_logical(strip(n->first)))
        return truth_value(l, n);
    a = value(l, n->first);
    if (a.kind == IR_CONST)
        return op_num(!a.num);
    return emit_value(l, IR_NOT, int_type(), a, (ir_operand){0}, loc_of_node(l, n));
}

static ir_operand unary(lowering *l, node *n)
{
    if (!n->first)
        return not_understood(l, n);
    switch (unary_kind(n)) {
    case CXUnaryOperator_PostInc:
    case CXUnaryOperator_PostDec: return step(l, n, true);
    case CXUnaryOperator_PreInc:
    case CXUnaryOperator_PreDec: return step(l, n, false);
    case CXUnaryOperator_AddrOf: return address(l, n);
    case CXUnaryOperator_Deref: return from_place(l, n);
    case CXUnaryOperator_LNot: return not(l, n);
    case CXUnaryOperator_Minus:
    case CXUnaryOperator_Not: return negation(l, n);
    default: return op_unknown();
    }
}

static ir_operand ternary(lowering *l, node *n)
{
    if (n->nkids < 3)
        return not_understood(l, n);
    return conditional(l, kid(n, 0), kid(n, 1), kid(n, 2), type_of_node(l->f, n), true, n);
}

/* ---- what libclang does not name */

static ir_operand builtin_call(lowering *l, node *n, const char *name)
{
    ir_operand *args = arena_alloc(l->f->a, (size_t)(n->nkids + 1) * sizeof *args);
    int nargs = 0;

    for (node *k = n->first; k; k = k->next)
        args[nargs++] = value(l, k);
    return emit_call(l, name, args, nargs, type_of_node(l->f, n), loc_of_node(l, n));
}

/* `a ?: b` has the children a, a, a, b; evaluated once. */
static ir_operand elvis(lowering *l, node *n)
{
    const type_info *type = type_of_node(l->f, n);
    ir_loc loc = loc_of_node(l, n);
    int t = new_temp(l, type, loc), no = new_block(l), end = new_block(l);

    emit_set(l, t, value(l, n->first), loc);
    emit_branch(l, op_var(t), end, no, loc);
    l->block = no;
    emit_set(l, t, value(l, n->last), loc);
    start(l, end);
    return op_var(t);
}

static bool is_elvis(const node *n)
{
    return n->nkids == 4 && clang_equalCursors(n->first->c, n->first->next->c);
}

static bool chosen(const node *n, node **out)
{
    int64_t v;

    if (n->nkids != 3 || !evaluate(n->first->c, &v))
        return false;
    *out = kid(n, v ? 1 : 2);
    return true;
}

static ir_operand unexposed(lowering *l, node *n)
{
    CXSourceLocation at = clang_getRangeStart(clang_getCursorExtent(n->c));
    node *branch;
    const char *word;

    if (is_hole(n->c, kind_of(n)))
        return from_place(l, n);
    if (is_elvis(n))
        return elvis(l, n);
    if (n->nkids == 0 || kind_of(n->first) == CXCursor_MemberRef)
        return constant(l, n);
    word = word_at(l->f, at);
    if (is_va_arg(n))
        return builtin_call(l, n, "va_arg");
    if (strcmp(word, "__builtin_choose_expr") == 0 && chosen(n, &branch))
        return value(l, branch);
    if (*word)
        return builtin_call(l, n, word);
    for (node *k = n->first; k; k = k->next)
        effect(l, k);
    return op_unknown();
}

/* The branch whose type is the type of the whole, when there is only one. */
static ir_operand generic(lowering *l, node *n)
{
    CXType t = clang_getCanonicalType(clang_getCursorType(n->c));
    node *branch = NULL;

    for (node *k = n->first ? n->first->next : NULL; k; k = k->next) {
        if (!clang_equalTypes(clang_getCanonicalType(clang_getCursorType(k->c)), t))
            continue;
        if (branch)
            return op_unknown();
        branch = k;
    }
    return branch ? value(l, branch) : op_unknown();
}

static ir_operand braces(lowering *l, node *n)
{
    return n->first ? value(l, n->first) : op_num(0);
}

static ir_operand used_call(lowering *l, node *n)
{
    return call(l, n, true);
}

static ir_operand used_statements(lowering *l, node *n)
{
    return statement_expression(l, n, true);
}

static ir_operand (*const by_kind[])(lowering *, node *) = {
    [CXCursor_IntegerLiteral] = constant,
    [CXCursor_CharacterLiteral] = constant,
    [CXCursor_CXXBoolLiteralExpr] = constant,
    [CXCursor_UnaryExpr] = constant,
    [CXCursor_CXXNullPtrLiteralExpr] = null,
    [CXCursor_GNUNullExpr] = null,
    [CXCursor_StringLiteral] = string,
    [CXCursor_FloatingLiteral] = unknown,
    [CXCursor_ImaginaryLiteral] = unknown,
    [CXCursor_AddrLabelExpr] = unknown,
    [CXCursor_CXXThisExpr] = this,
    [CXCursor_CXXNewExpr] = new_expression,
    [CXCursor_CXXDeleteExpr] = delete_expression,
    [CXCursor_DeclRefExpr] = name,
    [CXCursor_MemberRefExpr] = from_place,
    [CXCursor_ArraySubscriptExpr] = from_place,
    [CXCursor_UnaryOperator] = unary,
    [CXCursor_BinaryOperator] = binary,
    [CXCursor_CompoundAssignOperator] = compound_assign,
    [CXCursor_ConditionalOperator] = ternary,
    [CXCursor_CallExpr] = used_call,
    [CXCursor_StmtExpr] = used_statements,
    [CXCursor_CompoundLiteralExpr] = compound_literal,
    [CXCursor_InitListExpr] = braces,
    [CXCursor_GenericSelectionExpr] = generic,
    [CXCursor_UnexposedExpr] = unexposed,
};

ir_operand value(lowering *l, node *n)
{
    size_t k;
    ir_operand v = op_unknown();

    n = strip(n);
    k = (size_t)kind_of(n);
    if (!enter(l))
        return v;
    if (k < sizeof by_kind / sizeof by_kind[0] && by_kind[k])
        v = by_kind[k](l, n);
    else
        v = not_understood(l, n);
    leave(l);
    return v;
}

/* ---- without the value */

static void binary_effect(lowering *l, node *n)
{
    int end;

    if (binary_kind(n) == CXBinaryOperator_Comma) {
        effect(l, n->first);
        effect(l, n->last);
    } else if (is_logical(n)) {
        end = new_block(l);
        condition(l, n, end, end);
        l->block = end;
    } else {
        value(l, n);
    }
}

static bool is_step(const node *n)
{
    enum CXUnaryOperatorKind k = unary_kind(n);

    return k >= CXUnaryOperator_PostInc && k <= CXUnaryOperator_PreDec;
}

static void plain_effect(lowering *l, node *n)
{
    enum CXCursorKind k = kind_of(n);

    if (k == CXCursor_CallExpr)
        call(l, n, false);
    else if (k == CXCursor_StmtExpr)
        statement_expression(l, n, false);
    else if (k == CXCursor_ConditionalOperator && n->nkids == 3)
        conditional(l, kid(n, 0), kid(n, 1), kid(n, 2), type_of_node(l->f, n), false, n);
    else if (k == CXCursor_BinaryOperator && n->nkids == 2)
        binary_effect(l, n);
    else if (is_step(n))
        step(l, n, false);
    else if (k == CXCursor_MemberRefExpr || k == CXCursor_ArraySubscriptExpr)
        lvalue_of(l, n);
    else if (k != CXCursor_DeclRefExpr)
        value(l, n);
}

void effect(lowering *l, node *n)
{
    n = strip(n);
    if (!enter(l))
        return;
    plain_effect(l, n);
    leave(l);
}
