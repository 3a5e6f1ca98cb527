/* Local structs and arrays: one store an element, the rest zero. */
#include "lower_int.h"

#include <string.h>

enum { LARGE = 512 }; /* bytes; zeroed by one memset */

typedef struct {
    lowering *l;
    ir_operand base;
    ir_loc loc;
} target;

static bool is_field(const init_slot *s)
{
    return s && !clang_Cursor_isNull(s->field);
}

static ir_operand slot_base(target *t, const init_slot *outer);

static ir_place slot_place(target *t, const init_slot *s)
{
    ir_place p = {.kind = IR_P_INDEX, .index = op_num(s->index)};

    if (is_field(s)) {
        p = (ir_place){.kind = IR_P_FIELD, .record = "", .field = ""};
        for (; is_field(s); s = s->outer) {
            const field_info *i = field_of(t->l->f, s->field);

            p.record = i->record;
            if (*i->name)
                p.field = *p.field ? arena_printf(t->l->f->a, "%s.%s", i->name, p.field) : i->name;
        }
        p.base = slot_base(t, s);
        return p;
    }
    p.base = slot_base(t, s->outer);
    return p;
}

static ir_operand slot_base(target *t, const init_slot *outer)
{
    lvalue v;

    if (!outer)
        return t->base;
    v = place_lvalue(slot_place(t, outer));
    if (v.place.kind == IR_P_FIELD && !*v.place.field)
        return v.place.base;
    return address_of(t->l, &v, t->loc);
}

static void store_slot(void *user, const init_slot *slot, node *n)
{
    target *t = user;
    ir_operand v = n ? value(t->l, n) : op_num(0);
    lvalue to;

    if (is_aggregate(slot->type) && v.kind == IR_STRING)
        return;
    to = place_lvalue(slot_place(t, slot));
    if (to.place.kind == IR_P_FIELD && !*to.place.field)
        return;
    if (is_aggregate(slot->type))
        copy_aggregate(t->l, address_of(t->l, &to, t->loc), v, slot->type, t->loc);
    else
        store(t->l, &to, v, n ? loc_of_node(t->l, n) : t->loc);
}

static void clear_memory(lowering *l, ir_operand base, long long size, ir_loc loc)
{
    ir_operand *args = arena_alloc(l->f->a, 3 * sizeof *args);

    args[0] = base;
    args[1] = op_num(0);
    args[2] = op_num(size);
    emit_call(l, "memset", args, 3, NULL, loc);
}

void initialise(lowering *l, ir_operand base, CXType type, node *list, ir_loc loc)
{
    target t = {l, base, loc};
    long long size = clang_Type_getSizeOf(type);
    bool is_large = size > LARGE;

    if (is_large)
        clear_memory(l, base, size, loc);
    init_each(l->f, type, list, !is_large, store_slot, &t);
    read_table(l->f, type, list);
}

ir_operand compound_literal(lowering *l, node *n)
{
    CXType type = clang_getCursorType(n->c);
    const type_info *i = type_of(l->f, type);
    ir_loc loc = loc_of_node(l, n);
    node *list = n->last ? strip(n->last) : NULL;
    ir_place p = {.kind = IR_P_VAR};
    lvalue v;
    ir_operand base;

    if (!list)
        return op_unknown();
    if (i->type != IR_AGGREGATE)
        return value(l, list);
    p.base = op_var(ir_add_var(l->f->a, l->fn, NULL, IR_AGGREGATE, i->name, loc));
    v = place_lvalue(p);
    take_address(l, &v);
    base = address_of(l, &v, loc);
    if (kind_of(list) == CXCursor_InitListExpr)
        initialise(l, base, type, list, loc);
    return base;
}
