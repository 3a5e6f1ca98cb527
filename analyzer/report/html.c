/* The HTML format: one page that needs no network and no other file.
 *
 * page/ holds the page; its script draws everything from one block of JSON: the JSON format, and beside it
 * the kind of each step, the lines of source and the explanations of the rules. In that block every '<' is
 * escaped, so nothing that comes from a source file can end it.
 */
#include "json_int.h"

#include "embedded.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* ---- the data */

static void mark_steps(json_t *path, const finding *f)
{
    static const char *const kinds[] = {"ownership", "outcome", "branch", "end"};

    for (int i = 0; i < f->npath; i++)
        put(json_array_get(path, (size_t)i), "kind", json_string(kinds[f->path[i].kind]));
}

static void add_rule(const report_input *in, json_t *rules, const char *code)
{
    if (!json_object_get(rules, code))
        put(rules, code, json_text(in->explain ? in->explain(code) : NULL));
}

/* Of what is gone often nobody knows the line. */
static json_t *gone_json(const report_input *in, const finding *f)
{
    json_t *o = finding_json(in, f);

    put(o, "line", json_integer(f->at.line));
    return o;
}

static void add_findings(const report_input *in, excerpt *e, json_t *root)
{
    json_t *list = json_array(), *rules = json_object();

    for (int i = 0; i < in->nfindings; i++) {
        const finding *f = &in->findings[i];
        json_t *o = finding_json(in, f);

        mark_steps(json_object_get(o, "path"), f);
        put(o, "begins", json_integer(excerpt_add(e, f)));
        json_array_append_new(list, o);
        add_rule(in, rules, f->rule);
    }
    for (int i = 0; i < in->nfixed; i++) {
        json_array_append_new(list, gone_json(in, &in->fixed[i]));
        add_rule(in, rules, in->fixed[i].rule);
    }
    put(root, "findings", list);
    put(root, "rules", rules);
}

/* '<' stands in strings only; without it there is no end tag and no comment. */
static int add_escaped(buf *out, json_t *root, status *st)
{
    char *written = json_dumps(root, JSON_COMPACT | JSON_ENSURE_ASCII);

    if (!written)
        return fail(st, ERR_LIMIT, "out of memory while writing HTML");
    for (const char *at = written; *at;) {
        size_t n = strcspn(at, "<");

        buf_addn(out, at, n);
        at += n;
        if (*at)
            buf_add(out, "\\u003c");
        at += *at != '\0';
    }
    free(written);
    return 0;
}

static int add_data(const report_input *in, buf *out, status *st)
{
    arena *a = arena_create();
    excerpt *e = excerpt_create(a, in);
    json_t *root = json_document(in);
    int rc;

    add_findings(in, e, root);
    put(root, "is_compared", json_boolean(in->is_compared));
    put(root, "sources", excerpt_json(e));
    rc = add_escaped(out, root, st);
    json_decref(root);
    arena_destroy(a);
    return rc;
}

/* ---- the page */

/* Several files of script, in the order of their names. */
static void add_files(buf *out, const char *suffix)
{
    for (const embedded_file *f = embedded_page; f->name; f++) {
        const char *dot = strrchr(f->name, '.');

        if (dot && strcmp(dot, suffix) == 0)
            buf_add(out, f->text);
    }
}

/* Adds the page up to the mark, and returns what follows it. */
static const char *add_up_to(buf *out, const char *page, const char *mark)
{
    const char *at = strstr(page, mark);

    assert(at);
    buf_addn(out, page, (size_t)(at - page));
    return at + strlen(mark);
}

int report_html(const report_input *in, buf *out, status *st)
{
    buf page = {0};
    const char *rest;
    int rc;

    add_files(&page, ".html");
    rest = add_up_to(out, page.data, "@STYLE@");
    add_files(out, ".css");
    rest = add_up_to(out, rest, "@DATA@");
    rc = add_data(in, out, st);
    rest = add_up_to(out, rest, "@SCRIPT@");
    add_files(out, ".js");
    buf_add(out, rest);
    buf_free(&page);
    return rc;
}
