/* A unit as text that ir_read turns back into the same text (grammar: README.md).
 *
 * Prints what is there, also when ir_verify would refuse it: a dump is how faults are found.
 */
#include "ir_int.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

static void print_byte(buf *out, unsigned char c)
{
    static const char plain[] = "\n\t\r\"\\";
    static const char letter[] = "ntr\"\\";
    const char *at = c ? strchr(plain, c) : NULL;

    if (at)
        buf_printf(out, "\\%c", letter[at - plain]);
    else if (c < 0x20 || c == 0x7f)
        buf_printf(out, "\\%03o", c);
    else
        buf_addn(out, (const char *)&c, 1);
}

static void print_string(buf *out, const char *s)
{
    buf_add(out, "\"");
    for (; s && *s; s++)
        print_byte(out, (unsigned char)*s);
    buf_add(out, "\"");
}

static void print_name(buf *out, const char *name)
{
    if (name && ir_is_name(name))
        buf_add(out, name);
    else
        print_string(out, name);
}

/* A field may be dotted: every part must be a name, or the whole is quoted. */
static bool is_path(const char *s)
{
    bool at_start = true;

    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;

        if (at_start ? !ir_is_name_start(c) : !ir_is_name_part(c) && c != '.')
            return false;
        at_start = c == '.';
    }
    return !at_start;
}

static void print_dotted(buf *out, const char *field)
{
    if (field && is_path(field))
        buf_add(out, field);
    else
        print_string(out, field);
}

static void print_field(buf *out, const char *record, const char *field)
{
    if (record && *record)
        print_name(out, record);
    buf_add(out, ".");
    print_dotted(out, field);
}

static void print_loc(buf *out, ir_loc loc)
{
    if (loc.line == 0)
        return;
    buf_add(out, " @");
    if (loc.file != 0)
        buf_printf(out, "%d/", loc.file);
    buf_printf(out, "%d:%d", loc.line, loc.col);
    if (loc.end_line != 0)
        buf_printf(out, "-%d:%d", loc.end_line, loc.end_col);
}

static void print_type(buf *out, ir_type type, const char *name)
{
    buf_add(out, (unsigned)type <= IR_OTHER ? ir_type_words[type] : "?");
    if (name && *name) {
        buf_add(out, " ");
        print_string(out, name);
    }
}

static void print_var(buf *out, const ir_fn *fn, int var)
{
    bool exists = var >= 0 && var < fn->nvars;

    buf_printf(out, "%%%s", exists ? fn->vars[var].name : "?");
}

static void print_operand(buf *out, const ir_fn *fn, const ir_operand *o)
{
    switch (o->kind) {
    case IR_NONE: break;
    case IR_VAR: print_var(out, fn, o->var); break;
    case IR_CONST: buf_printf(out, "%" PRId64, o->num); break;
    case IR_STRING: print_string(out, o->text); break;
    case IR_SYMBOL:
        buf_add(out, "@");
        print_name(out, o->text);
        break;
    case IR_UNKNOWN: buf_add(out, "?"); break;
    }
}

static void print_place(buf *out, const ir_fn *fn, const ir_place *p)
{
    if (p->kind == IR_P_DEREF)
        buf_add(out, "*");
    print_operand(out, fn, &p->base);
    if (p->kind == IR_P_FIELD) {
        buf_add(out, "->");
        print_field(out, p->record, p->field);
    } else if (p->kind == IR_P_INDEX) {
        buf_add(out, "[");
        print_operand(out, fn, &p->index);
        buf_add(out, "]");
    }
}

static void print_strings(buf *out, const char *const *strings, int n)
{
    buf_add(out, "(");
    for (int i = 0; i < n; i++) {
        buf_add(out, i ? ", " : "");
        print_string(out, strings[i]);
    }
    buf_add(out, ")");
}

static void print_passed(buf *out, const ir_passed *p)
{
    buf_add(out, " passing");
    print_strings(out, p->types, p->ntypes);
    if (p->list < 0)
        return;
    buf_printf(out, " list %d%s", p->list, p->is_open ? " open" : "");
    print_strings(out, p->strings, p->nstrings);
}

static void print_call(buf *out, const ir_fn *fn, const ir_event *e)
{
    if (e->callee) {
        print_name(out, e->callee);
    } else {
        buf_add(out, "*");
        print_operand(out, fn, &e->a);
    }
    buf_add(out, "(");
    for (int i = 0; i < e->nargs; i++) {
        buf_add(out, i ? ", " : "");
        print_operand(out, fn, &e->args[i]);
        buf_add(out, e->args[i].as_void ? ":void" : "");
    }
    buf_add(out, ")");
    if (e->passed)
        print_passed(out, e->passed);
}

static void print_case(buf *out, const ir_case *c)
{
    buf_printf(out, "%" PRId64, c->low);
    if (c->high != c->low)
        buf_printf(out, "-%" PRId64, c->high);
    buf_printf(out, ": b%d", c->block);
}

