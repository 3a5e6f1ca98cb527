/* --since: what is new against the version that two branches have in common.
 *
 * Both versions are analysed in the same way, with the settings and compiler flags of today, and their findings
 * are compared. The older one is that of the merge base, so what the other branch did meanwhile is not ours.
 * Functions are judged with what they call in other files; so once any source or header differs all that was
 * asked for is analysed again, and when none does nothing is.
 */
#define _GNU_SOURCE
#include "session_int.h"

#include <stdlib.h>
#include <string.h>

struct session_since {
    arena *a;
    const char *ref;
    version v;
};

/* ---- which version */

/* The first line that git answers, or NULL. */
static const char *ask_line(session_since *s, const char *folder, const char *const *words, const char **complaint)
{
    git_question q = {.folder = folder, .words = words};
    git_answer answer;
    int rc = git_ask(s->a, &q, &answer);

    *complaint = answer.code == 127 ? "git is not installed, or the folder cannot be entered" : answer.complaint;
    return rc == 0 ? arena_strndup(s->a, answer.text, strcspn(answer.text, "\n")) : NULL;
}

static bool is_shallow(session_since *s)
{
    static const char *const words[] = {"rev-parse", "--is-shallow-repository", NULL};
    const char *why, *answer = ask_line(s, s->v.top, words, &why);

    return answer && strcmp(answer, "true") == 0;
}

static const char *what_to_fetch(session_since *s)
{
    return is_shallow(s) ? "; this clone is shallow: fetch more with git fetch --unshallow (in actions/checkout: "
                           "fetch-depth: 0)"
                         : "";
}

static int find_top(session_since *s, const char *folder, status *st)
{
    static const char *const words[] = {"rev-parse", "--show-toplevel", NULL};
    const char *why, *top = ask_line(s, folder, words, &why);

    if (!top || !*top)
        return fail(st, ERR_USAGE, "--since: %s is in no working tree of git (%s)", folder, why);
    s->v.top = path_absolute(s->a, top);
    return 0;
}

static int find_commit(session_since *s, status *st)
{
    const char *name = arena_printf(s->a, "%s^{commit}", s->ref), *why;
    const char *const named[] = {"rev-parse", "--verify", "--quiet", "--end-of-options", name, NULL};
    const char *commit = *s->ref == '-' ? NULL : ask_line(s, s->v.top, named, &why);
    const char *const base[] = {"merge-base", "HEAD", commit, NULL};

    if (!commit || !*commit)
        return fail(st, ERR_USAGE, "--since %s: git knows no such commit; a branch of another repository is named "
                                   "origin/%s once it was fetched%s", s->ref, s->ref, what_to_fetch(s));
    s->v.commit = ask_line(s, s->v.top, base, &why);
    if (!s->v.commit || !*s->v.commit)
        return fail(st, ERR_USAGE, "--since %s: HEAD and this commit have no version in common%s", s->ref,
                    what_to_fetch(s));
    return 0;
}

int session_since_open(arena *a, const char *ref, const session_options *o, session_since **out, status *st)
{
    session_since *s = *out = arena_alloc(a, sizeof *s);
    const char *first = o->npaths ? path_absolute(a, path_given(o, 0)) : ".";

    *s = (session_since){.a = a, .ref = ref, .v = {.a = a}};
    if (find_top(s, is_folder(first) ? first : path_folder(a, first), st) != 0 || find_commit(s, st) != 0)
        return -1;
    return version_open(&s->v, st);
}

void session_since_close(session_since *s)
{
    if (s)
        version_close(&s->v);
}

/* ---- names here and there */

