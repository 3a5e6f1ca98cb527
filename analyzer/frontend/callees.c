/* Functions by declaration: their name in the IR, attributes, parameters.
 *
 * Two spellings of noreturn must be read differently: __attribute__((noreturn)) is only part of the
 * type's text, _Noreturn is an attribute cursor without a name whose source text has to be read.
 */
#include "frontend_int.h"
#include "lower_int.h"

#include <stdlib.h>
#include <string.h>

static const char *const never_return[] = {
    "abort",        "exit",          "_exit",          "_Exit",        "quick_exit",
    "Py_FatalError", "_Py_FatalErrorFunc", "_Py_FatalErrorFormat", "Py_Exit",
    "__assert_fail", "__assert_rtn", "__builtin_unreachable", "__builtin_trap", "longjmp",
    "siglongjmp",   "_longjmp",      "PyThread_exit_thread", "Py_UNREACHABLE", NULL};

typedef struct {
    frontend *f;
    callee *c;
} attribute_reader;

static const struct {
    const char *word;
    unsigned role;
} annotations[] = {
    {"cpychecker:returns_borrowed_ref", IR_R_RETURNS_BORROWED},
    {"cpychecker:sets_exception", IR_R_SETS_EXCEPTION},
    {"cpychecker:negative_result_sets_exception", IR_R_NEGATIVE_SETS},
    {"refwarden:returns_borrowed", IR_R_RETURNS_BORROWED},
    {"refwarden:returns_new", IR_R_RETURNS_NEW},
    {"refwarden:sets_exception", IR_R_SETS_EXCEPTION},
    {"refwarden:negative_sets_exception", IR_R_NEGATIVE_SETS},
};

/* "refwarden:steals(1)"; arguments count from 1. */
static void read_stolen(callee *c, const char *text)
{
    static const char *const words[] = {"cpychecker:steals_reference_to_arg(", "refwarden:steals("};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        size_t len = strlen(words[i]);
        int n = strncmp(text, words[i], len) == 0 ? atoi(text + len) : 0;

        if (n >= 1 && n <= 32)
            c->steals |= 1u << (n - 1);
    }
}

static void read_annotation(callee *c, const char *text)
{
    for (size_t i = 0; i < sizeof annotations / sizeof *annotations; i++)
        if (strcmp(text, annotations[i].word) == 0)
            c->roles |= annotations[i].role;
    read_stolen(c, text);
}

static enum CXChildVisitResult read_attribute(CXCursor c, CXCursor parent, CXClientData data)
{
    attribute_reader *r = data;

    (void)parent;
    if (clang_getCursorKind(c) == CXCursor_AnnotateAttr)
        read_annotation(r->c, cursor_text(r->f, c));
    else if (clang_getCursorKind(c) == CXCursor_UnexposedAttr &&
             strstr(spelled_text(r->f, c), "oreturn"))
        r->c->roles |= IR_R_NORETURN;
    return CXChildVisit_Continue;
}

static bool type_says_noreturn(CXType t)
{
    CXString s = clang_getTypeSpelling(t);
    bool yes = strstr(clang_getCString(s), "noreturn") != NULL;

    clang_disposeString(s);
    return yes;
}

static void read_parameters(frontend *f, callee *c)
{
    CXType t = clang_getCursorType(c->cursor);
    int n = clang_getNumArgTypes(t);

    c->ret = type_of(f, clang_getResultType(t))->type;
    c->nparams = n > 0 ? n : 0;
    if (c->nparams)
        c->params = arena_alloc(f->a, (size_t)n * sizeof *c->params);
    for (int i = 0; i < c->nparams; i++)
        c->params[i] = type_of(f, clang_getArgType(t, (unsigned)i));
    if (clang_isFunctionTypeVariadic(t))
        c->roles |= IR_R_VARIADIC;
    if (type_says_noreturn(t))
        c->roles |= IR_R_NORETURN;
}

/* _PyArg_ParseTuple_SizeT: what PyArg_ParseTuple is called with the headers of some versions. */
static const char *without_size_type(arena *a, const char *name)
{
    size_t n = strlen(name), tail = strlen("_SizeT");

    if (strncmp(name, "_Py", 3) != 0 || n < 3 + tail || strcmp(name + n - tail, "_SizeT") != 0)
        return name;
    return arena_strndup(a, name + 1, n - 1 - tail);
}

