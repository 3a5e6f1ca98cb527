/* Memory that user code asked for directly, with the call that did: PyMem_ and PyObject_ functions
 * called through the wrappers of callsites.h. What the library takes for itself is not in here.
 *
 * A block that becomes an object leaves: from then on the object's record speaks for it.
 */
#include "checked_int.h"

#ifdef RM_CHECKED

struct rm_block {
    const void *block; /* NULL: empty slot */
    rm_site site;
    uint64_t number;
};

static size_t home_of(const rm_checked *c, const void *block)
{
    return (size_t)((uintptr_t)block >> 4) * 0x9e3779b97f4a7c15u >> 32 & (c->blocks_room - 1);
}

static size_t slot_of(const rm_checked *c, const void *block)
{
    size_t i = home_of(c, block);

    while (c->blocks[i].block != NULL && c->blocks[i].block != block)
        i = (i + 1) & (c->blocks_room - 1);
    return i;
}

static void grow(rm_checked *c)
{
    rm_block *old = c->blocks;
    size_t room = c->blocks_room;

    c->blocks_room = room != 0 ? 2 * room : 256;
    c->blocks = calloc(c->blocks_room, sizeof *c->blocks);
    if (c->blocks == NULL)
        Py_FatalError("out of memory for the places of memory blocks");
    for (size_t i = 0; i < room; i++)
        if (old[i].block != NULL)
            c->blocks[slot_of(c, old[i].block)] = old[i];
    free(old);
}

void rm_checked_got(const void *block)
{
    rm_checked *c = rm_now != NULL ? rm_now->checked : NULL;
    size_t i;

    if (c == NULL || block == NULL)
        return;
    if (2 * (c->nblocks + 1) > c->blocks_room)
        grow(c);
    i = slot_of(c, block);
    c->nblocks += c->blocks[i].block == NULL;
    c->blocks[i] = (rm_block){block, rm_checked_site(), ++c->blocks_ever};
}

void rm_checked_gave(const void *block)
{
    rm_checked *c = rm_now != NULL ? rm_now->checked : NULL;
    size_t hole, mask;

    if (c == NULL || block == NULL || c->nblocks == 0)
        return;
    mask = c->blocks_room - 1;
    hole = slot_of(c, block);
    if (c->blocks[hole].block == NULL)
        return;
    for (size_t i = (hole + 1) & mask; c->blocks[i].block != NULL; i = (i + 1) & mask)
        if (((i - home_of(c, c->blocks[i].block)) & mask) >= ((i - hole) & mask)) {
            c->blocks[hole] = c->blocks[i];
            hole = i;
        }
    c->blocks[hole].block = NULL;
    c->nblocks--;
}

/* ---- reports */

bool rm_block_site(const void *block, rm_site *site)
{
    rm_checked *c = rm_checked_state();
    size_t i = c->nblocks > 0 ? slot_of(c, block) : 0;

    if (c->nblocks == 0 || c->blocks[i].block == NULL)
        return false;
    *site = c->blocks[i].site;
    return true;
}

static int by_number(const void *a, const void *b)
{
    const rm_block *x = a, *y = b;

    return (x->number > y->number) - (x->number < y->number);
}

/* The table is in order of age afterwards, and can only be freed. */
void rm_blocks_report_left(rm_checked *c)
{
    size_t n = 0;

    for (size_t i = 0; i < c->blocks_room; i++)
        if (c->blocks[i].block != NULL)
            c->blocks[n++] = c->blocks[i];
    if (n > 1)
        qsort(c->blocks, n, sizeof *c->blocks, by_number);
    for (size_t i = 0; i < n; i++) {
        rm_report report = {.kind = RM_REPORT_LEAK,
                            .what = "memory never freed",
                            .file = c->blocks[i].site.file,
                            .line = c->blocks[i].site.line,
                            .object = c->blocks[i].block};

        rm_report_send_plain(&report);
    }
    c->nblocks = 0;
}

#endif
