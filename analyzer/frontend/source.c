/* Places in the source.
 *
 * A place is where the user wrote it: for text that comes out of a macro's body that is the use of
 * the macro, for a macro's argument the argument itself. Text is read from libclang's own buffers;
 * tokenising is never used (it can return the whole file for one literal).
 */
#define _GNU_SOURCE
#include "frontend_int.h"

#include <ctype.h>
#include <string.h>

static const char *shown_path(frontend *f, const char *path)
{
    size_t n = f->cwd ? strlen(f->cwd) : 0;

    while (path[0] == '.' && path[1] == '/')
        path += 2;
    if (n && strncmp(path, f->cwd, n) == 0 && path[n] == '/')
        path += n + 1;
    return arena_strdup(f->a, path);
}

const char *absolute_path(frontend *f, const char *path)
{
    const char *folder = f->request->directory ? f->request->directory : f->cwd;

    while (path[0] == '.' && path[1] == '/')
        path += 2;
    return path[0] == '/' || !folder ? arena_strdup(f->a, path)
                                     : arena_printf(f->a, "%s/%s", folder, path);
}

static bool is_foreign_path(const char *path)
{
    static const char *const starts[] = {"/usr/include/", "/usr/lib", "/usr/local/include/",
                                         OVERLAY_DIR, NULL};

    for (int i = 0; starts[i]; i++)
        if (strncmp(path, starts[i], strlen(starts[i])) == 0)
            return true;
    return strstr(path, "/site-packages/") || strstr(path, "/dist-packages/");
}

static bool is_python_header(const frontend *f, const char *path)
{
    size_t n = f->python_dir ? strlen(f->python_dir) : 0;

    return n && strncmp(path, f->python_dir, n) == 0 && path[n] == '/';
}

static bool is_project_file(frontend *f, const source_file *s, const char *path)
{
    CXSourceLocation start = clang_getLocationForOffset(f->tu, s->file, 0);

    if (clang_Location_isFromMainFile(start))
        return true;
    path = absolute_path(f, path);
    return !clang_Location_isInSystemHeader(start) && !is_foreign_path(path) &&
           !is_python_header(f, path);
}

static source_file *add_file(frontend *f, CXFile file)
{
    source_file *s = arena_alloc(f->a, sizeof *s);
    CXString name = clang_getFileName(file);
    const char *path = clang_getCString(name) ? clang_getCString(name) : "";

    s->file = file;
    s->index = -1;
    s->path = shown_path(f, path);
    s->text = clang_getFileContents(f->tu, file, &s->len);
    s->is_project = is_project_file(f, s, path);
    clang_disposeString(name);
    map_put(f->a, &f->files, file, s);
    return s;
}

source_file *file_of(frontend *f, CXFile file)
{
    source_file *s;

    if (f->last_file && f->last_file->file == file)
        return f->last_file;
    s = map_get(&f->files, file);
    if (!s)
        s = add_file(f, file);
    return f->last_file = s;
}

source_place place_of(frontend *f, CXSourceLocation at)
{
    source_place p = {0};
    CXFile file = NULL;

    clang_getFileLocation(at, &file, &p.line, &p.col, &p.offset);
    p.file = file ? file_of(f, file) : NULL;
    return p;
}

static int file_index(frontend *f, const source_file *s)
{
    if (s->index < 0) {
        source_file *own = map_get(&f->files, s->file);
        bool is_main = clang_Location_isFromMainFile(
            clang_getLocationForOffset(f->tu, s->file, 0));

        own->index = ir_add_file(f->a, f->unit, is_main ? f->request->shown : s->path);
    }
    return s->index;
}

static ir_loc loc_from(frontend *f, source_place start)
{
    ir_loc loc = {0};

    if (!start.file)
        return loc;
    loc.file = (uint16_t)file_index(f, start.file);
    loc.line = (int)start.line;
    loc.col = (int)start.col;
    return loc;
}

ir_loc loc_of_decl(frontend *f, CXCursor c)
{
    return loc_from(f, place_of(f, clang_getCursorLocation(c)));
}

ir_loc loc_of(frontend *f, CXCursor c)
{
    CXSourceRange extent = clang_getCursorExtent(c);
    source_place start = place_of(f, clang_getRangeStart(extent));
    source_place end = place_of(f, clang_getRangeEnd(extent));
    ir_loc loc = loc_from(f, start);

    if (loc.line && end.file == start.file && end.offset > start.offset && end.col > 1) {
        loc.end_line = (int)end.line;
        loc.end_col = (int)end.col - 1;
    }
    return loc;
}

bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static const char *word_from(frontend *f, const source_file *s, unsigned offset)
{
    size_t end = offset;

    if (!s || !s->text || offset >= s->len)
        return "";
    while (end < s->len && is_word(s->text[end]))
        end++;
    return arena_strndup(f->a, s->text + offset, end - offset);
}

const char *word_at(frontend *f, CXSourceLocation spelling)
{
    CXFile file = NULL;
    unsigned offset = 0;

    clang_getSpellingLocation(spelling, &file, NULL, NULL, &offset);
    return file ? word_from(f, file_of(f, file), offset) : "";
}

