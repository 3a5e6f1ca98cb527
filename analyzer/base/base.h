/* base: memory by lifetime, errors, text, hashing. Needs libc only.
 *
 * Arena memory is zeroed and lives until arena_reset or arena_destroy; running out of memory
 * ends the process with a message (a worker process, so one file is lost and reported).
 */
#ifndef REFWARDEN_BASE_H
#define REFWARDEN_BASE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* ---- errors: 0 is success, negative is failure, the message is set where the cause is known */

typedef enum {
    ERR_NONE,
    ERR_USAGE,    /* what the user asked for makes no sense */
    ERR_INPUT,    /* a file's content is not what it should be */
    ERR_IO,       /* the operating system refused */
    ERR_LIMIT,    /* out of memory or over a budget */
    ERR_INTERNAL, /* a bug of ours */
} err_code;

typedef struct {
    err_code code;
    char message[512];
} status;

/* Sets st (which may be NULL) and returns -1. */
int fail(status *st, err_code code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- arenas */

typedef struct arena arena;

arena *arena_create(void);     /* owned by caller; never NULL */
void arena_destroy(arena *a);  /* NULL is allowed */
void arena_reset(arena *a);    /* frees everything allocated so far, keeps the arena */
size_t arena_used(const arena *a); /* bytes handed out since the last reset */
void *arena_alloc(arena *a, size_t size); /* zeroed, aligned for any type, never NULL */
char *arena_strdup(arena *a, const char *s);              /* NULL gives NULL */
char *arena_strndup(arena *a, const char *s, size_t n);
char *arena_printf(arena *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Grows an array that lives in an arena: a is arena *, v an lvalue pointer, n its length lvalue,
 * cap its capacity lvalue. The old block stays in the arena until reset. */
#define ARENA_PUSH(a, v, n, cap, item)                                                     \
    do {                                                                                   \
        if ((n) == (cap))                                                                  \
            (v) = arena_grow((a), (v), (size_t)(n) * sizeof *(v), sizeof *(v), &(cap));    \
        (v)[(n)++] = (item);                                                               \
    } while (0)
void *arena_grow(arena *a, const void *old, size_t used, size_t item, int *cap);

/* ---- growable text */

typedef struct {
    char *data; /* NUL-terminated once anything was added; owned by the buffer */
    size_t len, cap;
} buf;

void buf_add(buf *b, const char *s);
void buf_addn(buf *b, const char *s, size_t n);
void buf_printf(buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(buf *b, const char *fmt, va_list ap);
void buf_add_utf8(buf *b, const char *s); /* what is not UTF-8 becomes U+FFFD; NULL adds nothing */
void buf_free(buf *b); /* the buffer is empty afterwards and may be used again */

/* ---- files and hashing */

/* What a file holds, whatever there is on disk. */
typedef struct {
    const char *path;
    const char *text; /* NUL-terminated */
    size_t len;
} source_text;

/* Reads a whole file, or stdin for "-". *text is NUL-terminated and lives in a. Pipes and devices are read
 * only where the caller opened them (/dev/stdin, /dev/fd/3): any other could make us wait for ever, or never end. */
int file_read(arena *a, const char *path, char **text, size_t *len, status *st);
size_t file_begin(const char *path, char *text, size_t most); /* its first bytes; 0: none, or it cannot be read */

uint64_t hash_bytes(uint64_t seed, const void *data, size_t n); /* XXH3 */
uint64_t hash_text(uint64_t seed, const char *s);               /* NULL hashes like "" */

/* The next character of UTF-8 text: its length, 0 when the bytes are not valid UTF-8. */
size_t utf8_next(const char *s, size_t n, uint32_t *code);

typedef struct {
    uint64_t high, low;
} hash128;

hash128 hash_content(const void *data, size_t n); /* XXH3, for what must not be mistaken for anything else */
bool hash_equal(hash128 a, hash128 b);
int hash_file(int fd, hash128 *out); /* of all that can be read from it, as hash_content; -1: an error */

bool text_is_one_of(const char *s, const char *const *list); /* list ends with NULL */

#endif
