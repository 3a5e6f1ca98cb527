/* libclang: arguments, overlay files, diagnostics, and the walk over what stands at file level.
 *
 * KeepGoing, because after a missing header clang otherwise reports nothing more, and statements
 * that do not pass its checks vanish without a trace. An error without a file is about an option
 * and costs no statement.
 */
#define _GNU_SOURCE
#include "embedded.h"
#include "frontend_int.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_MESSAGES = 10, SCRATCH = 4 << 20 };

#ifndef REFWARDEN_RESOURCE_DIR
#define REFWARDEN_RESOURCE_DIR ""
#endif

/* ---- where clang's own headers are */

static bool has_headers(arena *a, const char *dir)
{
    return dir && *dir && access(arena_printf(a, "%s/include/stddef.h", dir), R_OK) == 0;
}

static const char *beside_library(arena *a)
{
    Dl_info info;
    char *path, *slash;
    const char *dir = NULL;

    if (!dladdr((void *)(uintptr_t)&clang_getClangVersion, &info) || !info.dli_fname)
        return NULL;
    path = realpath(info.dli_fname, NULL);
    slash = path ? strrchr(path, '/') : NULL;
    if (slash)
        dir = arena_printf(a, "%.*s/clang/19", (int)(slash - path), path);
    free(path);
    return dir;
}

const char *frontend_resource_dir(arena *a, const char *wanted)
{
    const char *beside;

    if (wanted)
        return arena_strdup(a, wanted);
    if (has_headers(a, REFWARDEN_RESOURCE_DIR))
        return arena_strdup(a, REFWARDEN_RESOURCE_DIR);
    beside = beside_library(a);
    return has_headers(a, beside) ? beside : NULL;
}

const char *frontend_clang_version(arena *a)
{
    CXString s = clang_getClangVersion();
    const char *text = clang_getCString(s), *at = strstr(text, "version ");
    char *version;

    at = at ? at + 8 : text;
    version = arena_strndup(a, at, strcspn(at, " ("));
    clang_disposeString(s);
    return version;
}

const char *frontend_identity(arena *a)
{
    CXString s = clang_getClangVersion();
    const char *text = arena_strdup(a, clang_getCString(s));
    struct stat info = {0};
    Dl_info library;

    clang_disposeString(s);
    if (dladdr((void *)(uintptr_t)&clang_getClangVersion, &library) && library.dli_fname)
        stat(library.dli_fname, &info);
    return arena_printf(a, "%s %lld %lld.%09ld", text, (long long)info.st_size, (long long)info.st_mtim.tv_sec,
                        info.st_mtim.tv_nsec);
}

/* ---- arguments */

static const char *const first_arguments[] = {
    "-w", "-ferror-limit=0", "-fbracket-depth=4096",
    "-Wno-error=implicit-function-declaration", "-Wno-error=implicit-int",
    "-Wno-error=int-conversion", "-Wno-error=incompatible-pointer-types",
    "-Wno-error=incompatible-function-pointer-types", "-Wno-error=return-type",
    "-Wno-error=return-mismatch", "-Wno-error=deprecated-non-prototype",
    "-I" OVERLAY_DIR,
    "-D__REFWARDEN__=1",
    "-DWITH_CPYCHECKER_RETURNS_BORROWED_REF_ATTRIBUTE",
    "-DWITH_CPYCHECKER_STEALS_REFERENCE_TO_ARG_ATTRIBUTE",
    "-DWITH_CPYCHECKER_SETS_EXCEPTION_ATTRIBUTE",
    "-DWITH_CPYCHECKER_NEGATIVE_RESULT_SETS_EXCEPTION_ATTRIBUTE",
    "-DWITH_CPYCHECKER_TYPE_OBJECT_FOR_TYPEDEF_ATTRIBUTE",
    /* NumPy's headers see the second of these, declare their API as functions and leave out: */
    "-Dimport_array()=((void)0)", "-Dimport_array1(r)=((void)0)", "-Dimport_array2(m,r)=((void)0)",
    "-Dimport_umath()=((void)0)", "-Dimport_umath1(r)=((void)0)", "-Dimport_umath2(m,r)=((void)0)",
    "-Dimport_ufunc()=((void)0)",
    "-Dcpychecker_returns_borrowed_ref=annotate(\"cpychecker:returns_borrowed_ref\")",
    "-Dcpychecker_steals_reference_to_arg(n)=annotate(\"cpychecker:steals_reference_to_arg(\" #n "
    "\")\")",
    "-Dcpychecker_sets_exception=annotate(\"cpychecker:sets_exception\")",
    "-Dcpychecker_negative_result_sets_exception="
    "annotate(\"cpychecker:negative_result_sets_exception\")",
    "-Dcpychecker_type_object_for_typedef(n)=annotate(\"cpychecker:type_object_for_typedef(\" #n "
    "\")\")",
    NULL};

