/* Arenas and pools as text, JSON and SVG. In the picture a row is an arena and a square a pool, filled
 * from below as far as its blocks are in use, in a colour for its size class. */
#include "profile_int.h"

enum { SIDE = 14, LEFT = 70, TOP = 30 };

static const char *const states[] = {"fresh", "free", "used", "full"};

typedef void (*pool_action)(size_t arena, size_t pool, const rm_pool_view *view, FILE *out);

static void each_pool(const rm_alloc *a, pool_action act, FILE *out)
{
    for (size_t i = 0; i < rm_alloc_arenas(a); i++) {
        rm_arena_view arena;

        rm_alloc_arena(a, i, &arena);
        for (size_t j = 0; j < arena.pools; j++) {
            rm_pool_view pool;

            rm_alloc_pool(a, i, j, &pool);
            act(i, j, &pool, out);
        }
    }
}

/* ---- text: a character a pool */

static char character_of(const rm_pool_view *pool)
{
    return pool->state == RM_POOL_FRESH  ? '.'
           : pool->state == RM_POOL_FREE ? '-'
           : pool->state == RM_POOL_FULL
               ? '#'
               : (char)('0' + 10 * pool->blocks_used / (pool->blocks + 1));
}

static void put_character(size_t arena, size_t pool, const rm_pool_view *view, FILE *out)
{
    if (pool == 0)
        fprintf(out, "%sarena %zu  ", arena > 0 ? "\n" : "", arena);
    fputc(character_of(view), out);
}

static void print_classes(const rm_alloc *a, FILE *out)
{
    rm_alloc_stats stats;

    rm_alloc_get_stats(a, &stats);
    for (int i = 0; i < RM_CLASSES; i++) {
        const rm_class_stats *c = &stats.classes[i];

        if (c->pools > 0)
            fprintf(out, "%4zu bytes: %4zu pools, %6zu blocks used, %6zu free\n", c->size, c->pools,
                    c->used, c->free);
    }
    fprintf(out, "%zu blocks from the raw domain\n", stats.raw_blocks);
}

static void print_text(const rm_alloc *a, FILE *out)
{
    fputs("a pool a character: . never used, - free again, 0-9 tenths used, # full\n", out);
    each_pool(a, put_character, out);
    fputc('\n', out);
    print_classes(a, out);
}

/* ---- JSON */

static void put_object(size_t arena, size_t pool, const rm_pool_view *view, FILE *out)
{
    fprintf(
        out,
        "%s\n {\"arena\":%zu,\"pool\":%zu,\"state\":\"%s\",\"block\":%u,\"blocks\":%u,\"used\":%u}",
        arena + pool > 0 ? "," : "", arena, pool, states[view->state], view->block_size,
        view->blocks, view->blocks_used);
}

/* ---- SVG */

static void put_square(size_t arena, size_t pool, const rm_pool_view *view, FILE *out)
{
    int x = LEFT + (int)pool * (SIDE + 2), y = TOP + (int)arena * (SIDE + 6);
    int filled = view->blocks > 0 ? (int)(SIDE * view->blocks_used / view->blocks) : 0;

    if (pool == 0)
        fprintf(out, "<text x=\"6\" y=\"%d\">arena %zu</text>\n", y + 11, arena);
    if (view->blocks_used > 0 && filled == 0)
        filled = 1;
    fprintf(out, "<g><title>%s", states[view->state]);
    if (view->block_size > 0)
        fprintf(out, ", %u of %u blocks of %u bytes", view->blocks_used, view->blocks,
                view->block_size);
    fprintf(out, "</title><rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>",
            states[view->state], x, y, SIDE, SIDE);
    if (filled > 0)
        fprintf(out,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"hsl(%u,60%%,50%%)\"/>",
                x, y + SIDE - filled, SIDE, filled, view->size_class * 137 % 360);
    fputs("</g>\n", out);
}

static void put_legend(const rm_alloc *a, int y, FILE *out)
{
    rm_alloc_stats stats;
    int x = LEFT;

    rm_alloc_get_stats(a, &stats);
    for (int i = 0; i < RM_CLASSES; i++) {
        if (stats.classes[i].pools == 0)
            continue;
        fprintf(out,
                "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"10\" fill=\"hsl(%d,60%%,50%%)\"/>"
                "<text x=\"%d\" y=\"%d\">%zu</text>\n",
                x, y, i * 137 % 360, x + 13, y + 9, stats.classes[i].size);
        x += 48;
        if (x > 1040) {
            x = LEFT;
            y += 18;
        }
    }
}

static void print_svg(const rm_alloc *a, FILE *out)
{
    int rows = (int)rm_alloc_arenas(a), height = TOP + rows * (SIDE + 6) + 70;

    fprintf(out,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1120\" height=\"%d\" "
            "font-family=\"sans-serif\" font-size=\"11\">\n"
            "<style>.fresh{fill:#fff;stroke:#ddd}.free{fill:#eee;stroke:#999}.used,.full{fill:#fff;"
            "stroke:#555}</style>\n<rect width=\"1120\" height=\"%d\" fill=\"#fff\"/>\n"
            "<text x=\"6\" y=\"18\">pools by arena; filled as far as in use; colour: bytes of a "
            "block</text>\n",
            height, height);
    each_pool(a, put_square, out);
    fprintf(out, "<text x=\"6\" y=\"%d\">bytes</text>\n", height - 51);
    put_legend(a, height - 60, out);
    fputs("</svg>\n", out);
}

int rm_print_map(rm_runtime *rt, rm_format format, FILE *out)
{
    const rm_alloc *a = rm_runtime_alloc(rt);

    if (format == RM_AS_SVG) {
        print_svg(a, out);
    } else if (format == RM_AS_JSON) {
        fputs("{\"pools\":[", out);
        each_pool(a, put_object, out);
        fputs("]}\n", out);
    } else {
        print_text(a, out);
    }
    return 0;
}
