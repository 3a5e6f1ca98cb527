/* C++: constructors, destructors, conversions and overloaded operators as calls of functions.
 *
 * An object with a destructor is constructed by a call of Class::Class(this, ...) and destroyed at the
 * end of its scope, on every way out, by Class::~Class(this); the engine learns from their bodies what
 * a wrapper does with the reference it is given. Where the body is not seen (class templates such as
 * std::unique_ptr, other libraries) an object that goes in may be kept or released: it is
 * handed over as a plain pointer, and nothing is claimed about it afterwards.
 */
#include "lower_int.h"

#include <string.h>

bool is_cxx_function(enum CXCursorKind k)
{
    return k == CXCursor_CXXMethod || k == CXCursor_Constructor || k == CXCursor_Destructor ||
           k == CXCursor_ConversionFunction;
}

bool is_cxx_instance_function(CXCursor fn)
{
    return is_cxx_function(clang_getCursorKind(fn)) && !clang_CXXMethod_isStatic(fn);
}

/* ---- objects with destructors */

static enum CXChildVisitResult find_destructor(CXCursor c, CXCursor parent, CXClientData data)
{
    (void)parent;
    if (clang_getCursorKind(c) != CXCursor_Destructor)
        return CXChildVisit_Continue;
    *(CXCursor *)data = c;
    return CXChildVisit_Break;
}

/* NULL: it has none that somebody wrote. */
const char *destructor_of(frontend *f, CXType t)
{
    CXCursor found = clang_getNullCursor();

    if (!f->is_cplusplus || clang_getCanonicalType(t).kind != CXType_Record || clang_isPODType(t))
        return NULL;
    clang_visitChildren(clang_getTypeDeclaration(clang_getCanonicalType(t)), find_destructor, &found);
    if (clang_Cursor_isNull(found))
        return NULL;
    callee *c = callee_of(f, found);
    c->is_called = true;
    return c->name;
}

bool is_construction(node *n)
{
    return kind_of(n) == CXCursor_CallExpr &&
           clang_getCursorKind(clang_getCursorReferenced(n->c)) == CXCursor_Constructor;
}

/* A copy of what another call made is that call: compilers leave the copy out. */
static node *elided(node *n)
{
    node *inner = n->first && !n->first->next ? strip(n->first) : NULL;

    return inner && is_construction(n) && kind_of(inner) == CXCursor_CallExpr &&
                   clang_equalTypes(clang_getCanonicalType(clang_getCursorType(inner->c)),
                                    clang_getCanonicalType(clang_getCursorType(n->c)))
               ? inner
               : NULL;
}

void construct(lowering *l, node *n, ir_operand self)
{
    callee *c = callee_of(l->f, clang_getCursorReferenced(n->c));
    int nargs = 1;

    if (elided(n)) { /* what the other call gives is not followed into the object */
        effect(l, elided(n));
        return;
    }
    for (node *arg = n->first; arg; arg = arg->next)
        nargs++;
    ir_operand *args = arena_alloc(l->f->a, (size_t)nargs * sizeof *args);
    args[0] = self;
    int i = 1;
    for (node *arg = n->first; arg; arg = arg->next, i++)
        args[i] = call_argument(l, arg, c, i - 1);
    c->is_called = true;
    emit_call(l, c->name, args, nargs, NULL, loc_of_node(l, n));
}

ir_operand temporary_object(lowering *l, node *n)
{
    const type_info *type = type_of_node(l->f, n);
    ir_loc loc = loc_of_node(l, n);
    lvalue v = place_lvalue((ir_place){
        .kind = IR_P_VAR, .base = op_var(ir_add_var(l->f->a, l->fn, NULL, IR_AGGREGATE, type->name, loc))});
    ir_operand self;

    take_address(l, &v);
    self = address_of(l, &v, loc);
    construct(l, n, self);
    return self;
}

/* ---- constructors */

typedef struct {
    lowering *l;
    CXCursor field; /* whose initialiser comes next; null: that of a base */
} initialisers;

static void initialise_field(initialisers *i, CXCursor init)
{
    lowering *l = i->l;
    node *n = tree_build(l->f->scratch, init, &l->is_partial);
    const field_info *field;

    if (clang_Cursor_isNull(i->field) || type_of(l->f, clang_getCursorType(i->field))->type == IR_AGGREGATE) {
        effect(l, n);
        return;
    }
    field = field_of(l->f, i->field);
    lvalue v = place_lvalue((ir_place){.kind = IR_P_FIELD, .base = op_var(l->self), .record = field->record,
                                       .field = field->name});
    store(l, &v, value(l, n), loc_of_node(l, n));
}

static enum CXChildVisitResult each_initialiser(CXCursor c, CXCursor parent, CXClientData data)
{
    initialisers *i = data;
    enum CXCursorKind k = clang_getCursorKind(c);

    (void)parent;
    if (k == CXCursor_MemberRef) {
        i->field = clang_getCursorReferenced(c);
    } else if (clang_isExpression(k)) {
        initialise_field(i, c);
        i->field = clang_getNullCursor();
    }
    return CXChildVisit_Continue;
}

void member_initialisers(lowering *l, CXCursor fn)
{
    initialisers i = {l, clang_getNullCursor()};

    if (clang_getCursorKind(fn) == CXCursor_Constructor)
        clang_visitChildren(fn, each_initialiser, &i);
}

/* ---- overloaded operators */

static bool names_operator(frontend *f, node *n)
{
    n = strip(n);
    return kind_of(n) == CXCursor_DeclRefExpr && strncmp(cursor_text(f, n->c), "operator", 8) == 0;
}

