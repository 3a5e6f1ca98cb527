/* One call: build, count, call, count, let go of everything, count again.
 *
 * Things are let go of one at a time, each when its count is what the row leads to expect with all the
 * others gone; a thing that waits for another (an item for its list) is tried again later. What still
 * does not fit when nothing moves any more is a contradiction.
 */
#include "judge.h"

#include <errno.h>

PyObject *value_object(const value *v)
{
    return v->kind == VALUE_OBJECT || v->kind == VALUE_VARIABLE ? v->object : NULL;
}

long count_of(const bench *b, PyObject *o)
{
    return heap_has_freed(b->heap, o) ? 0 : (long)Py_REFCNT(o);
}

/* ---- edges: how often the arguments hold an object */

typedef struct {
    PyObject *wanted;
    long found;
} search;

static int count_edge(PyObject *o, void *data)
{
    search *s = data;

    s->found += o == s->wanted;
    return 0;
}

static void traverse(PyObject *o, visitproc visit, void *data)
{
    if (PyObject_IS_GC(o) && Py_TYPE(o)->tp_traverse)
        Py_TYPE(o)->tp_traverse(o, visit, data);
}

static long edges_to(const bench *b, const trial *t, PyObject *wanted)
{
    search s = {wanted, 0};

    for (int i = 0; i < t->nthings; i++)
        if (t->things[i].is_argument && t->things[i].object != wanted &&
            count_of(b, t->things[i].object) > 0)
            traverse(t->things[i].object, count_edge, &s);
    return s.found;
}

static long edges_from_handouts(const trial *t, PyObject *wanted)
{
    search s = {wanted, 0};

    for (int i = 0; i < t->nhandouts; i++)
        if (t->handouts[i].is_owned && t->handouts[i].object != wanted)
            traverse(t->handouts[i].object, count_edge, &s);
    return s.found;
}

static void count_edges(const bench *b, trial *t)
{
    for (int i = 0; i < t->nthings; i++) {
        t->things[i].edges_after = edges_to(b, t, t->things[i].object);
        t->things[i].edges_out = edges_from_handouts(t, t->things[i].object);
    }
}

/* ---- things */

static thing *find_thing(trial *t, PyObject *o)
{
    for (int i = 0; i < t->nthings; i++)
        if (t->things[i].object == o)
            return &t->things[i];
    return NULL;
}

static thing *add_thing(trial *t, PyObject *o)
{
    thing *x = find_thing(t, o);

    if (x == NULL && t->nthings < MAX_THINGS) {
        x = &t->things[t->nthings++];
        *x = (thing){.object = o};
    }
    return x;
}

/* None and its like are in use everywhere: their counts say nothing about an argument. */
static bool is_resident(const bench *b, const PyObject *o)
{
    for (int i = 0; i < b->nsingletons; i++)
        if (b->residents[i] == o)
            return true;
    return false;
}

/* The references that the value came with become the caller's own. */
static void add_argument(const bench *b, trial *t, PyObject *o, const value *v)
{
    enum { GUARDS = 3 };
    thing *x = o && !is_resident(b, o) ? add_thing(t, o) : NULL;

    if (x == NULL)
        return;
    x->is_argument = true;
    x->held++;
    for (int i = 0; i < GUARDS && !v->is_unique; i++, x->held++)
        Py_INCREF(o);
}

static int add_content(PyObject *o, void *data)
{
    add_thing(data, o);
    return 0;
}

static void collect_things(bench *b, trial *t)
{
    for (int k = 0; k < t->nvalues; k++) {
        value *v = &t->values[k];
        if (v->kind != VALUE_PLAIN && v->kind != VALUE_ARRAY && v->kind != VALUE_STORAGE)
            add_argument(b, t, v->object, v);
        if (v->kind == VALUE_VIEW && v->object)
            find_thing(t, v->object)->held++; /* the view's own */
        for (int i = 0; i < v->nitems; i++)
            add_argument(b, t, v->items[i], v);
    }
    int narguments = t->nthings;
    for (int i = 0; i < narguments; i++)
        if (!PyType_Check(t->things[i].object) && !PyModule_Check(t->things[i].object))
            traverse(t->things[i].object, add_content, t);
    for (int i = 0; i < t->nthings; i++)
        t->things[i].edges_before = edges_to(b, t, t->things[i].object);
}

/* ---- the call */

static int note_code(PyObject *counter, PyFrameObject *frame, int what, PyObject *arg)
{
    (void)frame, (void)arg;
    if (what == PyTrace_CALL)
        ++*(int *)PyCapsule_GetPointer(counter, NULL);
    return 0;
}

