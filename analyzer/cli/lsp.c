/* refwarden lsp: the language server, with the settings and pages of the command line. */
#include "cli_int.h"

#include "lsp.h"
#include "rules.h"

static int settings(void *ctx, arena *a, const char *path, session_options *out, status *st)
{
    return settings_for(a, ctx, path, out, st);
}

static const char *explain(const char *name)
{
    const rule *r = rule_find(name);

    return r ? rule_explain(r->code) : NULL;
}

int run_lsp(arena *a, const cli_options *o)
{
    cli_options given = *o;
    lsp_options options = {
        .version = REFWARDEN_VERSION,
        .ctx = &given,
        .settings = settings,
        .explain = explain,
        .log = o->log,
        .verbose = o->verbose,
    };
    status st = {0};
    int rc;

    if (o->words.n)
        return complain("lsp takes no arguments: the editor names the files");
    if (options_check(a, o, &st) != 0)
        return complain_status(&st);
    rc = lsp_run(&options, &st);
    return rc < 0 ? complain_status(&st) : rc;
}
