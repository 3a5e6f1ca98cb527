/* Extension types, modules and method tables, as the unit's initialisers describe them.
 *
 * A PyTypeObject and a PyModuleDef are one class each, a PyType_Spec with its array of PyType_Slot
 * is one, and so are tables inside functions. What a slot holds is kept by name only. The records of
 * instances are added at the end, with the fields that hold objects, when it is known which of them
 * a PyMemberDef shows to Python.
 */
#include "frontend_int.h"

#include <string.h>

enum { TPFLAGS_BASETYPE = 1 << 10, TPFLAGS_HAVE_GC = 1 << 14 };
enum { T_OBJECT = 6, T_OBJECT_EX = 16, READONLY = 1 };

typedef struct {
    const char *name;
    ir_class slots; /* only its slots count */
} slot_array;

typedef struct {
    const char *record, *field;
    bool is_settable;
} exposed_field;

struct class_notes {
    slot_array *arrays;
    int narrays, array_cap;
    exposed_field *exposed;
    int nexposed, exposed_cap;
    CXType *records; /* of the unit's classes, same index */
    const char **slots; /* a class's array of PyType_Slot, NULL: none; same index */
    int n, records_cap, slots_cap;
};

typedef struct {
    frontend *f;
    ir_class *to;
    const char *slots; /* PyType_Spec.slots: name of the array */
    CXType record;
    int64_t row, number; /* PyType_Slot: the row being read, its slot */
    node *value;         /* and its pfunc */
    int shift;         /* 1: the header has one member less here than where the source was written */
} class_reader;

/* ---- values */

static const char *variable_name(frontend *f, CXCursor var)
{
    CXCursor parent = clang_getCursorSemanticParent(var);
    const char *name = cursor_text(f, var);

    if (clang_getCursorKind(parent) != CXCursor_FunctionDecl)
        return name;
    return arena_printf(f->a, "%s.%s", cursor_text(f, parent), name);
}

/* `x`, `&x`, or the first element of it, maybe cast. */
static const char *global_of(frontend *f, node *n)
{
    CXCursor decl;

    n = strip(n);
    if (unary_kind(n) == CXUnaryOperator_AddrOf)
        n = strip(n->first);
    if (kind_of(n) == CXCursor_ArraySubscriptExpr)
        n = strip(n->first);
    if (kind_of(n) != CXCursor_DeclRefExpr)
        return NULL;
    decl = clang_getCursorReferenced(n->c);
    return clang_getCursorKind(decl) == CXCursor_VarDecl ? variable_name(f, decl) : NULL;
}

static bool is_constant(node *n, int64_t *out)
{
    return evaluate(n->c, out) || evaluate(strip(n)->c, out);
}

static const char *text_of(frontend *f, node *n)
{
    n = strip(n);
    if (kind_of(n) != CXCursor_StringLiteral)
        return NULL;
    return decode_string(f->a, cursor_text(f, n->c));
}

static enum CXChildVisitResult find_record(CXCursor c, CXCursor parent, CXClientData data)
{
    CXType *out = data;

    (void)parent;
    if (clang_getCursorKind(c) != CXCursor_TypeRef)
        return CXChildVisit_Recurse;
    if (clang_getCanonicalType(clang_getCursorType(c)).kind != CXType_Record)
        return CXChildVisit_Continue;
    *out = clang_getCursorType(c);
    return CXChildVisit_Break;
}

/* The struct in sizeof(struct), offsetof(struct, member). */
static CXType record_in(node *n)
{
    CXType t = {0};

    clang_visitChildren(n->c, find_record, &t);
    return t;
}

/* ---- types, specs and modules */

static void add_slot(frontend *f, ir_class *to, const char *name, node *n)
{
    callee *c = function_of(f, n);
    ir_slot slot = {name, c ? c->name : global_of(f, n)};
    int64_t number;

    if (!slot.value && (is_constant(n, &number) || kind_of(strip(n)) == CXCursor_StringLiteral))
        return; /* a number or a text: nothing that is called or pointed to */
    if (!ir_find_slot(to, name))
        ARENA_PUSH(f->a, to->slots, to->nslots, to->slot_cap, slot);
}

static void read_flags(ir_class *to, node *n)
{
    int64_t flags = 0;

    if (!is_constant(n, &flags))
        to->flags |= IR_C_OPEN;
    to->flags |= flags & TPFLAGS_HAVE_GC ? IR_C_GC : 0;
    to->flags |= flags & TPFLAGS_BASETYPE ? IR_C_BASETYPE : 0;
}

