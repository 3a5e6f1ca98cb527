/* Declarations in functions: local variables with their initialisers, statics, cleanup attributes. */
#include "lower_int.h"

#include <string.h>

static variable *add_variable(lowering *l, node *n, int var, const char *symbol)
{
    variable *v = arena_alloc(l->f->scratch, sizeof *v);

    v->var = var;
    v->symbol = symbol;
    v->is_reference = type_of_node(l->f, n)->is_reference;
    map_put(l->f->scratch, &l->vars, decl_key(n->c), v);
    return v;
}

static node *initialiser(node *n)
{
    CXCursor init = clang_Cursor_getVarDeclInitializer(n->c);

    for (node *k = n->first; k; k = k->next)
        if (clang_equalCursors(k->c, init))
            return k;
    return NULL;
}

static void static_variable(lowering *l, node *n)
{
    node *init = initialiser(n);

    add_variable(l, n, -1, arena_printf(l->f->a, "%s.%s", l->fn->name, cursor_text(l->f, n->c)));
    if (!init)
        return;
    read_table(l->f, clang_getCursorType(n->c), init);
    note_table(l->f, n->c, clang_getCursorType(n->c), init);
}

/* The attribute's own text may be a macro parameter; the printed declaration has it resolved. */
static char *cleanup_function(lowering *l, node *n)
{
    CXPrintingPolicy policy = clang_getCursorPrintingPolicy(n->c);
    CXString s = clang_getCursorPrettyPrinted(n->c, policy);
    const char *at = strstr(clang_getCString(s), "cleanup(");
    char *name = at ? arena_strndup(l->f->a, at + 8, strcspn(at + 8, ")")) : NULL;

    clang_disposeString(s);
    clang_PrintingPolicy_dispose(policy);
    return name;
}

static void note_cleanup(lowering *l, node *n, int var)
{
    for (node *k = n->first; k; k = k->next) {
        char *name;
        cleanup *c;

        if (kind_of(k) != CXCursor_UnexposedAttr || !(name = cleanup_function(l, n)))
            continue;
        c = arena_alloc(l->f->scratch, sizeof *c);
        *c = (cleanup){name, var, l->scope->cleanups};
        l->scope->cleanups = c;
        l->fn->vars[var].address_taken = true;
        return;
    }
}

static void aggregate(lowering *l, node *n, node *init, int var)
{
    CXType t = clang_getCursorType(n->c);
    ir_loc loc = loc_of_decl(l->f, n->c);
    lvalue v = place_lvalue((ir_place){.kind = IR_P_VAR, .base = op_var(var)});
    node *bare = strip(init);

    note_table(l->f, n->c, t, init);
    if (kind_of(bare) == CXCursor_InitListExpr)
        initialise(l, address_of(l, &v, loc), t, bare, loc);
    else if (kind_of(bare) == CXCursor_StringLiteral)
        return;
    else if (l->f->is_cplusplus && is_construction(bare))
        construct(l, bare, address_of(l, &v, loc));
    else
        copy_aggregate(l, address_of(l, &v, loc), value(l, init), t, loc);
}

static void reference(lowering *l, node *n, node *init, int var)
{
    lvalue v = lvalue_of(l, init);
    ir_loc loc = loc_of_decl(l->f, n->c);

    take_address(l, &v);
    emit_set(l, var, address_of(l, &v, loc), loc);
}

/* C++: what happens to an object at the end of its scope is not in the AST. */
static void note_destructor(lowering *l, CXType t, int var)
{
    const char *name = destructor_of(l->f, t);
    cleanup *c;

    if (!name)
        return;
    c = arena_alloc(l->f->scratch, sizeof *c);
    *c = (cleanup){name, var, l->scope->cleanups};
    l->scope->cleanups = c;
    l->fn->vars[var].address_taken = true;
}

static void local_variable(lowering *l, node *n)
{
    CXType t = clang_getCursorType(n->c);
    const type_info *type = type_of(l->f, t);
    ir_loc loc = loc_of_decl(l->f, n->c);
    int var = ir_add_var(l->f->a, l->fn, cursor_text(l->f, n->c), type->type, type->name, loc);
    node *init = initialiser(n);

    add_variable(l, n, var, NULL);
    if (init && type->is_reference)
        reference(l, n, init, var);
    else if (init && type->type == IR_AGGREGATE)
        aggregate(l, n, init, var);
    else if (init)
        emit_set(l, var, value(l, init), loc);
    note_cleanup(l, n, var);
    note_destructor(l, t, var);
}

void declare_element(lowering *l, node *n)
{
    const type_info *type = type_of(l->f, clang_getCursorType(n->c));
    ir_loc loc = loc_of_decl(l->f, n->c);
    int var = ir_add_var(l->f->a, l->fn, cursor_text(l->f, n->c), type->type, type->name, loc);

    add_variable(l, n, var, NULL);
    if (type->type != IR_AGGREGATE)
        emit_set(l, var, op_unknown(), loc);
}

void declare_var(lowering *l, node *n)
{
    switch (clang_Cursor_getStorageClass(n->c)) {
    case CX_SC_Static: static_variable(l, n); break;
    case CX_SC_Extern: break;
    default: local_variable(l, n);
    }
}

void declaration(lowering *l, node *n)
{
    for (node *k = n->first; k; k = k->next)
        if (kind_of(k) == CXCursor_VarDecl)
            declare_var(l, k);
}
