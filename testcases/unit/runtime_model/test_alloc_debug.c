/* The debug allocators: what they write around a block, and each fault that they can see. */
#define _POSIX_C_SOURCE 200809L
#include "unit.h"

#include "alloc.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define OBJ RM_DOMAIN_OBJ
#define MEM RM_DOMAIN_MEM
#define RAW RM_DOMAIN_RAW

typedef struct {
    int count;
    rm_alloc_fault last;
} faults;

static void on_fault(void *ctx, const rm_alloc_fault *fault)
{
    faults *f = ctx;

    f->count++;
    f->last = *fault;
}

static rm_alloc *open_debug(faults *f, bool serial, size_t quarantine)
{
    rm_alloc *a = rm_alloc_create(&(rm_alloc_options){.debug = true,
                                                      .serial = serial,
                                                      .quarantine = quarantine,
                                                      .on_fault = on_fault,
                                                      .on_fault_ctx = f});

    *f = (faults){0};
    assert_non_null(a);
    return a;
}

static void expect(const faults *f, int count, rm_fault_kind kind, const void *p, size_t size,
                   ptrdiff_t offset)
{
    assert_int_equal(f->count, count);
    assert_int_equal(f->last.kind, kind);
    assert_ptr_equal(f->last.address, p);
    assert_int_equal(f->last.size, size);
    assert_int_equal(f->last.offset, offset);
}

/* ---- facts */

static void p15_block_stands_between_guards_and_is_filled(void **state)
{
    static const char letters[] = "rmo";
    faults f;
    rm_alloc *a = open_debug(&f, true, 0);

    (void)state;
    for (int d = 0; d < RM_DOMAINS; d++) {
        uint8_t *p = rm_malloc(a, (rm_domain)d, 32);
        const uint8_t head[16] = {0,    0,    0,    0,    0,    0,    0,   32, (uint8_t)letters[d],
                                  0xFD, 0xFD, 0xFD, 0xFD, 0xFD, 0xFD, 0xFD};
        uint8_t tail[16] = {0xFD, 0xFD, 0xFD, 0xFD, 0xFD, 0xFD, 0xFD, 0xFD};

        assert_memory_equal(p - 16, head, 16);
        for (int i = 0; i < 32; i++)
            assert_int_equal(p[i], 0xCD);
        assert_memory_equal(p + 32, tail, 8);
        assert_true(p[32 + 15] > 0); /* the number, which counts the blocks of pymalloc's own too */
        rm_free(a, (rm_domain)d, p);
    }
    assert_int_equal(f.count, 0);
    rm_alloc_destroy(a);
}

/* 24 bytes around a block, so 488 is the largest of a pool; 32 with the number. */
static void guards_make_blocks_larger(void **state)
{
    faults f;

    (void)state;
    for (int serial = 0; serial <= 1; serial++) {
        rm_alloc *a = open_debug(&f, serial, 0);
        void *small = rm_malloc(a, OBJ, serial ? 480 : 488);
        void *large = rm_malloc(a, OBJ, serial ? 481 : 489);

        assert_true(rm_alloc_owns(a, small));
        assert_false(rm_alloc_owns(a, large));
        rm_free(a, OBJ, large);
        rm_alloc_destroy(a);
    }
}

static void p16_write_past_the_end_is_seen_by_free(void **state)
{
    (void)state;
    for (int serial = 0; serial <= 1; serial++) {
        faults f;
        rm_alloc *a = open_debug(&f, serial, 0);
        char *p = rm_malloc(a, MEM, 16);

        p[16 + 2] = 0;
        rm_free(a, MEM, p);
        expect(&f, 1, RM_FAULT_OVERRUN, p, 16, 18);
        assert_int_equal(f.last.domain, MEM);
        assert_int_equal(f.last.allocated_by, 'm');
        assert_int_equal(f.last.serial != 0, serial);
        assert_int_equal(rm_alloc_blocks(a), 0); /* and freed all the same */
        rm_alloc_destroy(a);
    }
}

static void p17_wrong_domain_is_seen_by_the_call_that_did_it(void **state)
{
    static const char letters[] = "rmo";

    (void)state;
    for (int from = 0; from < RM_DOMAINS; from++)
        for (int to = 0; to < RM_DOMAINS; to++) {
            faults f;
            rm_alloc *a = open_debug(&f, true, 0);
            void *p = rm_malloc(a, (rm_domain)from, 40);
            const size_t blocks = rm_alloc_blocks(a);

            rm_free(a, (rm_domain)to, p);
            assert_int_equal(rm_alloc_blocks(a), blocks - (from != RAW));
            assert_int_equal(f.count, from != to);
            if (from != to) {
                expect(&f, 1, RM_FAULT_WRONG_DOMAIN, p, 40, 0);
                assert_int_equal(f.last.domain, to);
                assert_int_equal(f.last.allocated_by, letters[from]);
            }
            rm_alloc_destroy(a);
        }
}

