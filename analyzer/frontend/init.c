/* Initialiser lists, element by element.
 *
 * libclang shows a list as it is written: designators jump about, and braces may be left out, so
 * that the elements of an inner struct stand in the list of the outer one. This walk undoes both.
 */
#include "frontend_int.h"

#include <limits.h>

typedef struct {
    frontend *f;
    bool with_zeros;
    init_sink sink;
    void *user;
    node *next; /* item to be used next; NULL at the end of the list */
} walker;

typedef struct { /* the members of one struct, union or array */
    CXType type;
    record_info *record;    /* NULL: array */
    int64_t count;
    unsigned char *seen;
} members;

enum { TRACKED = 256 }; /* elements of an array whose absence is noticed */

static void fill(walker *w, const init_slot *outer, CXType type, bool is_braced);

bool is_aggregate(CXType t)
{
    CXType c = clang_getCanonicalType(t);

    return c.kind == CXType_Record || c.kind == CXType_ConstantArray ||
           c.kind == CXType_IncompleteArray || c.kind == CXType_VariableArray;
}

static int64_t array_length(CXType t)
{
    long long n = clang_getArraySize(clang_getCanonicalType(t));

    return n >= 0 ? n : INT_MAX;
}

static bool is_union(CXType t)
{
    CXCursor decl = clang_getTypeDeclaration(clang_getCanonicalType(t));

    return clang_getCursorKind(decl) == CXCursor_UnionDecl;
}

static members members_of(walker *w, CXType type)
{
    members m = {.type = type, .record = record_of(w->f, type)};

    if (m.record) {
        load_fields(m.record, w->f->a, type);
        m.count = is_union(type) && m.record->nfields ? 1 : m.record->nfields;
    } else {
        m.count = array_length(type);
    }
    m.seen = arena_alloc(w->f->scratch, TRACKED);
    return m;
}

static init_slot *slot_at(walker *w, const members *m, const init_slot *outer, int64_t index)
{
    init_slot *s = arena_alloc(w->f->scratch, sizeof *s);

    s->outer = outer;
    s->index = index;
    s->field = m->record ? m->record->fields[index] : clang_getNullCursor();
    s->type = m->record ? clang_getCursorType(s->field)
                        : clang_getArrayElementType(clang_getCanonicalType(m->type));
    return s;
}

static void mark(members *m, int64_t index)
{
    if (index >= 0 && index < TRACKED)
        m->seen[index] = 1;
}

/* ---- one item */

static bool is_value_of_type(node *n, CXType type)
{
    CXType own = clang_getCanonicalType(clang_getCursorType(n->c));

    return own.kind == CXType_Record &&
           clang_equalTypes(clang_getUnqualifiedType(own),
                            clang_getUnqualifiedType(clang_getCanonicalType(type)));
}

static bool is_string_for(node *n, CXType type)
{
    return kind_of(strip(n)) == CXCursor_StringLiteral &&
           clang_getCanonicalType(type).kind != CXType_Record;
}

static void inner_list(walker *w, const init_slot *slot, node *list)
{
    walker inner = *w;

    inner.next = list->first;
    fill(&inner, slot, slot->type, true);
    w->next = w->next->next;
}

static void place_item(walker *w, const init_slot *slot)
{
    node *item = w->next, *bare = strip(item);

    if (is_aggregate(slot->type) && kind_of(bare) == CXCursor_InitListExpr) {
        inner_list(w, slot, bare);
        return;
    }
    if (is_aggregate(slot->type) && !is_value_of_type(item, slot->type) &&
        !is_string_for(item, slot->type)) {
        fill(w, slot, slot->type, false);
        if (w->next == item) /* an empty struct takes nothing */
            w->next = item->next;
        return;
    }
    w->sink(w->user, slot, item);
    w->next = item->next;
}

/* ---- designators */

static int64_t index_of_field(const members *m, CXCursor field)
{
    for (int i = 0; m->record && i < m->record->nfields; i++)
        if (clang_equalCursors(clang_getCanonicalCursor(m->record->fields[i]),
                               clang_getCanonicalCursor(field)))
            return i;
    return -1;
}

static int64_t step_index(const members *m, node *step)
{
    int64_t v;

    if (kind_of(step) == CXCursor_MemberRef)
        return index_of_field(m, clang_getCursorReferenced(step->c));
    return evaluate(step->c, &v) && v >= 0 && v < m->count ? v : -1;
}

/* The slot that a designation names; *first is its index in m. NULL when it was not understood. */
static init_slot *designated(walker *w, const members *m, const init_slot *outer, node *item,
                             int64_t *first)
{
    members level = *m;
    init_slot *slot = NULL;

    for (node *step = item->first; step && step != item->last; step = step->next) {
        int64_t i = step_index(&level, step);

        if (i < 0)
            return NULL;
        if (!slot)
            *first = i;
        slot = slot_at(w, &level, slot ? slot : outer, i);
        if (step->next == item->last || !is_aggregate(slot->type))
            return slot; /* [low ... high] = value sets the first element only */
        level = members_of(w, slot->type);
    }
    return slot;
}

static void place_designation(walker *w, members *m, const init_slot *outer, int64_t *index)
{
    node *item = w->next;
    int64_t first = *index;
    const init_slot *slot = designated(w, m, outer, item, &first);
    walker one = *w;

    w->next = item->next;
    if (!slot)
        return;
    mark(m, first);
    *index = first + 1;
    one.next = item->last;
    place_item(&one, slot);
}

/* ---- what is not written */

static void zero(walker *w, const init_slot *slot);

static void zero_rest(walker *w, const members *m, const init_slot *outer)
{
    for (int64_t i = 0; i < m->count && i < TRACKED; i++)
        if (!m->seen[i])
            zero(w, slot_at(w, m, outer, i));
}

static void zero(walker *w, const init_slot *slot)
{
    members m;

    if (!is_aggregate(slot->type)) {
        w->sink(w->user, slot, NULL);
        return;
    }
    m = members_of(w, slot->type);
    if (m.record || m.count < TRACKED)
        zero_rest(w, &m, slot);
}

static void fill(walker *w, const init_slot *outer, CXType type, bool is_braced)
{
    members m = members_of(w, type);
    int64_t index = 0;

    while (w->next) {
        if (is_designation(w->next)) {
            if (!is_braced)
                break;
            place_designation(w, &m, outer, &index);
            continue;
        }
        if (index >= m.count)
            break;
        mark(&m, index);
        place_item(w, slot_at(w, &m, outer, index++));
    }
    if (w->with_zeros && (m.record || m.count < TRACKED) && !is_union(type))
        zero_rest(w, &m, outer);
}

void init_each(frontend *f, CXType type, node *list, bool with_zeros, init_sink sink, void *user)
{
    walker w = {f, with_zeros, sink, user, list->first};

    fill(&w, NULL, type, true);
}
