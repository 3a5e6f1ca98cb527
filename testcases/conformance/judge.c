/* What a row predicts about one call.
 *
 * A count may change by a range: a stolen reference can move (0) or die (-1), a kept one is +1 exactly.
 * What lasts when everything else is gone has one value (judge_owed). A failure is what the row calls one;
 * a row that is wrong about failures is found through the exception or through the counts.
 */
#include "judge.h"

/* ---- messages */

void judge_contradict(const trial *t, evidence *e, const char *column, const char *fmt, ...)
{
    char what[240];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(what, sizeof what, fmt, ap);
    va_end(ap);
    if (e->ncontradictions == MAX_CONTRADICTIONS)
        return;
    snprintf(e->contradictions[e->ncontradictions++], sizeof e->contradictions[0],
             "%s: %s [%s(%.100s)%s%s]", column, what, t->row->name, t->words,
             t->allocation_failed ? ", an allocation failed" : "", t->failed ? ", failed" : "");
}

/* ---- the row's word for an argument */

static char format_unit(const char *format, int n)
{
    for (; format && *format; format++)
        if (strchr("OSUNsizldfc", *format) && n-- == 0)
            return *format;
    return 0;
}

/* Arguments behind a format are what the format says; others repeat the last code. */
static contract_arg arg_of(const contract *row, const trial *t, int k)
{
    contract_arg a = {.code = ARG_VALUE, .anchor_arg = -1};

    int fixed = t->call->variadic && !row->variadic ? t->call->ntypes : row->nargs;

    if (k < fixed)
        return row->args[k];
    for (int f = 0; f < fixed; f++) {
        bool is_in = row->args[f].code == ARG_FORMAT_IN;
        char unit = is_in ? format_unit(t->values[f].given.p, k - fixed) : 0;
        if (row->args[f].code == ARG_FORMAT_OUT)
            a.code = t->values[k].kind == VALUE_VARIABLE ? ARG_OUT_BORROWED : ARG_BORROW;
        else if (is_in)
            a.code = unit == 'N' ? ARG_STEAL : ARG_KEEP_MAYBE;
        else if (row->args[f].code == ARG_FORMAT_TEXT)
            a.code = ARG_BORROW;
        else
            continue;
        a.anchor_arg = a.code == ARG_OUT_BORROWED ? 0 : -1;
        return a;
    }
    return row->variadic && row->nargs ? row->args[row->nargs - 1] : a;
}

/* ---- failure */

static bool is_double(const trial *t)
{
    return strcmp(t->call->result, "double") == 0;
}

static bool is_sentinel(const contract *row, const trial *t)
{
    switch (row->fail) {
    case FAIL_NULL: return t->result.p == NULL;
    case FAIL_NEG:
        return strcmp(t->call->result, "Py_complex") == 0 ? t->result.c.real == -1.0
               : is_double(t)                             ? t->result.d == -1.0
                                                          : t->result.i == -1;
    case FAIL_ZERO: return t->result.i == 0;
    case FAIL_INOUT: return t->values[0].cell == NULL && t->has_exception;
    case FAIL_OTHER: return t->has_exception;
    case FAIL_NEVER: break;
    }
    return false;
}

bool judge_failed(const contract *row, const trial *t)
{
    bool needs_exception = row->exc == EXC_MAYBE && (row->fail == FAIL_NEG || row->fail == FAIL_ZERO);

    return is_sentinel(row, t) && (!needs_exception || t->has_exception);
}

static void check_never(const contract *row, const trial *t, evidence *e)
{
    bool gives_pointer = row->ret == RET_NEW || row->ret == RET_BORROWED || row->ret == RET_ARG ||
                         row->ret == RET_NEW_OR_ARG || row->ret == RET_INTERIOR;

    if (contract_always_sets_exception(row)) {
        e->exception_set |= t->has_exception;
        if (!t->has_exception)
            judge_contradict(t, e, "effects", "X and fails never: no exception was set");
    } else if (t->has_exception && !(row->effects & FX_CLEARS_EXC) && !t->may_leave) {
        judge_contradict(t, e, "fail", "never, but %s was set", t->exception);
    } else if (gives_pointer && t->result.p == NULL) {
        judge_contradict(t, e, "fail", "never, but the result is NULL");
    }
}