static void p18_freed_memory_is_poisoned(void **state)
{
    faults f;
    rm_alloc *a = open_debug(&f, false, 0);
    uint8_t *p = rm_malloc(a, OBJ, 480);

    (void)state;
    rm_free(a, OBJ, p);
    for (int i = 0; i < 480; i++)
        assert_int_equal(p[i], 0xDD); /* the memory is still the pool's */
    rm_alloc_destroy(a);
}

/* ---- faults */

static void write_before_the_block_is_seen(void **state)
{
    (void)state;
    for (int at = -1; at >= -8; at--) {
        faults f;
        rm_alloc *a = open_debug(&f, false, 0);
        char *p = rm_malloc(a, OBJ, 16);

        p[at] = 0;
        rm_free(a, OBJ, p);
        expect(&f, 1, RM_FAULT_UNDERRUN, p, 0, at);
        rm_alloc_destroy(a);
    }
}

static void damaged_size_is_not_followed(void **state)
{
    faults f;
    rm_alloc *a = open_debug(&f, false, 0);
    char *p = rm_malloc(a, OBJ, 16);

    (void)state;
    p[-16] = (char)0xFF;
    rm_free(a, OBJ, p);
    expect(&f, 1, RM_FAULT_UNDERRUN, p, 0, -16);
    rm_alloc_destroy(a);
}

static void second_free_is_seen(void **state)
{
    faults f;
    rm_alloc *a = open_debug(&f, true, 0);
    void *p = rm_malloc(a, OBJ, 16);

    (void)state;
    rm_free(a, OBJ, p);
    rm_free(a, OBJ, p);
    expect(&f, 1, RM_FAULT_DOUBLE_FREE, p, 0, 0);
    assert_null(rm_realloc(a, OBJ, p, 20));
    expect(&f, 2, RM_FAULT_DOUBLE_FREE, p, 0, 0);
    rm_alloc_destroy(a);
}

static void second_free_of_a_held_block_knows_the_block(void **state)
{
    faults f;
    rm_alloc *a = open_debug(&f, true, 8);
    void *p = rm_malloc(a, RAW, 5000);

    (void)state;
    rm_free(a, RAW, p);
    rm_free(a, OBJ, p);
    expect(&f, 1, RM_FAULT_DOUBLE_FREE, p, 5000, 0);
    assert_int_equal(f.last.allocated_by, 'r');
    assert_int_equal(f.last.domain, OBJ);
    assert_int_equal(f.last.serial, 1);
    rm_alloc_destroy(a);
}

static void free_of_what_was_never_allocated_is_seen(void **state)
{
    faults f;
    rm_alloc *a = open_debug(&f, false, 0);
    char memory[64] = {0};

    (void)state;
    rm_free(a, OBJ, memory + 32);
    expect(&f, 1, RM_FAULT_NOT_A_BLOCK, memory + 32, 0, 0);
    rm_free(a, OBJ, NULL);
    assert_int_equal(f.count, 1);
    rm_alloc_destroy(a);
}

static void pointer_from_before_realloc_is_seen(void **state)
{
    (void)state;
    for (size_t quarantine = 0; quarantine <= 8; quarantine += 8) {
        faults f;
        rm_alloc *a = open_debug(&f, false, quarantine);
        void *p = rm_malloc(a, OBJ, 16), *q = rm_realloc(a, OBJ, p, 300);

        assert_ptr_not_equal(p, q);
        rm_free(a, OBJ, p);
        expect(&f, 1, RM_FAULT_DOUBLE_FREE, p, quarantine ? 16 : 0, 0);
        rm_free(a, OBJ, q);
        rm_alloc_destroy(a);
    }
}

static void realloc_reports_overrun_and_domain(void **state)
{
    faults f;
    rm_alloc *a = open_debug(&f, false, 0);
    char *p = rm_malloc(a, OBJ, 16);

    (void)state;
    p[16] = 0;
    p = rm_realloc(a, OBJ, p, 17);
    assert_non_null(p);
    assert_int_equal(f.last.kind, RM_FAULT_OVERRUN);
    p = rm_realloc(a, MEM, p, 18);
    assert_non_null(p);
    assert_int_equal(f.last.kind, RM_FAULT_WRONG_DOMAIN);
    assert_int_equal(p[-8], 'o');
    rm_free(a, OBJ, p);
    assert_int_equal(f.count, 2);
    rm_alloc_destroy(a);
}

