/* inspect: which objects live, where they come from, who holds them.
 *
 * The checked library knows every object; the plain one knows those that the collector tracks, and
 * has neither numbers nor sites.
 */
#ifndef REFWARDEN_INSPECT_H
#define REFWARDEN_INSPECT_H

#include "Python.h"
#include "refwarden/runtime.h"

/* *out: owned by the caller (free); oldest first. SIZE_MAX: no memory. */
size_t rm_live_objects(rm_runtime *rt, PyObject ***out);

/* False: op has no number (plain library, or an object that the program contains). */
bool rm_object_about(PyObject *op, uint64_t *serial, rm_site *born);
const char *rm_object_type(PyObject *op); /* also of a dead one that is held back */

/* Writes at most room owners, returns how many; 0 in the plain library. */
size_t rm_object_owners(PyObject *op, rm_owner *out, size_t room);

/* Objects that a field of op, which is of a type of the program, points to, that code took references
 * to, and that op's tp_traverse does not visit. A field that only borrows looks the same. */
size_t rm_object_unseen(PyObject *op, PyObject **out, size_t room);

int rm_object_generation(rm_runtime *rt, PyObject *op); /* 3: frozen; -1: not tracked */
bool rm_object_is_own(rm_runtime *rt, PyObject *op);    /* made for itself or a static type */

/* Sum of the counts of all objects, immortal ones left out, as sys.gettotalrefcount(); -1 in the plain
 * library. */
long rm_total_references(rm_runtime *rt);

/* Calls of the program into the library that are open, innermost first. */
size_t rm_open_calls(rm_runtime *rt, rm_site *out, size_t room);

/* Called for each event from now on; NULL: nobody. Costs one comparison when there is none. False in
 * the plain library, which has no events. */
bool rm_runtime_watch(rm_runtime *rt, rm_watch watch, void *ctx);

#endif
