/* What the static tables say about functions: methods, slots, getters, setters, module hooks.
 *
 * A function that appears as a value anywhere else has its address taken. Assignments such as
 * `type->tp_new = f` count as tables.
 */
#include "frontend_int.h"
#include "lower_int.h"

#include <string.h>

enum { MOD_CREATE = 1, MOD_EXEC = 2 };

static const struct {
    const char *record, *field; /* field NULL: any */
    unsigned role;
} rows[] = {
    {"PyMethodDef", "ml_meth", IR_R_METHOD},
    {"PyGetSetDef", "get", IR_R_GETTER},
    {"PyGetSetDef", "set", IR_R_SETTER},
    {"PyTypeObject", NULL, IR_R_SLOT},
    {"PyNumberMethods", NULL, IR_R_SLOT},
    {"PySequenceMethods", NULL, IR_R_SLOT},
    {"PyMappingMethods", NULL, IR_R_SLOT},
    {"PyAsyncMethods", NULL, IR_R_SLOT},
    {"PyBufferProcs", NULL, IR_R_SLOT},
    {"PyModuleDef", NULL, IR_R_SLOT},
};

static unsigned role_of_field(const field_info *i)
{
    for (size_t r = 0; r < sizeof rows / sizeof rows[0]; r++)
        if (strcmp(rows[r].record, i->record) == 0 &&
            (!rows[r].field || strcmp(rows[r].field, i->name) == 0))
            return rows[r].role;
    return 0;
}

/* A function may stand in several slots; the one whose duties are known best wins. */
static int slot_rank(const char *slot)
{
    static const char *const known[] = {"tp_dealloc", "tp_traverse", "tp_clear", "tp_finalize",
                                        "tp_new", "tp_init", "tp_iternext", "tp_iter", NULL};

    for (int i = 0; known[i]; i++)
        if (strcmp(known[i], slot) == 0)
            return 100 - i;
    return 0;
}

static void give_slot(callee *c, const char *slot)
{
    c->roles |= IR_R_SLOT;
    if (!c->slot || slot_rank(slot) > slot_rank(c->slot))
        c->slot = slot;
}

static void give_role(callee *c, const field_info *i)
{
    unsigned role = role_of_field(i);

    if (role == IR_R_SLOT)
        give_slot(c, i->name);
    else
        c->roles |= role ? role : IR_R_ADDRESS_TAKEN;
}

/* ---- tables */

typedef struct {
    frontend *f;
    int64_t number; /* the slot member of the PyType_Slot or PyModuleDef_Slot being read */
} table_reader;

static bool is_numbered(const field_info *i)
{
    return strcmp(i->record, "PyType_Slot") == 0 || strcmp(i->record, "PyModuleDef_Slot") == 0;
}

const char *type_slot_name(const frontend *f, int64_t number)
{
    const frontend_request *r = f->request;

    return number > 0 && number < r->ntype_slots ? r->type_slots[number] : NULL;
}

static void numbered_slot(frontend *f, callee *c, const field_info *i, int64_t number)
{
    bool is_type = strcmp(i->record, "PyType_Slot") == 0;

    if (is_type && type_slot_name(f, number))
        give_slot(c, type_slot_name(f, number));
    else if (!is_type && (number == MOD_CREATE || number == MOD_EXEC))
        c->roles |= IR_R_INIT;
    else
        c->roles |= IR_R_ADDRESS_TAKEN;
}

/* Functions inside an expression that is no plain name: `flag ? f : g`, (void *[]){f}. */
static void functions_inside(frontend *f, node *root)
{
    for (node *k = root->first; k; k = k->next) {
        callee *c = kind_of(k) == CXCursor_DeclRefExpr ? function_of(f, k) : NULL;

        if (c)
            c->roles |= IR_R_ADDRESS_TAKEN;
        functions_inside(f, k);
    }
}

static void other_value(table_reader *t, node *n)
{
    node *bare = strip(n);

    if (unary_kind(bare) == CXUnaryOperator_AddrOf)
        bare = strip(bare->first);
    if (kind_of(bare) == CXCursor_CompoundLiteralExpr && bare->last)
        read_table(t->f, clang_getCursorType(bare->c), strip(bare->last));
    else
        functions_inside(t->f, bare);
}

static void read_entry(void *user, const init_slot *slot, node *n)
{
    table_reader *t = user;
    callee *c = n ? function_of(t->f, n) : NULL;
    const field_info *i;

    if (n && !c && !clang_Cursor_isNull(slot->field) &&
        strcmp(field_of(t->f, slot->field)->name, "slot") == 0)
        evaluate(strip(n)->c, &t->number);
    else if (n && !c)
        other_value(t, n);
    if (!c)
        return;
    if (clang_Cursor_isNull(slot->field)) {
        c->roles |= IR_R_ADDRESS_TAKEN;
        return;
    }
    i = field_of(t->f, slot->field);
    if (is_numbered(i))
        numbered_slot(t->f, c, i, t->number);
    else
        give_role(c, i);
}

void read_table(frontend *f, CXType type, node *init)
{
    table_reader t = {.f = f};
    callee *c = function_of(f, init);
    node *bare = strip(init);

    if (c)
        c->roles |= IR_R_ADDRESS_TAKEN;
    else if (kind_of(bare) == CXCursor_InitListExpr && is_aggregate(type))
        init_each(f, type, bare, false, read_entry, &t);
    else
        other_value(&t, init);
}

bool note_slot_store(frontend *f, node *lhs, node *rhs)
{
    callee *c = function_of(f, rhs);
    CXCursor field;

    lhs = strip(lhs);
    if (!c || kind_of(lhs) != CXCursor_MemberRefExpr)
        return false;
    field = clang_getCursorReferenced(lhs->c);
    if (clang_getCursorKind(field) != CXCursor_FieldDecl || !role_of_field(field_of(f, field)))
        return false;
    give_role(c, field_of(f, field));
    return true;
}

void note_address_taken(frontend *f, node *n)
{
    callee *c = function_of(f, n);

    if (c)
        c->roles |= IR_R_ADDRESS_TAKEN;
}