bool is_given_macro(const char *name)
{
    size_t n = strlen(name);

    for (int i = 0; first_arguments[i]; i++)
        if (strncmp(first_arguments[i], "-D", 2) == 0 && strncmp(first_arguments[i] + 2, name, n) == 0)
            return true;
    return false;
}

typedef struct {
    arena *a;
    const char **v;
    int n, cap;
} arguments;

static void push(arguments *to, const char *s)
{
    ARENA_PUSH(to->a, to->v, to->n, to->cap, s);
}

static bool is_cplusplus_path(const char *path)
{
    static const char *const endings[] = {".cpp", ".cc", ".cxx", ".C", ".c++", ".cp", NULL};
    const char *dot = strrchr(path, '.');

    return dot && text_is_one_of(dot, endings);
}

/* -c, -o out, -M...: the compiler's, not the parser's. */
static int skipped_words(const char *flag)
{
    static const char *const alone[] = {"-c", "-S", "-E", "-M", "-MM", "-MD", "-MMD", "-MP",
                                        "-MG", NULL};
    static const char *const with_word[] = {"-o", "-MF", "-MT", "-MQ", NULL};

    if (text_is_one_of(flag, alone) || strncmp(flag, "-Werror", 7) == 0)
        return 1;
    return text_is_one_of(flag, with_word) ? 2 : 0;
}

/* clang's driver would take x.h.pch or x.h.gch for -include x.h: a file that is no text, and that another
 * compiler made. The parser itself does not. */
static int push_include(arguments *to, const char *header)
{
    push(to, "-Xclang");
    push(to, "-include");
    push(to, "-Xclang");
    push(to, header);
    return 2;
}

/* The number of words that were dealt with. */
static int push_flag(arguments *to, const char *const *flags, int n)
{
    int skip = skipped_words(flags[0]);

    if (n > 1 && strcmp(flags[0], "-include") == 0)
        return push_include(to, flags[1]);
    if (!skip)
        push(to, flags[0]);
    return skip ? skip : 1;
}

static arguments all_arguments(frontend *f)
{
    const frontend_request *r = f->request;
    const char *resources = frontend_resource_dir(f->a, r->resource_dir);
    arguments to = {.a = f->a};

    for (int i = 0; first_arguments[i]; i++)
        push(&to, first_arguments[i]);
    if (resources) {
        push(&to, "-resource-dir");
        push(&to, resources);
    }
    if (r->directory)
        push(&to, arena_printf(f->a, "-working-directory=%s", r->directory));
    if (f->is_cplusplus) {
        push(&to, "-x");
        push(&to, "c++");
        push(&to, "-Wno-register");
        push(&to, "-Wno-c++11-narrowing");
    }
    for (int i = 0; i < r->nflags;)
        i += push_flag(&to, &r->flags[i], r->nflags - i);
    return to;
}

/* ---- files that do not exist */

typedef struct {
    struct CXUnsavedFile *v;
    int n, cap;
} unsaved_files;

static void add_unsaved(arena *a, unsaved_files *to, const char *name, const char *text, size_t len)
{
    struct CXUnsavedFile file = {name, text, (unsigned long)len};

    ARENA_PUSH(a, to->v, to->n, to->cap, file);
}

/* #include <python3.11/Python.h> must meet the overlay too. */
static void add_versioned(arena *a, unsaved_files *to)
{
    for (int minor = 8; minor <= 15; minor++) {
        const char *text = arena_printf(
            a, "#include_next <python3.%d/Python.h>\n#include <Python.h>\n", minor);

        add_unsaved(a, to, arena_printf(a, OVERLAY_DIR "/python3.%d/Python.h", minor), text,
                    strlen(text));
    }
}

