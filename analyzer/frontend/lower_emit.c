/* Small constructors of operands and events. After a terminator a new block is begun, so code that
 * cannot be reached has a place too; cfg_simplify drops it. */
#include "lower_int.h"

ir_operand op_var(int var)
{
    return (ir_operand){.kind = IR_VAR, .var = var};
}

ir_operand op_num(int64_t num)
{
    return (ir_operand){.kind = IR_CONST, .num = num};
}

ir_operand op_text(ir_operand_kind kind, const char *text)
{
    return (ir_operand){.kind = kind, .text = text};
}

ir_operand op_unknown(void)
{
    return (ir_operand){.kind = IR_UNKNOWN};
}

const type_info *int_type(void)
{
    static const type_info type = {.type = IR_INT, .name = "int"};

    return &type;
}

const type_info *pointer_type(void)
{
    static const type_info type = {.type = IR_PTR, .name = "void", .is_pointer = true};

    return &type;
}

ir_loc loc_of_node(lowering *l, const node *n)
{
    return loc_of(l->f, n->c);
}

ir_event *emit(lowering *l, ir_event_kind kind, ir_loc loc)
{
    return ir_append(l->f->scratch, l->fn, l->block, kind, loc);
}

/* A temporary never is an aggregate: one that stands for a struct holds its address. */
int new_temp(lowering *l, const type_info *type, ir_loc loc)
{
    ir_type t = type->type == IR_AGGREGATE ? IR_PTR : type->type == IR_VOID ? IR_INT : type->type;

    return ir_add_var(l->f->a, l->fn, NULL, t, type->name, loc);
}

ir_operand emit_value(lowering *l, ir_event_kind kind, const type_info *type, ir_operand a,
                      ir_operand b, ir_loc loc)
{
    int dst = new_temp(l, type, loc);
    ir_event *e = emit(l, kind, loc);

    e->dst = dst;
    e->a = a;
    e->b = b;
    return op_var(dst);
}

void emit_set(lowering *l, int var, ir_operand a, ir_loc loc)
{
    ir_event *e = emit(l, IR_SET, loc);

    e->dst = var;
    e->a = a;
}

int new_block(lowering *l)
{
    return ir_add_block(l->f->scratch, l->fn);
}

void emit_jump(lowering *l, int block, ir_loc loc)
{
    emit(l, IR_JUMP, loc)->target[0] = block;
    l->block = new_block(l);
}

void emit_branch(lowering *l, ir_operand a, int yes, int no, ir_loc loc)
{
    ir_event *e;

    if (a.kind == IR_CONST) {
        emit_jump(l, a.num ? yes : no, loc);
        return;
    }
    if (a.kind == IR_STRING || a.kind == IR_SYMBOL) {
        emit_jump(l, yes, loc);
        return;
    }
    e = emit(l, IR_BR, loc);
    e->a = a;
    e->target[0] = yes;
    e->target[1] = no;
    l->block = new_block(l);
}

void emit_unreachable(lowering *l, ir_loc loc)
{
    emit(l, IR_UNREACHABLE, loc);
    l->block = new_block(l);
}

void start(lowering *l, int block)
{
    emit(l, IR_JUMP, (ir_loc){0})->target[0] = block;
    l->block = block;
}

ir_operand emit_call(lowering *l, const char *name, ir_operand *args, int nargs,
                     const type_info *ret, ir_loc loc)
{
    int dst = ret && ret->type != IR_VOID ? new_temp(l, ret, loc) : -1;
    ir_event *e = emit(l, IR_CALL, loc);

    e->dst = dst;
    e->callee = name;
    e->args = args;
    e->nargs = nargs;
    return dst < 0 ? op_num(0) : op_var(dst);
}
