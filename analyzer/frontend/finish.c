/* What is known only when the whole unit was read: roles found in tables after the function,
 * which fields are owned, which functions are declared only. */
#include "frontend_int.h"

#include <string.h>

/* ---- roles */

static bool is_module_init(const callee *c)
{
    if (strncmp(c->name, "PyInit_", 7) == 0)
        return true;
    return strncmp(c->name, "init", 4) == 0 && !(c->roles & IR_R_STATIC) && c->nparams == 0 &&
           (c->ret == IR_OBJ || c->ret == IR_VOID);
}

static void finish_fn(frontend *f, const callee *c)
{
    const char *path = f->unit->files[c->fn->loc.file].path;

    c->fn->roles |= c->roles;
    c->fn->steals |= c->steals;
    c->fn->slot = c->slot;
    if (is_module_init(c))
        c->fn->roles |= IR_R_INIT;
    if (looks_like_test(path, c->name))
        c->fn->roles |= IR_R_TEST;
}

static void add_decl(frontend *f, const callee *c)
{
    const unsigned kept = IR_R_NORETURN | IR_R_VARIADIC | IR_R_RETURNS_BORROWED |
                          IR_R_RETURNS_NEW | IR_R_SETS_EXCEPTION | IR_R_NEGATIVE_SETS;
    ir_decl d = {.name = c->name, .roles = c->roles & kept, .steals = c->steals, .ret = c->ret,
                 .in_system_header = c->in_system_header};

    if (!ir_find_decl(f->unit, c->name) && !ir_find_fn(f->unit, c->name))
        ARENA_PUSH(f->a, f->unit->decls, f->unit->ndecls, f->unit->decl_cap, d);
}

/* ---- owned fields */

typedef struct {
    frontend *f;
    const ir_fn *fn;
    const ir_place **from; /* variable -> the field it was read from */
    bool *retained;
    bool is_teardown;
} field_tracker;

static void add_owned(frontend *f, const ir_place *p)
{
    for (int i = 0; i < f->unit->nowned; i++)
        if (strcmp(f->unit->owned[i].record, p->record) == 0 &&
            strcmp(f->unit->owned[i].field, p->field) == 0)
            return;
    ARENA_PUSH(f->a, f->unit->owned, f->unit->nowned, f->unit->owned_cap,
               ((ir_owned_field){p->record, p->field}));
}

static bool is_teardown_slot(const char *slot)
{
    static const char *const slots[] = {"tp_dealloc", "tp_clear", "tp_traverse", "tp_finalize",
                                        "m_free", "m_clear", "m_traverse", "tp_del", NULL};

    return slot && text_is_one_of(slot, slots);
}

static void track(field_tracker *t, const ir_event *e)
{
    if (e->kind == IR_LOAD && e->place.kind == IR_P_FIELD)
        t->from[e->dst] = &e->place;
    else if (e->kind == IR_SET && e->a.kind == IR_VAR && t->from[e->a.var] && !t->from[e->dst])
        t->from[e->dst] = t->from[e->a.var];
    else if ((e->kind == IR_RETAIN || e->kind == IR_XRETAIN) && e->a.kind == IR_VAR)
        t->retained[e->a.var] = true;
}

static bool is_written_back(const ir_fn *fn, const ir_place *p)
{
    for (int b = 0; b < fn->nblocks; b++)
        for (int i = 0; i < fn->blocks[b].nevents; i++) {
            const ir_event *e = &fn->blocks[b].events[i];

            if (e->kind == IR_STORE && e->place.kind == IR_P_FIELD &&
                strcmp(e->place.record, p->record) == 0 && strcmp(e->place.field, p->field) == 0)
                return true;
        }
    return false;
}

/* A local that holds the field's value may have been retained by its own right. */
static bool proves_ownership(const field_tracker *t, int var)
{
    if (!t->from[var])
        return false;
    if (!t->fn->vars[var].shown || t->is_teardown)
        return true;
    return !t->retained[var] && is_written_back(t->fn, t->from[var]);
}

static void use(field_tracker *t, ir_operand a)
{
    if (a.kind == IR_VAR && proves_ownership(t, a.var))
        add_owned(t->f, t->from[a.var]);
}

static bool is_visit(const field_tracker *t, const ir_event *e)
{
    if (e->kind != IR_CALL || e->nargs < 1)
        return false;
    if (e->callee)
        return strcmp(e->callee, "Py_VISIT") == 0;
    return e->a.kind == IR_VAR && t->fn->vars[e->a.var].is_param && t->is_teardown;
}

static void each_event(field_tracker *t, void (*act)(field_tracker *, const ir_event *))
{
    for (int b = 0; b < t->fn->nblocks; b++)
        for (int i = 0; i < t->fn->blocks[b].nevents; i++)
            act(t, &t->fn->blocks[b].events[i]);
}

static void judge(field_tracker *t, const ir_event *e)
{
    if (e->kind == IR_RELEASE || e->kind == IR_XRELEASE)
        use(t, e->a);
    else if (is_visit(t, e))
        use(t, e->args[0]);
}

static void find_owned(frontend *f, const ir_fn *fn)
{
    field_tracker t = {.f = f, .fn = fn, .is_teardown = is_teardown_slot(fn->slot)};
    size_t n = (size_t)fn->nvars + 1;

    t.from = arena_alloc(f->scratch, n * sizeof *t.from);
    t.retained = arena_alloc(f->scratch, n * sizeof *t.retained);
    each_event(&t, track);
    each_event(&t, judge);
    reset_scratch(f);
}

void finish_unit(frontend *f)
{
    for (int i = 0; i < f->nall; i++)
        if (f->all[i]->fn)
            finish_fn(f, f->all[i]);
    for (int i = 0; i < f->nall; i++)
        if (!f->all[i]->fn && f->all[i]->is_called)
            add_decl(f, f->all[i]);
    if (f->lends)
        ARENA_PUSH(f->a, f->unit->decls, f->unit->ndecls, f->unit->decl_cap,
                   ((ir_decl){.name = LENDING, .ret = IR_VOID, .in_system_header = true}));
    for (int i = 0; i < f->unit->nfns; i++)
        find_owned(f, f->unit->fns[i]);
    finish_classes(f);
}