/* `PyObject_HEAD_INIT(NULL) 0, "name", ...` is how Python 2 spells it: under the headers of Python 3
 * every member moves up by one, and the name stands where the size should. */
static const char *member_name(class_reader *r, const init_slot *slot, node *n)
{
    const record_info *record = record_of(r->f, clang_getCursorType(clang_getCursorSemanticParent(slot->field)));
    const char *name = field_of(r->f, slot->field)->name;

    if (strcmp(name, "tp_basicsize") == 0 && kind_of(strip(n)) == CXCursor_StringLiteral)
        r->shift = 1;
    if (!r->shift || !record || slot->index < 1)
        return name;
    return cursor_text(r->f, record->fields[slot->index - 1]);
}

static void read_member(void *user, const init_slot *slot, node *n)
{
    static const char *const names[] = {"tp_name", "name", "m_name", NULL};
    static const char *const sizes[] = {"tp_basicsize", "basicsize", "m_size", NULL};
    static const char *const flags[] = {"tp_flags", "flags", NULL};
    class_reader *r = user;
    const char *field, *text;

    if (!n || slot->outer || clang_Cursor_isNull(slot->field))
        return; /* the header, or a row of something else */
    field = member_name(r, slot, n);
    if (text_is_one_of(field, names)) {
        text = text_of(r->f, n);
        r->to->shown = text ? text : "";
    } else if (text_is_one_of(field, sizes)) {
        r->record = record_in(n);
    } else if (text_is_one_of(field, flags)) {
        read_flags(r->to, n);
    } else if (strcmp(field, "slots") == 0) {
        r->slots = global_of(r->f, n);
        if (!r->slots)
            r->to->flags |= IR_C_OPEN;
    } else {
        add_slot(r->f, r->to, field, n);
    }
}

static int64_t row_of(const init_slot *slot)
{
    return slot->outer ? slot->outer->index : 0;
}

static void finish_slot_row(class_reader *r)
{
    const char *name = type_slot_name(r->f, r->number);

    if (name && r->value)
        add_slot(r->f, r->to, name, r->value);
    r->number = 0;
    r->value = NULL;
}

static void read_slot_row(void *user, const init_slot *slot, node *n)
{
    class_reader *r = user;

    if (!n || clang_Cursor_isNull(slot->field))
        return;
    if (row_of(slot) != r->row)
        finish_slot_row(r);
    r->row = row_of(slot);
    if (strcmp(field_of(r->f, slot->field)->name, "slot") != 0)
        r->value = n;
    else if (!is_constant(n, &r->number))
        r->number = 0;
}

static class_notes *notes_of(frontend *f)
{
    if (!f->notes)
        f->notes = arena_alloc(f->a, sizeof *f->notes);
    return f->notes;
}

static void note_class(frontend *f, CXCursor var, CXType type, node *list, unsigned flags)
{
    class_notes *notes = notes_of(f);
    ir_class c = {.name = variable_name(f, var), .shown = "", .record = "", .flags = flags,
                  .loc = loc_of_decl(f, var)};
    class_reader r = {.f = f, .to = &c};

    if (ir_find_class(f->unit, c.name))
        return;
    init_each(f, type, list, false, read_member, &r);
    ARENA_PUSH(f->a, f->unit->classes, f->unit->nclasses, f->unit->class_cap, c);
    ARENA_PUSH(f->a, notes->slots, notes->n, notes->slots_cap, r.slots);
    notes->n--;
    ARENA_PUSH(f->a, notes->records, notes->n, notes->records_cap, r.record);
}

static void note_slots(frontend *f, CXCursor var, CXType type, node *list)
{
    class_notes *notes = notes_of(f);
    slot_array array = {.name = variable_name(f, var)};
    class_reader r = {.f = f, .to = &array.slots};

    init_each(f, type, list, false, read_slot_row, &r);
    finish_slot_row(&r);
    ARENA_PUSH(f->a, notes->arrays, notes->narrays, notes->array_cap, array);
}

/* ---- method tables */

typedef struct {
    frontend *f;
    ir_methods *to;
    ir_method row;
    int64_t index; /* of the row, -1: before the first */
} method_reader;

static void finish_row(method_reader *r)
{
    if (r->row.loc.line)
        ARENA_PUSH(r->f->a, r->to->rows, r->to->nrows, r->to->row_cap, r->row);
    r->row = (ir_method){.flags = -1};
}

