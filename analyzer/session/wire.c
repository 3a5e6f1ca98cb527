/* A worker's result as bytes: numbers in native layout, text as length and bytes.
 *
 * The reader trusts nothing: a worker may die in the middle of a write or may have been talked
 * into writing nonsense by the file it read. Every length is checked against what is left.
 */
#include "session_int.h"

#include "rules.h"

#include <limits.h>
#include <string.h>

enum { MAGIC = 0x31575752, END = 0x444E4557 };

static const uint32_t no_text = UINT32_MAX;

/* ---- writing */

static void put(buf *out, const void *data, size_t n)
{
    buf_addn(out, data, n);
}

static void put_int(buf *out, int n)
{
    put(out, &n, sizeof n);
}

static void put_text(buf *out, const char *s)
{
    uint32_t n = s ? (uint32_t)strlen(s) : no_text;

    put(out, &n, sizeof n);
    if (s)
        put(out, s, (size_t)n + 1);
}

static void put_texts(buf *out, const char *const *list, int n)
{
    put_int(out, n);
    for (int i = 0; i < n; i++)
        put_text(out, list[i]);
}

static void put_place(buf *out, const place *p)
{
    put_text(out, p->file);
    put_int(out, p->line);
    put_int(out, p->column);
    put_int(out, p->end_line);
    put_int(out, p->end_column);
}

static void put_step(buf *out, const path_step *s)
{
    put_place(out, &s->at);
    put_text(out, s->message);
    put_int(out, (int)s->kind);
    put_int(out, s->delta);
    put_int(out, s->owned);
}

static void put_fix(buf *out, const finding_fix *fix)
{
    put_int(out, (int)fix->safety);
    put_text(out, fix->message);
    put_int(out, fix->nedits);
    for (int i = 0; i < fix->nedits; i++) {
        put_place(out, &fix->edits[i].at);
        put_text(out, fix->edits[i].text);
    }
}

static void put_finding(buf *out, const finding *f)
{
    put_text(out, f->rule);
    put_text(out, f->name);
    put_int(out, (int)f->severity);
    put_int(out, (int)f->confidence);
    put_place(out, &f->at);
    put_text(out, f->function);
    put_text(out, f->object);
    put_text(out, f->message);
    put_int(out, (int)f->tags);
    put_text(out, f->fingerprint);
    put_text(out, f->advice);
    put_int(out, f->generated.file != NULL);
    if (f->generated.file)
        put_place(out, &f->generated);
    put_int(out, f->npath);
    for (int i = 0; i < f->npath; i++)
        put_step(out, &f->path[i]);
    put_int(out, f->nalso);
    for (int i = 0; i < f->nalso; i++)
        put_place(out, &f->also[i]);
    put_int(out, f->nfixes);
    for (int i = 0; i < f->nfixes; i++)
        put_fix(out, &f->fixes[i]);
}

static void put_unit(buf *out, const unit_result *u)
{
    put_text(out, u->file);
    put_int(out, (int)u->status);
    put_int(out, u->functions);
    put_int(out, u->partial_functions);
    put_texts(out, u->messages, u->nmessages);
    put(out, &u->seconds, sizeof u->seconds);
    put_int(out, u->slowest.n);
    for (int i = 0; i < u->slowest.n; i++) {
        put_place(out, &u->slowest.v[i].at);
        put_text(out, u->slowest.v[i].function);
        put(out, &u->slowest.v[i].seconds, sizeof u->slowest.v[i].seconds);
    }
}

static void put_link(buf *out, const engine_link *l)
{
    put_text(out, l->name);
    put_int(out, l->line);
    put_int(out, (int)l->ret);
    put_int(out, l->nargs);
    put_int(out, l->is_variadic);
    put_int(out, l->is_done);
    put_text(out, l->summary);
    put_int(out, l->nneeds);
    for (int i = 0; i < l->nneeds; i++)
        put_int(out, l->needs[i]);
}

static void put_links(buf *out, const engine_link *list, int n)
{
    put_int(out, n);
    for (int i = 0; i < n; i++)
        put_link(out, &list[i]);
}