typedef enum { BEFORE, PENDING, AFTER } moment;

static void read_counts(const bench *b, trial *t, long *residents, moment when)
{
    for (int i = 0; i < t->nthings; i++) {
        thing *x = &t->things[i];
        long *count = when == BEFORE ? &x->before : when == PENDING ? &x->pending : &x->after;
        *count = count_of(b, x->object);
    }
    for (int i = 0; i < b->nresidents; i++)
        residents[i] = (long)Py_REFCNT(b->residents[i]);
}

typedef struct {
    bench *bench;
    trial *trial;
    const trial_mode *mode;
    PyObject *type, *error, *traceback; /* pending exception that went through Python code */
} running;

static void call_now(running *r)
{
    trial *t = r->trial;
    heap *h = r->bench->heap;
    slot given[MAX_SLOTS + 8] = {0};

    for (int k = 0; k < t->nvalues; k++)
        given[k] = t->values[k].given;
    errno = ENOENT;
    heap_keep_freed(h);
    heap_fail_at(h, r->mode->fail_at);
    t->call->call(&t->result, given);
    t->allocation_failed = heap_has_failed(h);
    t->allocations = heap_allocations(h);
    heap_fail_at(h, 0);
}

/* What a frame lends lives no longer than the frame: the guard is taken in time. */
static PyObject *call_in_frame(PyObject *self, PyObject *unused)
{
    running *r = PyCapsule_GetPointer(self, NULL);

    (void)unused;
    call_now(r);
    if (strstr(r->trial->call->result, "Object *") && r->trial->result.p) {
        Py_INCREF(r->trial->result.p);
        r->trial->is_guarded = true;
    }
    PyErr_Fetch(&r->type, &r->error, &r->traceback);
    Py_RETURN_NONE;
}

static void call_from_python(running *r)
{
    static PyMethodDef method = {"call", call_in_frame, METH_NOARGS, NULL};
    PyObject *self = PyCapsule_New(r, NULL, NULL);
    PyObject *f = PyCFunction_New(&method, self);
    PyObject *done = PyObject_CallMethod(r->bench->fixtures, "in_frame", "O", f);

    Py_XDECREF(done);
    Py_DECREF(f);
    Py_DECREF(self);
    PyErr_Restore(r->type, r->error, r->traceback);
}

/* `pending`: RuntimeError; `pending=NAME`: what this function of fixtures.py raises. */
static void raise_before(const bench *b, const char *options)
{
    char name[64] = "raise_now";
    const char *word = strstr(options, "pending");

    if (word == NULL)
        return;
    if (word[7] == '=')
        snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 8, " "), word + 8);
    Py_XDECREF(PyObject_CallMethod(b->fixtures, name, NULL));
}

static void handle_before(const bench *b, const trial *t, const char *options)
{
    if (strstr(options, "with-state")) {
        PyObject *module = PyModule_Create(t->values[0].given.p);
        PyState_AddModule(module, t->values[0].given.p);
        Py_XDECREF(module);
    }
    if (strstr(options, "handled"))
        PyErr_SetExcInfo(NULL, PyObject_CallMethod(b->fixtures, "exception_full", NULL), NULL);
}

static void call_it(bench *b, trial *t, const trial_mode *mode)
{
    PyObject *counter = mode->count_code ? PyCapsule_New(&t->code_runs, NULL, NULL) : NULL;
    running r = {b, t, mode, NULL, NULL, NULL};

    if (mode->fail_at)
        PyGC_Collect(); /* empties the free lists: what would come from there is allocated */
    raise_before(b, mode->options);
    handle_before(b, t, mode->options);
    if (counter)
        PyEval_SetProfile(note_code, counter);
    if (strstr(mode->options, "in-frame"))
        call_from_python(&r);
    else
        call_now(&r);
    if (counter) {
        PyObject *type, *error, *traceback;
        PyErr_Fetch(&type, &error, &traceback);
        PyEval_SetProfile(NULL, NULL);
        PyErr_Restore(type, error, traceback);
        Py_DECREF(counter);
    }
}

typedef struct {
    PyObject *type, *error, *traceback;
} exception_state;