static unsaved_files all_unsaved(frontend *f, const char *path)
{
    unsaved_files to = {0};

    for (const embedded_file *e = embedded_overlay; e->name; e++)
        add_unsaved(f->a, &to, arena_printf(f->a, OVERLAY_DIR "/%s", e->name), e->text,
                    strlen(e->text));
    add_versioned(f->a, &to);
    for (int i = 0; i < f->request->ntexts; i++) {
        const source_text *t = &f->request->texts[i];

        if (t->text != f->request->text)
            add_unsaved(f->a, &to, t->path, t->text, t->len);
    }
    if (f->request->text && !f->request->shared_header)
        add_unsaved(f->a, &to, path, f->request->text, f->request->text_len);
    return to;
}

/* ---- diagnostics */

static void add_missing(frontend *f, const char *name)
{
    frontend_report *r = f->report;
    int cap = r->nmissing;

    for (int i = 0; i < r->nmissing; i++)
        if (strcmp(r->missing[i], name) == 0)
            return;
    ARENA_PUSH(f->a, r->missing, r->nmissing, cap, name);
    if (strcmp(name, "Python.h") == 0)
        r->python_h_missing = true;
}

static void note_missing(frontend *f, const char *text)
{
    const char *end = strstr(text, "' file not found");

    if (end && text[0] == '\'')
        add_missing(f, arena_strndup(f->a, text + 1, (size_t)(end - text - 1)));
}

static void add_message(frontend *f, CXDiagnostic d, const char *text)
{
    frontend_report *r = f->report;
    source_place p = place_of(f, clang_getDiagnosticLocation(d));
    bool is_main = clang_Location_isFromMainFile(clang_getDiagnosticLocation(d));

    if (r->nmessages >= MAX_MESSAGES || !p.file)
        return;
    const char *file = is_main ? f->request->shown : p.file->path;
    r->messages[r->nmessages++] = arena_printf(f->a, "%s:%u:%u: %s", file, p.line, p.col, text);
    if (r->first_error)
        return;
    r->first_error = text;
    r->first_error_file = file;
    r->first_error_line = (int)p.line;
    r->first_error_column = (int)p.col;
}

/* The assert is lost, not a statement of the function: NDEBUG builds never see its text. */
static bool is_in_assert(frontend *f, CXSourceLocation at)
{
    CXFile file = NULL;
    unsigned offset = 0;
    const source_file *s;

    clang_getExpansionLocation(at, &file, NULL, NULL, &offset);
    s = file ? file_of(f, file) : NULL;
    return s && s->text && offset + 6 < s->len && strncmp(s->text + offset, "assert", 6) == 0;
}

/* About a function's declaration: its statements are all there. */
static bool costs_nothing(const char *text)
{
    static const char *const starts[] = {"conflicting types for", "static declaration of",
                                         "non-static declaration of", NULL};

    for (int i = 0; starts[i]; i++)
        if (strncmp(text, starts[i], strlen(starts[i])) == 0)
            return true;
    return false;
}

/* __has_attribute(cpychecker_...): the name is a macro of ours by then, and the answer is no. */
static bool is_question(const char *text)
{
    return strcmp(text, "missing ')' after 'annotate'") == 0;
}

static void read_diagnostic(frontend *f, CXDiagnostic d)
{
    CXSourceLocation at = clang_getDiagnosticLocation(d);
    CXString s = clang_getDiagnosticSpelling(d);
    const char *text = arena_strdup(f->a, clang_getCString(s));
    error_place e = {0};

    clang_disposeString(s);
    clang_getExpansionLocation(at, &e.file, NULL, NULL, &e.offset);
    if (clang_getDiagnosticSeverity(d) < CXDiagnostic_Error || !e.file || is_in_assert(f, at) || is_question(text))
        return;
    note_missing(f, text);
    if (!file_of(f, e.file)->is_project)
        return; /* shows where it is used, if it matters */
    if (!costs_nothing(text))
        ARENA_PUSH(f->a, f->errors, f->nerrors, f->error_cap, e);
    f->report->errors++;
    add_message(f, d, text);
}

