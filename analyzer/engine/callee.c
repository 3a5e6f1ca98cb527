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

/* The entry of a key; without a name when it is new. */
static callee *enter(engine *e, const char *key)
{
    make_room(e);
    callee *c = slot_of(e, key);

    if (!c->name) {
        *c = (callee){.fn = -1, .import = -1};
        e->ncallees++;
    }
    return c;
}

static callee *find(engine *e, const char *name)
{
    callee *c = enter(e, name);

    if (!c->name) {
        c->name = arena_strdup(e->out, name);
        c->contract = contract_find(e->config->contracts, name, e->config->target_minor);
        c->asks_type = contract_asks_type(name, &c->asked);
    }
    return c;
}

callee *callee_find(engine *e, const char *name) { return find(e, name); }

/* C code may call a slot with NULL where the interpreter never does. */
static const contract *called_from_c(engine *e, const slot *s)
{
    contract *c = arena_alloc(e->out, sizeof *c);

    *c = s->row;
    for (int k = 1; k < c->nargs; k++)
        c->args[k].null_ok = true;
    return c;
}

/* tp_traverse does whatever the visit it is given does. */
static bool takes_callback(const contract *c)
{
    for (int k = 0; k < c->nargs; k++)
        if (c->args[k].callback)
            return true;
    return false;
}

/* A function of that name is something else: the key is ".tp_alloc". */
const callee *callee_find_slot(engine *e, const char *name)
{
    char key[64];

    if (snprintf(key, sizeof key, ".%s", name) >= (int)sizeof key)
        return NULL;
    callee *c = enter(e, key);
    if (!c->name) {
        const slot *s = slot_find_member(e->config->contracts, name, e->config->target_minor);
        c->name = arena_strdup(e->out, key);
        c->contract = s && !takes_callback(&s->row) ? called_from_c(e, s) : NULL;
    }
    return c->contract ? c : NULL;
}

const callee *callee_find_member(engine *e, const char *record, const char *field)
{
    char name[128];

    if (snprintf(name, sizeof name, "%s.%s", record, field) >= (int)sizeof name)
        return NULL;
    const callee *c = find(e, name);
    return c->contract ? c : NULL;
}

/* What the project declares, and neither a row nor an annotation describes. */
static bool is_import(engine *e, const ir_decl *d)
{
    const callee *c = find(e, d->name);

    return !d->in_system_header && !c->contract && c->fn < 0 && !d->steals && !(d->roles & ~(unsigned)IR_R_VARIADIC);
}

static void enter_imports(engine *e)
{
    e->links = arena_alloc(e->out, sizeof *e->links * (size_t)(e->unit->ndecls + 1));
    e->imports = arena_alloc(e->out, sizeof *e->imports * (size_t)(e->unit->ndecls + 1));
    for (int i = 0; i < e->unit->ndecls; i++) {
        const ir_decl *d = &e->unit->decls[i];
        if (!is_import(e, d))
            continue;
        find(e, d->name)->import = e->nimports;
        e->imports[e->nimports].is_open = true;
        e->links[e->nimports++] = (engine_link){.name = d->name, .ret = d->ret};
    }
}

void callee_prepare(engine *e)
{
    for (int i = 0; i < e->unit->nfns; i++) {
        callee *c = find(e, e->unit->fns[i]->name);
        if (c->fn < 0)
            c->fn = i;
    }
    if (!e->config->is_alone)
        enter_imports(e);
}