static void check_failure(const contract *row, const trial *t, evidence *e)
{
    bool sentinel = is_sentinel(row, t);

    if (row->ret == RET_NULL && t->result.p != NULL)
        judge_contradict(t, e, "ret", "always NULL, but it was not");
    if (row->fail == FAIL_NEVER || row->ret == RET_NULL) {
        check_never(row, t, e);
        return;
    }
    if (row->exc == EXC_SET && sentinel && !t->has_exception && !(t->allocation_failed && t->is_quirk))
        judge_contradict(t, e, "fail", "the result says failure, but no exception is set");
    if ((row->exc == EXC_NONE || row->exc == EXC_SWALLOWED) && t->has_exception)
        judge_contradict(t, e, "fail", "no exception is promised, %s is set", t->exception);
    else if (!sentinel && t->has_exception)
        judge_contradict(t, e, "fail", "%s is set, but the result %lld is not the sentinel",
                         t->exception, (long long)t->result.i);
    e->failed_with_exception |= sentinel && t->has_exception;
    e->failed_without |= sentinel && !t->has_exception;
}

/* ---- the result */

static bool gives_object(const contract *row)
{
    return row->ret == RET_NEW || row->ret == RET_NEW_ARG || row->ret == RET_NEW_OR_ARG ||
           row->ret == RET_BORROWED;
}

static PyObject *argument_object(const trial *t, int k)
{
    return k >= 0 && k < t->nvalues ? value_object(&t->values[k]) : NULL;
}

static void check_result(const contract *row, const trial *t, evidence *e)
{
    PyObject *named = argument_object(t, row->ret_arg);
    bool is_raw = row->ret == RET_ARG && t->values[row->ret_arg].kind == VALUE_RAW;

    if (is_raw)
        named = t->values[row->ret_arg].given.p;
    if (t->failed || row->ret == RET_NULL)
        return;
    if ((row->ret == RET_NEW_ARG || row->ret == RET_ARG) && t->result.p != named)
        judge_contradict(t, e, "ret", "not argument %d itself", row->ret_arg);
    if (row->ret == RET_STATUS && row->fail != FAIL_ZERO && t->result.i != 0 && !is_sentinel(row, t))
        judge_contradict(t, e, "ret", "a status, but it is %lld", (long long)t->result.i);
    if (row->ret == RET_TRI && (t->result.i < -1 || t->result.i > 1))
        judge_contradict(t, e, "ret", "1, 0 or -1, but it is %lld", (long long)t->result.i);
    if (gives_object(row)) {
        e->gave_argument |= t->result.p && t->result.p == named;
        e->gave_new |= t->result.p && t->result.p != named;
        e->result_seen |= t->result.p != NULL;
    } else
        e->result_seen = true;
}

/* ---- what the caller got */

static void hand_out(trial *t, PyObject *o, const char *where, bool is_owned, int anchor)
{
    if (o && o != POISON && t->nhandouts < MAX_HANDOUTS)
        t->handouts[t->nhandouts++] =
            (handout){.object = o, .where = where, .is_owned = is_owned, .anchor = anchor};
}

static void hand_out_variable(const contract *row, trial *t, int k)
{
    static const char *const where[] = {"argument 0", "argument 1", "argument 2", "argument 3",
                                        "argument 4", "argument 5", "a later argument"};
    contract_arg a = arg_of(row, t, k);
    value *v = &t->values[k];
    const char *name = where[k < 6 ? k : 6];

    if (a.code == ARG_OUT_NEW && !t->failed)
        hand_out(t, v->cell, name, true, -1);
    else if (a.code == ARG_OUT_BORROWED && !t->failed)
        hand_out(t, v->cell, name, false, a.anchor_arg);
    else if ((a.code == ARG_INOUT || a.code == ARG_INOUT_OK) && v->cell != v->object)
        hand_out(t, v->cell, name, true, -1);
}

void judge_handouts(const contract *row, trial *t)
{
    if (gives_object(row) && !t->failed)
        hand_out(t, t->result.p, "result", row->ret != RET_BORROWED,
                 row->ret == RET_BORROWED && row->anchor == ANCHOR_ARG ? row->anchor_arg : -1);
    for (int k = 0; k < t->nvalues; k++)
        if (t->values[k].kind == VALUE_VARIABLE)
            hand_out_variable(row, t, k);
}

static long owned_handouts(const trial *t, const PyObject *o)
{
    long n = 0;

    for (int i = 0; i < t->nhandouts; i++)
        n += t->handouts[i].object == o && t->handouts[i].is_owned;
    return n;
}