/* An exception that was pending before and is none of the call's business does not count. */
static void take_exception(trial *t, exception_state *x, const char *options)
{
    bool clears = t->row->effects & FX_CLEARS_EXC;

    PyErr_Fetch(&x->type, &x->error, &x->traceback);
    t->has_exception = x->type != NULL;
    if (strstr(options, "pending") && !clears &&
        (t->row->fail == FAIL_NEVER || x->type != PyExc_MemoryError))
        t->has_exception = false;
    snprintf(t->exception, sizeof t->exception, "%s",
             x->type ? ((PyTypeObject *)x->type)->tp_name : "no exception");
}

static void drop_exception(exception_state *x)
{
    Py_CLEAR(x->type);
    Py_CLEAR(x->error);
    Py_CLEAR(x->traceback);
}

/* ---- what the caller got */

static void know_handouts(const bench *b, trial *t, const long *before, const long *after)
{
    for (int i = 0; i < t->nhandouts; i++) {
        handout *h = &t->handouts[i];
        h->is_watched = find_thing(t, h->object) != NULL;
        for (int r = 0; r < b->nresidents; r++) {
            if (b->residents[r] == h->object && !h->is_watched) {
                h->is_known = true;
                h->before = before[r];
                h->after = after[r] - (t->is_guarded && i == 0);
            }
        }
    }
}

static void keep_resident(bench *b, PyObject *o)
{
    if (b->nresidents < MAX_RESIDENTS)
        b->residents[b->nresidents++] = Py_NewRef(o);
}

static bool is_new(const handout *h)
{
    return h->is_owned && !h->is_known && !h->is_watched && !h->is_gone;
}

/* Something that the state of the process lent, and that this trial has taken out of it again. */
static bool is_from_state(const handout *h)
{
    return !h->is_owned && h->anchor < 0 && !h->is_known && !h->is_watched && !h->is_gone;
}

/* Nothing but the guard holds it, or only a cycle through it. */
static void drop_guard(bench *b, handout *h, bool collect)
{
    if (!collect && count_of(b, h->object) > 1)
        return;
    Py_DECREF(h->object);
    if (collect)
        PyGC_Collect();
    h->is_gone = count_of(b, h->object) == 0;
    if (!h->is_gone)
        Py_INCREF(h->object);
}

static void drop_guards(bench *b, trial *t, bool collect)
{
    for (int i = 0; i < t->nhandouts; i++)
        if (is_new(&t->handouts[i]) || (collect && is_from_state(&t->handouts[i])))
            drop_guard(b, &t->handouts[i], collect);
}

/* A guard keeps the object readable; the caller's own reference is released as the row says. */
static void guard_handouts(trial *t)
{
    for (int i = t->is_guarded; i < t->nhandouts; i++)
        Py_INCREF(t->handouts[i].object);
}

static void release_handouts(bench *b, trial *t)
{
    for (int i = 0; i < t->nhandouts; i++)
        if (t->handouts[i].is_owned)
            Py_DECREF(t->handouts[i].object);
    drop_guards(b, t, false);
}

static void release_views(trial *t)
{
    for (int k = 0; k < t->nvalues; k++) {
        value *v = &t->values[k];
        if (v->kind != VALUE_VIEW || v->view.obj == NULL)
            continue;
        if (v->object) {
            find_thing(t, v->object)->views++;
            find_thing(t, v->object)->held--;
        }
        PyBuffer_Release(&v->view);
    }
}

/* Memory that has become an object is taken apart by hand. */
static void release_raw(trial *t)
{
    for (int k = 0; k < t->nvalues; k++) {
        value *v = &t->values[k];
        PyObject *o = v->given.p;
        if (v->kind != VALUE_RAW || o == NULL)
            continue;
        if (Py_TYPE(o) && PyType_HasFeature(Py_TYPE(o), Py_TPFLAGS_HEAPTYPE))
            Py_DECREF(Py_TYPE(o));
        PyObject_Free(o);
    }
}

static void release_memory(const char *pair, void *memory)
{
    if (strcmp(pair, "PyMem_Free") == 0)
        PyMem_Free(memory);
    else if (strcmp(pair, "PyMem_RawFree") == 0)
        PyMem_RawFree(memory);
    else if (strcmp(pair, "PyObject_Free") == 0)
        PyObject_Free(memory);
}

static void release_pointer(const contract *row, trial *t)
{
    if (row->pair == NULL || t->failed)
        return;
    if (row->ret == RET_POINTER)
        release_memory(row->pair, t->result.p);
    for (int k = 0; k < row->nargs && k < t->nvalues; k++)
        if (row->args[k].code == ARG_OUT_MEMORY && t->values[k].kind == VALUE_STORAGE)
            release_memory(row->pair, *(void **)t->values[k].scratch);
}

