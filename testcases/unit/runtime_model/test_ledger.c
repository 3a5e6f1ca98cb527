#include "unit.h"

#include "ledger.h"


static void fresh_object_dies_with_its_last_release(void **state)
{
    rm_account a = rm_open(1, RM_NOBODY);

    (void)state;
    assert_int_equal(a.life, RM_LIVE);
    assert_int_equal(rm_release(&a), RM_DIES);
    assert_int_equal(a.life, RM_DYING);
    assert_int_equal(rm_die(&a), RM_OK);
    assert_int_equal(a.life, RM_DEAD);
}

static void release_of_one_of_two_keeps_it_alive(void **state)
{
    rm_account a = rm_open(1, RM_NOBODY);

    (void)state;
    assert_int_equal(rm_retain(&a), RM_OK);
    assert_int_equal(a.owned, 2);
    assert_int_equal(rm_release(&a), RM_OK);
    assert_int_equal(a.life, RM_LIVE);
}

static void last_release_may_kill_what_perhaps_others_hold(void **state)
{
    rm_account a = rm_open(1, RM_PERHAPS);

    (void)state;
    assert_int_equal(rm_release(&a), RM_MAY_DIE);
    assert_int_equal(a.life, RM_GONE);
}

static void last_release_is_harmless_when_somebody_holds_it(void **state)
{
    rm_account a = rm_open(1, RM_SOMEBODY);

    (void)state;
    assert_int_equal(rm_release(&a), RM_OK);
    assert_int_equal(a.life, RM_LIVE);
    assert_int_equal(rm_borrow(&a), RM_OK);
}

static void retain_while_dying_resurrects(void **state)
{
    rm_account a = rm_open(1, RM_NOBODY);

    (void)state;
    rm_release(&a);
    assert_int_equal(rm_borrow(&a), RM_OK);
    assert_int_equal(rm_retain(&a), RM_OK);
    assert_int_equal(a.life, RM_LIVE);
    assert_int_equal(rm_release(&a), RM_DIES);
    assert_int_equal(rm_keep(&a), RM_OK);
    assert_int_equal(a.life, RM_LIVE);
    assert_int_equal(a.kept, 1);
}

static void release_of_a_borrowed_argument_is_a_fault(void **state)
{
    rm_account a = rm_open(0, RM_SOMEBODY);

    (void)state;
    assert_int_equal(rm_release(&a), RM_F_NOT_OWNED);
    assert_int_equal(a.life, RM_GONE);
    a = rm_open(0, RM_PERHAPS);
    assert_int_equal(rm_release(&a), RM_F_NOT_OWNED);
    assert_int_equal(a.life, RM_GONE);
}

static void release_too_many_takes_the_containers_reference(void **state)
{
    rm_account a = rm_open(1, RM_NOBODY);

    (void)state;
    assert_int_equal(rm_keep(&a), RM_OK);
    assert_int_equal(rm_release(&a), RM_OK);
    assert_int_equal(rm_release(&a), RM_F_NOT_OWNED);
    assert_int_equal(a.kept, 0);
    assert_int_equal(a.life, RM_DYING);
    assert_int_equal(rm_release(&a), RM_F_NOT_OWNED);
    assert_int_equal(a.life, RM_DYING);
}

static void steal_moves_the_reference_to_the_container(void **state)
{
    rm_account a = rm_open(1, RM_NOBODY);

    (void)state;
    assert_int_equal(rm_steal(&a), RM_OK);
    assert_int_equal(a.owned, 0);
    assert_int_equal(a.kept, 1);
    assert_true(a.stolen);
    assert_int_equal(rm_unkeep(&a), RM_DIES);
    assert_int_equal(a.life, RM_DYING);
}

static void steal_of_a_borrowed_reference_is_a_fault(void **state)
{
    rm_account a = rm_open(0, RM_SOMEBODY);

    (void)state;
    assert_int_equal(rm_steal(&a), RM_F_NOT_OWNED);
    assert_int_equal(a.kept, 1);
    assert_int_equal(a.life, RM_LIVE);
}

static void consume_gives_it_to_someone_unknown(void **state)
{
    rm_account a = rm_open(1, RM_NOBODY);

    (void)state;
    assert_int_equal(rm_consume(&a), RM_OK);
    assert_int_equal(a.life, RM_LIVE);
    assert_int_equal(a.outside, RM_PERHAPS);
    assert_true(a.stolen);
    assert_int_equal(rm_consume(&a), RM_F_NOT_OWNED);
    a = rm_open(1, RM_SOMEBODY);
    assert_int_equal(rm_consume(&a), RM_OK);
    assert_int_equal(a.outside, RM_SOMEBODY);
}