static void check_known_handouts(const trial *t, evidence *e)
{
    for (int i = 0; i < t->nhandouts; i++) {
        const handout *h = &t->handouts[i];
        if (h->is_known && h->after - h->before != owned_handouts(t, h->object))
            judge_contradict(t, e, "ret", "%s is %s, but its count changed by %+ld", h->where,
                             h->is_owned ? "a new reference" : "borrowed", h->after - h->before);
    }
}

/* ---- counts */

typedef struct {
    long low, high;
    const char *word;
    int argument;
} change;

enum { KEPT_MOST = 8 }; /* a name can be kept as a key and as an attribute */

static change change_of(contract_arg a, const value *v, bool failed)
{
    switch ((contract_arg_code)a.code) {
    case ARG_RETAIN: return (change){1, 1, "b+", 0};
    case ARG_KEEP: return failed ? (change){0, 0, "k", 0} : (change){1, KEPT_MOST, "k", 0};
    case ARG_KEEP_MAYBE: return failed ? (change){0, 0, "k*", 0} : (change){0, KEPT_MOST, "k*", 0};
    case ARG_STEAL: return (change){-1, failed ? -1 : 0, "s", 0};
    case ARG_STEAL_OK: return (change){failed ? 0 : -1, 0, "s+", 0};
    case ARG_INOUT: return v->cell == v->object ? (change){0, 0, "io", 0} : (change){-1, 0, "io", 0};
    case ARG_INOUT_OK: return v->cell == v->object ? (change){0, 0, "io!", 0} : (change){-1, 0, "io!", 0};
    case ARG_CLEAR: return (change){-1, -1, "io0", 0};
    case ARG_RELEASE: return (change){-1, -1, "rel", 0};
    default: return (change){0, 0, "b", 0};
    }
}

static bool is_of(const value *v, const thing *x)
{
    bool held = v->kind == VALUE_OBJECT || v->kind == VALUE_VARIABLE || v->kind == VALUE_VIEW;

    return held && v->object == x->object;
}

/* References that a view or a new instance of a heap type holds. */
static long implied(const contract *row, const trial *t, const thing *x)
{
    long n = 0;

    for (int k = 0; k < t->nvalues; k++)
        n += t->values[k].kind == VALUE_VIEW && arg_of(row, t, k).code == ARG_ACQUIRE &&
             t->values[k].view.obj == x->object && arg_of(row, t, k + 1).code != ARG_KEEP;
    if ((row->effects & FX_TYPE_REF) && !t->failed && t->result.p &&
        (PyObject *)Py_TYPE(t->result.p) == x->object && PyType_Check(x->object) &&
        (((PyTypeObject *)x->object)->tp_flags & Py_TPFLAGS_HEAPTYPE))
        n++;
    return n;
}

static change expected_change(const contract *row, const trial *t, const thing *x)
{
    change sum = {0, 0, "b", -1};

    for (int k = 0; k < t->nvalues; k++) {
        if (!is_of(&t->values[k], x))
            continue;
        contract_arg a = arg_of(row, t, k);
        change c = change_of(a, &t->values[k], t->failed);
        if (a.code == ARG_INOUT || a.code == ARG_INOUT_OK)
            c.high += x->edges_out + t->lasts;
        sum = (change){sum.low + c.low, sum.high + c.high, c.word, k};
    }
    long more = implied(row, t, x) + owned_handouts(t, x->object);
    long lost = x->edges_after < x->edges_before ? x->edges_after - x->edges_before : 0;
    sum.low += more + lost;
    sum.high += more + lost;
    return sum;
}

static void check_argument(const contract *row, const trial *t, const thing *x, evidence *e)
{
    change c = expected_change(row, t, x);
    bool is_held = contract_always_sets_exception(row) && c.high > 0;
    long delta = (is_held ? x->pending : x->after) - x->before;

    if (t->allocation_failed && t->leaks_memory)
        return;
    if (delta < c.low || delta > c.high)
        judge_contradict(t, e, "args", "argument %d is %s: a change from %+ld to %+ld was expected, not %+ld",
                         c.argument, c.word, c.low, c.high, delta);
}

