/* What the parts of a call share: choosing outcomes (call_outcomes.c), what one of them does to arguments and
 * result (call_values.c), and all the rest of it (call.c). No other file includes this.
 */
#ifndef REFWARDEN_CALL_INT_H
#define REFWARDEN_CALL_INT_H

#include "engine_int.h"

static inline value arg_value(engine *e, state *s, const ir_event *ev, int k)
{
    return value_operand(e, s, &ev->args[k]);
}

static inline int arg_object(engine *e, state *s, const ir_event *ev, int k)
{
    return k >= 0 && k < ev->nargs ? value_object(s, arg_value(e, s, ev, k)) : -1;
}

static inline const contract *called_contract(const engine *e) { return e->called ? e->called->contract : NULL; }

/* ---- which outcomes there are (call_outcomes.c) */

bool result_is_used(const engine *e, const ir_event *ev);
int choose_outcomes(engine *e, state *s, const ir_event *ev, outcome *out, bool *described);
int drop_impossible(engine *e, state *s, const ir_event *ev, outcome *out, int n);
int merge_unseen(const engine *e, const ir_event *ev, outcome *out, int n);
void doubt_unseen(const engine *e, const ir_event *ev, outcome *out, int n);

/* ---- what an outcome writes, takes and returns (call_values.c) */

bool is_given_null(engine *e, state *s, const ir_event *ev);
bool overwrites_slot(const engine *e);
void apply_arg(engine *e, state *s, const ir_event *ev, int k, const outcome *o);
value result_of_call(engine *e, state *s, const ir_event *ev, const outcome *o);
void assume_no_answer(engine *e, state *s, const outcome *o, value v);
bool is_lookup(const ir_event *ev, const outcome *o);
int find_lookup(const state *s, const ir_event *ev, value of);

/* ---- whether it fits what the path knows (call.c) */

bool is_possible(engine *e, state *s, const ir_event *ev, const outcome *o);

#endif
