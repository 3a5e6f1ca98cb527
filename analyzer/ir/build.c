/* Making units, functions, blocks, variables and events.
 *
 * A pointer that ir_append returned is good until the next ir_append to the same block: the array
 * may move.
 */
#include "ir_int.h"

#include <stdlib.h>
#include <string.h>

static bool has_var(const ir_fn *fn, const char *name)
{
    for (int i = 0; i < fn->nvars; i++)
        if (strcmp(fn->vars[i].name, name) == 0)
            return true;
    return false;
}

/* One more than the newest temporary; it stands near the end. */
static int next_temporary(const ir_fn *fn)
{
    for (int i = fn->nvars - 1; i >= 0; i--)
        if (!fn->vars[i].shown)
            return atoi(fn->vars[i].name) + 1;
    return 1;
}

static const char *unique_name(arena *a, const ir_fn *fn, const char *shown)
{
    const char *name = shown;

    for (int i = 2; has_var(fn, name); i++)
        name = arena_printf(a, "%s.%d", shown, i);
    return name;
}

static const char *printed_name(arena *a, const ir_fn *fn, const char *shown)
{
    return shown ? unique_name(a, fn, shown) : arena_printf(a, "%d", next_temporary(fn));
}

int ir_add_file(arena *a, ir_unit *unit, const char *path)
{
    for (int i = 0; i < unit->nfiles; i++)
        if (strcmp(unit->files[i].path, path) == 0)
            return i;
    ARENA_PUSH(a, unit->files, unit->nfiles, unit->file_cap,
               ((ir_file){arena_strdup(a, path)}));
    return unit->nfiles - 1;
}

int ir_add_block(arena *a, ir_fn *fn)
{
    ARENA_PUSH(a, fn->blocks, fn->nblocks, fn->block_cap, (ir_block){0});
    return fn->nblocks - 1;
}

int ir_add_named_var(arena *a, ir_fn *fn, const char *name, const char *shown, ir_type type,
                     const char *type_name, ir_loc loc)
{
    ir_var var = {
        .name = arena_strdup(a, name),
        .shown = arena_strdup(a, shown),
        .type = type,
        .type_name = arena_strdup(a, type_name ? type_name : ""),
        .loc = loc,
    };

    ARENA_PUSH(a, fn->vars, fn->nvars, fn->var_cap, var);
    return fn->nvars - 1;
}

int ir_add_var(arena *a, ir_fn *fn, const char *shown, ir_type type, const char *type_name,
               ir_loc loc)
{
    return ir_add_named_var(a, fn, printed_name(a, fn, shown), shown, type, type_name, loc);
}

ir_event *ir_append(arena *a, ir_fn *fn, int block, ir_event_kind kind, ir_loc loc)
{
    ir_block *b = &fn->blocks[block];
    ir_event e = {.kind = kind, .loc = loc, .dst = -1, .target = {-1, -1}};

    ARENA_PUSH(a, b->events, b->nevents, b->cap, e);
    return &b->events[b->nevents - 1];
}

const ir_fn *ir_find_fn(const ir_unit *unit, const char *name)
{
    for (int i = 0; i < unit->nfns; i++)
        if (strcmp(unit->fns[i]->name, name) == 0)
            return unit->fns[i];
    return NULL;
}

const ir_decl *ir_find_decl(const ir_unit *unit, const char *name)
{
    for (int i = 0; i < unit->ndecls; i++)
        if (strcmp(unit->decls[i].name, name) == 0)
            return &unit->decls[i];
    return NULL;
}

const ir_record *ir_find_record(const ir_unit *unit, const char *name)
{
    for (int i = 0; i < unit->nrecords; i++)
        if (strcmp(unit->records[i].name, name) == 0)
            return &unit->records[i];
    return NULL;
}

const ir_field *ir_find_field(const ir_record *record, const char *name)
{
    for (int i = 0; i < record->nfields; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return &record->fields[i];
    return NULL;
}

ir_class *ir_find_class(const ir_unit *unit, const char *name)
{
    for (int i = 0; i < unit->nclasses; i++)
        if (strcmp(unit->classes[i].name, name) == 0)
            return &unit->classes[i];
    return NULL;
}

const ir_slot *ir_find_slot(const ir_class *type, const char *slot)
{
    for (int i = 0; i < type->nslots; i++)
        if (strcmp(type->slots[i].name, slot) == 0)
            return &type->slots[i];
    return NULL;
}

bool ir_is_terminator(ir_event_kind kind)
{
    return kind == IR_JUMP || kind == IR_BR || kind == IR_SWITCH || kind == IR_RET ||
           kind == IR_UNREACHABLE;
}

static int put(int *out, int max, int n, int block)
{
    if (n < max)
        out[n] = block;
    return n + 1;
}

int ir_successors(const ir_event *e, int *out, int max)
{
    int n = 0;

    if (e->kind == IR_JUMP || e->kind == IR_BR || e->kind == IR_SWITCH)
        n = put(out, max, n, e->target[0]);
    if (e->kind == IR_BR)
        n = put(out, max, n, e->target[1]);
    if (e->kind == IR_SWITCH)
        for (int i = 0; i < e->ncases; i++)
            n = put(out, max, n, e->cases[i].block);
    return n;
}