/* What an argument holds is checked only where the caller gets it. */
static void check_content(const trial *t, const thing *x, evidence *e)
{
    long delta = x->after - x->before - (x->edges_after - x->edges_before);

    for (int i = 0; i < t->nhandouts; i++) {
        const handout *h = &t->handouts[i];
        if (h->object != x->object)
            continue;
        if (delta != owned_handouts(t, x->object))
            judge_contradict(t, e, strcmp(h->where, "result") ? "args" : "ret",
                             "%s is %s, but its count changed by %+ld", h->where,
                             h->is_owned ? "a new reference" : "borrowed", delta);
        return;
    }
}

static void check_counts(const contract *row, const trial *t, evidence *e)
{
    for (int i = 0; i < t->nthings; i++) {
        if (t->things[i].is_argument)
            check_argument(row, t, &t->things[i], e);
        else
            check_content(t, &t->things[i], e);
    }
}

/* ---- variables and plain out-parameters */

static void check_new_variable(const trial *t, int k, contract_arg a, const value *v, evidence *e)
{
    if (t->failed && t->is_base && a.null_on_fail && v->cell != NULL)
        judge_contradict(t, e, "args", "argument %d is on0, but after a failure it is not NULL", k);
    if (t->failed && !a.null_on_fail && v->cell != NULL && v->cell != POISON)
        judge_contradict(t, e, "args", "argument %d was set by a call that failed", k);
    if (!t->failed && v->cell == POISON)
        judge_contradict(t, e, "args", "argument %d was not set", k);
    if (!t->failed && v->cell == NULL && !a.null_on_fail)
        judge_contradict(t, e, "args", "argument %d is on, but was set to NULL", k);
    if (!t->failed && v->cell && v->cell != POISON)
        e->set |= 1u << k;
}

static void check_replaced(const contract *row, const trial *t, int k, contract_arg a, const value *v,
                           evidence *e)
{
    bool fails = row->fail != FAIL_NEVER;

    if (a.code == ARG_INOUT && t->failed && fails && v->cell != NULL)
        judge_contradict(t, e, "args", "argument %d is io, but after a failure it is not NULL", k);
    if (a.code == ARG_INOUT_OK && t->failed && v->cell != v->object)
        judge_contradict(t, e, "args", "argument %d is io!, but a failure has changed it", k);
    if (a.code == ARG_CLEAR && v->cell != NULL)
        judge_contradict(t, e, "args", "argument %d is io0, but it is not NULL", k);
    if (!t->failed && v->object && v->cell != POISON)
        e->set |= 1u << k;
}

static bool is_replaced_by(contract_arg a)
{
    return a.code == ARG_INOUT || a.code == ARG_INOUT_OK || a.code == ARG_CLEAR;
}

static void check_view(const trial *t, int k, contract_arg a, const value *v, evidence *e)
{
    if (a.code == ARG_RELEASE && v->view.obj)
        judge_contradict(t, e, "args", "argument %d is rel, but still holds an object", k);
    if (a.code == ARG_ACQUIRE && t->failed && v->view.obj)
        judge_contradict(t, e, "args", "argument %d holds an object after a failure", k);
    if (!t->failed && (a.code == ARG_RELEASE || v->view.buf))
        e->set |= 1u << k;
}

static bool is_poisoned(const value *v)
{
    return memcmp(v->scratch, v->initial, sizeof v->initial) == 0;
}

static void check_variable(const contract *row, const trial *t, int k, evidence *e)
{
    const value *v = &t->values[k];
    contract_arg a = arg_of(row, t, k);

    if (a.code == ARG_OUT_NEW && v->kind == VALUE_VARIABLE)
        check_new_variable(t, k, a, v, e);
    else if (a.code == ARG_OUT_BORROWED && v->kind == VALUE_VARIABLE)
        e->set |= v->cell && v->cell != POISON ? 1u << k : 0;
    else if (v->kind == VALUE_VARIABLE && is_replaced_by(a))
        check_replaced(row, t, k, a, v, e);
    else if (v->kind == VALUE_VARIABLE && v->cell != (v->object ? v->object : v->cell))
        judge_contradict(t, e, "args", "argument %d is not said to change, but the variable has changed", k);
    else if (v->kind == VALUE_VIEW)
        check_view(t, k, a, v, e);
    else if (v->kind == VALUE_STORAGE && !is_poisoned(v))
        e->set |= 1u << k;
}

/* ---- effects */

/* The empty tuple and its like are made once, and not by this call. */
static bool is_shared(const trial *t)
{
    for (int i = 0; i < t->nhandouts; i++)
        if (t->handouts[i].object == t->result.p && t->handouts[i].is_known)
            return true;
    return false;
}

