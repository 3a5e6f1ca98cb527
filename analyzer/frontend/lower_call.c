/* Calls, and the calls that are events of their own: one row a primitive. */
#include "lower_int.h"

#include <string.h>

/* ---- primitives */

static node *argument(node *call, int i)
{
    return kid(call, i + 1);
}

static void emit_one(lowering *l, ir_event_kind kind, ir_operand a, const callee *c, node *call)
{
    ir_event *e = emit(l, kind, loc_of_node(l, call));

    e->a = a;
    e->macro = macro_of(l->f, call->c, c->name);
}

static ir_operand one_event(lowering *l, const callee *c, node *call)
{
    node *arg = argument(call, 0);

    if (arg)
        emit_one(l, c->event, value(l, arg), c, call);
    return op_num(0);
}

static ir_operand retain_and_return(lowering *l, const callee *c, node *call)
{
    node *arg = argument(call, 0);
    ir_operand v = arg ? value(l, arg) : op_unknown();

    emit_one(l, c->event, v, c, call);
    return v;
}

/* The macro took &(place); the variable's address does not leave it. */
static lvalue place_argument(lowering *l, node *arg)
{
    node *n = strip(arg);

    if (unary_kind(n) == CXUnaryOperator_AddrOf)
        return lvalue_of(l, n->first);
    return place_lvalue((ir_place){.kind = IR_P_DEREF, .base = value(l, n)});
}

static const type_info *type_behind(lowering *l, node *arg)
{
    node *n = strip(arg);

    if (unary_kind(n) == CXUnaryOperator_AddrOf)
        n = n->first;
    return type_of_node(l->f, n);
}

static ir_operand replace(lowering *l, const callee *c, node *call, ir_operand new)
{
    node *arg = argument(call, 0);
    ir_loc loc = loc_of_node(l, call);
    const type_info *type = type_behind(l, arg);
    lvalue v = place_argument(l, arg);
    ir_operand old = load(l, &v, type, loc);

    if (!v.macro && v.place.kind == IR_P_VAR)
        old = emit_value(l, IR_SET, type, old, (ir_operand){0}, loc);
    store(l, &v, new, loc);
    emit_one(l, c->event, old, c, call);
    return op_num(0);
}

static ir_operand clear(lowering *l, const callee *c, node *call)
{
    return argument(call, 0) ? replace(l, c, call, op_num(0)) : op_num(0);
}

static ir_operand set_reference(lowering *l, const callee *c, node *call)
{
    node *arg = argument(call, 1);

    return arg ? replace(l, c, call, value(l, arg)) : op_num(0);
}

static ir_operand never(lowering *l, const callee *c, node *call)
{
    (void)c;
    emit_unreachable(l, loc_of_node(l, call));
    return op_num(0);
}

static ir_operand first_argument(lowering *l, const callee *c, node *call)
{
    node *arg = argument(call, 0);

    (void)c;
    return arg ? value(l, arg) : op_unknown();
}

static ir_operand zero(lowering *l, const callee *c, node *call)
{
    (void)l;
    (void)c;
    (void)call;
    return op_num(0);
}

static ir_operand minus_one(lowering *l, const callee *c, node *call)
{
    (void)l;
    (void)c;
    (void)call;
    return op_num(-1);
}

static const struct {
    const char *name;
    primitive lower;
    ir_event_kind event;
} primitives[] = {
    {"Py_INCREF", one_event, IR_RETAIN},
    {"_Py_INCREF", one_event, IR_RETAIN},
    {"_Py_IncRef", one_event, IR_RETAIN},
    {"Py_XINCREF", one_event, IR_XRETAIN},
    {"_Py_XINCREF", one_event, IR_XRETAIN},
    {"Py_IncRef", one_event, IR_XRETAIN},
    {"Py_DECREF", one_event, IR_RELEASE},
    {"_Py_DECREF", one_event, IR_RELEASE},
    {"_Py_DecRef", one_event, IR_RELEASE},
    {"Py_XDECREF", one_event, IR_XRELEASE},
    {"_Py_XDECREF", one_event, IR_XRELEASE},
    {"Py_DecRef", one_event, IR_XRELEASE},
    {"Py_NewRef", retain_and_return, IR_RETAIN},
    {"Py_XNewRef", retain_and_return, IR_XRETAIN},
    {"Py_CLEAR", clear, IR_XRELEASE},
    {"Py_SETREF", set_reference, IR_RELEASE},
    {"Py_XSETREF", set_reference, IR_XRELEASE},
    {"assert_fail", never, IR_UNREACHABLE},
    {"__builtin_unreachable", never, IR_UNREACHABLE},
    {"__builtin_expect", first_argument, IR_SET},
    {"__builtin_expect_with_probability", first_argument, IR_SET},
    {"__builtin_assume_aligned", first_argument, IR_SET},
    {"__builtin_constant_p", zero, IR_SET},
    {"__builtin_object_size", minus_one, IR_SET},
    {"__builtin_dynamic_object_size", minus_one, IR_SET},
};

void bind_primitive(callee *c)
{
    for (size_t i = 0; i < sizeof primitives / sizeof primitives[0]; i++)
        if (strcmp(primitives[i].name, c->name) == 0) {
            c->lower = primitives[i].lower;
            c->event = primitives[i].event;
        }
}

/* ---- ordinary calls */

typedef struct {
    callee *direct;       /* NULL: through a value */
    ir_operand target;
    CXType type;          /* of the function, for the parameters of an indirect call */
    bool is_method;       /* C++: called on `object`, or on `this` when that is NULL */
    node *object;
    node *first;          /* argument */
} call_parts;

