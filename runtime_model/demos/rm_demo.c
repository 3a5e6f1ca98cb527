/* rm-demo: runs a demonstration and prints what the tools say about it.
 *
 *     rm-demo list
 *     rm-demo run NAME [--fixed] [--json]     reports; nothing when fixed
 *     rm-demo steps|page NAME [--fixed]       the recorded run as text, or as a page to step through
 *     rm-demo graph|map NAME [--fixed] [--json|--svg]    the heap when the demonstration has ended
 *     rm-demo live NAME [--fixed] [--json]    the objects that live then, by type and place
 */
#include "demo.h"

typedef struct {
    const char *name, *title;
    rm_python version;
    void (*run)(demo *d);
} entry;

static const entry demos[] = {
#define DEMO(name, version, title) {#name, title, version, demo_##name},
#include "demos.def"
#undef DEMO
};

typedef struct {
    const char *command;
    const entry *entry;
    bool is_fixed;
    rm_format format;
} request;

enum { NDEMOS = sizeof demos / sizeof demos[0], MOST_STEPS = 20000 };

/* What is only held by another object needs no history. */
static void print_report(void *ctx, const rm_report *report)
{
    const demo *d = ctx;
    rm_report shown = *report;

    if (report->kind == RM_REPORT_HELD)
        shown.nhistory = shown.nforgotten = 0;
    if (d->format == RM_AS_JSON)
        rm_report_print_json(&shown, d->out);
    else
        rm_report_print(&shown, d->out);
}

static void ignore_report(void *ctx, const rm_report *report)
{
    (void)ctx;
    (void)report;
}

/* ---- commands: the runtime is there, the demonstration has not run */

static int run(demo *d, const request *r)
{
    r->entry->run(d);
    return 0;
}

static int record(demo *d, const request *r)
{
    FILE *out = d->out, *nowhere = fopen("/dev/null", "w");
    rm_recorder *recorder = rm_recorder_start(d->rt, MOST_STEPS);
    int rc = -1;

    if (nowhere != NULL && recorder != NULL) {
        d->out = nowhere;
        r->entry->run(d);
        rm_gc_collect(d->rt, 2);
        rc = strcmp(r->command, "page") == 0 ? rm_recorder_write_html(recorder, r->entry->title, out)
                                             : rm_recorder_write(recorder, r->entry->title, r->format, out);
    }
    rm_recorder_stop(recorder);
    if (nowhere != NULL)
        fclose(nowhere);
    d->out = out;
    return rc;
}

static int print_live(demo *d)
{
    rm_census census;

    if (rm_census_take(d->rt, RM_BY_BOTH, &census) < 0)
        return -1;
    rm_census_print(&census, d->format, d->out);
    rm_census_free(&census);
    return 0;
}

static int draw(demo *d, const request *r)
{
    FILE *out = d->out, *nowhere = fopen("/dev/null", "w");

    if (nowhere == NULL)
        return -1;
    d->out = nowhere;
    r->entry->run(d);
    fclose(nowhere);
    d->out = out;
    if (strcmp(r->command, "live") == 0)
        return print_live(d);
    return strcmp(r->command, "map") == 0 ? rm_print_map(d->rt, r->format, out)
                                          : rm_print_graph(d->rt, NULL, 200, r->format, out);
}

static int list(void)
{
    for (int i = 0; i < NDEMOS; i++)
        printf("%-16s %s\n", demos[i].name, demos[i].title);
    return 0;
}

static int with_runtime(const request *r, int (*command)(demo *d, const request *r), bool is_told)
{
    demo d = {.is_fixed = r->is_fixed, .format = r->format, .out = stdout};
    rm_options options = {.version = r->entry->version};
    int rc;

    options.hooks.ctx = &d;
    options.hooks.report = is_told ? print_report : ignore_report;
    d.rt = rm_runtime_create(&options);
    if (d.rt == NULL)
        return -1;
    rc = command(&d, r);
    rm_runtime_destroy(d.rt);
    return rc;
}

/* ---- the command line */

static const entry *find(const char *name)
{
    for (int i = 0; i < NDEMOS; i++)
        if (strcmp(demos[i].name, name) == 0)
            return &demos[i];
    return NULL;
}

static bool read_options(request *r, int argc, char **argv)
{
    for (int i = 3; i < argc; i++)
        if (strcmp(argv[i], "--fixed") == 0)
            r->is_fixed = true;
        else if (strcmp(argv[i], "--json") == 0)
            r->format = RM_AS_JSON;
        else if (strcmp(argv[i], "--svg") == 0)
            r->format = RM_AS_SVG;
        else
            return false;
    r->command = argc > 1 ? argv[1] : "";
    r->entry = argc > 2 ? find(argv[2]) : NULL;
    return true;
}

static int obey(const request *r)
{
    const char *c = r->command;

    if (strcmp(c, "run") == 0)
        return with_runtime(r, run, true);
    if (strcmp(c, "steps") == 0 || strcmp(c, "page") == 0)
        return with_runtime(r, record, false);
    if (strcmp(c, "live") == 0 || strcmp(c, "graph") == 0 || strcmp(c, "map") == 0)
        return with_runtime(r, draw, false);
    return -2;
}

int main(int argc, char **argv)
{
    request r = {0};
    bool is_read = read_options(&r, argc, argv);
    int rc = !is_read ? -2 : strcmp(r.command, "list") == 0 ? list() : r.entry != NULL ? obey(&r) : -2;

    if (rc == -2)
        fputs("usage: rm-demo list\n"
              "       rm-demo run|steps|page|live|graph|map NAME [--fixed] [--json|--svg]\n",
              stderr);
    else if (rc < 0)
        fputs("rm-demo: out of memory, or the output cannot be written\n", stderr);
    return rc == 0 ? 0 : rc == -2 ? 2 : 1;
}