static void check_tracking(const contract *row, const trial *t, evidence *e)
{
    PyObject *result = t->failed || !gives_object(row) ? NULL : t->result.p;
    PyObject *first = argument_object(t, 0);

    if (result && (row->effects & FX_RESULT_TRACKED) && !is_shared(t) && !PyObject_GC_IsTracked(result))
        judge_contradict(t, e, "effects", "T, but the result is not tracked");
    if (result && (row->effects & FX_RESULT_UNTRACKED) && PyObject_GC_IsTracked(result))
        judge_contradict(t, e, "effects", "U, but the result is tracked");
    if (first && (row->effects & FX_TRACKS) && !PyObject_GC_IsTracked(first))
        judge_contradict(t, e, "effects", "T+, but the argument is not tracked");
    if (first && (row->effects & FX_UNTRACKS) && PyObject_GC_IsTracked(first))
        judge_contradict(t, e, "effects", "U-, but the argument is tracked");
    e->tracking_seen |= result || first;
}

static void check_zeros(const contract *row, const trial *t, evidence *e)
{
    PyObject *result = t->failed || !gives_object(row) ? NULL : t->result.p;

    if (result == NULL || !(row->effects & FX_ZEROED))
        return;
    const char *p = (const char *)(result + 1);
    for (const char *end = (const char *)result + Py_TYPE(result)->tp_basicsize; p < end; p++)
        if (*p) {
            judge_contradict(t, e, "effects", "Z, but the result is not filled with zeros");
            return;
        }
}

static PyObject *item_of(PyObject *holder, Py_ssize_t i)
{
    return PyList_Check(holder) ? PyList_GET_ITEM(holder, i) : PyTuple_GET_ITEM(holder, i);
}

static void check_slots(const contract *row, const trial *t, evidence *e)
{
    PyObject *result = t->failed || !gives_object(row) ? NULL : t->result.p;

    if (result == NULL || !(row->effects & FX_SLOTS))
        return;
    for (Py_ssize_t i = 0; i < Py_SIZE(result); i++)
        if (item_of(result, i) != NULL) {
            judge_contradict(t, e, "effects", "slots, but a slot of the result is filled");
            return;
        }
}

/* is(list): the type of the result. */
static void check_type(const contract *row, const trial *t, evidence *e)
{
    static PyTypeObject *const types[] = {
        [TYPE_BOOL] = &PyBool_Type, [TYPE_BYTEARRAY] = &PyByteArray_Type, [TYPE_BYTES] = &PyBytes_Type,
        [TYPE_CAPSULE] = &PyCapsule_Type, [TYPE_COMPLEX] = &PyComplex_Type, [TYPE_DICT] = &PyDict_Type,
        [TYPE_FLOAT] = &PyFloat_Type, [TYPE_FROZENSET] = &PyFrozenSet_Type, [TYPE_INT] = &PyLong_Type,
        [TYPE_LIST] = &PyList_Type, [TYPE_MEMORYVIEW] = &PyMemoryView_Type,
        [TYPE_MODULE] = &PyModule_Type, [TYPE_SET] = &PySet_Type, [TYPE_SLICE] = &PySlice_Type,
        [TYPE_STR] = &PyUnicode_Type, [TYPE_TUPLE] = &PyTuple_Type, [TYPE_TYPE] = &PyType_Type,
        [TYPE_WEAKREF] = &_PyWeakref_RefType,
    };
    PyObject *result = t->failed || !gives_object(row) ? NULL : t->result.p;

    if (result == NULL || !(row->effects & FX_TYPED) || row->kind.type == TYPE_UNKNOWN)
        return;
    PyTypeObject *type = types[row->kind.type];
    if (row->kind.exact ? Py_TYPE(result) != type : !PyType_IsSubtype(Py_TYPE(result), type))
        judge_contradict(t, e, "effects", "the result is a %s", Py_TYPE(result)->tp_name);
}

