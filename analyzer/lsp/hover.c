/* What stands under the cursor: a function or slot of the C API with its contract, or a rule's code. */
#include "lsp_int.h"

#include "contract.h"
#include "slot.h"

#include <ctype.h>
#include <string.h>

enum { NEWEST_MINOR = 14 };

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The word around the offset, or right before it. */
static char *word_at(arena *a, const lsp_text *t, size_t offset, size_t *start, size_t *end)
{
    *start = *end = offset;
    while (*start > 0 && is_word(t->data[*start - 1]))
        --*start;
    while (*end < t->len && is_word(t->data[*end]))
        ++*end;
    return arena_strndup(a, t->data + *start, *end - *start);
}

/* "__eq__" would be set in bold. */
static void add_escaped(const char *s, size_t len, buf *out)
{
    for (size_t i = 0; i < len; i++) {
        bool is_doubled = s[i] == '_' && ((i > 0 && s[i - 1] == '_') || (i + 1 < len && s[i + 1] == '_'));

        if (is_doubled || s[i] == '*' || s[i] == '<')
            buf_add(out, "\\");
        buf_addn(out, s + i, 1);
    }
}

/* Rows as they are in words: a name, then lines of a label, two blanks and a sentence. */
static void add_line(const char *line, size_t len, buf *out)
{
    size_t label = 0, text;

    while (label < len && line[label] == ' ')
        label++;
    text = label;
    while (text + 1 < len && !(line[text] == ' ' && line[text + 1] == ' '))
        text++;
    if (label == 0 || text + 1 >= len) {
        buf_printf(out, "**%.*s**\n\n", (int)len, line);
        return;
    }
    buf_printf(out, "- %.*s: ", (int)(text - label), line + label);
    while (text < len && line[text] == ' ')
        text++;
    add_escaped(line + text, len - text, out);
    buf_add(out, "\n");
}

static void add_markdown(const char *text, buf *out)
{
    while (*text) {
        size_t len = strcspn(text, "\n");

        if (len)
            add_line(text, len, out);
        text += len + (text[len] == '\n');
    }
}

static void describe_function(const contract_table *t, const char *name, int minor, buf *out)
{
    const contract *best = contract_find(t, name, minor ? minor : NEWEST_MINOR);
    int others = 0;

    if (!best)
        return;
    contract_describe(best, out);
    for (int i = 0; i < contract_count(t); i++)
        others += strcmp(contract_at(t, i)->name, best->name) == 0;
    if (others > 1)
        buf_printf(out, "  other  see `refwarden contracts %s` for other versions of Python\n", best->name);
}

static int read_table(const server *s, const document *d, arena *a, contract_table *t, int *minor)
{
    session_options o = {0};
    status st = {0};

    if (contract_table_read_builtin(t, &st) != 0 || s->options->settings(s->options->ctx, a, d->path, &o, &st) != 0)
        return -1;
    *minor = o.target_minor;
    for (int i = 0; i < o.ncontract_files; i++) {
        char *text;
        size_t len;

        if (file_read(a, o.contract_files[i], &text, &len, &st) != 0 ||
            contract_table_read(t, o.contract_files[i], text, &st) != 0)
            return -1;
    }
    return 0;
}

static void describe(const server *s, const document *d, arena *a, const char *word, buf *out)
{
    contract_table *t = contract_table_create(a);
    buf text = {0};
    int minor = 0;
    const slot *found;

    read_table(s, d, a, t, &minor); /* what could be read counts; the analysis says what could not */
    describe_function(t, word, minor, &text);
    found = text.len ? NULL : slot_find(t, word, minor ? minor : NEWEST_MINOR);
    if (found)
        slot_describe(found, &text);
    if (text.len)
        add_markdown(text.data, out);
    buf_free(&text);
}

json_t *hover(server *s, const document *d, position at)
{
    arena *a = arena_create();
    size_t start, end;
    char *word = word_at(a, &d->text, text_offset(&d->text, at, s->units), &start, &end);
    const char *page = strncmp(word, "RW", 2) == 0 ? s->options->explain(word) : NULL;
    json_t *result = NULL;
    buf text = {0};

    if (page)
        buf_add(&text, page);
    else if (*word)
        describe(s, d, a, word, &text);
    if (text.len)
        result = json_pack("{s:{s:s, s:o}, s:{s:o, s:o}}", "contents", "kind", "markdown", "value", json_clean(text.data),
                           "range", "start", json_position(text_position_at(&d->text, start, s->units)), "end",
                           json_position(text_position_at(&d->text, end, s->units)));
    buf_free(&text);
    arena_destroy(a);
    return result ? result : json_null();
}
