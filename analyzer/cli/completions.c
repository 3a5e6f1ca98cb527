/* refwarden completions: scripts for bash, zsh and fish, from the tables of commands, options, arguments,
 * rules and formats.
 *
 * Names of the C API are asked for when they are needed: there are many, and projects add their own.
 */
#include "cli_int.h"

#include "rules.h"

#include <string.h>

static const char api_names[] = "refwarden contracts 2>/dev/null";

/* ---- what can stand for an argument: words with blanks between them, "" when it is no list */

static void add_word(buf *out, const char *word, size_t n)
{
    buf_add(out, out->len ? " " : "");
    buf_addn(out, word, n);
}

/* Only check has formats of its own. */
static void add_formats(unsigned command_bit, buf *out)
{
    const char *at = command_bit == IN_CHECK ? report_formats() : "text, json";

    while (*at) {
        size_t n = strcspn(at, ", ");

        if (n)
            add_word(out, at, n);
        at += n + (at[n] != '\0');
    }
}

static void add_rules(bool is_list, buf *out)
{
    for (const rule *r = rules_all; r->code; r++)
        add_word(out, r->code, strlen(r->code));
    if (is_list)
        add_word(out, "all", 3);
}

static void add_commands(buf *out)
{
    for (const command *c = commands; c->name; c++)
        add_word(out, c->name, strlen(c->name));
}

static const char *words_for(arena *a, const char *argument, unsigned command_bit)
{
    value_kind kind = argument_kind(argument);
    buf list = {0};
    char *words;

    buf_add(&list, argument_choices(argument));
    if (kind == VALUE_FORMAT)
        add_formats(command_bit, &list);
    else if (kind == VALUE_RULE || kind == VALUE_RULES)
        add_rules(kind == VALUE_RULES, &list);
    else if (kind == VALUE_COMMAND)
        add_commands(&list);
    words = arena_strdup(a, list.data);
    buf_free(&list);
    return words;
}

/* The word in "PATH... [-- CLANG-FLAGS]" and "[NAME...]"; "" when options are all there is. */
static const char *argument_of(arena *a, const command *c)
{
    const char *at = c->arguments + (*c->arguments == '[');

    return *at == '-' ? "" : arena_strndup(a, at, strcspn(at, " .]"));
}

/* "bash|zsh|fish" is its own list. */
static const char *words_of_command(arena *a, const command *c)
{
    char *argument = arena_strdup(a, argument_of(a, c));

    if (!strchr(argument, '|'))
        return words_for(a, argument, c->bit);
    for (char *p = argument; *p; p++)
        *p = *p == '|' ? ' ' : *p;
    return argument;
}

/* s with a backslash before each of these characters, for what stands between single quotes. */
static const char *escaped(arena *a, const char *s, const char *special, const char *quote)
{
    buf out = {0};
    char *text;

    buf_add(&out, "");
    for (; *s; s++) {
        if (*s == '\'') {
            buf_add(&out, quote);
            continue;
        }
        buf_add(&out, strchr(special, *s) ? "\\" : "");
        buf_addn(&out, s, 1);
    }
    text = arena_strdup(a, out.data);
    buf_free(&out);
    return text;
}

/* ---- bash */

static void bash_values(arena *a, const command *c, const option_info *o, buf *out)
{
    value_kind kind = argument_kind(o->argument);

    buf_printf(out, "    %s:--%s", c->name, o->name);
    if (o->letter)
        buf_printf(out, " | %s:-%c", c->name, o->letter);
    buf_printf(out, ") ");
    if (kind == VALUE_FOLDER)
        buf_add(out, "compopt -o dirnames 2> /dev/null; return ;;\n");
    else if (kind == VALUE_RULES)
        buf_printf(out, "compopt -o nospace 2> /dev/null; words='%s' ;;\n", words_for(a, o->argument, c->bit));
    else
        buf_printf(out, "words='%s' ;;\n", words_for(a, o->argument, c->bit));
}

static void bash_options(const command *c, buf *out)
{
    buf_printf(out, "    %s:*:-*) words='", c->name);
    for (const option_info *o = option_infos; o->name; o++)
        if (o->commands & c->bit)
            buf_printf(out, "--%s ", o->name);
    buf_add(out, "' ;;\n");
}

