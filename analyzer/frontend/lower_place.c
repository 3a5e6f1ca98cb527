/* Places: variables, globals, members, elements, what a pointer points to.
 *
 * libclang does not tell `.` from `->`; the type of the base does. A chain of `.` becomes one
 * dotted field whose base is a pointer. Macros that the overlay turns into `*__rw_lv_NAME(...)` are
 * places too: read through NAME, written through its setter.
 */
#include "lower_int.h"

#include <string.h>

lvalue place_lvalue(ir_place p)
{
    return (lvalue){.place = p};
}

static lvalue deref_of(ir_operand base)
{
    return place_lvalue((ir_place){.kind = IR_P_DEREF, .base = base});
}

/* ---- variables */

static variable *new_global(lowering *l, CXCursor decl)
{
    variable *v = arena_alloc(l->f->scratch, sizeof *v);

    v->var = -1;
    v->symbol = cursor_text(l->f, decl);
    v->is_reference = type_of(l->f, clang_getCursorType(decl))->is_reference;
    return v;
}

variable *variable_of(lowering *l, CXCursor decl)
{
    const void *key = decl_key(decl);
    variable *v = map_get(&l->vars, key);

    if (!v) {
        v = new_global(l, decl);
        map_put(l->f->scratch, &l->vars, key, v);
    }
    return v;
}

static ir_operand read_variable(lowering *l, const variable *v, const type_info *type, ir_loc loc)
{
    lvalue g;

    if (v->var >= 0)
        return op_var(v->var);
    g = place_lvalue((ir_place){.kind = IR_P_GLOBAL, .base = op_text(IR_SYMBOL, v->symbol)});
    return load(l, &g, type, loc);
}

static lvalue name_place(lowering *l, node *n)
{
    CXCursor decl = clang_getCursorReferenced(n->c);
    variable *v;
    ir_place p = {.kind = IR_P_VAR};

    if (clang_getCursorKind(decl) != CXCursor_VarDecl &&
        clang_getCursorKind(decl) != CXCursor_ParmDecl)
        return deref_of(value(l, n));
    v = variable_of(l, decl);
    if (v->is_reference)
        return deref_of(read_variable(l, v, pointer_type(), loc_of_node(l, n)));
    p.kind = v->var >= 0 ? IR_P_VAR : IR_P_GLOBAL;
    p.base = v->var >= 0 ? op_var(v->var) : op_text(IR_SYMBOL, v->symbol);
    return place_lvalue(p);
}

/* ---- members */

static const char *dotted(lowering *l, const char *name, const char *rest)
{
    return *rest ? arena_printf(l->f->a, "%s.%s", name, rest) : name;
}

static node *value_base(lowering *l, node *member)
{
    node *base = member->first;

    if (!base || type_of_node(l->f, base)->is_pointer)
        return NULL;
    base = strip(base);
    return kind_of(base) == CXCursor_MemberRefExpr ? base : NULL;
}

ir_operand this_pointer(lowering *l)
{
    return l->self < 0 ? op_unknown() : op_var(l->self);
}

static ir_operand member_base(lowering *l, node *member)
{
    node *base = member->first;
    lvalue v;

    if (!base)
        return this_pointer(l);
    if (type_of_node(l->f, base)->is_pointer)
        return value(l, base);
    v = lvalue_of(l, base);
    return address_of(l, &v, loc_of_node(l, base));
}

static lvalue member_place(lowering *l, node *n)
{
    ir_place p = {.kind = IR_P_FIELD, .field = ""};

    for (node *next = n; next; next = value_base(l, next)) {
        CXCursor field = clang_getCursorReferenced(next->c);
        const field_info *i;

        if (clang_getCursorKind(field) != CXCursor_FieldDecl)
            return deref_of(op_unknown());
        i = field_of(l->f, field);
        p.record = i->record;
        if (*i->name)
            p.field = dotted(l, i->name, p.field);
        n = next;
    }
    p.base = member_base(l, n);
    if (!*p.field)
        return deref_of(p.base);
    return place_lvalue(p);
}

/* ---- elements and pointers */

static lvalue element_place(lowering *l, node *n)
{
    node *base = kid(n, 0), *index = kid(n, 1);
    ir_place p = {.kind = IR_P_INDEX};

    if (!base || !index)
        return deref_of(op_unknown());
    if (!type_of_node(l->f, base)->is_pointer && type_of_node(l->f, index)->is_pointer) {
        base = kid(n, 1);
        index = kid(n, 0);
    }
    p.base = value(l, base);
    p.index = value(l, index);
    return place_lvalue(p);
}

static const callee *place_macro(lowering *l, node *n, node **called)
{
    const callee *c;

    n = strip(n);
    if (kind_of(n) != CXCursor_CallExpr || !n->first)
        return NULL;
    c = function_of(l->f, n->first);
    *called = n;
    return c && c->is_place ? c : NULL;
}

static lvalue deref_place(lowering *l, node *n)
{
    node *called = NULL;
    lvalue v = {.macro = place_macro(l, n->first, &called)};

    if (!v.macro)
        return deref_of(value(l, n->first));
    for (node *arg = called->first->next; arg && v.nargs < 2; arg = arg->next)
        v.args[v.nargs++] = value(l, arg);
    return v;
}

/* Lvalues that C or C++ allows besides: they have a value that is their address. */
static lvalue other_place(lowering *l, node *n)
{
    ir_operand v = value(l, n);
    const type_info *type = type_of_node(l->f, n);

    if (type->type == IR_AGGREGATE)
        return deref_of(v);
    if (v.kind != IR_VAR)
        v = emit_value(l, IR_SET, type, v, (ir_operand){0}, loc_of_node(l, n));
    return place_lvalue((ir_place){.kind = IR_P_VAR, .base = v});
}

