/* slot: what a function that an extension gives to the interpreter owes and may assume.
 *
 * The other side of a contract, in the same words: `ret` and `fail` say what the function must
 * return, `args` what it is given, `effects` what it may do, `pre` what holds when it is called.
 */
#ifndef REFWARDEN_SLOT_H
#define REFWARDEN_SLOT_H

#include "contract.h"

typedef enum {
    SLOT_OF_TYPE, SLOT_OF_NUMBER, SLOT_OF_SEQUENCE, SLOT_OF_MAPPING, SLOT_OF_ASYNC, SLOT_OF_BUFFER,
    SLOT_OF_MODULE,      /* up to here: the slot's name is the member of a struct */
    SLOT_OF_SPEC, SLOT_OF_MODULE_SPEC,
    SLOT_OF_METHOD, SLOT_OF_GETSET,
    SLOT_CALLBACK,       /* given to a function of the API */
} slot_struct;

enum { /* duties, a bit set; the words are those of the column, with '-' for '_' */
    DUTY_UNTRACKS = 1 << 0, DUTY_DROPS = 1 << 1, DUTY_FREES = 1 << 2, DUTY_DROPS_TYPE = 1 << 3,
    DUTY_VISITS = 1 << 4, DUTY_VISITS_TYPE = 1 << 5, DUTY_QUIET = 1 << 6, DUTY_KEEPS_EXC = 1 << 7,
    DUTY_STAYS_USABLE = 1 << 8, DUTY_MAY_REVIVE = 1 << 9, DUTY_NULL_DELETES = 1 << 10,
    DUTY_NULL_STATE = 1 << 11, DUTY_NOT_IMPLEMENTED = 1 << 12, DUTY_FILLS_VIEW = 1 << 13,
    DUTY_LEAVES_VIEW = 1 << 14, DUTY_CLEANS_UP = 1 << 15, DUTY_BEARS_REPEATING = 1 << 16,
};

typedef struct {
    contract row;       /* first member; without `pair` */
    slot_struct where;
    int id;             /* Py_tp_dealloc, Py_mod_exec: its number; the value of a METH_ flag; else 0 */
    const char *type;   /* "destructor": the C type of the function */
    bool is_data;       /* no function: only the note says something */
    unsigned duties;
} slot;

/* The slot of that name: "tp_dealloc", "Py_mod_exec", "METH_O", "getter". NULL when there is none. */
const slot *slot_find(const contract_table *t, const char *name, int minor);

/* The same, of members of type and module structs only: what may be called as p->tp_iter(p). */
const slot *slot_find_member(const contract_table *t, const char *name, int minor);

bool slot_has_condition(const slot *s, int pre, int arg); /* PRE_COMPARE: of this argument */

int slot_count(const contract_table *t);
const slot *slot_at(const contract_table *t, int i); /* sorted by name */

/* Names by number, of the slots that a PyType_Slot may name; NULL where no slot has the number. */
const char *const *slot_type_names(arena *a, const contract_table *t, int *n);

void slot_describe(const slot *s, buf *out);

#endif
