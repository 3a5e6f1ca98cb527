/* The mutator: an input is cut into tokens, as C has them, or into lines, and pieces are left out, doubled,
 * moved, replaced by others of the input or by words that the fuzzer names. Every text that we read is
 * made of words, so one mutator serves all of them. Bytes are libFuzzer's business.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include <ctype.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_PIECES = 1 << 14, MOST_EDITS = 4 };

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

typedef struct {
    const char *at;
    size_t n;
} piece;

typedef struct {
    piece v[MOST_PIECES];
    int n;
    uint64_t random;
} pieces;

/* ---- what the targets use */

char *fuzz_text(arena *a, const uint8_t *data, size_t size)
{
    return arena_strndup(a, size ? (const char *)data : "", size);
}

const contract_table *fuzz_contracts(void)
{
    static contract_table *table;
    status st = {0};

    if (!table) {
        table = contract_table_create(arena_create());
        MUST(contract_table_read_builtin(table, &st) == 0);
    }
    return table;
}

int fuzz_file(arena *a, const uint8_t *data, size_t size, const char **path)
{
    int fd = memfd_create("input", MFD_CLOEXEC);

    MUST(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    *path = arena_printf(a, "/proc/self/fd/%d", fd);
    return fd;
}

/* ---- cutting */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '%' || c == '@';
}

static size_t token_at(const char *at, size_t left)
{
    size_t n = 1;

    if (is_word(*at))
        while (n < left && is_word(at[n]))
            n++;
    else if (*at == '"' || *at == '\'')
        while (n < left && at[n] != '\n' && at[n++] != *at)
            ;
    else if (*at == ' ')
        while (n < left && at[n] == ' ')
            n++;
    return n;
}

static size_t line_at(const char *at, size_t left)
{
    const char *end = memchr(at, '\n', left);

    return end ? (size_t)(end - at) + 1 : left;
}

static void cut(pieces *p, const char *text, size_t size, bool by_lines)
{
    for (size_t at = 0; at < size && p->n < MOST_PIECES / 2; p->n++) {
        size_t n = by_lines ? line_at(text + at, size - at) : token_at(text + at, size - at);

        if (p->n == MOST_PIECES / 2 - 1)
            n = size - at;
        p->v[p->n] = (piece){text + at, n};
        at += n;
    }
}

/* ---- editing */

static int below(pieces *p, int n)
{
    p->random = p->random * 6364136223846793005u + 1442695040888963407u;
    return (int)((p->random >> 33) % (uint64_t)n);
}

static void insert(pieces *p, int at, piece what)
{
    memmove(&p->v[at + 1], &p->v[at], (size_t)(p->n - at) * sizeof *p->v);
    p->v[at] = what;
    p->n++;
}

static void leave_out(pieces *p, int at, int n)
{
    n = n > p->n - at ? p->n - at : n;
    memmove(&p->v[at], &p->v[at + n], (size_t)(p->n - at - n) * sizeof *p->v);
    p->n -= n;
}

static piece named(pieces *p)
{
    const char *const *words = fuzz_words();
    int n = 0;

    while (words[n])
        n++;
    const char *word = words[below(p, n)];
    return (piece){word, strlen(word)};
}

/* A word of the input, for another one: names stay names. */
static piece other_word(pieces *p, int at)
{
    for (int tries = 0; tries < 20; tries++) {
        piece other = p->v[below(p, p->n)];
        if (is_word(*other.at) == is_word(*p->v[at].at))
            return other;
    }
    return p->v[at];
}

static void edit(pieces *p)
{
    int at = below(p, p->n), to = below(p, p->n);
    piece kept = p->v[at];

    switch (below(p, 7)) {
    case 0:
        leave_out(p, at, 1 + below(p, 3));
        break;
    case 1:
        insert(p, to, kept);
        break;
    case 2:
        p->v[at] = p->v[to];
        p->v[to] = kept;
        break;
    case 3:
        p->v[at] = other_word(p, at);
        break;
    case 4:
        p->v[at] = named(p);
        break;
    case 5:
        insert(p, at, named(p));
        break;
    default:
        for (int i = 0, n = 1 + below(p, 6); i < n && at + 2 * i < p->n && p->n + 1 < MOST_PIECES; i++)
            insert(p, to, p->v[at + 2 * i < p->n ? at + 2 * i : at]);
    }
}

static size_t join(const pieces *p, char *out, size_t most)
{
    size_t size = 0;

    for (int i = 0; i < p->n && size + p->v[i].n <= most; i++) {
        memcpy(out + size, p->v[i].at, p->v[i].n);
        size += p->v[i].n;
    }
    return size;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed)
{
    static pieces p; /* too large for a stack */
    char *text = malloc(size + 1), *out = malloc(most + 1);
    int edits;

    p.n = 0;
    p.random = seed * 2654435761u + 1;
    memcpy(text, data, size);
    edits = 1 + below(&p, MOST_EDITS);
    if (!*fuzz_words() || below(&p, 5) == 0 || size == 0) {
        free(text);
        free(out);
        return LLVMFuzzerMutate(data, size, most);
    }
    cut(&p, text, size, below(&p, 3) == 0);
    for (int i = 0; i < edits && p.n > 0 && p.n + 8 < MOST_PIECES; i++)
        edit(&p);
    size = join(&p, out, most);
    memcpy(data, out, size);
    free(text);
    free(out);
    return size;
}
