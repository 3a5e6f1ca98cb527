/* One function's AST as nodes.
 *
 * The children of a cursor are not all operands: type names, parameters of function types and
 * attributes stand among them and are left out here, so positions mean what they say. The walk
 * keeps its own stack of parents, so depth costs nothing. `Recurse` shows the child of a constant
 * expression a second time with itself as parent; that one is dropped.
 */
#include "frontend_int.h"

#include <string.h>

typedef struct {
    arena *a;
    node *top;
    bool has_holes;
} builder;

static bool is_noise(enum CXCursorKind k)
{
    return k == CXCursor_TypeRef || k == CXCursor_ParmDecl || k == CXCursor_NamespaceRef ||
           k == CXCursor_TemplateRef || k == CXCursor_TypedefDecl || k == CXCursor_StructDecl ||
           k == CXCursor_UnionDecl || k == CXCursor_EnumDecl || k == CXCursor_ClassDecl ||
           (clang_isAttribute(k) && k != CXCursor_UnexposedAttr);
}

/* Nothing below these is evaluated, or there is nothing below. */
static bool is_leaf(enum CXCursorKind k)
{
    return k == CXCursor_DeclRefExpr || k == CXCursor_IntegerLiteral ||
           k == CXCursor_StringLiteral || k == CXCursor_CharacterLiteral ||
           k == CXCursor_UnaryExpr || k == CXCursor_UnexposedAttr || k == CXCursor_MemberRef ||
           k == CXCursor_LabelRef || k == CXCursor_LambdaExpr || k == CXCursor_FunctionDecl;
}

/* What uses a declaration that did not parse is kept without a type, and without an error. */
bool is_hole(CXCursor c, enum CXCursorKind k)
{
    return k == CXCursor_UnexposedExpr && clang_getCursorType(c).kind == CXType_Dependent;
}

static node *add(builder *b, CXCursor c, node *parent)
{
    node *n = arena_alloc(b->a, sizeof *n);

    n->c = c;
    n->parent = parent;
    if (!parent)
        return n;
    if (parent->last)
        parent->last->next = n;
    else
        parent->first = n;
    parent->last = n;
    parent->nkids++;
    return n;
}

static enum CXChildVisitResult visit(CXCursor c, CXCursor parent, CXClientData data)
{
    builder *b = data;
    enum CXCursorKind k = clang_getCursorKind(c);

    if (is_noise(k))
        return CXChildVisit_Continue;
    if (clang_equalCursors(c, parent))
        return CXChildVisit_Recurse;
    while (b->top->parent && !clang_equalCursors(b->top->c, parent))
        b->top = b->top->parent;
    node *n = add(b, c, b->top);
    b->has_holes |= is_hole(c, k);
    if (is_leaf(k))
        return CXChildVisit_Continue;
    b->top = n;
    return CXChildVisit_Recurse;
}

node *tree_build(arena *a, CXCursor root, bool *has_holes)
{
    builder b = {.a = a};
    node *n = b.top = add(&b, root, NULL);

    clang_visitChildren(root, visit, &b);
    if (has_holes)
        *has_holes = b.has_holes;
    return n;
}

node *kid(const node *n, int i)
{
    node *k = n->first;

    while (k && i-- > 0)
        k = k->next;
    return k;
}

enum CXCursorKind kind_of(const node *n)
{
    return clang_getCursorKind(n->c);
}

enum CXBinaryOperatorKind binary_kind(const node *n)
{
    enum CXCursorKind k = kind_of(n);

    if (k != CXCursor_BinaryOperator && k != CXCursor_CompoundAssignOperator)
        return CXBinaryOperator_Invalid;
    return clang_getCursorBinaryOperatorKind(n->c);
}

enum CXUnaryOperatorKind unary_kind(const node *n)
{
    if (kind_of(n) != CXCursor_UnaryOperator)
        return CXUnaryOperator_Invalid;
    return clang_getCursorUnaryOperatorKind(n->c);
}

bool is_designation(const node *n)
{
    enum CXTypeKind t;

    if (kind_of(n) != CXCursor_UnexposedExpr || n->nkids < 2)
        return false;
    t = clang_getCursorType(n->c).kind;
    return t == CXType_Void || t == CXType_Invalid;
}

static bool is_va_list(CXType t)
{
    CXType c = clang_getCanonicalType(t);
    CXString s;
    bool yes;

    if (c.kind == CXType_Pointer)
        c = clang_getPointeeType(c);
    if (c.kind == CXType_ConstantArray)
        c = clang_getArrayElementType(c);
    if (c.kind != CXType_Record)
        return false;
    s = clang_getTypeSpelling(c);
    yes = strstr(clang_getCString(s), "__va_list_tag") != NULL;
    clang_disposeString(s);
    return yes;
}

bool is_va_arg(const node *n)
{
    CXType inner, outer;

    if (kind_of(n) != CXCursor_UnexposedExpr || n->nkids != 1)
        return false;
    inner = clang_getCursorType(n->first->c);
    outer = clang_getCursorType(n->c);
    return !clang_equalTypes(inner, outer) && is_va_list(inner) && !is_va_list(outer);
}

static bool is_cast(enum CXCursorKind k)
{
    return k == CXCursor_CStyleCastExpr || k == CXCursor_CXXStaticCastExpr ||
           k == CXCursor_CXXReinterpretCastExpr || k == CXCursor_CXXConstCastExpr ||
           k == CXCursor_CXXDynamicCastExpr || k == CXCursor_CXXFunctionalCastExpr;
}

static bool is_transparent_operator(const node *n)
{
    enum CXUnaryOperatorKind u = unary_kind(n);

    return u == CXUnaryOperator_Extension || u == CXUnaryOperator_Plus;
}

node *transparent_child(node *n)
{
    enum CXCursorKind k = kind_of(n);

    if (k == CXCursor_ParenExpr || is_cast(k) || is_transparent_operator(n))
        return n->last;
    if (k == CXCursor_UnexposedExpr && n->nkids == 1 && !is_hole(n->c, k) &&
        kind_of(n->first) != CXCursor_MemberRef && !is_va_arg(n))
        return n->first;
    return NULL;
}

node *strip(node *n)
{
    node *inner;

    while ((inner = transparent_child(n)))
        n = inner;
    return n;
}