static void put_needs(buf *out, const file_result *r)
{
    put_int(out, r->is_lasting);
    put_texts(out, r->asked, r->nasked);
    put_int(out, r->ninputs);
    put_int(out, r->nfiles);
    for (int i = 0; i < r->nfiles; i++) {
        put_text(out, r->files[i].path);
        put(out, &r->files[i].content, sizeof r->files[i].content);
    }
    put_int(out, r->nlocated);
    for (int i = 0; i < r->nlocated; i++) {
        put_text(out, r->located[i].name);
        put_text(out, r->located[i].folder);
    }
}

void wire_write(const file_result *r, buf *out)
{
    put_int(out, MAGIC);
    put_int(out, r->is_waiting);
    put_links(out, r->imports, r->nimports);
    put_links(out, r->exports, r->nexports);
    put_unit(out, &r->unit);
    put_texts(out, r->missing, r->nmissing);
    put_int(out, r->python_h_missing);
    put_texts(out, r->headers, r->nheaders);
    put_text(out, r->failure);
    put_text(out, r->dump);
    put(out, &r->peak_kb, sizeof r->peak_kb);
    put_int(out, r->nfindings);
    for (int i = 0; i < r->nfindings; i++)
        put_finding(out, &r->findings[i]);
    put_needs(out, r);
    put_int(out, END);
}

void wire_write_result(const session_result *r, const status *st, buf *out)
{
    put_int(out, MAGIC);
    put_int(out, (int)st->code);
    put_text(out, st->message);
    put_int(out, r->files);
    put_int(out, r->functions);
    put_int(out, r->failed_files);
    put_texts(out, r->headers, r->nheaders);
    put_texts(out, r->notices, r->nnotices);
    put_texts(out, r->errors, r->nerrors);
    put_int(out, r->nunits);
    for (int i = 0; i < r->nunits; i++)
        put_unit(out, &r->units[i]);
    put_int(out, r->nfindings);
    for (int i = 0; i < r->nfindings; i++)
        put_finding(out, &r->findings[i]);
    put_int(out, END);
}

/* ---- reading: after the first fault everything reads as zero */

typedef struct {
    arena *a;
    const char *at;
    size_t left;
    bool damaged;
    bool in_place; /* the data stays, so texts need not be copied */
} reader;

static void take(reader *r, void *out, size_t n)
{
    memset(out, 0, n);
    if (r->damaged || n > r->left) {
        r->damaged = true;
        return;
    }
    memcpy(out, r->at, n);
    r->at += n;
    r->left -= n;
}

static int take_int(reader *r)
{
    int n;

    take(r, &n, sizeof n);
    return n;
}

static int take_within(reader *r, int low, int high)
{
    int n = take_int(r);

    if (n < low || n > high)
        r->damaged = true;
    return r->damaged ? low : n;
}

/* Of a list whose items take at least `least` bytes each. */
static int take_count(reader *r, size_t least)
{
    int n = take_int(r);

    if (n < 0 || (size_t)n > r->left / least)
        r->damaged = true;
    return r->damaged ? 0 : n;
}

static const char *take_text(reader *r)
{
    uint32_t n;
    const char *text;

    take(r, &n, sizeof n);
    if (r->damaged || n == no_text)
        return NULL;
    if (n >= r->left || r->at[n]) {
        r->damaged = true;
        return NULL;
    }
    text = r->in_place ? r->at : arena_strndup(r->a, r->at, n);
    r->at += n + 1;
    r->left -= n + 1;
    return text;
}

/* Where NULL would be a surprise. */
static const char *take_word(reader *r)
{
    const char *text = take_text(r);

    return text ? text : "";
}

static const char **take_texts(reader *r, int *n)
{
    const char **list;

    *n = take_count(r, sizeof(uint32_t));
    list = arena_alloc(r->a, (size_t)*n * sizeof *list + 1);
    for (int i = 0; i < *n; i++)
        list[i] = take_word(r);
    return list;
}