static void read_diagnostics(frontend *f)
{
    unsigned n = clang_getNumDiagnostics(f->tu);

    f->report->messages = arena_alloc(f->a, MAX_MESSAGES * sizeof *f->report->messages);
    for (unsigned i = 0; i < n; i++) {
        CXDiagnostic d = clang_getDiagnostic(f->tu, i);

        read_diagnostic(f, d);
        clang_disposeDiagnostic(d);
    }
}

/* ---- file level */

/* Freeing after every function costs more than the memory is worth. */
void reset_scratch(frontend *f)
{
    if (arena_used(f->scratch) > SCRATCH)
        arena_reset(f->scratch);
}

static bool holds_only_numbers(CXType t)
{
    CXType c = clang_getCanonicalType(t);

    while (c.kind == CXType_ConstantArray || c.kind == CXType_IncompleteArray)
        c = clang_getCanonicalType(clang_getArrayElementType(c));
    return c.kind >= CXType_Bool && c.kind <= CXType_LongDouble;
}

static void global_variable(frontend *f, CXCursor c)
{
    CXCursor init = clang_Cursor_getVarDeclInitializer(c);
    CXType t = clang_getCursorType(c);

    if (!clang_Cursor_isNull(init) && strcmp(cursor_text(f, c), LONG_LENGTHS) == 0)
        f->unit->has_long_lengths = true;
    if (clang_Cursor_isNull(init) || holds_only_numbers(t) || !in_project(f, c))
        return;
    node *tree = tree_build(f->scratch, init, NULL);
    read_table(f, t, tree);
    note_table(f, c, t, tree);
    reset_scratch(f);
}

static enum CXChildVisitResult top_level(CXCursor c, CXCursor parent, CXClientData data)
{
    frontend *f = data;

    (void)parent;
    switch (clang_getCursorKind(c)) {
    case CXCursor_TypedefDecl:
    case CXCursor_TypeAliasDecl:
        note_typedef(f, c);
        break;
    case CXCursor_FunctionDecl:
    case CXCursor_CXXMethod:
    case CXCursor_Constructor:
    case CXCursor_Destructor:
    case CXCursor_ConversionFunction:
        if (clang_isCursorDefinition(c) && in_project(f, c))
            lower_function(f, c);
        break;
    case CXCursor_VarDecl:
        global_variable(f, c);
        break;
    case CXCursor_LinkageSpec:
    case CXCursor_Namespace:
        return CXChildVisit_Recurse;
    case CXCursor_ClassDecl:
    case CXCursor_StructDecl:
        return f->is_cplusplus && in_project(f, c) ? CXChildVisit_Recurse : CXChildVisit_Continue;
    default:
        break;
    }
    return CXChildVisit_Continue;
}

/* ---- one file */

static const char *parse_failure(int rc)
{
    return rc == CXError_Crashed ? "libclang crashed" : "libclang could not read the file";
}

/* The file's text with its prelude blanked out, when a shared one stands for it. */
static int use_shared(frontend *f, const char *path, arguments *args, unsaved_files *files,
                      status *st)
{
    const frontend_request *r = f->request;
    char *text = (char *)r->text;
    size_t len = r->text_len;

    if (!text && file_read(f->a, path, &text, &len, st) != 0)
        return -1;
    note_read(f, path, hash_content(text, len));
    text = without_prelude(f->a, text, len, r->prelude);
    add_unsaved(f->a, files, path, text, len);
    push(args, "-include-pch");
    push(args, r->shared_header);
    return 0;
}

/* As an argument of a compiler, which a name that begins with a dash is not. */
static const char *as_argument(arena *a, const char *path)
{
    return *path == '-' ? arena_printf(a, "./%s", path) : path;
}

static int parse(frontend *f, CXIndex index, status *st)
{
    const frontend_request *r = f->request;
    char *real = r->text ? NULL : realpath(r->path, NULL);
    const char *path = r->directory && real ? arena_strdup(f->a, real) : as_argument(f->a, r->path);
    arguments args = all_arguments(f);
    unsaved_files files = all_unsaved(f, path);
    int rc;

    free(real);
    if (!r->text && access(path, R_OK) != 0)
        return fail(st, ERR_IO, "%s: cannot be read", r->shown);
    if (r->shared_header && use_shared(f, path, &args, &files, st) != 0)
        return -1;
    rc = clang_parseTranslationUnit2(index, path, args.v, args.n, files.v, (unsigned)files.n,
                                     CXTranslationUnit_KeepGoing, &f->tu);
    return rc == CXError_Success && f->tu
               ? 0
               : fail(st, ERR_INPUT, "%s: %s", r->shown, parse_failure(rc));
}

