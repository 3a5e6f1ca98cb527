/* The C types of arguments behind "..." of a function that may take a format, and constant lists of strings
 * beside them (keyword names).
 */
#include "lower_int.h"

#include <string.h>

/* ---- types */

static CXType below(CXType t)
{
    return clang_getCanonicalType(t.kind == CXType_Pointer ? clang_getPointeeType(t) : clang_getArrayElementType(t));
}

static bool is_array_type(CXType t)
{
    return t.kind == CXType_ConstantArray || t.kind == CXType_IncompleteArray || t.kind == CXType_VariableArray;
}

static bool is_number(CXType t)
{
    return (t.kind >= CXType_Bool && t.kind <= CXType_LongDouble) || t.kind == CXType_Enum;
}

static bool is_floating(CXType t)
{
    return t.kind == CXType_Float || t.kind == CXType_Double || t.kind == CXType_LongDouble;
}

static const char *what_it_is(frontend *f, CXType t)
{
    if (is_number(t))
        return arena_printf(f->a, "%c%lld", is_floating(t) ? 'f' : 'i', clang_Type_getSizeOf(t));
    if (t.kind == CXType_Void)
        return "v";
    if (t.kind == CXType_FunctionProto || t.kind == CXType_FunctionNoProto)
        return "F";
    if (t.kind == CXType_Record)
        return type_is_object(f, t) ? "o" : "s";
    return "?";
}

static const char *describe(frontend *f, CXType written)
{
    CXType t = clang_getCanonicalType(written);
    int stars = 0;

    if (is_array_type(t) || t.kind == CXType_FunctionProto) /* decays */
        stars = 1, t = is_array_type(t) ? below(t) : t;
    for (; t.kind == CXType_Pointer; t = below(t))
        stars++;
    const char *what = what_it_is(f, t);
    if (*what == '?')
        return what;
    CXString s = clang_getTypeSpelling(written);
    const char *text = arena_printf(f->a, "%s%.*s %s", what, stars, "********", clang_getCString(s));
    clang_disposeString(s);
    return text;
}

/* `(PyObject *)&point`: the cast says that the author knows better. */
static bool is_cast_address(node *n)
{
    while (n && (kind_of(n) == CXCursor_UnexposedExpr || kind_of(n) == CXCursor_ParenExpr))
        n = n->first;
    return n && kind_of(n) == CXCursor_CStyleCastExpr && unary_kind(strip(n)) == CXUnaryOperator_AddrOf;
}

static const char *passed_type(frontend *f, node *n)
{
    CXType written = clang_getCursorType(n->c);
    type_info *i = (type_info *)type_of(f, written);

    if (is_cast_address(n))
        return "v* void *";
    if (!i->passed)
        i->passed = describe(f, written);
    return i->passed;
}

/* ---- lists of strings */

static bool is_list_of_strings(const type_info *param)
{
    return param->is_pointer && strcmp(param->name, "char *") == 0;
}

static bool is_text(const type_info *param) { return param->is_pointer && strcmp(param->name, "char") == 0; }

/* Without a text there is no format. */
static bool may_have_format(const callee *c)
{
    for (int k = 0; k < c->nparams && c->roles & IR_R_VARIADIC; k++)
        if (is_text(c->params[k]))
            return true;
    return false;
}

static CXCursor initialiser_of(node *n)
{
    CXCursor c = clang_getNullCursor();

    n = strip(n);
    if (kind_of(n) == CXCursor_DeclRefExpr)
        c = clang_getCursorReferenced(n->c);
    return clang_getCursorKind(c) == CXCursor_VarDecl ? clang_Cursor_getVarDeclInitializer(c) : clang_getNullCursor();
}

static bool is_null(node *n)
{
    int64_t v;

    return evaluate(strip(n)->c, &v) && v == 0;
}

/* False: not all of it is understood. */
static bool read_strings(frontend *f, node *list, ir_passed *p)
{
    p->is_open = true;
    for (node *k = list->first; k; k = k->next) {
        node *bare = strip(k);

        if (kind_of(bare) == CXCursor_StringLiteral)
            ARENA_PUSH(f->a, p->strings, p->nstrings, p->string_cap, decode_string(f->a, cursor_text(f, bare->c)));
        else if (!is_null(k))
            return false;
        else
            return p->is_open = false, true;
    }
    return true;
}

static void find_list(lowering *l, node *arg, int k, ir_passed *p)
{
    CXCursor init = initialiser_of(arg);
    node *list;

    if (clang_Cursor_isNull(init) || clang_getCursorType(init).kind == CXType_Pointer)
        return;
    list = strip(tree_build(l->f->a, init, NULL));
    if (kind_of(list) == CXCursor_InitListExpr && read_strings(l->f, list, p))
        p->list = k;
}

const ir_passed *passed_arguments(lowering *l, const callee *c, node *first)
{
    ir_passed *p;
    int k = 0;

    if (!may_have_format(c))
        return NULL;
    p = arena_alloc(l->f->a, sizeof *p);
    p->list = -1;
    for (node *arg = first; arg; arg = arg->next, k++) {
        if (k >= c->nparams)
            ARENA_PUSH(l->f->a, p->types, p->ntypes, p->cap, passed_type(l->f, arg));
        else if (is_list_of_strings(c->params[k]))
            find_list(l, arg, k, p);
    }
    return p;
}
