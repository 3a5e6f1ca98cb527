/* Bytes as a program on the model: the operations of the random programs, with allocations that fail,
 * collections at any time, and objects whose own code runs further steps in the middle of a call.
 *
 * A program is legal whatever the bytes are: an argument is a slot that holds what the function may be
 * given, owners.def (made from rules/contracts) says who owns it, and a slot is not given away or
 * replaced while a call that is still open has it. So whatever a sanitizer, an assertion, the checked
 * library or a lost block shows is a mistake of the model (or of a contract).
 */
#include "ops.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <structmember.h>

#include "refwarden/runtime.h"

enum { STEPS = 400, DEPTH = 4, NOTHING = -1 };

static const struct {
    const char *words; /* one an argument: $ ^ + @ n */
    char fail;         /* ! an exception is set, ? may be, 0 or - is not; r: never fails */
    int is_borrowed;
} owners[NOPS] = {
#define OWN(name, words, fail, is_borrowed) [OP_##name] = {words, fail, is_borrowed},
#include "owners.def"
#undef OWN
};

/* One input; all that outlives a call to LLVMFuzzerTestOneInput is gone at its end. */
static struct {
    const uint8_t *next, *end;
    rm_runtime *rt;
    PyObject *actors;      /* the type of objects that run steps */
    int lent[SLOTS];       /* open calls that borrow the slot; at 100 they own it */
    int reuse, depth, nsteps, nreports;
} in;

static unsigned byte(void)
{
    return in.next < in.end ? *in.next++ : 0;
}

static void check(int holds, const step *s, const char *what)
{
    if (holds)
        return;
    fprintf(stderr, "%s: %s\n", s != NULL ? ops[s->op].name : "end", what);
    abort();
}

/* ---- actors: objects whose comparing, hashing, iterating and dying runs steps */

typedef struct {
    PyObject_HEAD
    PyObject *zq, *bcx;
    PyObject *weaklist;
} actor;

static void play(void);

static void play_inside(void)
{
    PyObject *type, *value, *traceback;

    if (in.depth >= DEPTH || in.next >= in.end)
        return;
    PyErr_Fetch(&type, &value, &traceback);
    play();
    PyErr_Restore(type, value, traceback);
}

static int actor_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(op));
    Py_VISIT(((actor *)op)->zq);
    Py_VISIT(((actor *)op)->bcx);
    return 0;
}

static int actor_clear(PyObject *op)
{
    Py_CLEAR(((actor *)op)->zq);
    Py_CLEAR(((actor *)op)->bcx);
    return 0;
}

static void actor_finalize(PyObject *op)
{
    unsigned b = byte();

    if (b > 215 && in.lent[b % SLOTS] == 0) { /* somebody reaches it again */
        PyObject *old = pool[b % SLOTS];

        pool[b % SLOTS] = Py_NewRef(op);
        Py_XDECREF(old);
    }
    play_inside();
}

static void actor_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    if (PyObject_CallFinalizerFromDealloc(op) < 0)
        return;
    PyObject_GC_UnTrack(op);
    if (((actor *)op)->weaklist != NULL)
        PyObject_ClearWeakRefs(op);
    actor_clear(op);
    type->tp_free(op);
    Py_DECREF(type);
}

static PyObject *actor_compare(PyObject *a, PyObject *b, int how)
{
    unsigned answer = byte();

    (void)a, (void)b, (void)how;
    play_inside();
    switch (answer % 6) {
    case 0: PyErr_SetNone(PyExc_ValueError); return NULL;
    case 1: Py_RETURN_NOTIMPLEMENTED;
    case 2: Py_RETURN_TRUE;
    default: Py_RETURN_FALSE;
    }
}

static Py_hash_t actor_hash(PyObject *op)
{
    unsigned answer = byte();

    (void)op;
    play_inside();
    if (answer % 16 == 15)
        PyErr_SetNone(PyExc_ValueError);
    return answer % 16 == 15 ? -1 : (Py_hash_t)(answer % 3);
}

