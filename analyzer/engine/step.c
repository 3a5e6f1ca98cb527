/* One event on one path. */
#include "engine_int.h"

#include <string.h>

static int operand_object(engine *e, state *s, const ir_operand *o, value *v)
{
    *v = value_operand(e, s, o);
    return value_object(s, *v);
}

static void step_retain(engine *e, state *s, const ir_event *ev, bool null_ok)
{
    value v;
    int obj = operand_object(e, s, &ev->a, &v);

    if (!null_ok && value_is_null(s, v))
        null_use(e, s, v, "Py_INCREF", 0);
    else if (obj >= 0)
        object_retain(e, s, obj);
}

static void step_release(engine *e, state *s, const ir_event *ev, bool null_ok)
{
    value v;
    int obj = operand_object(e, s, &ev->a, &v);

    if (!null_ok && value_is_null(s, v))
        null_use(e, s, v, "Py_DECREF", 0);
    else if (obj >= 0)
        object_release(e, s, value_object(s, value_meant(s, v)), null_ok ? "Py_XDECREF" : "Py_DECREF", 0);
}

static void step_compute(engine *e, state *s, const ir_event *ev)
{
    value a = value_operand(e, s, &ev->a);
    value b = ev->b.kind == IR_NONE ? value_const(0) : value_operand(e, s, &ev->b);

    if (ev->kind == IR_OP) { /* bits of a pointer are mixed: nobody knows who holds it */
        object_escape(s, value_object(s, a));
        object_escape(s, value_object(s, b));
    }
    memory_assign(e, s, ev->dst, value_expr(s, ev->kind, a, b));
}

void step_event(engine *e, state *s, const ir_event *ev)
{
    switch (ev->kind) {
    case IR_SET:
        memory_assign(e, s, ev->dst, value_operand(e, s, &ev->a));
        break;
    case IR_LOAD:
        memory_assign(e, s, ev->dst, memory_load(e, s, &ev->place, e->fn->vars[ev->dst].type));
        break;
    case IR_STORE:
        memory_store(e, s, &ev->place, value_operand(e, s, &ev->a));
        break;
    case IR_ADDR:
        memory_assign(e, s, ev->dst, memory_address(e, s, &ev->place));
        break;
    case IR_CALL:
        step_call(e, s, ev);
        break;
    case IR_RETAIN:
    case IR_XRETAIN:
        step_retain(e, s, ev, ev->kind == IR_XRETAIN);
        break;
    case IR_RELEASE:
    case IR_XRELEASE:
        step_release(e, s, ev, ev->kind == IR_XRELEASE);
        break;
    default:
        step_compute(e, s, ev);
        break;
    }
}

void step_end_temporaries(engine *e, state *s, int event_number, const char *call)
{
    for (const int *v = e->flow->dying[event_number]; v && *v >= 0; v++) {
        int obj = value_object(s, s->vars[*v]);
        s->vars[*v] = (value){0};
        if (obj >= 0 && !s->stopped)
            object_check_lost(e, s, obj, s->objs[obj].flags & O_NAMED ? LOST_BY_OVERWRITE : LOST_UNNAMED, call);
    }
}