static void bash_words(arena *a, const command *c, buf *out)
{
    buf_printf(out, "    %s:*) words=", c->name);
    if (argument_kind(argument_of(a, c)) == VALUE_NAME)
        buf_printf(out, "$(%s | cut -d' ' -f1) ;;\n", api_names);
    else
        buf_printf(out, "'%s' ;;\n", words_of_command(a, c));
}

static void write_bash(arena *a, buf *out)
{
    buf list = {0};

    add_commands(&list);
    buf_add(out, "# Completes refwarden in bash; written by: refwarden completions bash\n"
                 "_refwarden() {\n"
                 "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' words='' i\n"
                 "\n"
                 "    COMPREPLY=()\n"
                 "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                 "        [[ ${COMP_WORDS[i]} == -- ]] && return # what follows is for the compiler\n"
                 "        [[ -z $command && ${COMP_WORDS[i]} != -* ]] && command=${COMP_WORDS[i]}\n"
                 "    done\n"
                 "    if [[ $cur == = ]]; then # --option=value arrives as three words\n"
                 "        cur=''\n"
                 "    elif [[ $prev == = ]]; then\n"
                 "        prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
                 "    fi\n"
                 "    case $command:$prev in\n");
    for (const command *c = commands; c->name; c++)
        for (const option_info *o = option_infos; o->name; o++)
            if (o->commands & c->bit && o->argument)
                bash_values(a, c, o, out);
    buf_add(out, "    *) case $command:$prev:$cur in\n");
    buf_printf(out, "    :*) words='%s --help --version' ;;\n", list.data);
    for (const command *c = commands; c->name; c++) {
        bash_options(c, out);
        bash_words(a, c, out);
    }
    buf_add(out, "    esac ;;\n"
                 "    esac\n"
                 "    # rules are a list with commas: the last one is completed\n"
                 "    COMPREPLY=($(compgen -P \"${cur%\"${cur##*,}\"}\" -W \"$words\" -- \"${cur##*,}\"))\n"
                 "}\n"
                 "complete -o default -F _refwarden refwarden\n");
    buf_free(&list);
}

/* ---- zsh */

static const char *zsh_text(arena *a, const char *s) { return escaped(a, s, "[]:\\", "'\\''"); }

static const char *zsh_action(arena *a, const char *argument, const char *words)
{
    switch (argument_kind(argument)) {
    case VALUE_RULES:
        return "_sequence _refwarden_rules";
    case VALUE_RULE:
        return "_refwarden_rules";
    case VALUE_NAME:
        return "_refwarden_names";
    case VALUE_FILE:
        return "_files";
    case VALUE_FOLDER:
        return "_files -/";
    default:
        return *words ? arena_printf(a, "(%s)", words) : " ";
    }
}

static void zsh_option(arena *a, const command *c, const option_info *o, buf *out)
{
    const char *wants = o->argument ? "=" : "", *glued = o->argument ? "+" : "";

    if (o->letter)
        buf_printf(out, "            '%s'{-%c%s,--%s%s}'[%s]",
                   o->repeats ? "*" : arena_printf(a, "(-%c --%s)", o->letter, o->name), o->letter, glued,
                   o->name, wants, zsh_text(a, o->help));
    else
        buf_printf(out, "            '%s--%s%s[%s]", o->repeats ? "*" : "", o->name, wants,
                   zsh_text(a, o->help));
    if (o->argument)
        buf_printf(out, ":%s:%s", zsh_text(a, o->argument),
                   zsh_action(a, o->argument, words_for(a, o->argument, c->bit)));
    buf_add(out, "' \\\n");
}

static void zsh_command(arena *a, const command *c, buf *out)
{
    const char *argument = argument_of(a, c);

    buf_printf(out, "        %s) _arguments \\\n", c->name);
    for (const option_info *o = option_infos; o->name; o++)
        if (o->commands & c->bit)
            zsh_option(a, c, o, out);
    if (*argument)
        buf_printf(out, "            '*:%s:%s' ;;\n", argument,
                   zsh_action(a, argument, words_of_command(a, c)));
    else
        buf_add(out, "            ;;\n");
}