static void release_after_steal_is_no_theft_any_more(void **state)
{
    rm_account a = rm_open(2, RM_NOBODY);

    (void)state;
    rm_steal(&a);
    assert_int_equal(rm_release(&a), RM_OK);
    assert_false(a.stolen);
}

static void unkeep_lets_the_last_reference_go(void **state)
{
    rm_account a = rm_open(0, RM_PERHAPS);

    (void)state;
    rm_keep(&a);
    assert_int_equal(rm_unkeep(&a), RM_MAY_DIE);
    a = rm_open(1, RM_NOBODY);
    rm_keep(&a);
    assert_int_equal(rm_unkeep(&a), RM_OK);
    assert_int_equal(rm_unkeep(&a), RM_F_NOT_OWNED);
    assert_int_equal(a.life, RM_DYING);
}

static void tracking_twice_and_untracking_twice_are_faults(void **state)
{
    rm_account a = rm_open(1, RM_NOBODY);

    (void)state;
    assert_int_equal(rm_track(&a), RM_OK);
    assert_int_equal(rm_track(&a), RM_F_TRACKED);
    assert_int_equal(rm_untrack(&a), RM_OK);
    assert_int_equal(rm_untrack(&a), RM_F_UNTRACKED);
}

static void dying_while_tracked_is_a_fault(void **state)
{
    rm_account a = rm_open(1, RM_NOBODY);

    (void)state;
    rm_track(&a);
    rm_release(&a);
    assert_int_equal(rm_die(&a), RM_F_TRACKED);
    assert_int_equal(a.life, RM_DEAD);
}

static void death_of_a_live_object_is_a_fault(void **state)
{
    rm_account a = rm_open(2, RM_NOBODY);

    (void)state;
    assert_int_equal(rm_die(&a), RM_F_NOT_OWNED);
    assert_int_equal(a.life, RM_DEAD);
    assert_int_equal(rm_account_verify(&a), 0);
}

static void immortal_objects_are_not_counted(void **state)
{
    rm_account a = rm_open(0, RM_SOMEBODY);
    rm_account before;

    (void)state;
    a.immortal = true;
    before = a;
    assert_int_equal(rm_release(&a), RM_OK);
    assert_int_equal(rm_retain(&a), RM_OK);
    assert_int_equal(rm_steal(&a), RM_OK);
    assert_int_equal(rm_consume(&a), RM_OK);
    assert_int_equal(rm_keep(&a), RM_OK);
    assert_int_equal(rm_unkeep(&a), RM_OK);
    assert_int_equal(rm_die(&a), RM_OK);
    assert_int_equal(rm_borrow(&a), RM_OK);
    assert_memory_equal(&a, &before, sizeof a);
}

static void counts_do_not_overflow(void **state)
{
    rm_account a = rm_open(INT32_MAX, RM_NOBODY);

    (void)state;
    assert_int_equal(rm_retain(&a), RM_OK);
    assert_int_equal(a.owned, INT32_MAX);
    assert_int_equal(rm_steal(&a), RM_OK);
    assert_int_equal(rm_release(&a), RM_OK);
    assert_int_equal(rm_open(-1, RM_NOBODY).owned, 0);
}

/* ---- everything that can be reached */

static rm_verdict borrow(rm_account *a)
{
    return rm_borrow(a);
}

typedef rm_verdict (*transition)(rm_account *a);

static const transition transitions[] = {
    rm_retain, rm_release, rm_steal,   rm_consume, rm_keep,
    rm_unkeep, borrow,     rm_untrack, rm_track,   rm_die,
};
enum { TRANSITIONS = sizeof transitions / sizeof *transitions };

static void what_is_over_stays_over(void **state)
{
    rm_account dead = rm_open(1, RM_NOBODY), gone = rm_open(1, RM_PERHAPS);

    (void)state;
    rm_release(&dead);
    rm_die(&dead);
    rm_release(&gone);
    for (int t = 0; t < TRANSITIONS; t++) {
        rm_account d = dead, g = gone;

        assert_int_equal(transitions[t](&d), RM_F_DEAD);
        assert_int_equal(transitions[t](&g), RM_F_GONE);
        assert_memory_equal(&d, &dead, sizeof d);
        assert_memory_equal(&g, &gone, sizeof g);
    }
}

static void check_verdict(const rm_account *before, const rm_account *after, rm_verdict v)
{
    assert_int_equal(rm_account_verify(after), 0);
    if (v == RM_DIES)
        assert_int_equal(after->life, RM_DYING);
    if (v == RM_MAY_DIE)
        assert_int_equal(after->life, RM_GONE);
    if (v == RM_F_DEAD || v == RM_F_GONE)
        assert_int_equal(before->life, after->life);
    assert_true(after->outside >= before->outside);
}

