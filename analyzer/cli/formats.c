/* --format FORMAT[:FILE], which may be repeated, and --output: which results go where.
 *
 * One format may go to stdout, or to the file of --output; the others name their files.
 */
#include "cli_int.h"

#include <string.h>

static int read_output(arena *a, const char *text, output *out, status *st)
{
    const char *colon = strchr(text, ':');

    out->format = colon ? arena_strndup(a, text, (size_t)(colon - text)) : text;
    out->file = colon ? colon + 1 : NULL;
    if (report_check_format(out->format, st) != 0)
        return -1;
    return colon && !colon[1] ? fail(st, ERR_USAGE, "--format %s: which file?", text) : 0;
}

static bool is_same(const output *x, const output *y)
{
    return x->file && y->file ? strcmp(x->file, y->file) == 0 : x->file == y->file;
}

static int refuse_same(const output *v, int n, status *st)
{
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++)
            if (is_same(&v[i], &v[k]))
                return fail(st, ERR_USAGE, "%s and %s cannot both go to %s: write --format %s:FILE", v[k].format,
                            v[i].format, v[i].file ? v[i].file : "standard output", v[i].format);
    return 0;
}

/* --output is for the one format that names no file. */
static int place_output(const cli_options *o, output *v, int n, status *st)
{
    int unplaced = 0;

    for (int i = 0; i < n && o->output; i++)
        if (!v[i].file) {
            v[i].file = o->output;
            unplaced++;
        }
    if (o->output && !unplaced)
        return fail(st, ERR_USAGE, "--output %s: every format has a file of its own", o->output);
    return refuse_same(v, n, st);
}

int outputs_of(arena *a, const cli_options *o, output **out, int *n, status *st)
{
    *n = o->formats.n ? o->formats.n : 1;
    *out = arena_alloc(a, (size_t)*n * sizeof **out);
    (*out)[0] = (output){"text", NULL};
    for (int i = 0; i < o->formats.n; i++)
        if (read_output(a, o->formats.items[i], &(*out)[i], st) != 0)
            return -1;
    return place_output(o, *out, *n, st);
}

const char *only_format(const cli_options *o)
{
    return o->formats.n ? o->formats.items[o->formats.n - 1] : "text";
}
