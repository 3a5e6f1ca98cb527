/* Lists what a set of headers declares, for the tests of rules/contracts and for generating calls.
 *
 *     declarations FOLDER HEADER... [-- CLANG-FLAGS]
 *
 * Prints one line for each function and macro of a file below FOLDER, sorted, with tabs between the
 * columns:
 *
 *     function NAME RESULT PARAMETER|PARAMETER|... VARIADIC FILE
 *     macro    NAME PARAMETER|PARAMETER|... FILE
 *     member   STRUCT.NAME RESULT PARAMETER|... VARIADIC FILE    of a struct named ..._CAPI
 *     alias    NAME OTHER-NAME FILE              a macro without parameters that is another name
 *
 * Types are spelled as in the header, arrays as pointers. A macro that stands for a function pointer in
 * a table (NumPy's API) is listed as a function. A macro counts although it is undefined later.
 */
#define _GNU_SOURCE

#include <clang-c/Index.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1 << 20 };

typedef struct {
    char folder[4096];
    const char **flags;
    int nflags;
    char **lines;
    size_t nlines;
    char *line;            /* being built */
    char *source;          /* the headers, then a variable for each macro that may be a function */
} listing;

static void *or_die(void *p)
{
    if (p == NULL) {
        fputs("declarations: out of memory\n", stderr);
        exit(2);
    }
    return p;
}

/* Appends to text, which has ROOM bytes. */
static void append(char *text, const char *more)
{
    if (strlen(text) + strlen(more) + 1 > ROOM) {
        fputs("declarations: too much text\n", stderr);
        exit(2);
    }
    strcat(text, more);
}

static void append_string(char *text, CXString s)
{
    append(text, clang_getCString(s));
    clang_disposeString(s);
}

/* A line is built in l->line: kind and name, then columns, then the file. */
static void start_line(listing *l, const char *kind, const char *name)
{
    l->line[0] = '\0';
    append(l->line, kind);
    append(l->line, "\t");
    append(l->line, name);
    append(l->line, "\t");
}

static void end_line(listing *l, const char *file)
{
    append(l->line, "\t");
    append(l->line, file);
    if ((l->nlines & (l->nlines - 1)) == 0)
        l->lines = or_die(realloc(l->lines, (l->nlines ? 2 * l->nlines : 1) * sizeof *l->lines));
    l->lines[l->nlines++] = or_die(strdup(l->line));
}

/* ---- tokens of a macro's definition, its name first */

typedef struct {
    CXTranslationUnit unit;
    CXToken *at;
    unsigned count;
} tokens;

static tokens tokens_of(CXTranslationUnit unit, CXCursor macro)
{
    tokens t = {.unit = unit};

    clang_tokenize(unit, clang_getCursorExtent(macro), &t.at, &t.count);
    return t;
}

static bool token_is(const tokens *t, unsigned i, const char *text)
{
    if (i >= t->count)
        return false;
    CXString s = clang_getTokenSpelling(t->unit, t->at[i]);
    bool is = strcmp(clang_getCString(s), text) == 0;
    clang_disposeString(s);
    return is;
}

/* ---- one declaration */

/* The file of the cursor relative to the folder, or NULL when it is elsewhere. Owned by the caller. */
static char *file_below(const listing *l, CXCursor cursor)
{
    CXFile file;
    char path[4096] = "";
    size_t length = strlen(l->folder);

    clang_getExpansionLocation(clang_getCursorLocation(cursor), &file, NULL, NULL, NULL);
    if (file == NULL)
        return NULL;
    CXString name = clang_getFileName(file);
    char *real = realpath(clang_getCString(name), NULL);
    clang_disposeString(name);
    if (real && strncmp(real, l->folder, length) == 0 && real[length] == '/')
        snprintf(path, sizeof path, "%s", real + length + 1);
    free(real);
    return path[0] ? or_die(strdup(path)) : NULL;
}

/* libclang gives an array parameter as it is written; to a caller it is a pointer. */
static void append_type(char *line, CXType type)
{
    CXType element = clang_getArrayElementType(type);
    bool is_array = element.kind != CXType_Invalid;

    append_string(line, clang_getTypeSpelling(is_array ? element : type));
    append(line, is_array ? " *" : "");
}

static void add_function(listing *l, const char *kind, const char *name, CXType type, const char *file)
{
    int n = clang_getNumArgTypes(type);

    start_line(l, kind, name);
    append_type(l->line, clang_getResultType(type));
    append(l->line, "\t");
    for (int i = 0; i < n; i++) {
        append(l->line, i ? "|" : "");
        append_type(l->line, clang_getArgType(type, i));
    }
    append(l->line, clang_isFunctionTypeVariadic(type) ? "\t1" : "\t0");
    end_line(l, file);
}

