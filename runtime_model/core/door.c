/* The one mutable variable of the library: which runtime the C API works on.
 *
 * Static types and singletons change too, at addresses that the C API fixes; resident.c makes their
 * contents belong to the current runtime.
 */
#include "core_int.h"

rm_runtime *rm_now;

rm_runtime *rm_runtime_current(void)
{
    return rm_now;
}

rm_runtime *rm_runtime_use(rm_runtime *rt)
{
    rm_runtime *before = rm_now;

    if (rt == before)
        return before;
    if (before != NULL)
        rm_residents_park(before);
    if (rt != NULL)
        rm_residents_unpark(rt);
    rm_now = rt;
    return before;
}