static void write_zsh(arena *a, buf *out)
{
    buf_add(out, "#compdef refwarden\n# Completes refwarden in zsh; written by: refwarden completions zsh\n"
                 "_refwarden_rules() {\n    local -a rules=(\n        'all:every rule'\n");
    for (const rule *r = rules_all; r->code; r++)
        buf_printf(out, "        '%s:%s'\n", r->code, r->name);
    buf_printf(out, "    )\n    _describe -t rules rule rules \"$@\"\n}\n"
                    "_refwarden_names() {\n"
                    "    local -a names=(${${(f)\"$(%s)\"}%%%% *})\n"
                    "    compadd \"$@\" -a names\n}\n", api_names);
    buf_add(out, "_refwarden() {\n    local curcontext=$curcontext state\n    local -a line commands=(\n");
    for (const command *c = commands; c->name; c++)
        buf_printf(out, "        '%s:%s'\n", c->name, zsh_text(a, c->summary));
    buf_add(out, "    )\n"
                 "    _arguments -C '(- *)'{-h,--help}'[show this help]' \\\n"
                 "        '(- *)'{-V,--version}'[show the version]' \\\n"
                 "        '1:command:->command' '*::argument:->argument' && return\n"
                 "    case $state in\n"
                 "    command) _describe -t commands command commands ;;\n"
                 "    argument)\n"
                 "        case $line[1] in\n");
    for (const command *c = commands; c->name; c++)
        zsh_command(a, c, out);
    buf_add(out, "        esac ;;\n    esac\n}\n"
                 "if [[ $funcstack[1] == _refwarden ]]; then # loaded from a file of this name\n"
                 "    _refwarden \"$@\"\nelse\n    compdef _refwarden refwarden\nfi\n");
}

/* ---- fish */

static const char *fish_text(arena *a, const char *s) { return escaped(a, s, "\\", "\\'"); }

static const char *fish_values(arena *a, const char *argument, const char *words)
{
    switch (argument_kind(argument)) {
    case VALUE_RULES:
        return arena_printf(a, "-x -a '(__fish_append , %s)'", words);
    case VALUE_NAME:
        return arena_printf(a, "-x -a '(%s | string split -f1 \" \")'", api_names);
    case VALUE_FILE:
        return "-r -F";
    case VALUE_FOLDER:
        return "-x -a '(__fish_complete_directories)'";
    default:
        return *words ? arena_printf(a, "-x -a '%s'", words) : "-x";
    }
}

static void fish_command(arena *a, const command *c, buf *out)
{
    const char *start = arena_printf(a, "complete -c refwarden -n '__fish_seen_subcommand_from %s'", c->name);
    const char *argument = argument_of(a, c);

    buf_printf(out, "complete -c refwarden -n __fish_use_subcommand -a %s -d '%s'\n", c->name,
               fish_text(a, c->summary));
    if (*argument)
        buf_printf(out, "%s %s\n", start, fish_values(a, argument, words_of_command(a, c)));
    for (const option_info *o = option_infos; o->name; o++) {
        if (!(o->commands & c->bit))
            continue;
        buf_printf(out, "%s -l %s", start, o->name);
        if (o->letter)
            buf_printf(out, " -s %c", o->letter);
        if (o->argument)
            buf_printf(out, " %s", fish_values(a, o->argument, words_for(a, o->argument, c->bit)));
        buf_printf(out, " -d '%s'\n", fish_text(a, o->help));
    }
}

static void write_fish(arena *a, buf *out)
{
    buf_add(out, "# Completes refwarden in fish; written by: refwarden completions fish\n"
                 "complete -c refwarden -f\n"
                 "complete -c refwarden -n __fish_use_subcommand -l help -s h -d 'show this help'\n"
                 "complete -c refwarden -n __fish_use_subcommand -l version -s V -d 'show the version'\n");
    for (const command *c = commands; c->name; c++)
        fish_command(a, c, out);
}

/* ---- the command */

static const struct {
    const char *name;
    void (*write)(arena *a, buf *out);
} shells[] = {{"bash", write_bash}, {"zsh", write_zsh}, {"fish", write_fish}};

int run_completions(arena *a, const cli_options *o)
{
    buf text = {0};
    int rc;

    if (o->words.n != 1)
        return complain("completions: for which shell: bash, zsh or fish?");
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
        if (strcmp(shells[i].name, o->words.items[0]) == 0)
            shells[i].write(a, &text);
    if (!text.len)
        return complain("completions: '%s' is not one of bash, zsh, fish", o->words.items[0]);
    rc = write_out(NULL, &text);
    buf_free(&text);
    return rc;
}