/* The children are in the order of the source: the operator stands between its operands. */
ir_operand operator_call(lowering *l, node *n, bool is_used)
{
    callee *c = callee_of(l->f, clang_getCursorReferenced(n->c));
    const type_info *ret = is_used ? type_of_node(l->f, n) : NULL;
    ir_operand *args = arena_alloc(l->f->a, ((size_t)n->nkids + 1) * sizeof *args);
    bool is_method = clang_getCursorKind(c->cursor) == CXCursor_CXXMethod;
    int nargs = 0;

    for (node *k = n->first; k; k = k->next) {
        if (names_operator(l->f, k))
            continue;
        args[nargs] = is_method && nargs == 0 ? object_argument(l, k) : call_argument(l, k, c, nargs - is_method);
        nargs++;
    }
    c->is_called = true;
    return emit_call(l, c->name, args, nargs, ret && ret->type != IR_VOID ? ret : NULL, loc_of_node(l, n));
}

/* ---- methods that only read a member */

static enum CXChildVisitResult find_only_statement(CXCursor c, CXCursor parent, CXClientData data)
{
    CXCursor *found = data;
    bool is_first = clang_Cursor_isNull(*found);

    (void)parent;
    *found = is_first ? c : clang_getNullCursor();
    return is_first ? CXChildVisit_Continue : CXChildVisit_Break;
}

static enum CXChildVisitResult find_block(CXCursor c, CXCursor parent, CXClientData data)
{
    (void)parent;
    if (clang_getCursorKind(c) != CXCursor_CompoundStmt)
        return CXChildVisit_Continue;
    clang_visitChildren(c, find_only_statement, data);
    return CXChildVisit_Break;
}

static CXCursor returned_member(frontend *f, CXCursor method)
{
    CXCursor body = clang_getCursorDefinition(method), found = clang_getNullCursor();
    node *n;

    if (clang_Cursor_isNull(body))
        return body;
    clang_visitChildren(body, find_block, &found);
    if (clang_getCursorKind(found) != CXCursor_ReturnStmt)
        return clang_getNullCursor();
    n = tree_build(f->scratch, found, NULL);
    n = n->first ? strip(n->first) : n;
    if (kind_of(n) != CXCursor_MemberRefExpr || (n->first && kind_of(strip(n->first)) != CXCursor_CXXThisExpr))
        return clang_getNullCursor();
    found = clang_getCursorReferenced(n->c);
    return clang_getCursorKind(found) == CXCursor_FieldDecl ? found : clang_getNullCursor();
}

/* Whose reference a wrapper gives out is its own business: nothing is claimed about the object. */
static void lend(lowering *l, ir_operand object, ir_loc loc)
{
    ir_operand *args = arena_alloc(l->f->a, sizeof *args);

    args[0] = object;
    args[0].as_void = true;
    emit_call(l, LENDING, args, 1, NULL, loc);
    l->f->lends = true;
}

/* p.get() is p.field, when that is all it does. */
static bool getter_place(lowering *l, node *n, lvalue *out)
{
    CXCursor method = clang_getCursorReferenced(n->c), member;
    node *callee = n->first ? strip(n->first) : NULL;
    const field_info *field;

    if (!callee || n->nkids != 1 || kind_of(callee) != CXCursor_MemberRefExpr || !is_cxx_instance_function(method) ||
        clang_CXXMethod_isVirtual(method) || type_of_node(l->f, n)->type != IR_OBJ)
        return false;
    member = returned_member(l->f, method);
    if (clang_Cursor_isNull(member))
        return false;
    field = field_of(l->f, member);
    *out = place_lvalue((ir_place){.kind = IR_P_FIELD, .base = object_argument(l, callee->first),
                                   .record = field->record, .field = field->name});
    return true;
}

/* tp_traverse and the like see which member is read. */
bool getter_call(lowering *l, node *n, ir_operand *out)
{
    ir_loc loc = loc_of_node(l, n);
    lvalue v;

    if (!getter_place(l, n, &v))
        return false;
    *out = load(l, &v, type_of_node(l->f, n), loc);
    lend(l, *out, loc);
    return true;
}

/* Through T &get() the member can be written, and its address taken. */
bool reference_place(lowering *l, node *n, lvalue *out)
{
    return kind_of(n) == CXCursor_CallExpr &&
           clang_getCursorResultType(clang_getCursorReferenced(n->c)).kind == CXType_LValueReference &&
           getter_place(l, n, out);
}

/* ---- new and delete */

/* new (place) T(...): *place is what is given, and what comes back. */
ir_operand new_expression(lowering *l, node *n)
{
    ir_operand place = {0};

    for (node *k = n->first; k; k = k->next) {
        if (is_construction(strip(k)))
            temporary_object(l, strip(k)); /* what it is given escapes, or is kept, as on the stack */
        else if (clang_isExpression(kind_of(k)) && type_of_node(l->f, k)->is_pointer && place.kind == IR_NONE)
            place = value(l, k);
        else if (clang_isExpression(kind_of(k)))
            effect(l, k);
    }
    if (place.kind != IR_NONE)
        return place;
    return emit_call(l, "operator new", NULL, 0, type_of_node(l->f, n), loc_of_node(l, n));
}

ir_operand delete_expression(lowering *l, node *n)
{
    ir_operand *args = arena_alloc(l->f->a, sizeof *args);

    if (!n->first)
        return op_unknown();
    args[0] = value(l, n->first);
    args[0].as_void = true;
    emit_call(l, "operator delete", args, 1, NULL, loc_of_node(l, n));
    return op_num(0);
}