/* Behind folder and its slash, or NULL. */
static const char *inside(const char *path, const char *folder)
{
    size_t n = strlen(folder);

    if (strcmp(path, folder) == 0)
        return path + n;
    return strncmp(path, folder, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

static const char *path_there(arena *a, const session_since *s, const char *path)
{
    const char *rest = inside(path_tidy(a, path_absolute(a, path)), s->v.top);

    return rest && *rest ? path_join(a, s->v.tree, rest) : rest ? s->v.tree : NULL;
}

/* As the run of today calls the file. */
static const char *name_here(arena *a, const session_since *s, const session_options *o, const char *file)
{
    const char *rest = inside(path_tidy(a, path_absolute(a, file)), s->v.tree), *whole, *from_here;

    if (!rest)
        return file;
    whole = path_join(a, s->v.top, rest);
    for (int i = 0; i < o->npaths; i++) {
        const char *given = path_given(o, i), *below = inside(whole, path_absolute(a, given));

        if (below)
            return *below ? path_tidy(a, path_join(a, given, below)) : given;
    }
    from_here = inside(whole, path_absolute(a, "."));
    return from_here ? from_here : whole;
}

/* ---- the older findings */

static void add_notice(arena *a, session_result *now, const char *text)
{
    const char **more = arena_alloc(a, ((size_t)now->nnotices + 2) * sizeof *more);

    if (now->nnotices)
        memcpy(more, now->notices, (size_t)now->nnotices * sizeof *more);
    more[now->nnotices++] = text;
    now->notices = more;
}

static int paths_there(arena *a, const session_since *s, const session_options *o, const char **out,
                       session_result *now)
{
    int n = 0;

    for (int i = 0; i < o->npaths; i++) {
        const char *there = path_there(a, s, path_given(o, i));

        if (!there)
            add_notice(a, now, arena_printf(a, "warning: --since: %s is not in the repository %s; all findings in it "
                                               "count as new", path_given(o, i), s->v.top));
        else if (is_file(there) || is_folder(there))
            out[n++] = there;
    }
    return n;
}

static void say_failures(arena *a, const session_since *s, const session_options *o, const session_result *then,
                         session_result *now)
{
    for (int i = 0; i < then->nunits; i++)
        if (then->units[i].status == UNIT_FAILED)
            add_notice(a, now, arena_printf(a, "warning: --since: the older %s could not be analysed (%s); findings in "
                                               "it count as new", name_here(a, s, o, then->units[i].file),
                                            then->units[i].nmessages ? then->units[i].messages[0] : "unknown"));
}

static int run_there(arena *a, const session_since *s, const session_options *o, session_result *then,
                     session_result *now, status *st)
{
    session_options there = *o;
    const char **paths = arena_alloc(a, (size_t)o->npaths * sizeof *paths + 1);

    there.paths = paths;
    there.npaths = paths_there(a, s, o, paths, now);
    there.stdin_name = NULL;
    there.texts = NULL;
    there.ntexts = 0;
    there.stands_in = s->v.tree;
    there.stands_for = s->v.top;
    if (there.npaths == 0)
        return 0;
    if (session_run(a, &there, then, st) != 0)
        return -1;
    say_failures(a, s, o, then, now);
    for (int i = 0; i < then->nfindings; i++)
        then->findings[i].at.file = name_here(a, s, o, then->findings[i].at.file);
    return 0;
}

/* Asked for, and git does not know it. */
static bool is_outside(arena *a, const session_since *s, const session_options *o, const char *file)
{
    for (int i = 0; i < o->npaths; i++)
        if (!path_there(a, s, path_given(o, i)) && inside(path_absolute(a, file), path_absolute(a, path_given(o, i))))
            return true;
    return false;
}

/* The same sources have the same findings. */
static void take_same(arena *a, const session_since *s, const session_options *o, const session_result *now,
                      session_result *then)
{
    then->findings = arena_alloc(a, (size_t)now->nfindings * sizeof *then->findings + 1);
    for (int i = 0; i < now->nfindings; i++)
        if (!is_outside(a, s, o, now->findings[i].at.file))
            then->findings[then->nfindings++] = now->findings[i];
}

int session_since_compare(arena *a, const session_since *s, const session_options *o, session_result *now, status *st)
{
    session_result then = {0};
    bool differs = s->v.is_changed;

    for (int i = 0; i < o->npaths; i++)
        differs |= strcmp(o->paths[i], "-") == 0;
    if (differs && run_there(a, s, o, &then, now, st) != 0)
        return -1;
    if (!differs) {
        const char **ignored = arena_alloc(a, (size_t)o->npaths * sizeof *ignored + 1);

        paths_there(a, s, o, ignored, now);
        take_same(a, s, o, now, &then);
    }
    session_compare(a, o, then.findings, then.nfindings, now);
    return 0;
}

/* ---- changed lines */

static void compare_file(arena *a, const session_since *s, const char *file, changed_lines *out)
{
    const char *here = path_tidy(a, path_absolute(a, file)), *there = path_there(a, s, file);
    const char *const words[] = {"diff", "--no-index", "--no-ext-diff", "--no-textconv", "--no-color", "-U0",
                                 "--ignore-cr-at-eol", "--", there, here, NULL};
    git_question q = {.folder = s->v.folder, .words = words, .is_outside = true};
    git_answer answer;
    status ignored = {0};

    if (!there || !is_file(there)) {
        changed_add_whole(out, here);
        return;
    }
    git_ask(a, &q, &answer);
    if (answer.code > 1 || changed_add_diff(out, "git diff", here, answer.text, answer.len, &ignored) != 0)
        changed_add_whole(out, here);
}

static void note_file(arena *a, const char *file, strings *files)
{
    if (file && !strings_has(files, file))
        strings_add(a, files, file);
}

changed_lines *session_since_lines(arena *a, const session_since *s, const session_result *now)
{
    changed_lines *out = changed_create(a);
    strings files = {0};

    for (int i = 0; i < now->nfindings; i++) {
        const finding *f = &now->findings[i];

        if (f->state != STATE_NEW)
            continue;
        note_file(a, f->at.file, &files);
        for (int k = 0; k < f->npath; k++)
            note_file(a, f->path[k].at.file, &files);
        for (int k = 0; k < f->nalso; k++)
            note_file(a, f->also[k].file, &files);
    }
    for (int i = 0; i < files.n; i++)
        compare_file(a, s, files.items[i], out);
    return out;
}
