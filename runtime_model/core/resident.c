/* Static types and singletons: contents that live at fixed addresses and belong to one runtime.
 *
 *     in the program         runtime A (current)       runtime B
 *     &PyList_Type  ------>  contents of A             parked contents of B
 *
 * A runtime lends an address on first use (PyType_Ready, or its own start) and remembers what stood
 * there. Parking puts that back in place, so the next runtime starts from the same contents.
 */
#include "core_int.h"

static bool is_lent(const rm_runtime *rt, const void *where)
{
    for (size_t i = 0; i < rt->nresidents; i++)
        if (rt->residents[i].where == where)
            return true;
    return false;
}

static int make_room(rm_runtime *rt)
{
    size_t room = rt->residents_room ? 2 * rt->residents_room : 128;
    rm_resident *grown;

    if (rt->nresidents < rt->residents_room)
        return 0;
    grown = rm_realloc(rt->alloc, RM_DOMAIN_RAW, rt->residents, room * sizeof *grown);
    if (grown == NULL)
        return -1;
    rt->residents = grown;
    rt->residents_room = room;
    return 0;
}

int rm_resident_lend(rm_runtime *rt, void *where, size_t size, bool is_type)
{
    rm_resident *r;
    char *copies;

    if (is_lent(rt, where))
        return 0;
    if (make_room(rt) < 0)
        return -1;
    copies = rm_malloc(rt->alloc, RM_DOMAIN_RAW, 2 * size);
    if (copies == NULL)
        return -1;
    memcpy(copies, where, size);
    r = &rt->residents[rt->nresidents++];
    *r = (rm_resident){
        .where = where, .size = size, .is_type = is_type, .pristine = copies, .parked = copies + size};
    return 0;
}

void rm_residents_park(rm_runtime *rt)
{
    for (size_t i = 0; i < rt->nresidents; i++) {
        rm_resident *r = &rt->residents[i];

        memcpy(r->parked, r->where, r->size);
        memcpy(r->where, r->pristine, r->size);
    }
}

void rm_residents_unpark(rm_runtime *rt)
{
    for (size_t i = 0; i < rt->nresidents; i++)
        memcpy(rt->residents[i].where, rt->residents[i].parked, rt->residents[i].size);
}

void rm_residents_return(rm_runtime *rt)
{
    for (size_t i = 0; i < rt->nresidents; i++) {
        rm_resident *r = &rt->residents[i];

        memcpy(r->where, r->pristine, r->size);
        rm_free(rt->alloc, RM_DOMAIN_RAW, r->pristine);
    }
    rm_free(rt->alloc, RM_DOMAIN_RAW, rt->residents);
    rt->residents = NULL;
    rt->nresidents = rt->residents_room = 0;
}
