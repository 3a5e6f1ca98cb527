/* Compiler commands: splitting them into words, and what of them libclang is told.
 *
 * The list is of what is kept: whatever changes the meaning of the source. All else (output files,
 * warnings, code generation, plugins, response files, options of one compiler only) is dropped, so
 * a command can neither make libclang load code nor fail on an option it does not know.
 */
#include "session_int.h"

#include <string.h>

typedef enum {
    ALONE,    /* exactly this word */
    PREFIX,   /* this word begins so; the value is part of it */
    JOINED,   /* the value is part of the word or the next word */
    SEPARATE, /* the value is the next word */
} flag_shape;

static const struct {
    const char *text;
    flag_shape shape;
} kept_flags[] = {
    {"-I", JOINED},           {"-D", JOINED},          {"-U", JOINED},
    {"-isystem", JOINED},     {"-iquote", JOINED},     {"-idirafter", JOINED},
    {"-include", SEPARATE},   {"-imacros", SEPARATE},  {"-isysroot", JOINED},
    {"--sysroot=", PREFIX},   {"-std=", PREFIX},       {"-ansi", ALONE},
    {"-x", JOINED},           {"-pthread", ALONE},     {"-nostdinc", ALONE},
    {"-nostdinc++", ALONE},   {"-m32", ALONE},         {"-m64", ALONE},
    {"-march=", PREFIX},      {"-msse", PREFIX},       {"-mavx", PREFIX},
    {"-fshort-enums", ALONE}, {"-fsigned-char", ALONE}, {"-funsigned-char", ALONE},
    {"-fms-extensions", ALONE}, {"-fgnu89-inline", ALONE}, {"-fno-exceptions", ALONE},
    {"-fexceptions", ALONE},  {"-fopenmp", ALONE},     {"-fblocks", ALONE},
};

/* A joined value that begins like a flag makes another flag of it: -isystem-after takes the next word
 * as well, and what libclang reads would no longer be what is looked at here. */
static bool fits(const char *word, const char *text, flag_shape shape)
{
    size_t n = strlen(text);

    if (shape == ALONE || shape == SEPARATE)
        return strcmp(word, text) == 0;
    return strncmp(word, text, n) == 0 && (shape != JOINED || word[n] != '-');
}

/* -x ast and the like make libclang read what is no source. */
static bool is_language_of_ours(const char *const *words, int n)
{
    static const char *const ours[] = {"c", "c++", NULL};

    return strncmp(words[0], "-x", 2) != 0 || text_is_one_of(n == 2 ? words[1] : words[0] + 2, ours);
}

/* The words that a kept flag takes at `words`: 0 when it is dropped. */
static int words_kept(const char *word)
{
    for (size_t i = 0; i < sizeof kept_flags / sizeof *kept_flags; i++)
        if (fits(word, kept_flags[i].text, kept_flags[i].shape)) {
            bool takes_next = kept_flags[i].shape == SEPARATE ||
                              (kept_flags[i].shape == JOINED &&
                               strlen(word) == strlen(kept_flags[i].text));

            return takes_next ? 2 : 1;
        }
    return 0;
}

/* Dropped flags whose value is the next word; without this the value of "-Xclang -Ifoo" would
 * pass for a flag of its own. */
static bool hides_next(const char *word)
{
    static const char *const flags[] = {
        "-o",  "-MF",     "-MT",        "-MQ",     "-MJ",     "-Xclang",       "-Xlinker",
        "-L",  "-l",      "-Xassembler", "-Xpreprocessor",    "-mllvm",        "-T",
        "-u",  "-arch",   "-target",    "--param", "-plugin", "-load",         "-wrapper",
        "-B",  "-G",      "-z",         "--serialize-diagnostics",             "--config",
        "-ivfsoverlay", "-include-pch", "-serialize-diagnostics", "-dependency-file",    NULL,
    };

    return text_is_one_of(word, flags);
}

void flags_filter(arena *a, const strings *words, strings *kept)
{
    for (int i = 0; i < words->n;) {
        const char *word = words->items[i];
        int n = words_kept(word);

        if (n && i + n <= words->n && is_language_of_ours(&words->items[i], n))
            for (int k = 0; k < n; k++)
                strings_add(a, kept, words->items[i + k]);
        i += n ? n : hides_next(word) ? 2 : 1;
    }
}

/* ---- splitting, as a POSIX shell does it, without expansion */

typedef struct {
    const char *at;
    buf word;
    bool has_word; /* '' is a word too */
} splitter;

static int take_single_quoted(splitter *s, status *st)
{
    const char *end = strchr(s->at, '\'');

    if (!end)
        return fail(st, ERR_INPUT, "a single quote is not closed");
    buf_addn(&s->word, s->at, (size_t)(end - s->at));
    s->at = end + 1;
    return 0;
}

static int take_double_quoted(splitter *s, status *st)
{
    while (*s->at && *s->at != '"') {
        if (*s->at == '\\' && s->at[1] && strchr("\"\\$`", s->at[1]))
            s->at++;
        buf_addn(&s->word, s->at++, 1);
    }
    if (!*s->at)
        return fail(st, ERR_INPUT, "a double quote is not closed");
    s->at++;
    return 0;
}

static int take_one(splitter *s, status *st)
{
    char c = *s->at++;

    s->has_word = true;
    if (c == '\'')
        return take_single_quoted(s, st);
    if (c == '"')
        return take_double_quoted(s, st);
    if (c == '\\' && *s->at)
        c = *s->at++;
    buf_addn(&s->word, &c, 1);
    return 0;
}

static void end_word(arena *a, splitter *s, strings *words)
{
    if (s->has_word)
        strings_add(a, words, arena_strdup(a, s->word.len ? s->word.data : ""));
    buf_free(&s->word);
    s->has_word = false;
}

int shell_split(arena *a, const char *command, strings *words, status *st)
{
    splitter s = {.at = command};
    int rc = 0;

    while (rc == 0 && *s.at) {
        if (strchr(" \t\r\n", *s.at)) {
            s.at++;
            end_word(a, &s, words);
        } else {
            rc = take_one(&s, st);
        }
    }
    end_word(a, &s, words);
    return rc;
}