static void read_method(void *user, const init_slot *slot, node *n)
{
    method_reader *r = user;
    const char *field;
    callee *c;
    int64_t number;

    if (!n || clang_Cursor_isNull(slot->field))
        return;
    if (row_of(slot) != r->index)
        finish_row(r);
    r->index = row_of(slot);
    field = field_of(r->f, slot->field)->name;
    if (strcmp(field, "ml_name") == 0 && !(is_constant(n, &number) && number == 0)) {
        r->row.name = text_of(r->f, n);
        r->row.loc = loc_of(r->f, n->c);
    } else if (strcmp(field, "ml_meth") == 0 && (c = function_of(r->f, n)) != NULL) {
        r->row.function = c->name;
    } else if (strcmp(field, "ml_flags") == 0 && is_constant(n, &number)) {
        r->row.flags = (int)(number & 0xffff);
    }
}

static void note_methods(frontend *f, CXCursor var, CXType type, node *list)
{
    ir_methods t = {.name = variable_name(f, var), .loc = loc_of_decl(f, var)};
    method_reader r = {.f = f, .to = &t, .row = {.flags = -1}, .index = -1};
    bool last_has_name;

    init_each(f, type, list, false, read_method, &r);
    last_has_name = r.row.loc.line != 0;
    finish_row(&r);
    t.is_open = last_has_name && r.index + 1 == clang_getArraySize(clang_getCanonicalType(type));
    ARENA_PUSH(f->a, f->unit->methods, f->unit->nmethods, f->unit->methods_cap, t);
}

/* ---- members that Python sees */

typedef struct {
    frontend *f;
    exposed_field field;
    int64_t type, index;
} member_reader;

static enum CXChildVisitResult add_member_name(CXCursor c, CXCursor parent, CXClientData data)
{
    member_reader *r = data;
    const char *name;

    (void)parent;
    if (clang_getCursorKind(c) == CXCursor_MemberRef) {
        name = cursor_text(r->f, c);
        r->field.field = r->field.field ? arena_printf(r->f->a, "%s.%s", r->field.field, name) : name;
    }
    return CXChildVisit_Recurse;
}

static void finish_member(member_reader *r)
{
    class_notes *notes = notes_of(r->f);
    bool is_object = r->type == T_OBJECT || r->type == T_OBJECT_EX;

    if (r->field.record && r->field.field && is_object)
        ARENA_PUSH(r->f->a, notes->exposed, notes->nexposed, notes->exposed_cap, r->field);
    r->field = (exposed_field){.is_settable = true};
    r->type = 0;
}

static void read_member_row(void *user, const init_slot *slot, node *n)
{
    member_reader *r = user;
    record_info *record;
    const char *field;
    int64_t number = 0;

    if (!n || clang_Cursor_isNull(slot->field))
        return;
    if (row_of(slot) != r->index)
        finish_member(r);
    r->index = row_of(slot);
    field = field_of(r->f, slot->field)->name;
    if (strcmp(field, "type") == 0) {
        is_constant(n, &r->type);
    } else if (strcmp(field, "flags") == 0) {
        r->field.is_settable = is_constant(n, &number) && !(number & READONLY);
    } else if (strcmp(field, "offset") == 0) {
        record = record_of(r->f, record_in(n));
        r->field.record = record ? record->name : NULL;
        clang_visitChildren(n->c, add_member_name, r);
    }
}

static void note_members(frontend *f, CXType type, node *list)
{
    member_reader r = {.f = f, .field = {.is_settable = true}, .index = -1};

    init_each(f, type, list, false, read_member_row, &r);
    finish_member(&r);
}

/* ---- any variable with an initialiser */

void note_table(frontend *f, CXCursor var, CXType type, node *init)
{
    CXType element = clang_getArrayElementType(clang_getCanonicalType(type));
    record_info *record = record_of(f, element.kind == CXType_Invalid ? type : element);
    node *list = strip(init);

    if (!record || kind_of(list) != CXCursor_InitListExpr)
        return;
    if (strcmp(record->name, "PyTypeObject") == 0 && element.kind == CXType_Invalid)
        note_class(f, var, type, list, 0);
    else if (strcmp(record->name, "PyType_Spec") == 0 && element.kind == CXType_Invalid)
        note_class(f, var, type, list, IR_C_HEAP);
    else if (strcmp(record->name, "PyModuleDef") == 0 && element.kind == CXType_Invalid)
        note_class(f, var, type, list, IR_C_MODULE);
    else if (strcmp(record->name, "PyType_Slot") == 0)
        note_slots(f, var, type, list);
    else if (strcmp(record->name, "PyMethodDef") == 0)
        note_methods(f, var, type, list);
    else if (strcmp(record->name, "PyMemberDef") == 0)
        note_members(f, type, list);
}

