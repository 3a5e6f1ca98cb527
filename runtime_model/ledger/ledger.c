/* The transitions of an account (see the drawing in ledger.h).
 *
 * Each one is total: it gives a verdict and a valid account for every valid account, so neither the
 * analyzer nor the concrete runtime has to ask first. DEAD and GONE are final: nothing that is done
 * to such an object brings it back, and its account does not change.
 */
#include "ledger.h"

#include <stddef.h>

static bool is_over(const rm_account *a)
{
    return a->life == RM_DEAD || a->life == RM_GONE;
}

static rm_verdict over(const rm_account *a)
{
    return a->life == RM_DEAD ? RM_F_DEAD : RM_F_GONE;
}

static void more(int32_t *count)
{
    if (*count < INT32_MAX)
        *count += 1;
}

static bool less(int32_t *count)
{
    if (*count <= 0)
        return false;
    *count -= 1;
    return true;
}

static bool holds_any(const rm_account *a)
{
    return a->owned > 0 || a->kept > 0;
}

/* After a reference of ours is gone: was it the last one? */
static rm_verdict settle(rm_account *a)
{
    if (holds_any(a) || a->outside == RM_SOMEBODY)
        return RM_OK;
    a->life = a->outside == RM_NOBODY ? RM_DYING : RM_GONE;
    return a->life == RM_DYING ? RM_DIES : RM_MAY_DIE;
}

/* The count goes down although this function owes nothing: CPython takes somebody's reference.
 * With nothing of ours left to take, it was one that an outsider relies on. */
static rm_verdict take_anothers(rm_account *a, int32_t *other)
{
    if (a->life == RM_DYING)
        return RM_F_NOT_OWNED;
    if (less(other))
        settle(a);
    else
        a->life = a->outside == RM_NOBODY ? RM_DYING : RM_GONE;
    return RM_F_NOT_OWNED;
}

static void outsider_may_hold(rm_account *a)
{
    if (a->outside == RM_NOBODY)
        a->outside = RM_PERHAPS;
}

rm_account rm_open(int32_t owned, rm_outside outside)
{
    return (rm_account){.owned = owned < 0 ? 0 : owned, .outside = (uint8_t)outside};
}

rm_verdict rm_retain(rm_account *a)
{
    if (a->immortal)
        return RM_OK;
    if (is_over(a))
        return over(a);
    more(&a->owned);
    a->life = RM_LIVE;
    return RM_OK;
}

rm_verdict rm_release(rm_account *a)
{
    if (a->immortal)
        return RM_OK;
    if (is_over(a))
        return over(a);
    if (!less(&a->owned))
        return take_anothers(a, &a->kept);
    a->stolen = false;
    return settle(a);
}

rm_verdict rm_steal(rm_account *a)
{
    bool is_ours;

    if (a->immortal)
        return RM_OK;
    if (is_over(a))
        return over(a);
    if (a->life == RM_DYING)
        return RM_F_NOT_OWNED;
    is_ours = less(&a->owned);
    more(&a->kept); /* in either case: the container releases it one day */
    a->stolen = true;
    return is_ours ? RM_OK : RM_F_NOT_OWNED;
}

rm_verdict rm_consume(rm_account *a)
{
    if (a->immortal)
        return RM_OK;
    if (is_over(a))
        return over(a);
    if (a->life == RM_DYING)
        return RM_F_NOT_OWNED;
    outsider_may_hold(a);
    a->stolen = true;
    return less(&a->owned) ? RM_OK : RM_F_NOT_OWNED;
}

rm_verdict rm_keep(rm_account *a)
{
    if (a->immortal)
        return RM_OK;
    if (is_over(a))
        return over(a);
    more(&a->kept);
    a->life = RM_LIVE;
    return RM_OK;
}

rm_verdict rm_unkeep(rm_account *a)
{
    if (a->immortal)
        return RM_OK;
    if (is_over(a))
        return over(a);
    if (!less(&a->kept))
        return take_anothers(a, &a->owned);
    return settle(a);
}

rm_verdict rm_borrow(const rm_account *a)
{
    return is_over(a) && !a->immortal ? over(a) : RM_OK;
}

rm_verdict rm_track(rm_account *a)
{
    if (is_over(a))
        return over(a);
    if (a->tracked)
        return RM_F_TRACKED;
    a->tracked = true;
    return RM_OK;
}

rm_verdict rm_untrack(rm_account *a)
{
    if (is_over(a))
        return over(a);
    if (!a->tracked)
        return RM_F_UNTRACKED;
    a->tracked = false;
    return RM_OK;
}

rm_verdict rm_die(rm_account *a)
{
    bool was_live = a->life == RM_LIVE;

    if (a->immortal)
        return RM_OK;
    if (is_over(a))
        return over(a);
    a->life = RM_DEAD;
    a->owned = a->kept = 0;
    if (was_live)
        return RM_F_NOT_OWNED;
    return a->tracked ? RM_F_TRACKED : RM_OK;
}

bool rm_is_fault(rm_verdict v)
{
    return v >= RM_F_NOT_OWNED;
}

const char *rm_verdict_text(rm_verdict v)
{
    static const char *const text[] = {
        [RM_OK] = "ok",
        [RM_DIES] = "dies",
        [RM_MAY_DIE] = "may die",
        [RM_F_NOT_OWNED] = "not owned",
        [RM_F_DEAD] = "dead",
        [RM_F_GONE] = "gone",
        [RM_F_TRACKED] = "tracked",
        [RM_F_UNTRACKED] = "not tracked",
    };

    return (size_t)v < sizeof text / sizeof *text ? text[v] : "unknown";
}

const char *rm_life_text(rm_life l)
{
    static const char *const text[] = {
        [RM_LIVE] = "live", [RM_DYING] = "dying", [RM_DEAD] = "dead", [RM_GONE] = "gone"};

    return (size_t)l < sizeof text / sizeof *text ? text[l] : "unknown";
}

int rm_account_verify(const rm_account *a)
{
    if (a->owned < 0 || a->kept < 0 || a->outside > RM_SOMEBODY || a->life > RM_GONE)
        return -1;
    if (a->life != RM_LIVE && holds_any(a))
        return -1;
    if (a->life == RM_GONE && a->outside == RM_NOBODY)
        return -1;
    if (a->life == RM_DYING && a->outside != RM_NOBODY)
        return -1;
    return 0;
}