/* Iterators only lend what they ask, in CPython as well: what the steps let go of must not be the actor
 * that plays them. */
static PyObject *actor_next(PyObject *op)
{
    unsigned answer = byte();

    Py_INCREF(op);
    play_inside();
    if (answer % 4 != 0 && answer % 16 != 1)
        return op;
    Py_DECREF(op);
    if (answer % 16 == 1)
        PyErr_SetNone(PyExc_ValueError);
    return NULL;
}

static Py_ssize_t actor_length(PyObject *op)
{
    (void)op;
    play_inside();
    return byte() % 4;
}

static PyObject *actor_item(PyObject *op, Py_ssize_t i)
{
    Py_INCREF(op);
    play_inside();
    if (i < 4)
        return op;
    Py_DECREF(op);
    PyErr_SetNone(PyExc_IndexError);
    return NULL;
}

static PyObject *make_actors(void)
{
    static PyMemberDef members[] = {{"zq", T_OBJECT, offsetof(actor, zq), 0, NULL},
                                    {"bcx", T_OBJECT_EX, offsetof(actor, bcx), 0, NULL},
                                    {"__weaklistoffset__", T_PYSSIZET, offsetof(actor, weaklist),
                                     READONLY, NULL},
                                    {NULL, 0, 0, 0, NULL}};
    static PyType_Slot slots[] = {
        {Py_tp_traverse, actor_traverse}, {Py_tp_clear, actor_clear},
        {Py_tp_finalize, actor_finalize}, {Py_tp_dealloc, actor_dealloc},
        {Py_tp_richcompare, actor_compare}, {Py_tp_hash, actor_hash},
        {Py_tp_iter, PyObject_SelfIter}, {Py_tp_iternext, actor_next},
        {Py_sq_length, actor_length}, {Py_sq_item, actor_item},
        {Py_tp_members, members}, {0, NULL}};
    static PyType_Spec spec = {"fuzz.actor", sizeof(actor), 0,
                               Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};

    return PyType_FromSpec(&spec);
}

static int is_actor(PyObject *op)
{
    return Py_TYPE(op) == (PyTypeObject *)in.actors;
}

/* ---- a step from bytes */

static int suits(int slot, char kind, char word)
{
    if (pool[slot] == NULL || in.lent[slot] >= (word == '$' ? 100 : 1))
        return 0;
    return is_kind(pool[slot], kind) || (kind == 'A' && is_actor(pool[slot]));
}

/* The first slot from b on that suits, or NOTHING. */
static int choose(unsigned b, char kind, char word)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (suits((int)((b + i) % SLOTS), kind, word))
            return (int)((b + i) % SLOTS);
    return NOTHING;
}

static void borrow(const argument *a, int by)
{
    if (strchr("$^+@", a->mode) != NULL)
        in.lent[a->slot] += a->mode == '$' ? by : 100 * by;
}

static int read_argument(argument *a, char kind, char word)
{
    static const char *const names[] = {"zq", "bcx", "name_of", "x1y"};
    static const signed char numbers[] = {-1, 0, 1, 2, 3, 5, 7, 30};
    unsigned b = byte();

    *a = (argument){.mode = word};
    if (kind == 'n') {
        a->number = numbers[b % 8];
    } else if (kind == 's') {
        a->mode = 's';
        strcpy(a->text, names[b % 4]);
    } else {
        a->slot = choose(b, kind, word);
        if (a->slot == NOTHING)
            return 0;
        borrow(a, 1);
    }
    return 1;
}

static void give_back(const step *s)
{
    for (int i = 0; i < s->nargs; i++)
        borrow(&s->args[i], -1);
}

/* Arguments are marked as lent while they are read, so that none is given away twice. */
static int read_step(step *s)
{
    const char *kind;

    *s = (step){.op = (int)(byte() % NOPS)};
    kind = ops[s->op].signature + 2;
    for (const char *word = owners[s->op].words; *word != '\0'; word++, kind++) {
        kind += *kind == '&';
        if (!read_argument(&s->args[s->nargs], *kind, *word)) {
            give_back(s);
            return 0;
        }
        s->nargs++;
    }
    return 1;
}