static const char *without_prefix(callee *c, const char *name)
{
    if (strncmp(name, "__rw_lv_", 8) == 0) {
        c->is_place = true;
        return name + 8;
    }
    if (strncmp(name, "__rw_", 5) == 0)
        return name + 5;
    if (strcmp(name, "_Py_NewRef") == 0 || strcmp(name, "_Py_XNewRef") == 0)
        return name + 1;
    return name;
}

static bool is_in_system_header(frontend *f, CXCursor c)
{
    CXSourceLocation at = clang_getCursorLocation(c);

    return clang_Location_isInSystemHeader(at) || !in_project(f, c);
}

/* Methods are named with their class: two classes may each have a `close`. */
static const char *name_of(frontend *f, CXCursor fn)
{
    const char *name = cursor_text(f, fn);

    if (!is_cxx_function(clang_getCursorKind(fn)))
        return name;
    return arena_printf(f->a, "%s::%s", cursor_text(f, clang_getCursorSemanticParent(fn)), name);
}

static const callee *callee_named(const frontend *f, const char *name)
{
    for (int i = 0; i < f->nall; i++)
        if (strcmp(f->all[i]->name, name) == 0)
            return f->all[i];
    return NULL;
}

/* C++: overloads are different functions. What a template makes has no body here, and a name of its
 * own; of the others the first keeps the plain name. */
static const char *name_of_overload(frontend *f, const callee *c, const char *name)
{
    const char *numbered = name;

    if (!f->is_cplusplus || c->lower || is_in_system_header(f, c->cursor))
        return name;
    if (!clang_Cursor_isNull(clang_getSpecializedCursorTemplate(c->cursor)))
        return arena_printf(f->a, "%s<>", name);
    for (int n = 2; callee_named(f, numbered); n++)
        numbered = arena_printf(f->a, "%s#%d", name, n);
    return numbered;
}

static callee *new_callee(frontend *f, CXCursor fn)
{
    callee *c = arena_alloc(f->a, sizeof *c);
    attribute_reader r = {f, c};

    c->cursor = fn;
    c->is_opaque = is_cxx_function(clang_getCursorKind(fn));
    c->name = without_size_type(f->a, without_prefix(c, name_of(f, fn)));
    read_parameters(f, c);
    clang_visitChildren(fn, read_attribute, &r);
    if (clang_getCursorLinkage(fn) == CXLinkage_Internal)
        c->roles |= IR_R_STATIC; /* import_cairo() in a header may call anything that we see */
    else
        c->in_system_header = is_in_system_header(f, fn);
    if (text_is_one_of(c->name, never_return))
        c->roles |= IR_R_NORETURN;
    bind_primitive(c);
    c->name = name_of_overload(f, c, c->name);
    return c;
}

callee *callee_of(frontend *f, CXCursor fn)
{
    const void *key = decl_key(fn);
    callee *c = map_get(&f->callees, key);

    if (c)
        return c;
    c = new_callee(f, fn);
    map_put(f->a, &f->callees, key, c);
    ARENA_PUSH(f->a, f->all, f->nall, f->all_cap, c);
    return c;
}

static bool is_function_decl(CXCursor c)
{
    enum CXCursorKind k = clang_getCursorKind(c);

    return k == CXCursor_FunctionDecl || is_cxx_function(k);
}

callee *function_of(frontend *f, node *n)
{
    CXCursor decl;

    n = strip(n);
    while (unary_kind(n) == CXUnaryOperator_AddrOf || unary_kind(n) == CXUnaryOperator_Deref) {
        if (unary_kind(n) == CXUnaryOperator_Deref && !type_of_node(f, n)->is_function)
            return NULL;
        n = strip(n->first);
    }
    if (kind_of(n) != CXCursor_DeclRefExpr)
        return NULL;
    decl = clang_getCursorReferenced(n->c);
    return is_function_decl(decl) ? callee_of(f, decl) : NULL;
}
