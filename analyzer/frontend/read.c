/* What the result for a file depends on: the files that libclang read, with a hash of what it read, and
 * the headers that were asked for with __has_include, there or not.
 *
 * The hash is that of libclang's own buffer, not of the file on disk, which may have changed since.
 */
#define _GNU_SOURCE
#include "frontend_int.h"

#include <inttypes.h>
#include <string.h>

static const char question[] = "__has_include";

void note_read(frontend *f, const char *path, hash128 content)
{
    frontend_file *files = (frontend_file *)f->report->files;

    if (!f->request->tells_reads)
        return;
    frontend_file file = {absolute_path(f, path), content};
    ARENA_PUSH(f->a, files, f->report->nfiles, f->file_cap, file);
    f->report->files = files;
}

void note_asked(frontend *f, const char *name)
{
    for (int i = 0; i < f->report->nasked; i++)
        if (strcmp(f->report->asked[i], name) == 0)
            return;
    ARENA_PUSH(f->a, f->report->asked, f->report->nasked, f->asked_cap, name);
}

/* Compiled or not, in a comment or not: one too many does no harm. */
static void note_questions(frontend *f, const char *text, size_t len)
{
    const char *end = text + len, *at = text;

    while ((at = memmem(at, (size_t)(end - at), question, strlen(question))) != NULL) {
        size_t n = 0;

        at += strlen(question);
        while (at < end && strchr("_next (", *at))
            at++;
        if (at == end || (*at != '<' && *at != '"'))
            continue;
        at++;
        while (at + n < end && !strchr(">\"\n", at[n]))
            n++;
        note_asked(f, arena_strndup(f->a, at, n));
    }
}

void note_read_file(frontend *f, CXFile file, const char *path)
{
    const char *text;
    size_t len = 0;

    if (!f->request->tells_reads || map_get(&f->read, file) || strncmp(path, OVERLAY_DIR, strlen(OVERLAY_DIR)) == 0 ||
        strcmp(path, SHARED_NAME) == 0)
        return;
    map_put(f->a, &f->read, file, f);
    text = clang_getFileContents(f->tu, file, &len);
    note_read(f, path, hash_content(text ? text : "", text ? len : 0));
    if (text)
        note_questions(f, text, len);
}

/* ---- with a shared header */

void write_read(const frontend_report *report, buf *names)
{
    for (int i = 0; i < report->nasked; i++)
        buf_printf(names, "?%s\n", report->asked[i]);
    for (int i = 0; i < report->nfiles; i++)
        buf_printf(names, "!%016" PRIx64 "%016" PRIx64 "%s\n", report->files[i].content.high,
                   report->files[i].content.low, report->files[i].path);
}

static void take_file(frontend *f, const char *line, size_t n)
{
    hash128 content = {0};

    if (n > 32 && sscanf(line, "%16" SCNx64 "%16" SCNx64, &content.high, &content.low) == 2)
        note_read(f, arena_strndup(f->a, line + 32, n - 32), content);
}

const char *take_read(frontend *f, const char *line)
{
    while (*line == '?' || *line == '!') {
        size_t n = strcspn(line, "\n");

        if (*line == '?')
            note_asked(f, arena_strndup(f->a, line + 1, n - 1));
        else
            take_file(f, line + 1, n - 1);
        line += n + (line[n] == '\n');
    }
    return line;
}