static void lower_all(frontend *f)
{
    f->scratch = arena_create();
    find_needs(f);
    ir_add_file(f->a, f->unit, f->request->shown);
    read_diagnostics(f);
    clang_visitChildren(clang_getTranslationUnitCursor(f->tu), top_level, f);
    finish_unit(f);
    arena_destroy(f->scratch);
}

static void start(frontend *f)
{
    char *cwd = getcwd(NULL, 0);

    f->cwd = arena_strdup(f->a, cwd);
    free(cwd);
    f->is_cplusplus = is_cplusplus_path(f->request->path);
    setenv("LIBCLANG_NOTHREADS", "1", 1);
}

static int lower_file(frontend *f, CXIndex index, status *st)
{
    if (parse(f, index, st) != 0)
        return -1;
    lower_all(f);
    clang_disposeTranslationUnit(f->tu);
    return 0;
}

int frontend_lower(arena *a, const frontend_request *request, ir_unit **unit,
                   frontend_report *report, status *st)
{
    frontend f = {.a = a, .request = request, .report = report};
    CXIndex index;
    int rc;

    *report = (frontend_report){0};
    start(&f);
    f.unit = arena_alloc(a, sizeof *f.unit);
    f.unit->name = arena_strdup(a, request->shown);
    index = clang_createIndex(request->shared_header != NULL, 0);
    rc = lower_file(&f, index, st);
    if (rc == 0)
        *unit = f.unit;
    clang_disposeIndex(index);
    return rc;
}

/* ---- a prelude for several files */

static bool has_errors(CXTranslationUnit tu)
{
    bool found = false;

    for (unsigned i = 0; i < clang_getNumDiagnostics(tu) && !found; i++) {
        CXDiagnostic d = clang_getDiagnostic(tu, i);

        found = clang_getDiagnosticSeverity(d) >= CXDiagnostic_Error;
        clang_disposeDiagnostic(d);
    }
    return found;
}

static int save(frontend *f, const char *file, status *st)
{
    if (has_errors(f->tu) || !f->python_dir)
        return fail(st, ERR_INPUT, "the headers do not parse on their own");
    if (clang_saveTranslationUnit(f->tu, file, clang_defaultSaveOptions(f->tu)) != 0)
        return fail(st, ERR_IO, "%s: cannot be written", file);
    return 0;
}

int frontend_share(arena *a, const frontend_request *like, const char *directives,
                   const char *file, buf *names, status *st)
{
    frontend f = {.a = a, .request = like};
    CXIndex index;
    arguments args;
    unsaved_files files = {0};
    int rc = -1;

    start(&f);
    args = all_arguments(&f);
    push(&args, "-x");
    push(&args, f.is_cplusplus ? "c++-header" : "c-header");
    files = all_unsaved(&f, like->path);
    add_unsaved(a, &files, SHARED_NAME, directives, strlen(directives));
    index = clang_createIndex(0, 0);
    if (clang_parseTranslationUnit2(index, SHARED_NAME, args.v, args.n, files.v, (unsigned)files.n,
                                    CXTranslationUnit_Incomplete | CXTranslationUnit_ForSerialization,
                                    &f.tu) == CXError_Success) {
        describe_shared(&f, names);
        rc = save(&f, file, st);
        clang_disposeTranslationUnit(f.tu);
    } else {
        fail(st, ERR_INPUT, "the headers cannot be parsed");
    }
    clang_disposeIndex(index);
    return rc;
}

void frontend_warm(void)
{
    struct CXUnsavedFile empty = {"empty.c", "", 0};
    CXIndex index;

    setenv("LIBCLANG_NOTHREADS", "1", 1);
    index = clang_createIndex(0, 0);
    clang_disposeTranslationUnit(
        clang_parseTranslationUnit(index, "empty.c", NULL, 0, &empty, 1, CXTranslationUnit_None));
    clang_disposeIndex(index);
}
