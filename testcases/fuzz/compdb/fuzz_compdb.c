/* compile_commands.json, and commands as a shell would split them. What is kept of a command is made of
 * flags that are allowed, read as clang reads them, and keeping again changes nothing.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include "session_int.h"

#include <unistd.h>

const char *const *fuzz_words(void)
{
    static const char *const words[] = {
        "[", "]", "{", "}", ",", ":", "\"file\": \"a.c\"", "\"directory\": \"/x\"", "\"command\": \"cc a.c\"",
        "\"arguments\": [\"cc\"", "\"-I\"", "\"-Ix\"", "-Xclang ", "-load ", "-fplugin=x ", "-include ", "-imacros ",
        "-isystem", "-isystem-after ", "-I- ", "-D ", "-D", "-U ", "-x ", "-xc ", "-x ast ", "-o ", "-MF ", "@x ", "-B ",
        "-std=c99 ", "-isysroot ", "--sysroot=", "-iquote", "-idirafter", "' ", "\\\" ", "\\", "$(x) ", "`x` ", "-",
        "-fmodule-map-file=x ", "-ivfsoverlay x ", "--config ", "-include-pch ", "-msse4 ", "-m32 ", "-pthread ", NULL};

    return words;
}

/* How clang takes each: the value is behind it or the next word. */
static const char *const with_value[] = {"-I", "-D", "-U", "-isystem-after", "-isystem", "-iquote", "-idirafter",
                                         "-isysroot", "-include-pch", "-include", "-imacros", "-x", NULL};
static const char *const alone[] = {"--sysroot=", "-std=", "-ansi", "-pthread", "-nostdinc", "-m", "-fshort-enums",
                                    "-fsigned-char", "-funsigned-char", "-fms-extensions", "-fgnu89-inline",
                                    "-fno-exceptions", "-fexceptions", "-fopenmp", "-fblocks", NULL};

static const char *beginning(const char *word, const char *const *list)
{
    for (; *list; list++)
        if (strncmp(word, *list, strlen(*list)) == 0)
            return *list;
    return NULL;
}

static void look_at_flags(const char *const *flags, int n)
{
    for (int i = 0; i < n; i++) {
        const char *flag = beginning(flags[i], with_value);

        if (!flag) {
            MUST(beginning(flags[i], alone));
            continue;
        }
        MUST(strcmp(flag, "-include-pch") != 0 && strcmp(flag, "-isystem-after") != 0);
        const char *value = flags[i] + strlen(flag);
        if (!*value) {
            MUST(i + 1 < n);
            value = flags[++i];
        }
        if (strcmp(flag, "-x") == 0)
            MUST(strcmp(value, "c") == 0 || strcmp(value, "c++") == 0);
    }
}

static void filter(arena *a, strings *words)
{
    strings once = {0}, twice = {0};

    flags_filter(a, words, &once);
    look_at_flags(once.items, once.n);
    flags_filter(a, &once, &twice);
    MUST(once.n == twice.n);
    for (int i = 0; i < once.n; i++)
        MUST(strcmp(once.items[i], twice.items[i]) == 0);
}

/* Words in single quotes are those words again. */
static void split(arena *a, const char *text)
{
    strings words = {0}, again = {0};
    char *quoted = arena_strdup(a, "");
    status st = {0};

    if (shell_split(a, text, &words, &st) != 0) {
        MUST(st.message[0]);
        return;
    }
    for (int i = 0; i < words.n; i++)
        if (strchr(words.items[i], '\''))
            return;
    for (int i = 0; i < words.n; i++)
        quoted = arena_printf(a, "%s '%s'", quoted, words.items[i]);
    MUST(shell_split(a, quoted, &again, &st) == 0);
    MUST(again.n == words.n);
    for (int i = 0; i < words.n; i++)
        MUST(strcmp(again.items[i], words.items[i]) == 0);
    filter(a, &words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = arena_create();
    const char *path;
    int fd = fuzz_file(a, data, size, &path);
    const compile_command *command;
    compdb *db;
    status st = {0};

    if (size < 300)
        split(a, fuzz_text(a, data, size));
    if (compdb_read(a, path, &db, &st) == 0 && (command = compdb_find(db, "/x/a.c")) != NULL)
        look_at_flags(command->flags, command->nflags);
    close(fd);
    arena_destroy(a);
    return 0;
}