static void failed_realloc_leaves_the_block(void **state)
{
    (void)state;
    for (size_t quarantine = 0; quarantine <= 8; quarantine += 8) {
        faults f;
        rm_alloc *a = open_debug(&f, true, quarantine);
        char *p = rm_malloc(a, MEM, 600);

        memset(p, 7, 600);
        rm_alloc_fail(a, 1, 2); /* not this request, but the one it makes of the raw domain */
        assert_null(rm_realloc(a, MEM, p, 100000));
        rm_alloc_fail(a, -1, 0);
        assert_null(rm_realloc(a, MEM, p, (size_t)PTRDIFF_MAX - 1));
        assert_int_equal(p[599], 7);
        rm_free(a, MEM, p);
        assert_int_equal(f.count, 0);
        rm_alloc_destroy(a);
    }
}

static void resized_block_is_filled_from_its_old_end(void **state)
{
    faults f;
    rm_alloc *a = open_debug(&f, false, 0);
    uint8_t *p = rm_calloc(a, OBJ, 1, 8);

    (void)state;
    p = rm_realloc(a, OBJ, p, 300);
    assert_int_equal(p[7], 0);
    assert_int_equal(p[8], 0xCD);
    assert_int_equal(p[299], 0xCD);
    rm_free(a, OBJ, p);
    assert_int_equal(f.count, 0);
    rm_alloc_destroy(a);
}

/* ---- quarantine */

static void write_after_free_is_seen_when_the_block_leaves(void **state)
{
    faults f;
    rm_alloc *a = open_debug(&f, true, 2);
    char *p = rm_malloc(a, OBJ, 100);

    (void)state;
    rm_free(a, OBJ, p);
    p[60] = 0;
    rm_free(a, OBJ, rm_malloc(a, OBJ, 100));
    assert_int_equal(f.count, 0);
    rm_free(a, OBJ, rm_malloc(a, OBJ, 100));
    expect(&f, 1, RM_FAULT_WRITE_AFTER_FREE, p, 100, 60);
    assert_int_equal(f.last.allocated_by, 'o');
    rm_alloc_destroy(a);
}

static void held_block_is_not_reused_until_drained(void **state)
{
    faults f;
    rm_alloc *a = open_debug(&f, false, 100);
    void *p = rm_malloc(a, OBJ, 64), *q;

    (void)state;
    rm_free(a, OBJ, p);
    q = rm_malloc(a, OBJ, 64);
    assert_ptr_not_equal(p, q);
    rm_free(a, OBJ, q);
    rm_alloc_drain(a);
    assert_ptr_equal(rm_malloc(a, OBJ, 64), q);
    assert_int_equal(f.count, 0);
    rm_alloc_destroy(a);
}

static void destroy_checks_what_is_held(void **state)
{
    faults f;
    rm_alloc *a = open_debug(&f, false, 100);
    char *p = rm_malloc(a, OBJ, 64);

    (void)state;
    rm_free(a, OBJ, p);
    p[0] = 1;
    rm_alloc_destroy(a);
    expect(&f, 1, RM_FAULT_WRITE_AFTER_FREE, p, 64, 0);
}

/* ---- the default */

static void fault_prints_and_aborts_by_default(void **state)
{
    int ends[2], status;
    char text[1000] = "";
    pid_t child;

    (void)state;
    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        rm_alloc *a = rm_alloc_create(&(rm_alloc_options){.debug = true, .serial = true});

        signal(SIGABRT, SIG_DFL);
        dup2(ends[1], 2);
        rm_free(a, MEM, rm_malloc(a, RAW, 16));
        _exit(0);
    }
    close(ends[1]);
    assert_true(read(ends[0], text, sizeof text - 1) > 0);
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_non_null(strstr(text, "another domain"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(p15_block_stands_between_guards_and_is_filled),
        cmocka_unit_test(guards_make_blocks_larger),
        cmocka_unit_test(p16_write_past_the_end_is_seen_by_free),
        cmocka_unit_test(p17_wrong_domain_is_seen_by_the_call_that_did_it),
        cmocka_unit_test(p18_freed_memory_is_poisoned),
        cmocka_unit_test(write_before_the_block_is_seen),
        cmocka_unit_test(damaged_size_is_not_followed),
        cmocka_unit_test(second_free_is_seen),
        cmocka_unit_test(second_free_of_a_held_block_knows_the_block),
        cmocka_unit_test(free_of_what_was_never_allocated_is_seen),
        cmocka_unit_test(pointer_from_before_realloc_is_seen),
        cmocka_unit_test(realloc_reports_overrun_and_domain),
        cmocka_unit_test(failed_realloc_leaves_the_block),
        cmocka_unit_test(resized_block_is_filled_from_its_old_end),
        cmocka_unit_test(write_after_free_is_seen_when_the_block_leaves),
        cmocka_unit_test(held_block_is_not_reused_until_drained),
        cmocka_unit_test(destroy_checks_what_is_held),
        cmocka_unit_test(fault_prints_and_aborts_by_default),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