static CXType function_type(node *callee_node)
{
    CXType t = clang_getCanonicalType(clang_getCursorType(callee_node->c));

    return t.kind == CXType_Pointer ? clang_getCanonicalType(clang_getPointeeType(t)) : t;
}

static bool is_method_call(node *n, CXCursor referenced)
{
    return is_cxx_function(clang_getCursorKind(referenced)) &&
           kind_of(strip(n)) == CXCursor_MemberRefExpr;
}

static call_parts split(lowering *l, node *n)
{
    CXCursor referenced = clang_getCursorReferenced(n->c);
    call_parts p = {.first = n->first ? n->first->next : NULL};

    if (is_method_call(n->first, referenced)) {
        p.direct = callee_of(l->f, referenced);
        p.is_method = !clang_CXXMethod_isStatic(referenced);
        p.object = strip(n->first)->first;
        return p;
    }
    p.direct = function_of(l->f, n->first);
    if (!p.direct) {
        p.type = function_type(n->first);
        p.target = value(l, n->first);
    }
    return p;
}

static const type_info *parameter(lowering *l, const call_parts *p, int i)
{
    if (p->direct)
        return i < p->direct->nparams ? p->direct->params[i] : NULL;
    if (i >= clang_getNumArgTypes(p->type))
        return NULL;
    return type_of(l->f, clang_getArgType(p->type, (unsigned)i));
}

static ir_operand address_argument(lowering *l, node *arg)
{
    lvalue v = lvalue_of(l, arg);

    take_address(l, &v);
    return address_of(l, &v, loc_of_node(l, arg));
}

static ir_operand argument_value(lowering *l, node *arg, const type_info *param)
{
    ir_operand v;

    if (param && param->is_reference)
        return address_argument(l, arg);
    v = value(l, arg);
    v.as_void = param && param->is_pointer && strcmp(param->name, "void") == 0;
    return v;
}

ir_operand call_argument(lowering *l, node *arg, const callee *c, int i)
{
    ir_operand v = argument_value(l, arg, i < c->nparams ? c->params[i] : NULL);

    v.as_void |= c->is_opaque && type_of_node(l->f, arg)->type == IR_OBJ;
    return v;
}

ir_operand object_argument(lowering *l, node *object)
{
    if (!object)
        return this_pointer(l);
    if (type_of_node(l->f, object)->is_pointer)
        return value(l, object);
    return address_argument(l, object);
}

/* What is called did not parse: it may take what it is given as whatever it likes. */
static bool is_lost(const call_parts *p)
{
    return !p->direct && p->type.kind != CXType_FunctionProto && p->type.kind != CXType_FunctionNoProto;
}

static ir_operand other_argument(lowering *l, node *arg, const call_parts *p, int i)
{
    ir_operand v = argument_value(l, arg, parameter(l, p, i));

    v.as_void |= is_lost(p) && type_of_node(l->f, arg)->type == IR_OBJ;
    return v;
}

static ir_operand *arguments(lowering *l, const call_parts *p, int *nargs)
{
    ir_operand *args;
    int room = p->is_method, n = 0, i = 0;

    for (node *arg = p->first; arg; arg = arg->next)
        room++;
    args = arena_alloc(l->f->a, (size_t)(room + 1) * sizeof *args);
    if (p->is_method)
        args[n++] = object_argument(l, p->object);
    for (node *arg = p->first; arg; arg = arg->next)
        args[n++] = p->direct ? call_argument(l, arg, p->direct, i++) : other_argument(l, arg, p, i++);
    *nargs = n;
    return args;
}

static ir_operand ordinary_call(lowering *l, node *n, bool is_used)
{
    call_parts p = split(l, n);
    int nargs;
    ir_operand *args = arguments(l, &p, &nargs);
    const type_info *ret = is_used ? type_of_node(l->f, n) : NULL;
    const char *name = p.direct ? p.direct->name : NULL;
    ir_loc loc = loc_of_node(l, n);
    int dst = ret && ret->type != IR_VOID ? new_temp(l, ret, loc) : -1;
    ir_event *e = emit(l, IR_CALL, loc);

    e->dst = dst;
    e->callee = name;
    if (!name)
        e->a = p.target;
    e->args = args;
    e->nargs = nargs;
    e->passed = p.direct && !p.is_method ? passed_arguments(l, p.direct, p.first) : NULL;
    e->macro = macro_of(l->f, n->c, name);
    if (p.direct)
        p.direct->is_called = true;
    if (p.direct && (p.direct->roles & IR_R_NORETURN))
        emit_unreachable(l, loc);
    return dst < 0 ? op_num(0) : op_var(dst);
}

static bool is_function_kind(enum CXCursorKind k)
{
    return k == CXCursor_FunctionDecl || is_cxx_function(k);
}

static bool is_operator_call(lowering *l, node *n)
{
    CXCursor referenced;

    if (!l->f->is_cplusplus)
        return false;
    referenced = clang_getCursorReferenced(n->c);
    if (is_method_call(n->first, referenced)) /* a conversion, or written as a call */
        return false;
    return is_function_kind(clang_getCursorKind(referenced)) &&
           strncmp(cursor_text(l->f, referenced), "operator", 8) == 0;
}

ir_operand call(lowering *l, node *n, bool is_used)
{
    const callee *c;
    ir_operand v;

    if (l->f->is_cplusplus && is_construction(n))
        return temporary_object(l, n);
    if (!n->first) {
        l->is_partial = true;
        return op_unknown();
    }
    if (is_operator_call(l, n))
        return operator_call(l, n, is_used);
    if (l->f->is_cplusplus && getter_call(l, n, &v))
        return v;
    c = n->first ? function_of(l->f, n->first) : NULL;
    if (c && c->lower)
        return c->lower(l, c, n);
    return ordinary_call(l, n, is_used);
}
