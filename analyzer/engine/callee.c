/* Names of functions, looked up once: contract and body. */
#include "engine_int.h"

#include <string.h>

static callee *slot_of(const engine *e, const char *name)
{
    uint64_t i = hash_text(1, name);

    for (;; i++) {
        callee *c = &e->callees[i & (uint64_t)(e->callee_room - 1)];
        if (!c->name || strcmp(c->name, name) == 0)
            return c;
    }
}

static void make_room(engine *e)
{
    callee *old = e->callees;
    int room = e->callee_room;

    if (e->ncallees * 2 < room)
        return;
    e->callee_room = room ? room * 2 : 1024;
    e->callees = arena_alloc(e->out, sizeof *e->callees * (size_t)e->callee_room);
    for (int i = 0; i < room; i++)
        if (old[i].name)
            *slot_of(e, old[i].name) = old[i];
}

static callee *enter(engine *e, const char *name)
{
    make_room(e);
    callee *c = slot_of(e, name);

    if (c->name)
        return c;
    *c = (callee){.name = arena_strdup(e->out, name), .fn = -1,
                  .contract = contract_find(e->config->contracts, name, e->config->target_minor)};
    e->ncallees++;
    return c;
}

const callee *callee_find(engine *e, const char *name) { return enter(e, name); }

void callee_prepare(engine *e)
{
    for (int i = 0; i < e->unit->nfns; i++) {
        callee *c = enter(e, e->unit->fns[i]->name);
        if (c->fn < 0)
            c->fn = i;
    }
}
