/* The debug allocators: guard bytes around each block, poison in fresh and freed memory.
 *
 *     p-16       p-8      p-7             p          p+n         p+n+8
 *     | n, big-  | 'r'    | 7 guard bytes | n bytes  | 8 guard   | serial, big-endian
 *     | endian   | 'm' 'o'| FD            | first CD | bytes FD  | (with the option)
 *
 * A freed block is DD throughout. Without quarantine it goes back at once, and the allocator below
 * may write its links there or reuse it, so what is seen of it later is a matter of luck, as in
 * CPython; in quarantine nobody may write to it, and when it leaves each byte is compared.
 */
#include "alloc_int.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { CLEAN = 0xCD, DEAD = 0xDD, GUARD = 0xFD, HEAD = 16, WORD = 8 };

static const char letters[RM_DOMAINS + 1] = "rmo";

/* ---- the block */

static uint64_t big_endian(uint64_t value)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    return __builtin_bswap64(value);
#else
    return value;
#endif
}

static void put_word(uint8_t *at, uint64_t value)
{
    value = big_endian(value);
    memcpy(at, &value, WORD);
}

static uint64_t get_word(const uint8_t *at)
{
    uint64_t value;

    memcpy(&value, at, WORD);
    return big_endian(value);
}

/* The word in front of a block, and with the byte of a guard the one behind it. */
static uint64_t guard_word(uint8_t first)
{
    const uint64_t guards = GUARD * (UINT64_MAX / 0xff);

    return (guards & UINT64_MAX >> 8) | (uint64_t)first << 56;
}

static size_t extra(const rm_state *s)
{
    return HEAD + WORD + (s->has_serial ? WORD : 0);
}

static size_t size_of(const uint8_t *p)
{
    return get_word(p - HEAD);
}

static void *frame(rm_debug *d, uint8_t *start, size_t size)
{
    uint8_t *p = start + HEAD;

    put_word(start, size);
    put_word(p - WORD, guard_word((uint8_t)letters[d->domain]));
    put_word(p + size, guard_word(GUARD));
    d->state->serial++;
    if (d->state->has_serial)
        put_word(p + size + WORD, d->state->serial);
    return p;
}

/* Where in at[0..n) the first byte is that is not `byte`; n when there is none. */
static size_t first_other(const uint8_t *at, uint8_t byte, size_t n)
{
    size_t i = 0;

    while (i < n && at[i] == byte)
        i++;
    return i;
}

/* ---- faults */

static const char *const fault_text[] = {
    [RM_FAULT_UNDERRUN] = "a byte before the block was overwritten",
    [RM_FAULT_OVERRUN] = "a byte after the block was overwritten",
    [RM_FAULT_WRONG_DOMAIN] = "freed or resized in another domain than it was allocated in",
    [RM_FAULT_DOUBLE_FREE] = "freed or resized after it was freed",
    [RM_FAULT_WRITE_AFTER_FREE] = "written to after it was freed",
    [RM_FAULT_NOT_A_BLOCK] = "freed or resized, but it was not allocated here",
};

void rm_fault_print_and_abort(void *ctx, const rm_alloc_fault *fault)
{
    (void)ctx;
    fprintf(stderr, "memory fault: block at %p: %s\n", fault->address, fault_text[fault->kind]);
    fprintf(stderr, "  called: domain '%c'", letters[fault->domain]);
    if (fault->allocated_by)
        fprintf(stderr, "; allocated: domain '%c', %zu bytes", fault->allocated_by, fault->size);
    if (fault->serial)
        fprintf(stderr, ", number %" PRIu64, fault->serial);
    if (fault->offset)
        fprintf(stderr, "; first changed byte at offset %td", fault->offset);
    fputc('\n', stderr);
    abort();
}

static void report(const rm_debug *d, rm_alloc_fault fault)
{
    fault.domain = d->domain;
    d->state->on_fault(d->state->on_fault_ctx, &fault);
}

