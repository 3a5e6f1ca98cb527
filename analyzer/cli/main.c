/* refwarden: picks the command and lets it run.
 *
 * A closed pipe (refwarden check . | head) is an ordinary end and a file that may not grow an ordinary
 * error, so their signals are ignored and the failing write is looked at where it happens.
 */
#include "cli_int.h"

#include <signal.h>
#include <string.h>
#include <sys/stat.h>

const command commands[] = {
    {"check", IN_CHECK, "PATH... [-- CLANG-FLAGS]", "check files, folders, or - (stdin)",
     run_check},
    {"baseline", IN_BASELINE, "write|show|prune [PATH...]", "accept findings, show only new ones",
     run_baseline},
    {"explain", IN_EXPLAIN, "RULE...", "what a rule means and how to fix it", run_explain},
    {"rules", IN_RULES, "[--format json]", "every rule, one line each", run_rules},
    {"contracts", IN_CONTRACTS, "[NAME...]", "what is known about the C API",
     run_contracts},
    {"completions", IN_COMPLETIONS, "bash|zsh|fish", "a completion script for a shell",
     run_completions},
    {"lsp", IN_LSP, "[--log FILE]", "language server on stdin and stdout", run_lsp},
    {"cache", IN_CACHE, "show|clear", "what is kept between runs", run_cache},
    {"help", IN_HELP, "[COMMAND]", "this help, or that of a command", run_help},
    {0},
};

const command *command_find(const char *name)
{
    for (const command *c = commands; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c;
    return NULL;
}

static int unknown_command(arena *a, const char *word)
{
    const char *names[sizeof commands / sizeof *commands];
    struct stat info;
    int n = 0;

    for (const command *c = commands; c->name; c++)
        names[n++] = c->name;
    names[n] = NULL;
    if (stat(word, &info) == 0)
        return complain("'%s' is no command; did you mean 'refwarden check %s'?", word, word);
    return complain("there is no command '%s'%s (see: refwarden help)", word, hint(a, word, names));
}

static int show_version(arena *a, bool json)
{
    buf text = {0};
    int rc;

    buf_printf(&text, json ? "{\"version\": \"%s\", \"libclang\": \"%s\"}\n" : "refwarden %s (libclang %s)\n",
               REFWARDEN_VERSION, session_clang_version(a));
    rc = write_out(NULL, &text);
    buf_free(&text);
    return rc;
}

static int show_help(const command *c)
{
    buf text = {0};
    int rc;

    help_command(c, &text);
    rc = write_out(NULL, &text);
    buf_free(&text);
    return rc;
}

static int run_command(arena *a, const command *c, int argc, char **argv)
{
    cli_options o = {0};
    status st = {0};

    if (options_parse(a, c, argc, argv, &o, &st) != 0) {
        complain("%s", st.message);
        fprintf(stderr, "try: refwarden %s --help\n", c->name);
        return STATUS_USAGE;
    }
    if (o.help)
        return show_help(c);
    return o.version ? show_version(a, false) : c->run(a, &o);
}

/* Options before the command: only these make sense there. */
static int run_option(arena *a, char *word, const char *next)
{
    static const char *const known[] = {"--help", "--version", NULL};
    cli_options none = {0};

    if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)
        return run_help(a, &none);
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0)
        return show_version(a, next && strcmp(next, "--json") == 0);
    return complain("unknown option '%s'%s (see: refwarden help)", word, hint(a, word, known));
}

static int run(arena *a, int argc, char **argv)
{
    buf text = {0};
    const command *c;

    if (argc < 2) {
        help_all(&text);
        fputs(text.data, stderr);
        buf_free(&text);
        return STATUS_USAGE;
    }
    if (argv[1][0] == '-')
        return run_option(a, argv[1], argv[2]);
    c = command_find(argv[1]);
    return c ? run_command(a, c, argc - 1, argv + 1) : unknown_command(a, argv[1]);
}

int main(int argc, char **argv)
{
    arena *a = arena_create();
    int rc;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    rc = run(a, argc, argv);
    arena_destroy(a);
    return rc;
}
