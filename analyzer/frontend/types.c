/* Types and records.
 *
 * A record goes by its typedef's name, or by its tag when it has none, whichever way an
 * expression spells it. It is an object when it starts with PyObject's header, directly or through
 * its first member; incomplete records of Python's API are objects when they are named like one.
 */
#include "frontend_int.h"

#include <stdlib.h>
#include <string.h>

const void *decl_key(CXCursor decl)
{
    return clang_getCanonicalCursor(decl).data[0];
}

static const char *take(frontend *f, CXString s)
{
    const char *text = clang_getCString(s);
    const char *copy = arena_strdup(f->a, text ? text : "");

    clang_disposeString(s);
    return copy;
}

const char *cursor_text(frontend *f, CXCursor c)
{
    return take(f, clang_getCursorSpelling(c));
}

/* ---- records */

static const char *tag_name(frontend *f, CXCursor decl)
{
    if (clang_Cursor_isAnonymous(decl) || clang_Cursor_isAnonymousRecordDecl(decl))
        return "";
    return cursor_text(f, decl);
}

static record_info *record_of_decl(frontend *f, CXCursor decl)
{
    const void *key = decl_key(decl);
    record_info *r = map_get(&f->records, key);

    if (!r) {
        r = arena_alloc(f->a, sizeof *r);
        map_put(f->a, &f->records, key, r);
    }
    return r;
}

/* Typedefs in shared headers are not met on the way. */
static const char *record_name(frontend *f, CXCursor decl)
{
    const char *tag = tag_name(f, decl), *name = shared_record_name(f, tag);

    return name ? name : tag;
}

static record_info *named_record(frontend *f, CXCursor decl)
{
    record_info *r = record_of_decl(f, decl);

    if (!r->name)
        r->name = record_name(f, decl);
    return r;
}

record_info *record_of(frontend *f, CXType t)
{
    CXType c = clang_getCanonicalType(t);

    return c.kind == CXType_Record ? named_record(f, clang_getTypeDeclaration(c)) : NULL;
}

void note_typedef(frontend *f, CXCursor c)
{
    CXType t = clang_getCanonicalType(clang_getTypedefDeclUnderlyingType(c));
    record_info *r;

    if (t.kind != CXType_Record)
        return;
    r = record_of_decl(f, clang_getTypeDeclaration(t));
    if (r->name)
        return;
    r->name = shared_record_name(f, tag_name(f, clang_getTypeDeclaration(t)));
    if (!r->name)
        r->name = cursor_text(f, c);
}

typedef struct {
    arena *a;
    record_info *r;
} field_collector;

static enum CXVisitorResult collect_field(CXCursor c, CXClientData data)
{
    field_collector *to = data;

    ARENA_PUSH(to->a, to->r->fields, to->r->nfields, to->r->cap, c);
    return CXVisit_Continue;
}

void load_fields(record_info *r, arena *a, CXType t)
{
    field_collector to = {a, r};

    if (r->fields_known)
        return;
    r->fields_known = true;
    clang_Type_visitFields(clang_getCanonicalType(t), collect_field, &to);
}

/* ---- objects */

static bool is_header_record(const char *name)
{
    static const char *const names[] = {"_object", "PyObject", "PyVarObject", "_typeobject",
                                        "PyTypeObject", NULL};

    return text_is_one_of(name, names);
}

static bool is_named_like_object(const char *name)
{
    size_t n = strlen(name);

    return n > 8 && strncmp(name, "Py", 2) == 0 && strcmp(name + n - 6, "Object") == 0;
}

static enum CXChildVisitResult find_base(CXCursor c, CXCursor parent, CXClientData data)
{
    (void)parent;
    if (clang_getCursorKind(c) != CXCursor_CXXBaseSpecifier)
        return CXChildVisit_Continue;
    *(CXType *)data = clang_getCursorType(c);
    return CXChildVisit_Break;
}

static bool is_object(frontend *f, CXType t);

static bool starts_with_object(frontend *f, record_info *r, CXType t)
{
    CXType base = {0};

    load_fields(r, f->a, t);
    if (f->is_cplusplus)
        clang_visitChildren(clang_getTypeDeclaration(clang_getCanonicalType(t)), find_base, &base);
    if (base.kind != CXType_Invalid)
        return is_object(f, base);
    if (r->nfields == 0)
        return is_named_like_object(r->name);
    return is_object(f, clang_getCursorType(r->fields[0]));
}

