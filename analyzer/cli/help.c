/* --help, from the tables of commands and options. */
#include "cli_int.h"

#include <string.h>

static void option_line(const option_info *o, buf *out)
{
    char left[64], letter[8] = "    ";

    if (o->letter)
        snprintf(letter, sizeof letter, "-%c, ", o->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, o->name, o->argument ? " " : "",
             o->argument ? o->argument : "");
    buf_printf(out, "  %-29s  %s\n", left, o->help);
}

static void options_part(const char *title, unsigned command_bit, buf *out)
{
    buf_printf(out, "\n%s:\n", title);
    for (const option_info *o = option_infos; o->name; o++)
        if (o->commands & command_bit)
            option_line(o, out);
}

static void formats_part(buf *out)
{
    const char *name, *doc;

    buf_add(out, "\nFormats; FORMAT:FILE writes to a file, so that one run can write several:\n");
    for (int i = 0; report_format_at(i, &name, &doc); i++)
        buf_printf(out, "  %-12s %s\n", name, doc);
}

static void exit_part(buf *out)
{
    buf_add(out, "\nExit status: 0 nothing at or above --fail-on, 1 findings, 2 usage or\n"
                 "configuration error, 3 no findings but some file could not be analysed,\n"
                 "4 internal error.\n");
}

static void example_part(buf *out)
{
    buf_add(out, "\nExamples:\n"
                 "  refwarden check src/                      headers are found by themselves\n"
                 "  refwarden check -p build src/             flags from compile_commands.json\n"
                 "  refwarden check --format json . -- -DX=1  compiler flags after --\n"
                 "  refwarden explain RW101                   what a finding means\n");
}

void help_command(const command *c, buf *out)
{
    buf_printf(out, "Usage: refwarden %s %s\n\n%s\n", c->name, c->arguments, c->summary);
    options_part("Options", c->bit, out);
    if (c->bit == IN_CHECK) {
        formats_part(out);
        exit_part(out);
    }
}

void help_all(buf *out)
{
    buf_add(out, "refwarden finds reference-count bugs in C extensions of CPython.\n\n"
                 "Usage: refwarden COMMAND [OPTION]... [ARGUMENT]...\n\nCommands:\n");
    for (const command *c = commands; c->name; c++)
        buf_printf(out, "  %-11s %-26s %s\n", c->name, c->arguments, c->summary);
    options_part("Options of check", IN_CHECK, out);
    formats_part(out);
    exit_part(out);
    example_part(out);
}

int run_help(arena *a, const cli_options *o)
{
    buf text = {0};
    int rc = STATUS_CLEAN;
    const command *c = o->words.n ? command_find(o->words.items[0]) : NULL;

    (void)a;
    if (o->words.n && !c)
        return complain("help: there is no command '%s'", o->words.items[0]);
    if (c)
        help_command(c, &text);
    else
        help_all(&text);
    rc = write_out(NULL, &text);
    buf_free(&text);
    return rc;
}