static place take_place(reader *r)
{
    place p = {0};

    p.file = take_word(r);
    p.line = take_int(r);
    p.column = take_int(r);
    p.end_line = take_int(r);
    p.end_column = take_int(r);
    return p;
}

static path_step take_step(reader *r)
{
    path_step s = {0};

    s.at = take_place(r);
    s.message = take_word(r);
    s.kind = (step_kind)take_within(r, STEP_OWNERSHIP, STEP_END);
    s.delta = take_int(r);
    s.owned = take_int(r);
    return s;
}

static finding_fix take_fix(reader *r)
{
    finding_fix fix = {.safety = (fix_safety)take_within(r, FIX_SAFE, FIX_UNSAFE)};

    fix.message = take_word(r);
    fix.nedits = take_count(r, sizeof(int));
    fix.edits = arena_alloc(r->a, (size_t)fix.nedits * sizeof *fix.edits + 1);
    for (int i = 0; i < fix.nedits; i++) {
        fix.edits[i].at = take_place(r);
        fix.edits[i].text = take_word(r);
    }
    return fix;
}

static void take_lists(reader *r, finding *f)
{
    f->npath = take_count(r, sizeof(int));
    f->path = arena_alloc(r->a, (size_t)f->npath * sizeof *f->path + 1);
    for (int i = 0; i < f->npath; i++)
        f->path[i] = take_step(r);
    f->nalso = take_count(r, sizeof(int));
    f->also = arena_alloc(r->a, (size_t)f->nalso * sizeof *f->also + 1);
    for (int i = 0; i < f->nalso; i++)
        f->also[i] = take_place(r);
    f->nfixes = take_count(r, sizeof(int));
    f->fixes = arena_alloc(r->a, (size_t)f->nfixes * sizeof *f->fixes + 1);
    for (int i = 0; i < f->nfixes; i++)
        f->fixes[i] = take_fix(r);
}

/* A code is printed as it is. */
static const char *take_rule(reader *r)
{
    const char *code = take_word(r);

    for (const rule *known = rules_all; known->code; known++)
        if (strcmp(known->code, code) == 0)
            return known->code;
    r->damaged = true;
    return "";
}

static finding take_finding(reader *r)
{
    finding f = {0};

    f.rule = take_rule(r);
    f.name = take_word(r);
    f.severity = (severity)take_within(r, SEV_NOTE, SEV_ERROR);
    f.confidence = (confidence)take_within(r, CONF_LOW, CONF_HIGH);
    f.at = take_place(r);
    f.function = take_word(r);
    f.object = take_word(r);
    f.message = take_word(r);
    f.tags = (unsigned)take_int(r);
    snprintf(f.fingerprint, sizeof f.fingerprint, "%s", take_word(r));
    f.advice = take_text(r);
    if (take_int(r) != 0)
        f.generated = take_place(r);
    take_lists(r, &f);
    return f;
}

static void take_unit(reader *r, unit_result *u)
{
    u->file = take_word(r);
    u->status = (unit_status)take_within(r, UNIT_OK, UNIT_FAILED);
    u->functions = take_int(r);
    u->partial_functions = take_int(r);
    u->messages = take_texts(r, &u->nmessages);
    take(r, &u->seconds, sizeof u->seconds);
    u->slowest.n = take_within(r, 0, MOST_COSTS);
    for (int i = 0; i < u->slowest.n; i++) {
        u->slowest.v[i].at = take_place(r);
        u->slowest.v[i].function = take_word(r);
        take(r, &u->slowest.v[i].seconds, sizeof u->slowest.v[i].seconds);
    }
}

static engine_link take_link(reader *r, int nimports)
{
    engine_link l = {.name = take_word(r)};

    l.line = take_int(r);
    l.ret = (ir_type)take_within(r, IR_VOID, IR_OTHER);
    l.nargs = take_within(r, -1, INT_MAX);
    l.is_variadic = take_int(r) != 0;
    l.is_done = take_int(r) != 0;
    l.summary = take_text(r);
    l.nneeds = take_count(r, sizeof(int));
    int *needs = arena_alloc(r->a, sizeof *needs * (size_t)l.nneeds + 1);
    for (int i = 0; i < l.nneeds; i++)
        needs[i] = take_within(r, 0, nimports - 1);
    l.needs = needs;
    return l;
}

