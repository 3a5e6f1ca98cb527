/* Records every event of a run: what happened to which object, where the program was, and what the
 * heap and the generations looked like after it. The page replays it.
 *
 * Events are kept in memory, a fixed size each, until the recorder's limit; later ones are counted.
 */
#include "profile_int.h"

#include "page.h"

enum { STEP_FRAMES = 6, GENERATIONS = 3 };

typedef struct {
    const char *what, *type;
    uint64_t serial, owner;
    rm_site site;
    long count;
    size_t blocks, pools;
    size_t generations[GENERATIONS];
    int nframes;
    rm_site frames[STEP_FRAMES];
} step;

struct rm_recorder {
    rm_runtime *rt;
    step *steps;
    size_t n, room, most, missed;
};

/* ---- recording */

static void look_at_heap(rm_runtime *rt, step *s)
{
    rm_alloc_stats stats;

    rm_alloc_get_stats(rm_runtime_alloc(rt), &stats);
    for (int i = 0; i < RM_CLASSES; i++) {
        s->blocks += stats.classes[i].used;
        s->pools += stats.classes[i].pools;
    }
    s->blocks += stats.raw_blocks;
    for (int i = 0; i < GENERATIONS; i++)
        s->generations[i] = rm_gc_objects(rt, i);
}

static bool make_room(rm_recorder *r)
{
    size_t room = r->room ? 2 * r->room : 256;
    step *grown;

    if (r->n < r->room)
        return true;
    grown = r->n < r->most ? realloc(r->steps, room * sizeof *grown) : NULL;
    if (grown == NULL)
        return false;
    r->steps = grown;
    r->room = room;
    return true;
}

static void record_event(void *ctx, uint64_t serial, const char *type, const rm_event *e)
{
    rm_recorder *r = ctx;
    step s = {.what = e->what,
              .type = type,
              .serial = serial,
              .owner = e->owner,
              .site = {e->file, e->line, NULL},
              .count = e->count};

    if (r->n == r->most || !make_room(r)) {
        r->missed++;
        return;
    }
    s.nframes = (int)rm_open_calls(r->rt, s.frames, STEP_FRAMES);
    look_at_heap(r->rt, &s);
    r->steps[r->n++] = s;
}

rm_recorder *rm_recorder_start(rm_runtime *rt, size_t most_steps)
{
    rm_recorder *r = calloc(1, sizeof *r);

    if (r == NULL)
        return NULL;
    r->rt = rt;
    r->most = most_steps;
    if (!rm_runtime_watch(rt, record_event, r)) {
        free(r);
        return NULL;
    }
    return r;
}

void rm_recorder_stop(rm_recorder *r)
{
    if (r == NULL)
        return;
    rm_runtime_watch(r->rt, NULL, NULL);
    free(r->steps);
    free(r);
}

size_t rm_recorder_steps(const rm_recorder *r)
{
    return r->n;
}

/* ---- writing */

/* Each different text once; a step names it by its place. */
typedef struct {
    const char **texts;
    size_t n;
} text_table;

static size_t place_of(text_table *t, const char *text)
{
    const char **grown;

    for (size_t i = 0; i < t->n; i++)
        if (strcmp(t->texts[i], text != NULL ? text : "?") == 0)
            return i;
    grown = realloc(t->texts, (t->n + 1) * sizeof *grown);
    if (grown == NULL)
        return 0;
    t->texts = grown;
    grown[t->n] = text != NULL ? text : "?";
    return t->n++;
}

static void put_table(const char *name, const text_table *t, FILE *out)
{
    fprintf(out, "\"%s\":[", name);
    for (size_t i = 0; i < t->n; i++) {
        fputs(i > 0 ? "," : "", out);
        rm_put_json(t->texts[i], out);
    }
    fputs("],\n", out);
}

/* [what, type, number, count, owner, file, line, blocks, pools, g0, g1, g2, [file, line ...]] */
static void put_step(const step *s, text_table *texts, FILE *out)
{
    fprintf(out, "[%zu,%zu,%llu,%ld,%llu,%zu,%d,%zu,%zu", place_of(texts, s->what),
            place_of(texts, s->type), (unsigned long long)s->serial, s->count,
            (unsigned long long)s->owner, place_of(texts, s->site.file), s->site.line, s->blocks,
            s->pools);
    for (int i = 0; i < GENERATIONS; i++)
        fprintf(out, ",%zu", s->generations[i]);
    fputs(",[", out);
    for (int i = 0; i < s->nframes; i++)
        fprintf(out, "%s%zu,%d", i > 0 ? "," : "", place_of(texts, s->frames[i].file),
                s->frames[i].line);
    fputs("]]", out);
}

static void put_run(const rm_recorder *r, const char *title, FILE *out)
{
    text_table texts = {NULL, 0};

    fputs("{\"title\":", out);
    rm_put_json(title, out);
    fprintf(out, ",\"missed\":%zu,\n\"steps\":[", r->missed);
    for (size_t i = 0; i < r->n; i++) {
        fputs(i > 0 ? ",\n" : "\n", out);
        put_step(&r->steps[i], &texts, out);
    }
    fputs("],\n", out);
    put_table("texts", &texts, out);
    fputs("\"members\":[\"what\",\"type\",\"number\",\"count\",\"owner\",\"file\",\"line\","
          "\"blocks\","
          "\"pools\",\"g0\",\"g1\",\"g2\",\"calls\"]}\n",
          out);
    free(texts.texts);
}

static void put_text(const rm_recorder *r, FILE *out)
{
    for (size_t i = 0; i < r->n; i++) {
        const step *s = &r->steps[i];

        fprintf(out, "%6zu  ", i + 1);
        rm_put_site(s->site, out);
        fprintf(out, ": %s %llu %s -> %ld\n", s->type, (unsigned long long)s->serial, s->what,
                s->count);
    }
}

int rm_recorder_write(const rm_recorder *r, const char *title, rm_format format, FILE *out)
{
    if (format == RM_AS_JSON)
        put_run(r, title, out);
    else
        put_text(r, out);
    return ferror(out) ? -1 : 0;
}

/* The page has one place where the run belongs. */
int rm_recorder_write_html(const rm_recorder *r, const char *title, FILE *out)
{
    static const char mark[] = "/*RUN*/null";
    const char *at = strstr(page_html, mark);

    if (at == NULL)
        return -1;
    fwrite(page_html, 1, (size_t)(at - page_html), out);
    put_run(r, title, out);
    fputs(at + sizeof mark - 1, out);
    return ferror(out) ? -1 : 0;
}
