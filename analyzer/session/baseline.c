/* The file of findings that are accepted: text, one finding a line, made for reading and merging.
 *
 *   # refwarden baseline, version 1
 *   src/point.c <tab> RW101 <tab> fingerprint <tab> function <tab> object <tab> message
 *
 * Sorted by file, rule and fingerprint when written; when read, order and doubles do not matter, so that two
 * branches merge line by line. Files are named from the folder of the baseline. There are no counts, dates or
 * line numbers: what is not changed stays the same, byte for byte.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include "rules.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FILE_NAME, RULE, FINGERPRINT, FUNCTION, OBJECT, MESSAGE, NFIELDS, VERSION = 1 };

static const char first_line[] = "# refwarden baseline, version ";

bool is_about_run(const finding *f)
{
    return strcmp(f->rule, "RW901") == 0;
}

/* ---- names of files */

/* From folder to file; both are absolute. */
static const char *relative(arena *a, const char *folder, const char *file)
{
    const char *up = "";
    size_t n = strlen(folder);

    while (n > 1 && !(strncmp(file, folder, n) == 0 && file[n] == '/')) {
        while (n > 0 && folder[--n] != '/')
            ;
        up = arena_printf(a, "../%s", up);
    }
    return arena_printf(a, "%s%s", up, file + n + (file[n] == '/'));
}

static const char *named_from(arena *a, const char *baseline, const char *file)
{
    if (*file == '<')
        return file;
    return relative(a, path_absolute(a, path_folder(a, baseline)), path_tidy(a, path_absolute(a, file)));
}

static const char *named_from_here(arena *a, const char *baseline, const char *file)
{
    if (*file == '<')
        return file;
    return path_tidy(a, path_join(a, path_folder(a, baseline), file));
}

/* ---- reading */

static char *unescaped(arena *a, const char *text, size_t n)
{
    char *copy = arena_alloc(a, n + 1), *to = copy;

    for (size_t i = 0; i < n; i++) {
        bool is_escaped = text[i] == '\\' && i + 1 < n;
        char c = text[i += is_escaped];

        *to++ = !is_escaped ? c : c == 't' ? '\t' : c == 'n' ? '\n' : c == 'r' ? '\r' : c;
    }
    return copy;
}

static int split_fields(arena *a, const char *line, size_t n, const char *fields[NFIELDS])
{
    int count = 0;

    for (const char *at = line, *end = line + n; at <= end && count <= NFIELDS; count++) {
        const char *tab = memchr(at, '\t', (size_t)(end - at));
        size_t len = (size_t)((tab ? tab : end) - at);

        if (count < NFIELDS)
            fields[count] = unescaped(a, at, len);
        at += len + 1;
    }
    return count;
}

static bool is_conflict(const char *line)
{
    static const char *const marks[] = {"<<<<<<<", "=======", ">>>>>>>", "|||||||"};

    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (strncmp(line, marks[i], 7) == 0 && strchr(" \r\n", line[7]))
            return true;
    return false;
}

static bool is_fingerprint(const char *text)
{
    return strlen(text) == 32 && strspn(text, "0123456789abcdef") == 32;
}

static finding finding_of(arena *a, const char *baseline, const char *const *fields)
{
    const rule *r = rule_find(fields[RULE]);
    finding f = {
        .rule = fields[RULE],
        .name = r ? r->name : fields[RULE],
        .severity = r ? r->severity : SEV_WARNING,
        .confidence = CONF_HIGH,
        .at = {.file = named_from_here(a, baseline, fields[FILE_NAME])},
        .function = fields[FUNCTION],
        .object = fields[OBJECT],
        .message = fields[MESSAGE],
    };

    memcpy(f.fingerprint, fields[FINGERPRINT], sizeof f.fingerprint);
    return f;
}

static int read_line(arena *a, const char *file, int number, const char *line, size_t n, finding *out, status *st)
{
    const char *fields[NFIELDS];

    if (is_conflict(line))
        return fail(st, ERR_USAGE, "%s:%d: a merge was not finished here: keep the lines of both sides and remove "
                                   "the marks; then run refwarden baseline prune", file, number);
    if (split_fields(a, line, n, fields) != NFIELDS || !is_fingerprint(fields[FINGERPRINT]) || !*fields[RULE])
        return fail(st, ERR_USAGE, "%s:%d: this is no finding (file, rule, fingerprint, function, object and message, "
                                   "with tabs between): remove the line, or run refwarden baseline write", file, number);
    *out = finding_of(a, file, fields);
    return 0;
}