static bool is_object(frontend *f, CXType t)
{
    record_info *r = record_of(f, t);

    if (!r)
        return false;
    if (r->obj == OBJ_UNKNOWN) {
        r->obj = OBJ_ASKED;
        r->obj = is_header_record(r->name) || starts_with_object(f, r, t) ? OBJ_YES : OBJ_NO;
    }
    return r->obj == OBJ_YES;
}

bool type_is_object(frontend *f, CXType t) { return is_object(f, t); }

/* ---- types */

static CXType element_of(CXType t)
{
    CXType c = clang_getCanonicalType(t);

    return c.kind == CXType_Pointer ? clang_getPointeeType(c) : clang_getArrayElementType(c);
}

static bool is_array(enum CXTypeKind k)
{
    return k == CXType_ConstantArray || k == CXType_IncompleteArray || k == CXType_VariableArray ||
           k == CXType_DependentSizedArray;
}

static const char *type_text(frontend *f, CXType t)
{
    CXType c = clang_getCanonicalType(t);
    record_info *r = record_of(f, t);

    if (r)
        return r->name;
    if (c.kind == CXType_Pointer)
        return arena_printf(f->a, "%s *", type_text(f, clang_getPointeeType(c)));
    if (is_array(c.kind))
        return arena_printf(f->a, "%s []", type_text(f, element_of(c)));
    if (c.kind == CXType_FunctionProto || c.kind == CXType_FunctionNoProto)
        return "()";
    if (c.kind == CXType_Dependent) /* what did not parse */
        return "";
    const char *text = take(f, clang_getTypeSpelling(clang_getUnqualifiedType(t)));
    const char *place = strstr(text, " at "); /* of a type without a name: no part of it */

    return place ? arena_printf(f->a, "%.*s)", (int)(place - text), text) : text;
}

static bool is_integer(enum CXTypeKind k)
{
    return (k >= CXType_Bool && k <= CXType_Int128) || k == CXType_Enum;
}

static ir_type classify(frontend *f, CXType t)
{
    CXType c = clang_getCanonicalType(t);

    switch (c.kind) {
    case CXType_Void:
        return IR_VOID;
    case CXType_Pointer:
        return is_object(f, clang_getPointeeType(c)) ? IR_OBJ : IR_PTR;
    case CXType_LValueReference:
    case CXType_RValueReference:
    case CXType_NullPtr:
    case CXType_FunctionProto:
    case CXType_FunctionNoProto:
    case CXType_BlockPointer:
        return IR_PTR;
    case CXType_Record:
        return IR_AGGREGATE;
    default:
        if (is_array(c.kind))
            return IR_AGGREGATE;
        return is_integer(c.kind) ? IR_INT : IR_OTHER;
    }
}

/* As written when that is a pointer to a typedef (Py_ssize_t *), else through the canonical type. */
static CXType pointee_as_written(CXType t)
{
    CXType p = clang_getPointeeType(t);

    return p.kind == CXType_Invalid ? clang_getPointeeType(clang_getCanonicalType(t)) : p;
}

/* What a parameter of this array or function type is. */
static const type_info *decay(frontend *f, const type_info *written, CXType t)
{
    type_info *i = arena_alloc(f->a, sizeof *i);

    i->type = IR_PTR;
    i->is_pointer = true;
    i->name = written->is_function ? written->name : type_text(f, element_of(t));
    return i;
}

const type_info *type_of(frontend *f, CXType t)
{
    type_info *i = map_get(&f->types, t.data[0]);
    enum CXTypeKind k;

    if (i)
        return i;
    i = arena_alloc(f->a, sizeof *i);
    k = clang_getCanonicalType(t).kind;
    i->type = classify(f, t);
    i->is_pointer = k == CXType_Pointer;
    i->is_reference = k == CXType_LValueReference || k == CXType_RValueReference;
    i->is_function = k == CXType_FunctionProto || k == CXType_FunctionNoProto;
    i->name = type_text(f, i->is_pointer || i->is_reference ? pointee_as_written(t) : t);
    if (is_array(k) || i->is_function)
        i->decayed = decay(f, i, t);
    map_put(f->a, &f->types, t.data[0], i);
    return i;
}

