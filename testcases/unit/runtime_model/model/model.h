/* What the tests of the model runtime share: a runtime per test, types with switches, and the loop
 * that fails every allocation once. The same tests run against the checked library, which must stay
 * silent about them.
 */
#ifndef MODEL_H
#define MODEL_H

#include "unit.h"

#include "Python.h"
#include "refwarden/runtime.h"

extern rm_runtime *rt;
extern int nfaults, nleaks, nheld; /* reports of the checked library */
extern char last_report[256];      /* what the last fault or leak said */
extern int nunraisable;

extern rm_python model_version; /* of rt: the column of a table of expected values */

int model_setup_3_11(void **state); /* cmocka's */
int model_setup_3_12(void **state);
int model_setup_3_13(void **state);
int model_teardown(void **state);        /* asserts that nothing was reported */
int model_teardown_reports(void **state); /* for tests that cause reports */

/* A test of one version, and of each: a fact holds in all of them unless it says otherwise. */
#define MODEL_TEST_OF(version, f) {#f " " #version, f, model_setup_##version, model_teardown, NULL}
#define MODEL_TEST(f) MODEL_TEST_OF(3_11, f), MODEL_TEST_OF(3_12, f), MODEL_TEST_OF(3_13, f)

/* Runs scenario with allocation 0, 1, 2 ... failing until none does; a scenario that fails must
 * have an exception set and must give back all memory. It returns whether it succeeded. */
void for_each_allocation_failure(bool (*scenario)(void));

size_t blocks_in_use(void); /* after a full collection */

/* ---- a static collected type: two references, a weakref list */

typedef struct {
    PyObject_HEAD
    PyObject *a, *b;
    PyObject *weaklist;
    long id;
} node;

extern PyTypeObject Node_Type;
extern bool node_visits; /* does tp_traverse visit? */
node *node_new(long id);

/* ---- heap types of the same layout, with a finalizer */

extern void (*on_finalize)(node *n); /* NULL: only counted */
extern long finalized[64];           /* ids in order */
extern int nfinalized;
extern long died[64];                /* ids in order of deallocation */
extern int ndied;
PyObject *make_class(void);          /* a heap type; instances are node */
node *instance_of(PyObject *cls, long id);

/* ---- a callable that runs a C function */

typedef void (*hook_function)(PyObject *arg);
PyObject *hook_new(hook_function f);

#endif