char *spelled_text(frontend *f, CXCursor c)
{
    CXSourceRange extent = clang_getCursorExtent(c);
    CXFile first = NULL, last = NULL;
    unsigned from = 0, to = 0;
    const source_file *s;

    clang_getSpellingLocation(clang_getRangeStart(extent), &first, NULL, NULL, &from);
    clang_getSpellingLocation(clang_getRangeEnd(extent), &last, NULL, NULL, &to);
    s = first ? file_of(f, first) : NULL;
    if (!s || !s->text || from >= s->len)
        return arena_strdup(f->a, "");
    if (first != last || to <= from)
        to = from + 80;
    if (to > s->len)
        to = (unsigned)s->len;
    return arena_strndup(f->a, s->text + from, to - from);
}

bool in_project(frontend *f, CXCursor c)
{
    CXFile file = NULL;

    clang_getExpansionLocation(clang_getCursorLocation(c), &file, NULL, NULL, NULL);
    return file && file_of(f, file)->is_project;
}

static bool is_test_part(const char *part, size_t n)
{
    return (n == 4 && strncmp(part, "test", n) == 0) || (n == 5 && strncmp(part, "tests", n) == 0) ||
           (n >= 5 && strncmp(part, "_test", 5) == 0);
}

bool looks_like_test(const char *path, const char *function)
{
    if (strncmp(function, "test_", 5) == 0)
        return true;
    while (*path) {
        size_t n = strcspn(path, "/");

        if (is_test_part(path, n))
            return true;
        path += n + (path[n] == '/');
    }
    return false;
}

/* ---- the header of a for loop */

unsigned offset_of(frontend *f, CXCursor c)
{
    (void)f;
    unsigned offset = 0;

    clang_getExpansionLocation(clang_getRangeStart(clang_getCursorExtent(c)), NULL, NULL, NULL,
                               &offset);
    return offset;
}

static size_t skip_quoted(const source_file *s, size_t i)
{
    char quote = s->text[i++];

    while (i < s->len && s->text[i] != quote && s->text[i] != '\n')
        i += s->text[i] == '\\' ? 2 : 1;
    return i;
}

static size_t skip_comment(const source_file *s, size_t i)
{
    const char *end;

    if (s->text[i + 1] == '/')
        end = memchr(s->text + i, '\n', s->len - i);
    else
        end = memmem(s->text + i + 2, s->len - i - 2, "*/", 2);
    return end ? (size_t)(end - s->text) + (s->text[i + 1] != '/') : s->len;
}

static bool starts_comment(const source_file *s, size_t i)
{
    return s->text[i] == '/' && i + 2 < s->len && (s->text[i + 1] == '/' || s->text[i + 1] == '*');
}

static bool find_semicolons(const source_file *s, size_t i, for_layout *out)
{
    int depth = 0, found = 0;

    for (; i < s->len && found < 2; i++) {
        char c = s->text[i];

        if (c == '"' || c == '\'')
            i = skip_quoted(s, i);
        else if (starts_comment(s, i))
            i = skip_comment(s, i);
        else if (strchr("([{", c) && c)
            depth++;
        else if (strchr(")]}", c) && c && --depth == 0)
            return false;
        else if (c == ';' && depth == 1)
            *(found++ ? &out->second : &out->first) = (unsigned)i;
    }
    return found == 2;
}

bool scan_for(frontend *f, CXCursor loop, for_layout *out)
{
    CXSourceLocation at = clang_getRangeStart(clang_getCursorExtent(loop));
    CXFile used = NULL, spelled = NULL;
    unsigned use = 0, spelling = 0;
    const source_file *s;

    clang_getExpansionLocation(at, &used, NULL, NULL, &use);
    clang_getSpellingLocation(at, &spelled, NULL, NULL, &spelling);
    if (!used || used != spelled || use != spelling)
        return false;
    s = file_of(f, used);
    if (!s->text || use + 3 > s->len || strncmp(s->text + use, "for", 3) != 0)
        return false;
    return find_semicolons(s, use + 3, out);
}

/* ---- macros */

/* Where the use of a macro ends: after its name or its closing parenthesis. */
static size_t end_of_use(const source_file *s, size_t i)
{
    int depth = 0;

    while (i < s->len && is_word(s->text[i]))
        i++;
    if (i >= s->len || s->text[i] != '(')
        return i;
    for (; i < s->len; i++) {
        if (s->text[i] == '"' || s->text[i] == '\'')
            i = skip_quoted(s, i);
        else if (starts_comment(s, i))
            i = skip_comment(s, i);
        else if (s->text[i] == '(')
            depth++;
        else if (s->text[i] == ')' && --depth == 0)
            return i + 1;
    }
    return i;
}

/* A macro wrote it when its text stands elsewhere, not in the macro's arguments, and nothing of it
 * stands after the macro's use. */
const char *macro_of(frontend *f, CXCursor c, const char *callee)
{
    CXSourceRange extent = clang_getCursorExtent(c);
    CXSourceLocation at = clang_getRangeStart(extent);
    CXFile spelled = NULL, used = NULL;
    unsigned spelled_at = 0, used_at = 0;
    source_place written = place_of(f, at);
    const source_file *s;
    const char *word;

    clang_getSpellingLocation(at, &spelled, NULL, NULL, &spelled_at);
    clang_getExpansionLocation(at, &used, NULL, NULL, &used_at);
    if (!used || !written.file || (spelled == used && spelled_at == used_at))
        return NULL;
    if (written.file->file != used || written.offset != used_at)
        return NULL;
    s = file_of(f, used);
    if (!s->text || place_of(f, clang_getRangeEnd(extent)).offset > end_of_use(s, used_at))
        return NULL;
    word = word_from(f, s, used_at);
    return *word && (!callee || strcmp(word, callee) != 0) ? word : NULL;
}