static void check_effects(const contract *row, const trial *t, evidence *e)
{
    unsigned code = FX_RUNS_CODE | FX_RUNS_ON_DROP;

    check_tracking(row, t, e);
    check_zeros(row, t, e);
    check_slots(row, t, e);
    check_type(row, t, e);
    e->code_ran |= t->code_runs > 0;
    if (t->code_runs > 0 && !(row->effects & code))
        judge_contradict(t, e, "effects", "Python code ran, and there is neither R nor R@drop");
    if (t->allocation_failed && t->failed && t->only_memory && !(row->effects & (FX_ALLOCATES | FX_RUNS_CODE)))
        judge_contradict(t, e, "effects", "failed for lack of memory, and there is neither M nor R");
    if ((row->effects & FX_CLEARS_EXC) && t->has_exception && !(row->effects & FX_SETS_EXC) &&
        strcmp(t->exception, "RuntimeError") == 0)
        judge_contradict(t, e, "effects", "x, but the exception is still pending");
}

/* ---- one call */

/* Objects whose count nobody watches: memory, static types, arrays. */
static bool is_uncounted(const trial *t, int k)
{
    const value *v = &t->values[k];
    bool is_type = k < t->call->ntypes && strcmp(t->call->types[k], "PyTypeObject *") == 0;

    return v->kind == VALUE_ARRAY || v->kind == VALUE_RAW ||
           (v->kind == VALUE_PLAIN && is_type && v->given.p);
}

static void note_arguments(const contract *row, const trial *t, evidence *e)
{
    for (int k = 0; k < t->nvalues; k++) {
        PyObject *o = value_object(&t->values[k]);
        if (o == NULL && !is_uncounted(t, k))
            continue;
        *(t->failed ? &e->object_failed : &e->object_seen) |= 1u << k;
        e->counted |= o ? 1u << k : 0;
        if (arg_of(row, t, k).code != ARG_KEEP_MAYBE || t->failed)
            continue;
        for (int i = 0; i < t->nthings; i++)
            if (t->things[i].object == o)
                *(t->things[i].after > t->things[i].before + owned_handouts(t, o) ? &e->kept
                                                                                  : &e->not_kept) |= 1u << k;
    }
}

void judge_call(const contract *row, const trial *t, evidence *e)
{
    e->calls++;
    e->allocated |= t->allocations > 0;
    *(t->failed ? &e->failures : &e->successes) += 1;
    e->memory_failures += t->failed && t->allocation_failed;
    check_failure(row, t, e);
    check_result(row, t, e);
    check_known_handouts(t, e);
    check_counts(row, t, e);
    for (int k = 0; k < t->nvalues; k++)
        check_variable(row, t, k, e);
    check_effects(row, t, e);
    note_arguments(row, t, e);
}

/* ---- the end */

static long owed_of(contract_arg a, const value *v, bool failed)
{
    switch ((contract_arg_code)a.code) {
    case ARG_RETAIN: return 1;
    case ARG_STEAL: case ARG_CLEAR: case ARG_RELEASE: return -1;
    case ARG_STEAL_OK: return failed ? 0 : -1;
    case ARG_INOUT: case ARG_INOUT_OK: return v->cell == v->object ? 0 : -1;
    default: return 0;
    }
}

long judge_owed(const contract *row, const trial *t, const thing *x)
{
    long owed = 0;

    for (int k = 0; k < t->nvalues; k++)
        if (is_of(&t->values[k], x))
            owed += owed_of(arg_of(row, t, k), &t->values[k], t->failed);
    return owed;
}

void judge_thing_at_end(const trial *t, const thing *x, long count, long expected, evidence *e)
{
    int argument = -1;

    if (t->allocation_failed && t->leaks_memory)
        return;
    for (int k = 0; k < t->nvalues; k++)
        if (is_of(&t->values[k], x))
            argument = k;
    judge_contradict(t, e, "args", "argument %d has %+ld references when everything else is gone", argument,
                     count - expected);
}

void judge_handout_at_end(const contract *row, const trial *t, const handout *h, long count, evidence *e)
{
    if (count < 1)
        judge_contradict(t, e, "ret", "%s is %s, but its owner took it along", h->where,
                         h->is_owned ? "a new reference" : "borrowed");
    if (strcmp(h->where, "result") == 0 && row->ret == RET_BORROWED && (h->was_held || h->anchor < 0))
        e->anchor_seen = true;
}

void judge_crash_on_null(int argument, const char *words, evidence *e)
{
    if (e->ncontradictions < MAX_CONTRADICTIONS)
        snprintf(e->contradictions[e->ncontradictions++], sizeof e->contradictions[0],
                 "args: argument %d may be NULL, but NULL is followed into a crash [%.100s]", argument, words);
}

/* ---- words for lists */