/* The call that must follow, when it takes the first arguments of this one. */
static void call_pair(const contract *row, trial *t)
{
    static const char *const called[] = {"Py_ReprLeave", "PyContext_Exit", "Py_LeaveRecursiveCall", NULL};
    slot result, given[MAX_SLOTS] = {0};

    if (row->pair == NULL || t->failed || !text_is_one_of(row->pair, called) || t->result.i != 0)
        return;
    for (int k = 0; k < t->nvalues; k++)
        given[k] = t->values[k].given;
    for (const api_call *c = api_calls; c->name; c++)
        if (strcmp(c->name, row->pair) == 0)
            c->call(&result, given);
}

/* State of the thread or process that a call has changed on purpose. */
static void undo(const char *word, trial *t)
{
    PyObject *first = t->nvalues ? t->values[0].object : NULL;

    if (strstr(word, "undo=") == NULL)
        return;
    word = strstr(word, "undo=") + 5;
    if (strstr(word, "exc_info"))
        PyErr_SetExcInfo(NULL, NULL, NULL);
    if (strstr(word, "trace"))
        PyEval_SetTrace(NULL, NULL);
    if (strstr(word, "profile"))
        PyEval_SetProfile(NULL, NULL);
    if (strstr(word, "codec"))
        PyCodec_Unregister(first);
    if (strstr(word, "async"))
        PyThreadState_SetAsyncExc(PyThread_get_thread_ident(), NULL);
    if (strstr(word, "leave"))
        Py_ReprLeave(first);
    if (strstr(word, "reset") && t->result.p)
        PyContextVar_Reset(first, t->result.p);
    if (strstr(word, "handler"))
        PyCodec_RegisterError(t->values[0].given.p, (PyObject *)&PyType_Type);
    if (strstr(word, "member"))
        Py_CLEAR(*(PyObject **)(t->values[0].scratch + sizeof(PyObject)));
    if (strstr(word, "named"))
        PyDict_DelItemString(PyImport_GetModuleDict(), t->values[0].given.p);
    if (strstr(word, "modules") && first)
        PyDict_DelItem(PyImport_GetModuleDict(), first);
    if (strstr(word, "state"))
        PyState_RemoveModule(t->values[t->nvalues - 1].given.p);
    if (strstr(word, "sys"))
        PySys_SetObject(t->values[0].given.p, NULL);
    PyErr_Clear();
}

/* ---- the end */

static void note_fall(trial *t, const thing *x, const bench *b, const long *counts)
{
    for (int i = 0; i < t->nhandouts; i++) {
        handout *h = &t->handouts[i];
        if (h->anchor >= 0 && value_object(&t->values[h->anchor]) == x->object &&
            count_of(b, h->object) < counts[i])
            h->was_held = true;
    }
}

static void release_thing(bench *b, trial *t, thing *x, long owed)
{
    long counts[MAX_HANDOUTS];

    for (int i = 0; i < t->nhandouts; i++)
        counts[i] = count_of(b, t->handouts[i].object);
    for (long i = 0; i < x->held + owed; i++)
        Py_DECREF(x->object);
    PyErr_Clear();
    x->is_gone = true;
    note_fall(t, x, b, counts);
}

/* With everything else gone, only what the harness holds and what the row says remains. */
static long expected_at_end(const contract *row, const trial *t, const thing *x)
{
    long guards = 0;

    for (int i = 0; i < t->nhandouts; i++)
        guards += t->handouts[i].object == x->object;
    return x->before - x->edges_before - x->views + guards + t->lasts +
           judge_owed(row, t, x);
}

static bool release_what_fits(const contract *row, bench *b, trial *t)
{
    bool moved = false;

    for (int i = 0; i < t->nthings; i++) {
        thing *x = &t->things[i];
        if (!x->is_argument || x->is_gone)
            continue;
        if (count_of(b, x->object) == expected_at_end(row, t, x)) {
            release_thing(b, t, x, judge_owed(row, t, x));
            moved = true;
        }
    }
    return moved;
}

static bool all_are_gone(const trial *t)
{
    for (int i = 0; i < t->nthings; i++)
        if (t->things[i].is_argument && !t->things[i].is_gone)
            return false;
    return true;
}

static void release_things(const contract *row, bench *b, trial *t, evidence *e)
{
    for (int i = 0; i < t->nhandouts; i++)
        t->handouts[i].at_end = count_of(b, t->handouts[i].object);
    while (release_what_fits(row, b, t))
        ;
    if (!all_are_gone(t)) {
        PyGC_Collect();
        drop_guards(b, t, true);
        while (release_what_fits(row, b, t))
            ;
    }
    for (int i = 0; i < t->nthings; i++) {
        thing *x = &t->things[i];
        if (x->is_argument && !x->is_gone)
            judge_thing_at_end(t, x, count_of(b, x->object), expected_at_end(row, t, x), e);
    }
}