static const engine_link *take_links(reader *r, int nimports, int *n)
{
    engine_link *list;

    *n = take_count(r, 8 * sizeof(int));
    list = arena_alloc(r->a, sizeof *list * (size_t)*n + 1);
    for (int i = 0; i < *n; i++)
        list[i] = take_link(r, nimports);
    return list;
}

static void take_files(reader *r, file_result *out)
{
    read_file *files;

    out->ninputs = take_int(r);
    out->nfiles = take_count(r, sizeof(uint32_t) + sizeof(hash128));
    out->files = files = arena_alloc(r->a, sizeof *files * (size_t)out->nfiles + 1);
    for (int i = 0; i < out->nfiles; i++) {
        files[i].path = take_word(r);
        take(r, &files[i].content, sizeof files[i].content);
    }
}

static void take_needs(reader *r, file_result *out)
{
    located_header *located;

    out->is_lasting = take_int(r) != 0;
    out->asked = take_texts(r, &out->nasked);
    take_files(r, out);
    if (out->ninputs < 0 || out->ninputs > out->nfiles)
        r->damaged = true;
    out->nlocated = take_count(r, 2 * sizeof(uint32_t));
    out->located = located = arena_alloc(r->a, sizeof *located * (size_t)out->nlocated + 1);
    for (int i = 0; i < out->nlocated; i++) {
        located[i].name = take_word(r);
        located[i].folder = take_text(r);
    }
}

static int read_result(reader r, file_result *out)
{
    r.damaged = take_int(&r) != MAGIC;
    out->is_waiting = take_int(&r) != 0;
    out->imports = take_links(&r, 0, &out->nimports);
    out->exports = take_links(&r, out->nimports, &out->nexports);
    take_unit(&r, &out->unit);
    out->missing = take_texts(&r, &out->nmissing);
    out->python_h_missing = take_int(&r) != 0;
    out->headers = take_texts(&r, &out->nheaders);
    out->failure = take_text(&r);
    out->dump = take_text(&r);
    take(&r, &out->peak_kb, sizeof out->peak_kb);
    out->nfindings = take_count(&r, sizeof(int));
    out->findings = arena_alloc(r.a, (size_t)out->nfindings * sizeof *out->findings + 1);
    for (int i = 0; i < out->nfindings; i++)
        out->findings[i] = take_finding(&r);
    take_needs(&r, out);
    if (take_int(&r) != END || r.left)
        r.damaged = true;
    return r.damaged ? -1 : 0;
}

static void take_run(reader *r, session_result *out)
{
    out->files = take_int(r);
    out->functions = take_int(r);
    out->failed_files = take_int(r);
    out->headers = take_texts(r, &out->nheaders);
    out->notices = take_texts(r, &out->nnotices);
    out->errors = take_texts(r, &out->nerrors);
    out->nunits = take_count(r, sizeof(int));
    out->units = arena_alloc(r->a, (size_t)out->nunits * sizeof *out->units + 1);
    for (int i = 0; i < out->nunits; i++)
        take_unit(r, &out->units[i]);
    out->nfindings = take_count(r, sizeof(int));
    out->findings = arena_alloc(r->a, (size_t)out->nfindings * sizeof *out->findings + 1);
    for (int i = 0; i < out->nfindings; i++)
        out->findings[i] = take_finding(r);
}

int wire_read_result(arena *a, const char *data, size_t len, session_result *out, status *st)
{
    reader r = {.a = a, .at = data, .left = len};

    *out = (session_result){0};
    r.damaged = take_int(&r) != MAGIC;
    st->code = (err_code)take_within(&r, ERR_NONE, ERR_INTERNAL);
    snprintf(st->message, sizeof st->message, "%s", take_word(&r));
    take_run(&r, out);
    if (take_int(&r) != END || r.left)
        return fail(st, ERR_INTERNAL, "the analysis ended without a result");
    return st->code == ERR_NONE ? 0 : -1;
}