static int check_first_line(const char *file, const char *text, status *st)
{
    int version = strncmp(text, first_line, strlen(first_line)) == 0 ? atoi(text + strlen(first_line)) : 0;

    if (version == 0 && is_conflict(text))
        return fail(st, ERR_USAGE, "%s:1: a merge was not finished here", file);
    if (version < 1)
        return fail(st, ERR_USAGE, "%s:1: this is no baseline, which begins with '%s%d'; write one with: "
                                   "refwarden baseline write --baseline FILE", file, first_line, VERSION);
    if (version > VERSION)
        return fail(st, ERR_USAGE, "%s:1: the baseline has version %d, this refwarden knows %d: use a newer refwarden, "
                                   "or run refwarden baseline write", file, version, VERSION);
    return 0;
}

static int compare_entries(const void *left, const void *right)
{
    const finding *a = left, *b = right;
    int order = strcmp(a->at.file, b->at.file);

    if (order == 0)
        order = strcmp(a->rule, b->rule);
    return order ? order : strcmp(a->fingerprint, b->fingerprint);
}

static int sorted_once(finding *list, int n)
{
    int kept = 0;

    if (n)
        qsort(list, (size_t)n, sizeof *list, compare_entries);
    for (int i = 0; i < n; i++)
        if (kept == 0 || compare_entries(&list[i], &list[kept - 1]) != 0)
            list[kept++] = list[i];
    return kept;
}

int session_baseline_read(arena *a, const char *file, finding **out, int *n, status *st)
{
    int cap = 0, number = 0;
    char *text;
    size_t len;

    *out = NULL;
    *n = 0;
    if (access(file, F_OK) != 0)
        return fail(st, ERR_USAGE, "baseline %s: there is no such file; write it with: refwarden baseline write "
                                   "--baseline %s", file, file);
    if (file_read(a, file, &text, &len, st) != 0 || check_first_line(file, text, st) != 0)
        return -1;
    for (char *at = text; *at;) {
        size_t whole = strcspn(at, "\n"), bare = whole - (whole > 0 && at[whole - 1] == '\r');
        finding f;

        number++;
        if (bare && *at != '#') {
            if (read_line(a, file, number, at, bare, &f, st) != 0)
                return -1;
            ARENA_PUSH(a, *out, *n, cap, f);
        }
        at += whole + (at[whole] != '\0');
    }
    *n = sorted_once(*out, *n);
    return 0;
}

/* ---- writing */

static void add_escaped(buf *out, const char *text)
{
    for (const char *s = text; *s; s++)
        if (*s == '\t' || *s == '\n' || *s == '\r')
            buf_add(out, *s == '\t' ? "\\t" : *s == '\n' ? "\\n" : "\\r");
        else if (*s == '\\')
            buf_add(out, "\\\\");
        else
            buf_addn(out, s, 1);
}

static void add_entry(const finding *f, buf *out)
{
    const char *const fields[NFIELDS] = {f->at.file, f->rule, f->fingerprint, f->function, f->object, f->message};

    if (strchr("#<=>|", *f->at.file) && *f->at.file)
        buf_add(out, "\\");
    for (int i = 0; i < NFIELDS; i++) {
        add_escaped(out, fields[i]);
        buf_add(out, i + 1 < NFIELDS ? "\t" : "\n");
    }
}

void session_baseline_print(arena *a, const char *file, const finding *list, int n, buf *out)
{
    finding *entries = arena_alloc(a, (size_t)n * sizeof *entries + 1);
    int count = 0;

    for (int i = 0; i < n; i++)
        if (!is_about_run(&list[i])) {
            entries[count] = list[i];
            entries[count++].at.file = named_from(a, file, list[i].at.file);
        }
    count = sorted_once(entries, count);
    buf_printf(out, "%s%d\n", first_line, VERSION);
    buf_add(out, "# Accepted findings: file, rule, fingerprint, function, object, message. Lines may be merged in any order.\n"
                 "# To accept those of today: refwarden baseline write. To drop what is gone: refwarden baseline prune.\n");
    for (int i = 0; i < count; i++)
        add_entry(&entries[i], out);
}