/* ---- one call */

static void check_outcome(const step *s, const result *r)
{
    char kind = ops[s->op].signature[0], fail = owners[s->op].fail;
    int failed = kind == 'o' ? r->o == NULL : kind == 'i' && r->z < 0, raised = PyErr_Occurred() != NULL;

    if (kind == 'o' && !failed)
        check(!raised, s, "a result and an exception");
    if (kind == 'i' && !failed)
        check(!raised, s, "success and an exception");
    check(!failed || fail != 'r', s, "a failure of what never fails");
    if (failed && fail == '!')
        check(raised, s, "failure without an exception");
    if (failed && (fail == '0' || fail == '-'))
        check(!raised, s, "an exception that nobody expects");
}

static void replace(int slot, PyObject *op)
{
    PyObject *old = pool[slot];

    pool[slot] = op;
    Py_XDECREF(old);
}

static int free_slot(unsigned b)
{
    for (unsigned i = 0; i < SLOTS; i++)
        if (pool[(b + i) % SLOTS] == NULL && in.lent[(b + i) % SLOTS] == 0)
            return (int)((b + i) % SLOTS);
    for (unsigned i = 0; i < SLOTS; i++)
        if (in.lent[(b + i) % SLOTS] == 0)
            return (int)((b + i) % SLOTS);
    return NOTHING;
}

/* What is lent out may be dead already when other steps ran before the call came back. */
static void keep(const step *s, PyObject *op, int others_ran)
{
    int slot = free_slot(byte());

    if (op == NULL || (owners[s->op].is_borrowed && others_ran))
        return;
    if (owners[s->op].is_borrowed)
        Py_INCREF(op);
    if (slot == NOTHING)
        Py_DECREF(op);
    else
        replace(slot, op);
}

/* Tuples that hold the same tuple twice, and so on: each level doubles what comparing costs. */
static int is_deep(PyObject *op, int levels)
{
    if (op == NULL || !PyTuple_CheckExact(op) || PyTuple_GET_SIZE(op) == 0)
        return 0;
    return levels == 0 || is_deep(PyTuple_GET_ITEM(op, 0), levels - 1) ||
           is_deep(PyTuple_GET_ITEM(op, PyTuple_GET_SIZE(op) - 1), levels - 1);
}

/* Doubling again and again would be all that an input does. */
static void drop_large(void)
{
    for (int i = 0; i < SLOTS; i++)
        if (pool[i] != NULL && in.lent[i] == 0 && (_PySys_GetSizeOf(pool[i]) > 8000 || is_deep(pool[i], 6)))
            replace(i, NULL);
    PyErr_Clear();
}

static void play_step(const step *s, unsigned control)
{
    rm_alloc *alloc = rm_runtime_alloc(in.rt);
    int steps = in.nsteps, failed;
    result r;

    if (control % 8 != 0)
        rm_alloc_fail(alloc, control % 8 - 1, control & 8 ? 0 : (long)(control % 8));
    r = call(s);
    rm_alloc_fail(alloc, -1, 0);
    check_outcome(s, &r);
    failed = PyErr_Occurred() != NULL || (ops[s->op].signature[0] == 'i' && r.z < 0);
    give_back(s);
    take_stolen(s, failed);
    PyErr_Clear();
    if (ops[s->op].signature[0] == 'o')
        keep(s, r.o, in.nsteps != steps);
    drop_large();
}

static void make_actor(void)
{
    int slot = free_slot(byte());
    PyObject *op = slot != NOTHING ? PyType_GenericAlloc((PyTypeObject *)in.actors, 0) : NULL;

    PyErr_Clear();
    if (op != NULL)
        replace(slot, op);
}

static void drop(void)
{
    int slot = (int)(byte() % SLOTS);

    if (in.lent[slot] == 0)
        replace(slot, NULL);
}