/* Of a block whose head is intact; the number is not given when the guard before it is damaged. */
static void report_block(const rm_debug *d, rm_fault_kind kind, const uint8_t *p, ptrdiff_t offset)
{
    const uint8_t *end = p + size_of(p);
    const bool is_known = d->state->has_serial && end[WORD - 1] == GUARD;

    report(d, (rm_alloc_fault){.kind = kind,
                               .address = p,
                               .size = size_of(p),
                               .offset = offset,
                               .allocated_by = (char)p[-WORD],
                               .serial = is_known ? get_word(end + WORD) : 0});
}

static const rm_held *find_held(const rm_state *s, const uint8_t *p)
{
    for (size_t i = 0; i < s->held_size; i++)
        if (s->held[i].p == p)
            return &s->held[i];
    return NULL;
}

static void report_double_free(const rm_debug *d, const uint8_t *p)
{
    const rm_held *h = find_held(d->state, p);
    rm_alloc_fault fault = {.kind = RM_FAULT_DOUBLE_FREE, .address = p};

    if (h) {
        fault.size = h->size;
        fault.serial = h->serial;
        fault.allocated_by = letters[h->domain];
    }
    report(d, fault);
}

/* Whose letter stands before p, NULL after a report when the head cannot be trusted. */
static rm_debug *owner_of(rm_debug *d, const uint8_t *p)
{
    const uint8_t letter = p[-WORD];
    const size_t guard = first_other(p - WORD + 1, GUARD, WORD - 1);
    const char *at = letter ? strchr(letters, letter) : NULL;

    if (first_other(p - WORD, DEAD, WORD) == WORD)
        report_double_free(d, p);
    else if (at == NULL && guard < WORD - 1)
        report(d, (rm_alloc_fault){.kind = RM_FAULT_NOT_A_BLOCK, .address = p});
    else if (at == NULL || guard < WORD - 1 || size_of(p) > PTRDIFF_MAX)
        report(d, (rm_alloc_fault){.kind = RM_FAULT_UNDERRUN,
                                   .address = p,
                                   .offset = guard < WORD - 1 ? (ptrdiff_t)guard + 1 - WORD
                                             : at             ? -HEAD
                                                              : -WORD});
    else
        return &d->state->debug[at - letters];
    return NULL;
}

/* The owner of a block that can be freed or resized, after all reports on it, else NULL. */
static RM_COLD rm_debug *check_bytes(rm_debug *d, const uint8_t *p)
{
    rm_debug *owner = owner_of(d, p);
    size_t size, guard;

    if (owner == NULL)
        return NULL;
    if (owner != d)
        report_block(d, RM_FAULT_WRONG_DOMAIN, p, 0);
    size = size_of(p);
    guard = first_other(p + size, GUARD, WORD);
    if (guard < WORD)
        report_block(d, RM_FAULT_OVERRUN, p, (ptrdiff_t)(size + guard));
    return owner;
}

/* Nearly every block is whole and its own domain's: two comparisons say so. */
static rm_debug *check(rm_debug *d, const uint8_t *p)
{
    if (RM_UNLIKELY(get_word(p - WORD) != guard_word((uint8_t)letters[d->domain]) ||
                    size_of(p) > PTRDIFF_MAX || get_word(p + size_of(p)) != guard_word(GUARD)))
        return check_bytes(d, p);
    return d;
}

/* ---- quarantine */

static void release_held(rm_state *s, rm_held *h)
{
    rm_debug *d = &s->debug[h->domain];
    const size_t total = h->size + extra(s);
    const size_t clean = first_other(h->p - HEAD, DEAD, total);

    if (clean < total)
        report(d, (rm_alloc_fault){.kind = RM_FAULT_WRITE_AFTER_FREE,
                                   .address = h->p,
                                   .size = h->size,
                                   .offset = (ptrdiff_t)clean - HEAD,
                                   .allocated_by = letters[h->domain],
                                   .serial = h->serial});
    d->below.free(d->below.ctx, h->p - HEAD);
    *h = (rm_held){0};
}