/* Parameters of a function-like macro, from the tokens of its definition: NAME ( a , b ) ... */
static void add_macro(listing *l, const char *name, const tokens *t, const char *file)
{
    start_line(l, "macro", name);
    for (unsigned i = 2; i < t->count && !token_is(t, i, ")"); i++)
        if (token_is(t, i, ","))
            append(l->line, "|");
        else
            append_string(l->line, clang_getTokenSpelling(t->unit, t->at[i]));
    end_line(l, file);
}

static void add_alias(listing *l, const char *name, const tokens *t, const char *file)
{
    start_line(l, "alias", name);
    append_string(l->line, clang_getTokenSpelling(t->unit, t->at[1]));
    end_line(l, file);
}

/* The type of `declarations_NAME` is looked at in the second pass; the file is kept in an assembler
 * label, because the variable itself stands in our own source. */
static void add_variable(listing *l, const char *name, const char *file)
{
    append(l->source, "extern __typeof__(&*");
    append(l->source, name);
    append(l->source, ") declarations_");
    append(l->source, name);
    append(l->source, " __asm__(\"");
    append(l->source, file);
    append(l->source, "\");\n");
}

/* ---- walking */

typedef struct {
    listing *list;
    CXTranslationUnit unit;
} walk;

/* A function of a table is `(*(type)table[n])`. */
static void visit_macro(walk *w, CXCursor cursor, const char *name, const char *file)
{
    tokens t = tokens_of(w->unit, cursor);

    if (clang_Cursor_isMacroFunctionLike(cursor))
        add_macro(w->list, name, &t, file);
    else if (t.count == 2 && clang_getTokenKind(t.at[1]) == CXToken_Identifier)
        add_alias(w->list, name, &t, file);
    else if (token_is(&t, 1, "(") && token_is(&t, 2, "*") && token_is(&t, 3, "("))
        add_variable(w->list, name, file);
    clang_disposeTokens(w->unit, t.at, t.count);
}

typedef struct {
    listing *list;
    const char *table, *file;
} table_walk;

static enum CXVisitorResult visit_member(CXCursor member, CXClientData data)
{
    const table_walk *w = data;
    CXType type = clang_getPointeeType(clang_getCursorType(member));
    CXString name = clang_getCursorSpelling(member);
    char full[256];

    if (type.kind == CXType_FunctionProto || type.kind == CXType_Unexposed) {
        snprintf(full, sizeof full, "%s.%s", w->table, clang_getCString(name));
        if (clang_getNumArgTypes(type) >= 0)
            add_function(w->list, "member", full, type, w->file);
    }
    clang_disposeString(name);
    return CXVisit_Continue;
}

/* A table of functions that a capsule hands out: typedef struct {...} X_CAPI. */
static void visit_table(walk *w, CXCursor cursor, const char *name, const char *file)
{
    table_walk t = {w->list, name, file};
    size_t n = strlen(name);

    if (n > 5 && strcmp(name + n - 5, "_CAPI") == 0)
        clang_Type_visitFields(clang_getTypedefDeclUnderlyingType(cursor), visit_member, &t);
}

static enum CXChildVisitResult visit_header(CXCursor cursor, CXCursor parent, CXClientData data)
{
    walk *w = data;
    enum CXCursorKind kind = clang_getCursorKind(cursor);

    (void)parent;
    if (kind == CXCursor_FunctionDecl || kind == CXCursor_MacroDefinition || kind == CXCursor_TypedefDecl) {
        char *file = file_below(w->list, cursor);
        CXString name = clang_getCursorSpelling(cursor);
        if (file && kind == CXCursor_FunctionDecl)
            add_function(w->list, "function", clang_getCString(name), clang_getCursorType(cursor), file);
        else if (file && kind == CXCursor_TypedefDecl)
            visit_table(w, cursor, clang_getCString(name), file);
        else if (file)
            visit_macro(w, cursor, clang_getCString(name), file);
        clang_disposeString(name);
        free(file);
    }
    return CXChildVisit_Continue;
}

/* Keeps the type of the expression in __typeof__, which spells what the variable's type does not. */
static enum CXChildVisitResult visit_typeof(CXCursor cursor, CXCursor parent, CXClientData data)
{
    (void)parent;
    if (!clang_isExpression(clang_getCursorKind(cursor)))
        return CXChildVisit_Continue;
    *(CXType *)data = clang_getPointeeType(clang_getCursorType(cursor));
    return CXChildVisit_Break;
}