lvalue lvalue_of(lowering *l, node *n)
{
    lvalue v = deref_of(op_unknown());

    n = strip(n);
    if (!enter(l))
        return v;
    if (is_hole(n->c, kind_of(n)))
        v = lost_place(l, n);
    else if (kind_of(n) == CXCursor_DeclRefExpr)
        v = name_place(l, n);
    else if (kind_of(n) == CXCursor_MemberRefExpr)
        v = member_place(l, n);
    else if (kind_of(n) == CXCursor_ArraySubscriptExpr)
        v = element_place(l, n);
    else if (unary_kind(n) == CXUnaryOperator_Deref)
        v = deref_place(l, n);
    else if (!l->f->is_cplusplus || !reference_place(l, n, &v))
        v = other_place(l, n);
    leave(l);
    return v;
}

/* ---- reading and writing */

static const struct {
    const char *getter, *setter;
    bool has_items;
} place_macros[] = {
    {"PyTuple_GET_ITEM", "PyTuple_SET_ITEM", true},
    {"PyList_GET_ITEM", "PyList_SET_ITEM", true},
    {"PyStructSequence_GET_ITEM", "PyStructSequence_SET_ITEM", true},
    {"PySequence_Fast_GET_ITEM", "PyList_SET_ITEM", true},
    {"PyCell_GET", "PyCell_SET", false},
    {"Py_TYPE", "Py_SET_TYPE", false},
    {"Py_SIZE", "Py_SET_SIZE", false},
    {"Py_REFCNT", "Py_SET_REFCNT", false},
};

static int macro_row(const callee *macro)
{
    int n = (int)(sizeof place_macros / sizeof place_macros[0]);

    for (int i = 0; i < n; i++)
        if (strcmp(place_macros[i].getter, macro->name) == 0)
            return i;
    return -1;
}

static ir_operand *copy_args(lowering *l, const lvalue *v, int room)
{
    ir_operand *args = arena_alloc(l->f->a, (size_t)(v->nargs + room) * sizeof *args);

    memcpy(args, v->args, (size_t)v->nargs * sizeof *args);
    return args;
}

ir_operand load(lowering *l, const lvalue *v, const type_info *type, ir_loc loc)
{
    ir_event *e;
    int dst;

    if (type->type == IR_AGGREGATE || type->is_function)
        return address_of(l, v, loc);
    if (v->macro)
        return emit_call(l, v->macro->name, copy_args(l, v, 0), v->nargs, type, loc);
    if (v->place.kind == IR_P_VAR)
        return v->place.base;
    dst = new_temp(l, type, loc);
    e = emit(l, IR_LOAD, loc);
    e->dst = dst;
    e->place = v->place;
    return op_var(dst);
}

void store(lowering *l, const lvalue *v, ir_operand a, ir_loc loc)
{
    ir_event *e;

    if (v->macro) {
        int row = macro_row(v->macro);
        ir_operand *args = copy_args(l, v, 1);

        args[v->nargs] = a;
        emit_call(l, row < 0 ? v->macro->name : place_macros[row].setter, args, v->nargs + 1, NULL,
                  loc);
        return;
    }
    if (v->place.kind == IR_P_VAR) {
        emit_set(l, v->place.base.var, a, loc);
        return;
    }
    e = emit(l, IR_STORE, loc);
    e->place = v->place;
    e->a = a;
}

/* &PyTuple_GET_ITEM(t, i): a pointer into the items of t. */
static ir_operand address_of_macro(lowering *l, const lvalue *v, ir_loc loc)
{
    int row = macro_row(v->macro);
    ir_operand items;

    if (row < 0 || !place_macros[row].has_items || v->nargs < 2)
        return op_unknown();
    items = emit_call(l, "PySequence_Fast_ITEMS", copy_args(l, v, 0), 1, pointer_type(), loc);
    if (v->args[1].kind == IR_CONST && v->args[1].num == 0)
        return items;
    return emit_value(l, IR_ADD, pointer_type(), items, v->args[1], loc);
}

ir_operand address_of(lowering *l, const lvalue *v, ir_loc loc)
{
    ir_event *e;
    int dst;

    if (v->macro)
        return address_of_macro(l, v, loc);
    if (v->place.kind == IR_P_DEREF || v->place.kind == IR_P_GLOBAL)
        return v->place.base;
    if (v->place.kind == IR_P_VAR && l->fn->vars[v->place.base.var].type == IR_PTR &&
        !l->fn->vars[v->place.base.var].shown)
        return v->place.base; /* a temporary that stands for a struct */
    dst = new_temp(l, pointer_type(), loc);
    e = emit(l, IR_ADDR, loc);
    e->dst = dst;
    e->place = v->place;
    return op_var(dst);
}

void take_address(lowering *l, const lvalue *v)
{
    if (!v->macro && v->place.kind == IR_P_VAR)
        l->fn->vars[v->place.base.var].address_taken = true;
}

void copy_aggregate(lowering *l, ir_operand to, ir_operand from, CXType t, ir_loc loc)
{
    ir_operand *args = arena_alloc(l->f->a, 3 * sizeof *args);
    long long size = clang_Type_getSizeOf(t);

    args[0] = to;
    args[1] = from;
    args[2] = size >= 0 ? op_num(size) : op_unknown();
    emit_call(l, "memcpy", args, 3, NULL, loc);
}