int wire_read(arena *a, const char *data, size_t len, file_result *out)
{
    return read_result((reader){.a = a, .at = data, .left = len}, out);
}

void wire_write_known(const known_import *list, int n, buf *out)
{
    put_int(out, n);
    for (int i = 0; i < n; i++) {
        put_text(out, list[i].name);
        put_text(out, list[i].summary);
    }
}

int wire_read_known(arena *a, const char *data, size_t len, const known_import **list, int *n)
{
    reader r = {.a = a, .at = data, .left = len};
    known_import *known;

    *n = take_count(&r, 2 * sizeof(uint32_t));
    known = arena_alloc(a, sizeof *known * (size_t)*n + 1);
    for (int i = 0; i < *n; i++) {
        known[i].name = take_word(&r);
        known[i].summary = take_text(&r);
    }
    *list = known;
    return r.damaged || r.left ? -1 : 0;
}

/* ---- what is kept */

static void put_part(buf *out, const buf *part)
{
    uint32_t n = (uint32_t)part->len;

    put(out, &n, sizeof n);
    put(out, part->data, part->len);
}

static void put_lookups(buf *out, const lookups *l)
{
    put_texts(out, l->names, l->nnames);
    put_int(out, l->nfolders);
    for (int i = 0; i < l->nfolders; i++) {
        put_text(out, l->folders[i].path);
        put_text(out, l->folders[i].prefix);
        put(out, &l->folders[i].listing, sizeof l->folders[i].listing);
        put(out, &l->folders[i].answers, sizeof l->folders[i].answers);
    }
}

void wire_write_kept(const kept_result *r, const lookups *l, buf *out)
{
    buf part = {0};

    wire_write(&r->first, &part);
    put_part(out, &part);
    part.len = 0;
    wire_write(&r->last, &part);
    put_part(out, &part);
    part.len = 0;
    wire_write_known(r->told, r->ntold, &part);
    put_part(out, &part);
    put_lookups(out, l);
    buf_free(&part);
}

static size_t take_part(reader *r, const char **at)
{
    uint32_t n;

    take(r, &n, sizeof n);
    if (n > r->left)
        r->damaged = true;
    if (r->damaged)
        n = 0;
    *at = r->at;
    r->at += n;
    r->left -= n;
    return n;
}

static void take_lookups(reader *r, lookups *l)
{
    searched_folder *folders;

    l->names = take_texts(r, &l->nnames);
    l->nfolders = take_count(r, 2 * sizeof(uint32_t) + 2 * sizeof(uint64_t));
    l->folders = folders = arena_alloc(r->a, sizeof *folders * (size_t)l->nfolders + 1);
    for (int i = 0; i < l->nfolders; i++) {
        folders[i].path = take_word(r);
        folders[i].prefix = take_word(r);
        take(r, &folders[i].listing, sizeof folders[i].listing);
        take(r, &folders[i].answers, sizeof folders[i].answers);
    }
}

/* The links of both are those of one file. */
static bool are_of_one_file(const kept_result *k)
{
    if (k->first.nexports != k->last.nexports || k->first.nimports != k->last.nimports || k->last.is_waiting)
        return false;
    for (int i = 0; i < k->first.nexports; i++)
        if (strcmp(k->first.exports[i].name, k->last.exports[i].name) != 0)
            return false;
    return true;
}

int wire_read_kept(arena *a, const char *data, size_t len, kept_result *k, lookups *l)
{
    reader r = {.a = a, .at = data, .left = len, .in_place = true};
    const char *part;
    size_t n = take_part(&r, &part);

    if (read_result((reader){.a = a, .at = part, .left = n, .in_place = true}, &k->first) != 0)
        return -1;
    n = take_part(&r, &part);
    if (read_result((reader){.a = a, .at = part, .left = n, .in_place = true}, &k->last) != 0)
        return -1;
    n = take_part(&r, &part);
    if (wire_read_known(a, part, n, &k->told, &k->ntold) != 0)
        return -1;
    take_lookups(&r, l);
    return r.damaged || r.left || !are_of_one_file(k) ? -1 : 0;
}