const char *judge_result_word(const contract *row)
{
    switch (row->ret) {
    case RET_NEW: case RET_NEW_ARG: case RET_NEW_OR_ARG: return "new";
    case RET_BORROWED: case RET_ARG: return "borrowed";
    case RET_NULL: return "null";
    default: return "-";
    }
}

const char *judge_argument_word(const contract *row, const evidence *e, int k)
{
    if (!(e->counted >> k & 1))
        return "-";
    if (row->ret == RET_NEW_ARG && row->ret_arg == k)
        return "is the result";
    switch ((contract_arg_code)row->args[k].code) {
    case ARG_BORROW:
        return contract_always_sets_exception(row) ? "leaves to the exception" : "borrows";
    case ARG_RETAIN: return "retains";
    case ARG_KEEP: return "keeps";
    case ARG_KEEP_MAYBE: return "may keep";
    case ARG_STEAL: return "steals";
    case ARG_STEAL_OK: return "steals on success";
    case ARG_INOUT: case ARG_INOUT_OK: case ARG_CLEAR: return "replaces";
    case ARG_OUT_NEW: return "gives";
    case ARG_OUT_BORROWED: return "lends";
    default: return "-";
    }
}

/* ---- what no trial has shown */

static void miss(char *text, size_t room, const char *column)
{
    size_t n = strlen(text);

    if (strstr(text, column) == NULL)
        snprintf(text + n, room - n, "%s%s", n ? "," : "", column);
}

static bool fail_is_shown(const contract *row, const evidence *e)
{
    if (row->ret == RET_NULL)
        return e->failed_with_exception || e->exception_set || e->calls > 0;
    if (row->fail == FAIL_NEVER)
        return e->calls > 0;
    return row->exc == EXC_NONE || row->exc == EXC_SWALLOWED ? e->failed_without
                                                              : e->failed_with_exception;
}

static bool result_is_shown(const contract *row, const evidence *e)
{
    if (row->ret == RET_NULL)
        return e->calls > 0;
    if (row->ret == RET_NEW_OR_ARG)
        return e->gave_new && e->gave_argument;
    if (row->ret == RET_BORROWED && row->anchor == ANCHOR_ARG)
        return e->result_seen && e->anchor_seen;
    return e->result_seen || row->ret == RET_VALUE;
}

static bool argument_is_shown(const contract *row, const evidence *e, int k)
{
    bool success = row->ret == RET_NULL || (e->object_seen >> k & 1);
    bool failure = row->fail == FAIL_NEVER || row->ret == RET_NULL || (e->object_failed >> k & 1);

    switch ((contract_arg_code)row->args[k].code) {
    case ARG_BORROW: case ARG_RETAIN: return success || (e->object_failed >> k & 1);
    case ARG_KEEP: return success;
    case ARG_KEEP_MAYBE: return (e->kept >> k & 1) && (e->not_kept >> k & 1);
    case ARG_STEAL: case ARG_STEAL_OK: return success && failure;
    case ARG_INOUT: case ARG_INOUT_OK: case ARG_CLEAR: case ARG_OUT_NEW: case ARG_OUT_BORROWED:
    case ARG_OUT_VALUE: case ARG_OUT_INTERIOR: case ARG_OUT_MEMORY: case ARG_ACQUIRE: case ARG_RELEASE:
        return e->set >> k & 1;
    case ARG_ARRAY: return success;
    default: return true;
    }
}

void judge_missing(const contract *row, const evidence *e, char *text, size_t room)
{
    unsigned tracking = FX_RESULT_TRACKED | FX_RESULT_UNTRACKED | FX_TRACKS | FX_UNTRACKS;

    text[0] = '\0';
    if (!result_is_shown(row, e))
        miss(text, room, "ret");
    if (!fail_is_shown(row, e))
        miss(text, room, "fail");
    for (int k = 0; k < row->nargs; k++)
        if (!argument_is_shown(row, e, k))
            miss(text, room, "args");
    if (((row->effects & tracking) && !e->tracking_seen) || (row->effects & FX_CALLS_BACK && !e->code_ran))
        miss(text, room, "effects");
    bool can_lack_memory = row->fail != FAIL_NEVER && row->ret != RET_NULL;
    if ((row->effects & FX_ALLOCATES) && !(row->effects & FX_RUNS_CODE) && can_lack_memory && !e->allocated)
        miss(text, room, "effects");
}