static void print_switch(buf *out, const ir_fn *fn, const ir_event *e)
{
    print_operand(out, fn, &e->a);
    buf_printf(out, ", b%d [", e->target[0]);
    for (int i = 0; i < e->ncases; i++) {
        buf_add(out, i ? ", " : "");
        print_case(out, &e->cases[i]);
    }
    buf_add(out, "]");
}

static void print_body(buf *out, const ir_fn *fn, const ir_event *e)
{
    switch (ir_event_rows[e->kind].shape) {
    case SHAPE_D_A:
    case SHAPE_A:
    case SHAPE_RET: print_operand(out, fn, &e->a); break;
    case SHAPE_D_AB:
        print_operand(out, fn, &e->a);
        buf_add(out, ", ");
        print_operand(out, fn, &e->b);
        break;
    case SHAPE_D_PLACE: print_place(out, fn, &e->place); break;
    case SHAPE_PLACE_A:
        print_place(out, fn, &e->place);
        buf_add(out, ", ");
        print_operand(out, fn, &e->a);
        break;
    case SHAPE_CALL: print_call(out, fn, e); break;
    case SHAPE_JUMP: buf_printf(out, "b%d", e->target[0]); break;
    case SHAPE_BR:
        print_operand(out, fn, &e->a);
        buf_printf(out, ", b%d, b%d", e->target[0], e->target[1]);
        break;
    case SHAPE_SWITCH: print_switch(out, fn, e); break;
    case SHAPE_NONE: break;
    }
}

/* ---- variables: temporaries are declared where they are first set, the others on top */

static bool is_plain(const ir_var *v)
{
    return !v->shown && !v->is_param && !v->is_static && !v->address_taken;
}

static void mark_set(const ir_fn *fn, bool *is_set)
{
    for (int b = 0; b < fn->nblocks; b++) {
        for (int i = 0; i < fn->blocks[b].nevents; i++) {
            int dst = fn->blocks[b].events[i].dst;

            if (dst >= 0 && dst < fn->nvars)
                is_set[dst] = true;
        }
    }
}

static bool is_usual(const ir_var *v, ir_event_kind kind)
{
    const char *type_name;
    ir_type type;

    ir_usual_type(kind, &type, &type_name);
    return v->type == type && strcmp(v->type_name ? v->type_name : "", type_name) == 0;
}

static void print_dst(buf *out, const ir_fn *fn, const ir_event *e, bool *due)
{
    print_var(out, fn, e->dst);
    if (e->dst < fn->nvars && due[e->dst]) {
        const ir_var *v = &fn->vars[e->dst];

        due[e->dst] = false;
        if (is_plain(v) && !is_usual(v, e->kind)) {
            buf_add(out, ": ");
            print_type(out, v->type, v->type_name);
        }
    }
    buf_add(out, " = ");
}

static void print_event(buf *out, const ir_fn *fn, const ir_event *e, bool *due)
{
    size_t before;

    buf_add(out, "  ");
    if (e->dst >= 0)
        print_dst(out, fn, e, due);
    buf_add(out, ir_event_rows[e->kind].text);
    buf_add(out, " ");
    before = out->len;
    print_body(out, fn, e);
    if (out->len == before)
        out->data[--out->len] = '\0';
    if (e->macro) {
        buf_add(out, " by ");
        print_name(out, e->macro);
    }
    print_loc(out, e->loc);
    buf_add(out, "\n");
}

static void print_typed_var(buf *out, const ir_fn *fn, int i)
{
    const ir_var *v = &fn->vars[i];

    print_var(out, fn, i);
    buf_add(out, ": ");
    print_type(out, v->type, v->type_name);
    buf_add(out, v->is_static ? " static" : "");
    buf_add(out, v->address_taken ? " address-taken" : "");
    print_loc(out, v->loc);
}

static void print_vars(buf *out, const ir_fn *fn, const bool *is_set)
{
    for (int i = fn->nparams; i < fn->nvars; i++) {
        if (is_plain(&fn->vars[i]) && is_set[i])
            continue;
        buf_add(out, "  var ");
        print_typed_var(out, fn, i);
        buf_add(out, "\n");
    }
}

/* ---- functions and units */

static void print_steals(buf *out, unsigned steals)
{
    const char *before = " steals(";

    for (int k = 0; k < 32; k++) {
        if (!(steals >> k & 1))
            continue;
        buf_printf(out, "%s%d", before, k);
        before = ",";
    }
    if (steals)
        buf_add(out, ")");
}

static void print_roles(buf *out, unsigned roles, const char *slot, unsigned steals)
{
    for (const ir_word *w = ir_role_words; w->word; w++) {
        if (!(roles & w->bit))
            continue;
        buf_printf(out, " %s", w->word);
        if (w->bit == IR_R_SLOT) {
            buf_add(out, "(");
            print_name(out, slot);
            buf_add(out, ")");
        }
    }
    print_steals(out, steals);
}