/* ---- records, at the end */

static bool add_record(frontend *f, CXType t);

static bool is_union_type(CXType t)
{
    CXCursor decl = clang_getTypeDeclaration(clang_getCanonicalType(t));

    return clang_getCursorKind(decl) == CXCursor_UnionDecl;
}

static bool is_header(const char *name)
{
    static const char *const names[] = {"PyObject", "PyVarObject", "_object", NULL};

    return text_is_one_of(name, names);
}

static bool is_header_field(const char *name)
{
    static const char *const names[] = {"ob_type", "_ob_next", "_ob_prev", NULL};

    return text_is_one_of(name, names);
}

static void add_fields(frontend *f, ir_record *to, CXType t, const char *prefix, bool in_union);

static void add_field(frontend *f, ir_record *to, CXCursor field, const char *prefix, bool in_union)
{
    CXType t = clang_getCursorType(field);
    const type_info *type = type_of(f, t);
    record_info *inner = record_of(f, t);
    const char *name = arena_printf(f->a, "%s%s", prefix, cursor_text(f, field));
    ir_field made = {.name = name, .type = type->type, .type_name = type->name, .in_union = in_union};

    if (inner && (is_header(inner->name) || !in_project(f, clang_getTypeDeclaration(clang_getCanonicalType(t)))))
        return;
    if (inner && clang_Cursor_isAnonymousRecordDecl(clang_getTypeDeclaration(clang_getCanonicalType(t))))
        add_fields(f, to, t, prefix, in_union || is_union_type(t));
    else if (inner && (!*inner->name || is_union_type(t)))
        add_fields(f, to, t, arena_printf(f->a, "%s.", name), in_union || is_union_type(t));
    else if (inner ? add_record(f, t) : type->type == IR_OBJ && !is_header_field(name))
        ARENA_PUSH(f->a, to->fields, to->nfields, to->field_cap, made);
}

static void add_fields(frontend *f, ir_record *to, CXType t, const char *prefix, bool in_union)
{
    record_info *r = record_of(f, t);

    load_fields(r, f->a, t);
    for (int i = 0; i < r->nfields; i++)
        add_field(f, to, r->fields[i], prefix, in_union);
}

/* False: it holds no objects. */
static bool add_record(frontend *f, CXType t)
{
    record_info *r = record_of(f, t);
    ir_record made = {.name = r ? r->name : ""};

    if (!*made.name || is_header(made.name))
        return false;
    if (ir_find_record(f->unit, made.name))
        return true;
    add_fields(f, &made, t, "", false);
    if (made.nfields)
        ARENA_PUSH(f->a, f->unit->records, f->unit->nrecords, f->unit->record_cap, made);
    return made.nfields > 0;
}

static void give_slots(frontend *f, ir_class *c, const char *array)
{
    const class_notes *notes = f->notes;

    for (int i = 0; i < notes->narrays; i++)
        if (strcmp(notes->arrays[i].name, array) == 0) {
            c->slots = notes->arrays[i].slots.slots;
            c->nslots = notes->arrays[i].slots.nslots;
            return;
        }
    c->flags |= IR_C_OPEN;
}

static void expose(frontend *f, const exposed_field *e)
{
    const ir_record *r = ir_find_record(f->unit, e->record);
    const ir_field *field = r ? ir_find_field(r, e->field) : NULL;

    if (!field)
        return;
    r->fields[field - r->fields].is_exposed = true;
    r->fields[field - r->fields].is_settable |= e->is_settable;
}

void finish_classes(frontend *f)
{
    class_notes *notes = notes_of(f);

    for (int i = 0; i < f->unit->nclasses; i++) {
        ir_class *c = &f->unit->classes[i];

        if (notes->slots[i])
            give_slots(f, c, notes->slots[i]);
        if (notes->records[i].kind != CXType_Invalid) {
            c->record = record_of(f, notes->records[i])->name;
            add_record(f, notes->records[i]);
        }
    }
    for (int i = 0; i < notes->nexposed; i++)
        expose(f, &notes->exposed[i]);
}