static enum CXChildVisitResult visit_variable(CXCursor cursor, CXCursor parent, CXClientData data)
{
    static const char prefix[] = "declarations_";
    walk *w = data;
    CXString name = clang_getCursorSpelling(cursor);
    const char *text = clang_getCString(name);

    (void)parent;
    if (clang_getCursorKind(cursor) == CXCursor_VarDecl && strncmp(text, prefix, strlen(prefix)) == 0) {
        CXType type = {0};
        CXString file = clang_Cursor_getMangling(cursor);
        const char *path = clang_getCString(file);
        clang_visitChildren(cursor, visit_typeof, &type);
        if (type.kind == CXType_FunctionProto || type.kind == CXType_FunctionNoProto)
            add_function(w->list, "function", text + strlen(prefix), type, path + (path[0] == '\1'));
        clang_disposeString(file);
    }
    clang_disposeString(name);
    return CXChildVisit_Continue;
}

/* ---- parsing */

/* An error in one macro's variable is expected; a header that is not found is not. */
static int report_fatal(CXTranslationUnit unit)
{
    int rc = 0;

    for (unsigned i = 0; i < clang_getNumDiagnostics(unit); i++) {
        CXDiagnostic d = clang_getDiagnostic(unit, i);
        if (clang_getDiagnosticSeverity(d) >= CXDiagnostic_Fatal) {
            CXString s = clang_formatDiagnostic(d, clang_defaultDiagnosticDisplayOptions());
            fprintf(stderr, "declarations: %s\n", clang_getCString(s));
            clang_disposeString(s);
            rc = -1;
        }
        clang_disposeDiagnostic(d);
    }
    return rc;
}

/* The first pass lists the headers; the second asks for the types of the macros it has found. */
static int parse(listing *l, CXCursorVisitor visitor)
{
    struct CXUnsavedFile file = {"declarations-of.c", l->source, strlen(l->source)};
    CXIndex index = clang_createIndex(0, 0);
    walk w = {l, NULL};
    int rc = -1;

    if (clang_parseTranslationUnit2(index, file.Filename, l->flags, l->nflags, &file, 1,
                                    CXTranslationUnit_DetailedPreprocessingRecord |
                                        CXTranslationUnit_SkipFunctionBodies,
                                    &w.unit) == CXError_Success) {
        rc = report_fatal(w.unit);
        clang_visitChildren(clang_getTranslationUnitCursor(w.unit), visitor, &w);
        clang_disposeTranslationUnit(w.unit);
    }
    clang_disposeIndex(index);
    return rc;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_sorted(listing *l)
{
    if (l->nlines)
        qsort(l->lines, l->nlines, sizeof *l->lines, by_text);
    for (size_t i = 0; i < l->nlines; i++)
        if (i == 0 || strcmp(l->lines[i], l->lines[i - 1]) != 0)
            puts(l->lines[i]);
}

static void close_listing(listing *l)
{
    for (size_t i = 0; i < l->nlines; i++)
        free(l->lines[i]);
    free(l->lines);
    free(l->flags);
    free(l->line);
    free(l->source);
}

static int usage(void)
{
    fputs("usage: declarations FOLDER HEADER... [-- CLANG-FLAGS]\n", stderr);
    return 2;
}

/* Everything before "--" is a header, everything behind it a flag. */
static void read_arguments(listing *l, char **argv, const char *folder_flag)
{
    l->flags[l->nflags++] = folder_flag;
    l->flags[l->nflags++] = "-ferror-limit=0";
#ifdef REFWARDEN_RESOURCE_DIR
    l->flags[l->nflags++] = "-resource-dir=" REFWARDEN_RESOURCE_DIR;
#endif
    for (; *argv && strcmp(*argv, "--") != 0; argv++) {
        append(l->source, "#include <");
        append(l->source, *argv);
        append(l->source, ">\n");
    }
    while (*argv && *++argv)
        l->flags[l->nflags++] = *argv;
}

int main(int argc, char **argv)
{
    listing l = {0};
    char folder_flag[sizeof l.folder + 2];

    if (argc < 3 || realpath(argv[1], l.folder) == NULL)
        return usage();
    l.line = or_die(calloc(1, ROOM));
    l.source = or_die(calloc(1, ROOM));
    l.flags = or_die(calloc((size_t)argc + 3, sizeof *l.flags));
    snprintf(folder_flag, sizeof folder_flag, "-I%s", l.folder);
    read_arguments(&l, argv + 2, folder_flag);
    int rc = parse(&l, visit_header) < 0 || parse(&l, visit_variable) < 0 ? 2 : 0;
    if (rc == 0)
        print_sorted(&l);
    close_listing(&l);
    return rc;
}
