/* What the files of the checked library share: the record of an object and who holds it.
 *
 *     record of op:  account (ledger)         exact numbers: owed by code, kept by owners
 *                    locals                   a site for each reference that code owes a release for
 *                    history                  the last events
 *     edges:         (owner, op) -> how many   each reference that an owner keeps, with its last site
 *
 * account.owned == number of locals, account.kept == sum of the counts of the edges to op. Which of
 * several locals a release ends cannot be known; the latest of the same function is taken.
 */
#ifndef RM_CHECKED_INT_H
#define RM_CHECKED_INT_H

#include "core_int.h"

#include "ledger.h"

enum { KEPT_EVENTS = 32, FEW_EVENTS = 4, FEW_LOCALS = 2, HELD_OBJECTS = 1 << 12, MOST_FRAMES = 32,
       LOCALS_ASKED = 16 };

/* Objects of the runtime itself and of static types have numbers from here on; the program's start at
 * 1, so that they do not depend on how the runtime is made. */
#define RM_FIRST_OWN ((uint64_t)1 << 32)

typedef struct {
    const char *what, *file;
    uint64_t owner; /* serial; 0: none */
    int line, count;
} event;

typedef struct record {
    PyObject *op;
    void *block; /* of a dead object that is held back */
    const char *type;
    uint64_t serial;
    rm_account account;
    uint32_t poisoned; /* bytes of a dead object that must stay as they are */
    uint32_t nlocals, locals_room;
    uint32_t outgoing, incoming; /* edges, multiplicity included */
    bool was_tracked, told_visit, told_track;
    uint8_t last_event; /* of the ring, whose room is a power of two */
    uint32_t nevents;   /* ever; the last of them are in the ring */
    rm_site *locals;
    event *events;
    rm_site born;
    rm_site view; /* the last call that lent it out, and whose it was */
    struct record *next; /* of the unused ones */
    uint64_t view_owner;
    const char *view_type;
    rm_site few_locals[FEW_LOCALS];
    event few_events[FEW_EVENTS];
} record;

typedef struct {
    const void *op;
    record *record;
} slot;

typedef struct {
    record *owner, *op;
    uint32_t count, key; /* key: where the search in the table begins */
    rm_site site;
} edge;

typedef struct rm_field rm_field;
typedef struct rm_block rm_block;

struct rm_checked {
    slot *slots; /* open table by address */
    size_t room, used;
    edge *edges; /* open table by owner and op */
    size_t edges_room, edges_used;
    record **held; /* ring of dead objects whose blocks are held back, oldest at `first` */
    size_t first, nheld;
    record *unused;
    record *last, *last_owner; /* that were found; never NULL */
    record runtime, program; /* owners without a record: rm_now; what the program contains */
    record **dying; /* whose tp_dealloc runs, innermost last */
    size_t ndying, dying_room;
    rm_site frames[MOST_FRAMES]; /* calls of user code into the library, innermost last */
    int depth;                   /* may be more than MOST_FRAMES */
    char **names; /* of heap types, which may die before their instances' records */
    size_t nnames;
    const edge **sorted; /* by target; while the end is reported */
    rm_field *fields;    /* that point to objects; while the end is reported */
    size_t nsorted, nfields;
    rm_block *blocks; /* open table of memory that user code has */
    size_t blocks_room, nblocks;
    uint64_t blocks_ever;
    const PyTypeObject *asked_type; /* by rm_record_is_user_type */
    bool asked_is_user;
    size_t nbuiltin; /* residents of the library itself; the rest are the user's types */
    uint64_t serial, own_serial;
    int own; /* above zero: objects are made for the runtime itself */
    rm_watch watch;
    void *watch_ctx;
};

static inline rm_checked *rm_checked_state(void) { return rm_now->checked; }

/* Where user code is. */
static inline rm_site *rm_checked_frame(rm_checked *c)
{
    return &c->frames[Py_MIN(c->depth, MOST_FRAMES - 1)];
}
static inline rm_site rm_checked_site(void) { return *rm_checked_frame(rm_checked_state()); }

/* ---- checked.c */

record *rm_record_find(const void *op); /* NULL: none */
record *rm_record_owner(const void *owner);
void rm_record_grow(record *r); /* room for KEPT_EVENTS */
void rm_record_tell(const record *r, const event *e); /* whoever watches */
bool rm_record_is_user_type(const record *r);
record **rm_records_live(rm_checked *c, size_t *n); /* by number; the caller frees it; NULL: no memory */

/* An event at file, NULL: where user code is. Each change of a count comes along here. */
static inline void rm_record_note(record *r, const char *what, const char *file, int line,
                                  uint64_t owner)
{
    rm_checked *c = rm_checked_state();
    event *e;

    if (file == NULL) {
        file = rm_checked_frame(c)->file;
        line = rm_checked_frame(c)->line;
    }
    if (RM_UNLIKELY(r->nevents == FEW_EVENTS && r->last_event == FEW_EVENTS - 1))
        rm_record_grow(r);
    e = &r->events[r->nevents++ & r->last_event];
    *e = (event){what, file, owner, line, r->account.owned + r->account.kept};
    if (RM_UNLIKELY(c->watch != NULL))
        rm_record_tell(r, e);
}

/* ---- edges.c */

void rm_edge_add(record *owner, record *op);
bool rm_edge_remove(record *owner, record *op); /* false: there was none */
void rm_edges_forget(record *r); /* its record goes: no edge names it any more */
void rm_edges_check_track(record *r); /* stored, but the collector does not know it */
void rm_edges_check_dead(record *r);   /* died: does it still keep something? */

/* ---- blocks.c */

bool rm_block_site(const void *block, rm_site *site); /* false: not user code's */
void rm_blocks_report_left(rm_checked *c);

/* ---- reports.c */

void rm_record_send(const record *r, rm_report_kind kind, const char *what, const char *file, int line);
void rm_record_fault(const record *r, const char *done, const char *why, const char *file, int line);
void rm_report_send_plain(rm_report *report); /* adds the open calls */
size_t rm_record_owners(const record *r, rm_owner *out, size_t room);
size_t rm_record_unseen(const record *r, PyObject **out, size_t room); /* see inspect.h */
void rm_report_left(rm_checked *c); /* whatever is alive */

#endif