/* libclang gives a parameter the type it was written with; arrays and functions are pointers. */
static bool is_parameter_name(node *n)
{
    n = strip(n);
    return kind_of(n) == CXCursor_DeclRefExpr &&
           clang_getCursorKind(clang_getCursorReferenced(n->c)) == CXCursor_ParmDecl;
}

const type_info *type_of_node(frontend *f, node *n)
{
    const type_info *i = type_of(f, clang_getCursorType(n->c));

    return i->decayed && is_parameter_name(n) ? i->decayed : i;
}

/* ---- members */

/* A member of an anonymous union belongs to the record that holds the union. */
static CXCursor holder_of(CXCursor field)
{
    CXCursor parent = clang_getCursorSemanticParent(field);

    while (clang_Cursor_isAnonymousRecordDecl(parent))
        parent = clang_getCursorSemanticParent(parent);
    return parent;
}

const field_info *field_of(frontend *f, CXCursor field)
{
    const void *key = decl_key(field);
    field_info *i = map_get(&f->fields, key);

    if (i)
        return i;
    i = arena_alloc(f->a, sizeof *i);
    i->name = cursor_text(f, field);
    i->record = named_record(f, holder_of(field))->name;
    map_put(f->a, &f->fields, key, i);
    return i;
}

/* ---- constants */

bool evaluate(CXCursor c, int64_t *out)
{
    CXEvalResult r = clang_Cursor_Evaluate(c);
    bool ok;

    if (!r)
        return false;
    ok = clang_EvalResult_getKind(r) == CXEval_Int;
    if (ok)
        *out = clang_EvalResult_isUnsignedInt(r) ? (int64_t)clang_EvalResult_getAsUnsigned(r)
                                                 : clang_EvalResult_getAsLongLong(r);
    clang_EvalResult_dispose(r);
    return ok;
}

static int escape_value(const char **at)
{
    static const char letters[] = "n\nt\tr\rv\vf\fa\ab\be\033";
    const char *p = *at;
    char *end;
    int value;

    if (*p == 'x') {
        value = (int)strtol(p + 1, &end, 16);
        *at = end;
        return value;
    }
    for (value = 0; p < *at + 3 && *p >= '0' && *p <= '7'; p++)
        value = value * 8 + (*p - '0');
    if (p > *at) {
        *at = p;
        return value;
    }
    *at = p + 1;
    for (int i = 0; letters[i]; i += 2)
        if (letters[i] == *p)
            return letters[i + 1];
    return *p;
}

/* The bytes of a literal up to the first NUL, from its spelling with prefix and quotes. */
char *decode_string(arena *a, const char *spelling)
{
    const char *p = strchr(spelling, '"');
    char *out = arena_alloc(a, strlen(spelling) + 1);
    size_t n = 0;

    for (p = p ? p + 1 : ""; *p && *p != '"';) {
        int byte;

        if (*p != '\\') {
            out[n++] = *p++;
            continue;
        }
        p++;
        byte = escape_value(&p);
        if (byte == 0)
            break;
        out[n++] = (char)byte;
    }
    out[n] = '\0';
    return out;
}

/* ---- enumerations */

typedef struct {
    const ir_case *cases;
    int ncases;
    bool is_covered;
} coverage;

static bool has_case(const coverage *c, int64_t n)
{
    for (int i = 0; i < c->ncases; i++)
        if (c->cases[i].low <= n && n <= c->cases[i].high)
            return true;
    return false;
}

static enum CXChildVisitResult visit_constant(CXCursor c, CXCursor parent, CXClientData data)
{
    coverage *v = data;

    (void)parent;
    if (clang_getCursorKind(c) == CXCursor_EnumConstantDecl)
        v->is_covered &= has_case(v, clang_getEnumConstantDeclValue(c));
    return CXChildVisit_Continue;
}

bool enum_is_covered(CXType t, const ir_case *cases, int ncases)
{
    coverage c = {cases, ncases, ncases > 0};
    CXType canonical = clang_getCanonicalType(t);

    if (canonical.kind != CXType_Enum)
        return false;
    clang_visitChildren(clang_getTypeDeclaration(canonical), visit_constant, &c);
    return c.is_covered;
}