static void hold(rm_state *s, rm_held block)
{
    rm_held *h = &s->held[s->held_next];

    s->held_next = (s->held_next + 1) % s->held_size;
    if (h->p)
        release_held(s, h);
    *h = block;
}

void rm_alloc_drain(rm_alloc *a)
{
    rm_state *s = (rm_state *)a;

    for (size_t i = 0; i < s->held_size; i++) {
        rm_held *h = &s->held[(s->held_next + i) % s->held_size];

        if (h->p)
            release_held(s, h);
    }
}

/* ---- the four functions */

static void *debug_malloc(void *ctx, size_t size)
{
    rm_debug *d = ctx;
    const size_t total = size + extra(d->state);
    uint8_t *start = total > PTRDIFF_MAX ? NULL : d->below.malloc(d->below.ctx, total);

    if (start == NULL)
        return NULL;
    memset(start + HEAD, CLEAN, size);
    return frame(d, start, size);
}

static void *debug_calloc(void *ctx, size_t n, size_t size)
{
    rm_debug *d = ctx;
    const size_t total = n * size + extra(d->state);
    uint8_t *start = total > PTRDIFF_MAX ? NULL : d->below.calloc(d->below.ctx, 1, total);

    return start ? frame(d, start, n * size) : NULL;
}

static void free_checked(rm_debug *d, uint8_t *p)
{
    rm_state *s = d->state;
    const size_t size = size_of(p);
    const rm_held block = {p, size, s->has_serial ? get_word(p + size + WORD) : 0, d->domain};

    memset(p - HEAD, DEAD, size + extra(s));
    if (s->held_size)
        hold(s, block);
    else
        d->below.free(d->below.ctx, p - HEAD);
}

static void debug_free(void *ctx, void *p)
{
    rm_debug *owner = p ? check(ctx, p) : NULL;

    if (owner)
        free_checked(owner, p);
}

/* With a quarantine the old block must stay, so that who still uses it is seen. */
static void *realloc_by_copy(rm_debug *d, uint8_t *p, size_t size)
{
    const size_t old = size_of(p);
    uint8_t *q = debug_malloc(d, size);

    if (q == NULL)
        return NULL;
    memcpy(q, p, size < old ? size : old);
    free_checked(d, p);
    return q;
}

/* The letter is wiped before, since the old block is no longer ours to write to after. */
static void *realloc_below(rm_debug *d, uint8_t *p, size_t size)
{
    const size_t old = size_of(p), total = size + extra(d->state);
    uint8_t word[WORD];
    uint8_t *start;

    if (total > PTRDIFF_MAX)
        return NULL;
    memcpy(word, p - WORD, WORD);
    memset(p - WORD, DEAD, WORD);
    start = d->below.realloc(d->below.ctx, p - HEAD, total);
    if (start == NULL) {
        memcpy(p - WORD, word, WORD);
        return NULL;
    }
    if (size > old)
        memset(start + HEAD + old, CLEAN, size - old);
    return frame(d, start, size);
}

static void *debug_realloc(void *ctx, void *p, size_t size)
{
    rm_debug *owner;

    if (p == NULL)
        return debug_malloc(ctx, size);
    owner = check(ctx, p);
    if (owner == NULL)
        return NULL;
    return owner->state->held_size ? realloc_by_copy(owner, p, size)
                                   : realloc_below(owner, p, size);
}

void rm_debug_install(rm_state *s)
{
    for (int i = 0; i < RM_DOMAINS; i++) {
        s->debug[i] = (rm_debug){s, s->front.domain[i], (rm_domain)i};
        s->front.domain[i] =
            (rm_allocator){&s->debug[i], debug_malloc, debug_calloc, debug_realloc, debug_free};
    }
}
