/* A map from pointers to pointers that lives in an arena: open addressing, grows by doubling. */
#include "frontend_int.h"

static size_t slot_for(const ptr_map *m, const void *key)
{
    size_t i = (size_t)(((uintptr_t)key >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (m->cap - 1);

    while (m->keys[i] && m->keys[i] != key)
        i = (i + 1) & (m->cap - 1);
    return i;
}

static void grow(arena *a, ptr_map *m)
{
    ptr_map bigger = {.cap = m->cap ? m->cap * 2 : 64};

    bigger.keys = arena_alloc(a, bigger.cap * sizeof *bigger.keys);
    bigger.values = arena_alloc(a, bigger.cap * sizeof *bigger.values);
    for (size_t i = 0; i < m->cap; i++)
        if (m->keys[i])
            map_put(a, &bigger, m->keys[i], m->values[i]);
    *m = bigger;
}

void *map_get(const ptr_map *m, const void *key)
{
    return m->cap && key ? m->values[slot_for(m, key)] : NULL;
}

void map_put(arena *a, ptr_map *m, const void *key, void *value)
{
    size_t i;

    if (!key)
        return;
    if (m->n * 2 >= m->cap)
        grow(a, m);
    i = slot_for(m, key);
    m->n += m->keys[i] == NULL;
    m->keys[i] = key;
    m->values[i] = value;
}
