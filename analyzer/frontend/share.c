/* Headers that several files begin with, parsed once: what of them only a walk over the result gives. */
#define _GNU_SOURCE
#include "frontend_int.h"

#include <string.h>

/* ---- names that only a walk over the headers gives */

/* One line a record: "tag typedef". The first typedef of a record names it. */
static enum CXChildVisitResult add_name(CXCursor c, CXCursor parent, CXClientData data)
{
    buf *out = data;
    CXString name, tag;
    CXType t;

    (void)parent;
    if (clang_getCursorKind(c) == CXCursor_LinkageSpec)
        return CXChildVisit_Recurse;
    if (clang_getCursorKind(c) != CXCursor_TypedefDecl &&
        clang_getCursorKind(c) != CXCursor_TypeAliasDecl)
        return CXChildVisit_Continue;
    t = clang_getCanonicalType(clang_getTypedefDeclUnderlyingType(c));
    if (t.kind != CXType_Record)
        return CXChildVisit_Continue;
    name = clang_getCursorSpelling(c);
    tag = clang_getCursorSpelling(clang_getTypeDeclaration(t));
    buf_printf(out, "%s %s\n", clang_getCString(tag), clang_getCString(name));
    clang_disposeString(name);
    clang_disposeString(tag);
    return CXChildVisit_Continue;
}

const char *shared_record_name(frontend *f, const char *tag)
{
    const char *at = f->request->shared_names;
    size_t n = strlen(tag);

    for (; at && *at && n; at = strchr(at, '\n') + 1)
        if (strncmp(at, tag, n) == 0 && at[n] == ' ')
            return arena_strndup(f->a, at + n + 1, strcspn(at + n + 1, "\n"));
    return NULL;
}

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');

    return end ? end + 1 : "";
}

/* The first line is the folder of Python.h; lines that begin with '<' are headers, then what was read. */
void read_shared_includes(frontend *f)
{
    const char *line = f->request->shared_names;

    f->python_dir = arena_strndup(f->a, line, strcspn(line, "\n"));
    for (line = next_line(line); *line == '<'; line = next_line(line))
        add_include(f, arena_strndup(f->a, line + 1, strcspn(line + 1, "\n")));
    take_read(f, line);
}

void describe_shared(frontend *f, buf *names)
{
    frontend_report report = {0};

    f->report = &report;
    find_includes(f);
    buf_printf(names, "%s\n", f->python_dir ? f->python_dir : "");
    for (int i = 0; i < report.nincludes; i++)
        buf_printf(names, "<%s\n", report.includes[i]);
    write_read(&report, names);
    clang_visitChildren(clang_getTranslationUnitCursor(f->tu), add_name, names);
    f->report = NULL;
}