static void print_head(buf *out, const ir_fn *fn)
{
    buf_add(out, "fn ");
    print_name(out, fn->name);
    buf_add(out, "(");
    for (int i = 0; i < fn->nparams; i++) {
        buf_add(out, i ? ", " : "");
        print_typed_var(out, fn, i);
    }
    buf_add(out, ") -> ");
    print_type(out, fn->ret, fn->ret_type_name);
    print_roles(out, fn->roles, fn->slot, fn->steals);
    print_loc(out, fn->loc);
    buf_add(out, " {\n");
}

void ir_print_fn(const ir_unit *unit, const ir_fn *fn, buf *out)
{
    arena *scratch = arena_create();
    bool *due = arena_alloc(scratch, (size_t)fn->nvars + 1); /* types still to be printed */

    (void)unit;
    mark_set(fn, due);
    print_head(out, fn);
    print_vars(out, fn, due);
    for (int b = 0; b < fn->nblocks; b++) {
        buf_printf(out, "b%d:\n", b);
        for (int i = 0; i < fn->blocks[b].nevents; i++)
            print_event(out, fn, &fn->blocks[b].events[i], due);
    }
    buf_add(out, "}\n");
    arena_destroy(scratch);
}

static void print_decl(buf *out, const ir_decl *d)
{
    buf_add(out, "decl ");
    print_name(out, d->name);
    if (d->ret != IR_VOID) {
        buf_add(out, " -> ");
        print_type(out, d->ret, NULL);
    }
    print_roles(out, d->roles, NULL, d->steals);
    buf_add(out, d->in_system_header ? " system\n" : "\n");
}

/* ---- types, modules and their tables */

static void print_record(buf *out, const ir_record *r)
{
    buf_add(out, "record ");
    print_name(out, r->name);
    for (int i = 0; i < r->nfields; i++) {
        const ir_field *f = &r->fields[i];

        buf_add(out, i ? ", " : " ");
        print_dotted(out, f->name);
        buf_add(out, ": ");
        print_type(out, f->type, f->type_name);
        buf_add(out, f->in_union ? " union" : "");
        buf_add(out, f->is_settable ? " settable" : f->is_exposed ? " exposed" : "");
    }
    buf_add(out, "\n");
}

static void print_optional_name(buf *out, const char *name)
{
    if (name)
        print_name(out, name);
    else
        buf_add(out, "?");
}

static void print_slots(buf *out, const ir_class *c)
{
    buf_add(out, " [");
    for (int i = 0; i < c->nslots; i++) {
        buf_add(out, i ? ", " : "");
        print_name(out, c->slots[i].name);
        buf_add(out, ": ");
        print_optional_name(out, c->slots[i].value);
    }
    buf_add(out, "]");
}

static void print_class(buf *out, const ir_class *c)
{
    buf_add(out, "type ");
    print_name(out, c->name);
    buf_add(out, " ");
    print_string(out, c->shown);
    if (*c->record) {
        buf_add(out, " record ");
        print_name(out, c->record);
    }
    for (const ir_word *w = ir_class_words; w->word; w++)
        if (c->flags & w->bit)
            buf_printf(out, " %s", w->word);
    print_slots(out, c);
    print_loc(out, c->loc);
    buf_add(out, "\n");
}

static void print_method(buf *out, const ir_method *m)
{
    if (m->name)
        print_string(out, m->name);
    else
        buf_add(out, "?");
    buf_add(out, ": ");
    print_optional_name(out, m->function);
    if (m->flags >= 0)
        buf_printf(out, " %d", m->flags);
    print_loc(out, m->loc);
}

static void print_methods(buf *out, const ir_methods *t)
{
    buf_add(out, "methods ");
    print_name(out, t->name);
    buf_add(out, t->is_open ? " open [" : " [");
    for (int i = 0; i < t->nrows; i++) {
        buf_add(out, i ? ", " : "");
        print_method(out, &t->rows[i]);
    }
    buf_add(out, "]");
    print_loc(out, t->loc);
    buf_add(out, "\n");
}

static void print_tables(buf *out, const ir_unit *unit)
{
    for (int i = 0; i < unit->nrecords; i++)
        print_record(out, &unit->records[i]);
    for (int i = 0; i < unit->nclasses; i++)
        print_class(out, &unit->classes[i]);
    for (int i = 0; i < unit->nmethods; i++)
        print_methods(out, &unit->methods[i]);
}

void ir_print(const ir_unit *unit, buf *out)
{
    buf_add(out, "unit ");
    print_string(out, unit->name);
    buf_add(out, unit->has_long_lengths ? " long-lengths\n" : "\n");
    for (int i = 0; i < unit->nfiles; i++) {
        buf_printf(out, "file %d ", i);
        print_string(out, unit->files[i].path);
        buf_add(out, "\n");
    }
    for (int i = 0; i < unit->nowned; i++) {
        buf_add(out, "owns ");
        print_field(out, unit->owned[i].record, unit->owned[i].field);
        buf_add(out, "\n");
    }
    for (int i = 0; i < unit->ndecls; i++)
        print_decl(out, &unit->decls[i]);
    print_tables(out, unit);
    for (int i = 0; i < unit->nfns; i++) {
        buf_add(out, "\n");
        ir_print_fn(unit, unit->fns[i], out);
    }
}
