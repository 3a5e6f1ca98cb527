/* What the words for arguments in options.def and commands[] stand for: arguments.def. */
#include "cli_int.h"

#include <string.h>

static const struct {
    const char *word;
    value_kind kind;
    const char *choices;
} rows[] = {
#define ARGUMENT(word, kind, choices) {word, VALUE_##kind, choices},
#include "arguments.def"
#undef ARGUMENT
};

enum { NROWS = sizeof rows / sizeof *rows };

static int row_of(const char *word)
{
    for (int i = 0; i < NROWS; i++)
        if (strcmp(rows[i].word, word) == 0)
            return i;
    return -1;
}

value_kind argument_kind(const char *word)
{
    int row = row_of(word);

    return row < 0 ? VALUE_ANY : rows[row].kind;
}

const char *argument_choices(const char *word)
{
    int row = row_of(word);

    return row < 0 ? "" : rows[row].choices;
}

static int refuse(const char *option, const char *given, const char *words, status *st)
{
    buf list = {0};
    int rc;

    for (; *words; words++)
        buf_addn(&list, *words == ' ' ? ", " : words, *words == ' ' ? 2 : 1);
    rc = fail(st, ERR_USAGE, "--%s: '%s' is not one of %s", option, given, list.data);
    buf_free(&list);
    return rc;
}

int argument_choose(const char *option, const char *word, const char *given, int *out, status *st)
{
    const char *words = argument_choices(word), *at = words;

    for (int i = 0; given && *at; i++) {
        size_t n = strcspn(at, " ");

        if (strncmp(at, given, n) == 0 && given[n] == '\0') {
            *out = i;
            return 0;
        }
        at += n + (at[n] == ' ');
    }
    return given ? refuse(option, given, words, st) : 0;
}