static void walk(rm_account a, int depth)
{
    assert_int_equal(rm_account_verify(&a), 0);
    if (depth == 0)
        return;
    for (int t = 0; t < TRANSITIONS; t++) {
        rm_account next = a;
        rm_verdict v = transitions[t](&next);

        check_verdict(&a, &next, v);
        walk(next, depth - 1);
    }
}

static void every_reachable_account_is_valid(void **state)
{
    (void)state;
    for (int outside = RM_NOBODY; outside <= RM_SOMEBODY; outside++) {
        for (int owned = 0; owned <= 2; owned++) {
            rm_account a = rm_open(owned, (rm_outside)outside);

            walk(a, 5);
            a.immortal = true;
            walk(a, 3);
        }
    }
}

static void corrupt_accounts_are_found(void **state)
{
    rm_account a = rm_open(1, RM_NOBODY);

    (void)state;
    a.owned = -1;
    assert_int_equal(rm_account_verify(&a), -1);
    a = rm_open(0, RM_NOBODY);
    a.kept = -1;
    assert_int_equal(rm_account_verify(&a), -1);
    a = rm_open(1, RM_NOBODY);
    a.life = RM_DEAD;
    assert_int_equal(rm_account_verify(&a), -1);
    a = rm_open(0, RM_NOBODY);
    a.life = RM_GONE;
    assert_int_equal(rm_account_verify(&a), -1);
    a = rm_open(0, RM_PERHAPS);
    a.life = RM_DYING;
    assert_int_equal(rm_account_verify(&a), -1);
    a.life = 77;
    assert_int_equal(rm_account_verify(&a), -1);
}

static void no_account_whatever_makes_a_transition_crash(void **state)
{
    static const int32_t counts[] = {INT32_MIN, -1, 0, 1, INT32_MAX};

    (void)state;
    for (int i = 0; i < 5 * 5 * 5 * 6 * 8 * TRANSITIONS; i++) {
        int rest = i / TRANSITIONS;
        rm_account a = {.owned = counts[rest % 5], .kept = counts[rest / 5 % 5]};

        a.outside = (uint8_t)(rest / 25 % 5);
        a.life = (uint8_t)(rest / 125 % 6);
        a.tracked = rest / 750 & 1;
        a.immortal = rest / 750 & 2;
        a.stolen = rest / 750 & 4;
        assert_non_null(rm_verdict_text(transitions[i % TRANSITIONS](&a)));
    }
}

static void texts_name_verdicts_and_lives(void **state)
{
    (void)state;
    assert_string_equal(rm_verdict_text(RM_F_NOT_OWNED), "not owned");
    assert_string_equal(rm_verdict_text((rm_verdict)99), "unknown");
    assert_string_equal(rm_life_text(RM_DYING), "dying");
    assert_string_equal(rm_life_text((rm_life)99), "unknown");
    assert_false(rm_is_fault(RM_MAY_DIE));
    assert_true(rm_is_fault(RM_F_NOT_OWNED));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fresh_object_dies_with_its_last_release),
        cmocka_unit_test(release_of_one_of_two_keeps_it_alive),
        cmocka_unit_test(last_release_may_kill_what_perhaps_others_hold),
        cmocka_unit_test(last_release_is_harmless_when_somebody_holds_it),
        cmocka_unit_test(retain_while_dying_resurrects),
        cmocka_unit_test(release_of_a_borrowed_argument_is_a_fault),
        cmocka_unit_test(release_too_many_takes_the_containers_reference),
        cmocka_unit_test(steal_moves_the_reference_to_the_container),
        cmocka_unit_test(steal_of_a_borrowed_reference_is_a_fault),
        cmocka_unit_test(consume_gives_it_to_someone_unknown),
        cmocka_unit_test(release_after_steal_is_no_theft_any_more),
        cmocka_unit_test(unkeep_lets_the_last_reference_go),
        cmocka_unit_test(tracking_twice_and_untracking_twice_are_faults),
        cmocka_unit_test(dying_while_tracked_is_a_fault),
        cmocka_unit_test(death_of_a_live_object_is_a_fault),
        cmocka_unit_test(immortal_objects_are_not_counted),
        cmocka_unit_test(counts_do_not_overflow),
        cmocka_unit_test(what_is_over_stays_over),
        cmocka_unit_test(every_reachable_account_is_valid),
        cmocka_unit_test(corrupt_accounts_are_found),
        cmocka_unit_test(no_account_whatever_makes_a_transition_crash),
        cmocka_unit_test(texts_name_verdicts_and_lives),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