static bool has_type(const trial *t)
{
    return t->call->ntypes && strcmp(t->call->types[0], "PyTypeObject *") == 0;
}

static void end_handouts(const contract *row, bench *b, trial *t, evidence *e)
{
    for (int i = 0; i < t->nhandouts; i++) {
        handout *h = &t->handouts[i];
        if (h->anchor >= 0 && !h->was_held)
            PyGC_Collect(); /* a type dies with the collector */
        h->was_held |= h->anchor >= 0 && count_of(b, h->object) < h->at_end;
        if (h->is_gone && has_type(t))
            PyGC_Collect(); /* the same */
        bool is_unknown = !h->is_known && !h->is_watched && !h->is_gone;
        if (is_new(h))
            drop_guard(b, h, count_of(b, h->object) > 1);
        else if (is_unknown && count_of(b, h->object) > 1)
            PyGC_Collect();
        /* What died already is read all the same: whoever still releases it drives it below zero. */
        long count = h->is_gone ? 1 + (long)Py_REFCNT(h->object) : count_of(b, h->object);
        judge_handout_at_end(row, t, h, count, e);
        if (is_unknown && !h->is_gone && count > 1) {
            b->unexplained++;
            keep_resident(b, h->object);
        }
        if (!h->is_gone && count > 0)
            Py_DECREF(h->object);
    }
}

/* ---- whole */

static int prepare(bench *b, trial *t, const char *words, evidence *e)
{
    const api_call *call = t->call;
    const contract *row = t->row;

    memset(t, 0, sizeof *t);
    t->call = call;
    t->row = row;
    snprintf(t->words, sizeof t->words, "%s", words);
    b->unexplained = 0;
    if (arguments_build(b, t, words, e->problem, sizeof e->problem) < 0) {
        arguments_destroy(t);
        return -1;
    }
    collect_things(b, t);
    return 0;
}

/* What cases.tsv and the kind of trial allow. */
static void note_mode(trial *t, const trial_mode *mode)
{
    t->only_memory = mode->only_memory;
    t->is_base = mode->is_base;
    t->is_quirk = strstr(mode->options, "memory-without-exception");
    t->leaks_memory = strstr(mode->options, "memory-leak");
    t->may_leave = strstr(mode->options, "leaves-exception");
    t->lasts = !t->failed && strstr(mode->options, "lasts");
}

/* From before the call to what it has changed; caches that hold on to names are emptied. */
static void observe(bench *b, trial *t, const trial_mode *mode)
{
    long before[MAX_RESIDENTS], after[MAX_RESIDENTS];
    exception_state exception;

    PyType_ClearCache();
    read_counts(b, t, before, BEFORE);
    call_it(b, t, mode);
    take_exception(t, &exception, mode->options);
    t->failed = judge_failed(t->row, t);
    note_mode(t, mode);
    read_counts(b, t, after, PENDING);
    drop_exception(&exception);
    PyType_ClearCache();
    if (t->failed)
        PyGC_Collect(); /* what was half built may hold on to itself */
    read_counts(b, t, after, AFTER);
    judge_handouts(t->row, t);
    count_edges(b, t);
    if (strstr(mode->options, "thread-holds") && t->nthings)
        t->things[0].edges_before += !t->failed;
    know_handouts(b, t, before, after);
}

/* The caller's own references first, then everything the harness holds. */
static void let_go(bench *b, trial *t, const trial_mode *mode, evidence *e)
{
    guard_handouts(t);
    undo(mode->options, t);
    call_pair(t->row, t);
    release_handouts(b, t);
    release_views(t);
    release_raw(t);
    release_pointer(t->row, t);
    release_things(t->row, b, t, e);
    end_handouts(t->row, b, t, e);
    arguments_destroy(t);
    PyType_ClearCache();
    if (!heap_let_go(b->heap))
        judge_contradict(t, e, "args", "freed twice");
}

int trial_run(bench *b, trial *t, const char *words, const trial_mode *mode, evidence *e)
{
    if (prepare(b, t, words, e) < 0)
        return -1;
    observe(b, t, mode);
    judge_call(t->row, t, e);
    let_go(b, t, mode, e);
    return t->allocation_failed;
}
