/* refwarden cache: what is kept between runs, and where. */
#include "cli_int.h"

#include <string.h>

const char *cache_folder(arena *a, const cli_options *o)
{
    if (o->no_cache)
        return NULL;
    return o->cache_dir ? o->cache_dir : session_cache_folder(a);
}

static int show(const char *folder)
{
    session_cache_totals t;
    status st = {0};
    buf text = {0};
    int rc = session_cache_count(folder, &t, &st);

    if (rc != 0)
        return complain_status(&st);
    if (st.code != ERR_NONE)
        fprintf(stderr, "refwarden: warning: %s\n", st.message);
    buf_printf(&text, "%s: %ld.%ld MB\n%ld results, %ld findings, %ld summaries of functions, %ld runs\n", folder,
               t.bytes >> 20, (t.bytes & 0xFFFFF) * 10 >> 20, t.results, t.findings, t.summaries, t.runs);
    rc = write_out(NULL, &text);
    buf_free(&text);
    return rc;
}

static int clear(const char *folder)
{
    status st = {0};

    return session_cache_clear(folder, &st) == 0 ? STATUS_CLEAN : complain_status(&st);
}

int run_cache(arena *a, const cli_options *o)
{
    const char *folder = cache_folder(a, o);

    if (!folder)
        return complain("there is no cache folder: neither HOME nor XDG_CACHE_HOME is set (see --cache-dir)");
    if (o->words.n == 1 && strcmp(o->words.items[0], "show") == 0)
        return show(folder);
    if (o->words.n == 1 && strcmp(o->words.items[0], "clear") == 0)
        return clear(folder);
    return complain("cache: show or clear?");
}