/* The first byte of a step: collections, actors and drops have their share, calls have the rest. */
static void play(void)
{
    unsigned control = byte();
    step s;

    in.depth++;
    in.nsteps++;
    if (control >= 240)
        rm_gc_collect(in.rt, (int)(control % 3));
    else if (control >= 220)
        make_actor();
    else if (control >= 200)
        drop();
    else if (read_step(&s))
        play_step(&s, control < 100 ? 0 : control);
    in.depth--;
}

/* ---- memory: little enough that a list which is extended by its own iterator comes to an end */

enum { MOST_BYTES = 1 << 20 };

static void *limited_malloc(void *ctx, size_t size)
{
    (void)ctx;
    return size <= MOST_BYTES ? malloc(size != 0 ? size : 1) : NULL;
}

static void *limited_calloc(void *ctx, size_t n, size_t size)
{
    (void)ctx;
    return n * size <= MOST_BYTES ? calloc(n != 0 ? n : 1, size != 0 ? size : 1) : NULL;
}

static void *limited_realloc(void *ctx, void *p, size_t size)
{
    (void)ctx;
    return size <= MOST_BYTES ? realloc(p, size != 0 ? size : 1) : NULL;
}

static void plain_free(void *ctx, void *p)
{
    (void)ctx;
    free(p);
}

/* ---- an input */

static void on_report(void *ctx, const rm_report *report)
{
    (void)ctx;
    rm_report_print(report, stderr);
    in.nreports++;
}

static void on_unraisable(void *ctx, const char *exception)
{
    (void)ctx;
    (void)exception;
}

static void start(void)
{
    unsigned b = byte(), thresholds[] = {0, 1, 3, 700};
    rm_options options = {.version = b % 3, .reuse = b & 4,
                          .hooks = {.report = on_report, .unraisable = on_unraisable}};

    options.alloc.raw = (rm_allocator){NULL, limited_malloc, limited_calloc, limited_realloc, plain_free};
    in.reuse = options.reuse;
    options.alloc.no_pymalloc = (b & 8) == 0; /* then a sanitizer sees each block */
    in.rt = rm_runtime_create(&options);
    check(in.rt != NULL, NULL, "no runtime");
    in.actors = make_actors();
    check(in.actors != NULL, NULL, "no type");
    Py_XDECREF(PySlice_New(NULL, NULL, NULL)); /* one dead slice is kept */
    rm_gc_set_threshold(in.rt, 0, (int)thresholds[b / 16 % 4]);
}

static void fill(void)
{
    pool[0] = Py_NewRef(Py_None);
    pool[1] = Py_NewRef(PyExc_ValueError);
    pool[2] = PyList_New(0);
    pool[3] = PyUnicode_FromString("some text");
    pool[4] = PyType_GenericAlloc((PyTypeObject *)in.actors, 0);
}

/* Drops what is left; what actors do meanwhile may fill slots again. */
static void end(void)
{
    in.next = in.end;
    for (int i = 0; i < SLOTS; i++)
        Py_CLEAR(pool[i]);
    rm_gc_collect(in.rt, 2);
    PyType_ClearCache();
}

/* Not where interned strings live for ever, and where dead objects are held back. */
static int is_all_given_back(void)
{
    return !rm_runtime_knobs(in.rt)->intern_immortal && (in.reuse || !rm_runtime_is_checked());
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t before;

    memset(&in, 0, sizeof in);
    in.next = data;
    in.end = data + size;
    start();
    end();
    before = rm_alloc_blocks(rm_runtime_alloc(in.rt));
    in.next = data + (size > 0);
    fill();
    while (in.next < in.end && in.nsteps < STEPS)
        play();
    end();
    if (is_all_given_back())
        check(rm_alloc_blocks(rm_runtime_alloc(in.rt)) == before, NULL, "blocks are lost");
    Py_CLEAR(in.actors);
    rm_gc_collect(in.rt, 2);
    rm_runtime_destroy(in.rt);
    check(in.nreports == 0, NULL, "reports");
    return 0;
}
