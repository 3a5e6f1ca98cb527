/* Plays random programs: the same source runs on CPython and on the model, and prints what happens.
 *
 *     play [-v] [-f] FILE          -v: every line, else one number a program; -f: allocations fail too
 *
 * A program is a line "# name" and lines "function argument ... >slot". An argument is a slot with a
 * word for who owns it ($ borrowed, ^ stolen, + stolen on success, @ its address), a number, or 'name.
 * A line whose slots do not hold what its function may be given is skipped, so a program stays legal
 * when lines are deleted or when an earlier call has failed.
 *
 * Printed are the result, the exception's type, how many allocations a call made that succeeded, and
 * every slot whose count has changed. Left out because it is no property of the call: addresses, texts
 * of exceptions, the order of sets, the count of None and of names of one letter.
 */
#include "ops.h"
#include <stdio.h>

enum { LINES = 64 };

static struct {
    step steps[LINES];
    int nsteps;
    char name[32];
} program;

static int verbose;
static unsigned long long trace_hash;

static void tell(const char *format, ...)
{
    char line[4096];
    va_list va;

    va_start(va, format);
    vsnprintf(line, sizeof line, format, va);
    va_end(va);
    for (const char *c = line; *c; c++)
        trace_hash = (trace_hash ^ (unsigned char)*c) * 1099511628211u;
    if (verbose)
        fputs(line, stdout);
}

/* ---- allocations are counted while a call runs, and one may be made to fail */

static PyMemAllocatorEx original[3];
static long requests, fail_at, live;

static int fails(void)
{
    return ++requests == fail_at;
}

#define DOMAIN_OF(ctx) original[(size_t)(ctx)]
static void *hook_malloc(void *ctx, size_t size)
{
    void *p = fails() ? NULL : DOMAIN_OF(ctx).malloc(DOMAIN_OF(ctx).ctx, size);

    live += p != NULL;
    return p;
}
static void *hook_calloc(void *ctx, size_t n, size_t size)
{
    void *p = fails() ? NULL : DOMAIN_OF(ctx).calloc(DOMAIN_OF(ctx).ctx, n, size);

    live += p != NULL;
    return p;
}
static void *hook_realloc(void *ctx, void *old, size_t size)
{
    void *p = fails() ? NULL : DOMAIN_OF(ctx).realloc(DOMAIN_OF(ctx).ctx, old, size);

    live += p != NULL && old == NULL;
    return p;
}
static void hook_free(void *ctx, void *p)
{
    live -= p != NULL;
    DOMAIN_OF(ctx).free(DOMAIN_OF(ctx).ctx, p);
}

static void install_hooks(void)
{
    for (size_t d = PYMEM_DOMAIN_MEM; d <= PYMEM_DOMAIN_OBJ; d++) {
        PyMemAllocatorEx hook = {(void *)d, hook_malloc, hook_calloc, hook_realloc, hook_free};

        PyMem_GetAllocator((PyMemAllocatorDomain)d, &original[d]);
        PyMem_SetAllocator((PyMemAllocatorDomain)d, &hook);
    }
}

/* ---- what objects are */

static void describe(PyObject *op, int depth);

static void describe_items(PyObject *op, int depth)
{
    Py_ssize_t n = PySequence_Fast_GET_SIZE(op);

    tell("%s%zd[", PyList_Check(op) ? "list" : "tuple", n);
    for (Py_ssize_t i = 0; depth > 0 && i < n && i < 6; i++) {
        describe(PySequence_Fast_GET_ITEM(op, i), depth - 1);
        tell(" ");
    }
    tell("]");
}

static void describe_dict(PyObject *op, int depth)
{
    Py_ssize_t pos = 0;
    PyObject *key, *value;

    tell("dict%zd{", PyDict_Size(op));
    while (depth > 0 && PyDict_Next(op, &pos, &key, &value)) {
        describe(key, depth - 1);
        tell(":");
        describe(value, depth - 1);
        tell(" ");
    }
    tell("}");
}

static void describe(PyObject *op, int depth)
{
    int overflow;

    if (op == NULL)
        tell("NULL");
    else if (PyLong_Check(op))
        tell("%s %ld", Py_TYPE(op)->tp_name, PyLong_AsLongAndOverflow(op, &overflow));
    else if (PyFloat_Check(op))
        tell("%g", PyFloat_AS_DOUBLE(op));
    else if (PyUnicode_Check(op))
        tell("'%s'", PyUnicode_AsUTF8(op));
    else if (PyBytes_Check(op))
        tell("b'%s'", PyBytes_AS_STRING(op));
    else if (PyList_CheckExact(op) || PyTuple_CheckExact(op))
        describe_items(op, depth);
    else if (PyDict_CheckExact(op))
        describe_dict(op, depth);
    else if (PyType_Check(op))
        tell("type %s", ((PyTypeObject *)op)->tp_name);
    else
        tell("%s", Py_TYPE(op)->tp_name);
}

static void describe_result(PyObject *op, const PyObject *const *before)
{
    for (int i = 0; i < SLOTS; i++)
        if (op != NULL && before[i] == op)
            tell(" =%d", i);
    tell(" ");
    describe(op, 2);
    if (op != NULL && PyObject_GC_IsTracked(op))
        tell(" tracked");
}

/* ---- one call */

/* Slots hold what the function may be given, and nothing is given away twice. */
static int is_legal(const step *s)
{
    const char *kind = ops[s->op].signature + 2;

    for (int i = 0; i < s->nargs; i++, kind++) {
        const argument *a = &s->args[i];

        kind += *kind == '&';
        if (a->mode == 'n' || a->mode == 's')
            continue;
        if (pool[a->slot] == NULL || !is_kind(pool[a->slot], *kind))
            return 0;
        for (int j = 0; j < s->nargs; j++)
            if (j != i && a->mode != '$' && strchr("$^+@", s->args[j].mode) && s->args[j].slot == a->slot)
                return 0;
    }
    return 1;
}

/* Making a bytearray must not fail: CPython 3.11 then reads a field that is not set yet. */
static int may_fail(const step *s)
{
    if (strpbrk(ops[s->op].signature, "!%") != NULL)
        return 0;
    for (int i = 0; i < s->nargs; i++)
        if (strchr("$^+@", s->args[i].mode) && PyByteArray_Check(pool[s->args[i].slot]))
            return 0;
    return 1;
}

static int is_used(const step *s, int slot)
{
    for (int i = 0; i < s->nargs; i++)
        if (strchr("^+@", s->args[i].mode) && s->args[i].slot == slot)
            return 1;
    return 0;
}

/* Names of one letter are interned by CPython's start, some as strings of their own: who is counted for
 * a key is no property of the call then. Nor is the count of None, which the interpreter's caches hold. */
static int is_counted(PyObject *op)
{
    return op != NULL && op != Py_None && !(PyUnicode_CheckExact(op) && PyUnicode_GET_LENGTH(op) == 1);
}

static void tell_counts(const step *s, PyObject **before, const Py_ssize_t *counts)
{
    for (int i = 0; i < SLOTS; i++)
        if (is_counted(before[i]) && !is_used(s, i) && Py_REFCNT(before[i]) != counts[i])
            tell(" s%d%+zd", i, Py_REFCNT(before[i]) - counts[i]);
    for (int i = 0; i < s->nargs; i++)
        if (s->args[i].mode == '@') {
            tell(" @%d ", s->args[i].slot);
            describe(pool[s->args[i].slot], 1);
        }
}

static void keep_result(const step *s, PyObject *op, int is_new)
{
    PyObject *old = pool[s->result];

    pool[s->result] = is_new ? op : Py_XNewRef(op);
    Py_XDECREF(old);
}

/* Returns the allocations that the call made and that may fail; 0 when the call failed. */
static long play(int line, long fail)
{
    const step *s = &program.steps[line];
    PyObject *before[SLOTS], *type, *value, *traceback;
    Py_ssize_t counts[SLOTS];
    char kind = ops[s->op].signature[0];
    int can_fail, counts_compared = strchr(ops[s->op].signature, '!') == NULL;
    int failed, is_borrowed = s->result >= 100;
    step copy = *s;
    result r;
    long made;

    if (!is_legal(s)) {
        tell("%d skip\n", line);
        return 0;
    }
    for (int i = 0; i < SLOTS; i++) {
        before[i] = pool[i];
        counts[i] = pool[i] != NULL ? Py_REFCNT(pool[i]) : 0;
    }
    can_fail = may_fail(s);
    copy.result %= 100;
    requests = 0;
    fail_at = fail;
    r = call(s);
    made = requests;
    fail_at = 0;
    PyErr_Fetch(&type, &value, &traceback);
    PyType_ClearCache(); /* it holds names that were looked up */
    failed = type != NULL;
    take_stolen(s, failed || (kind == 'i' && r.z < 0));
    tell("%d %s:", line, ops[s->op].name);
    if (kind == 'o')
        describe_result(r.o, (const PyObject *const *)before);
    else if (kind != 'v')
        tell(" %zd", r.z);
    if (failed)
        tell(" %s", ((PyTypeObject *)type)->tp_name);
    else if (counts_compared)
        tell(" a%ld", made);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    tell_counts(s, before, counts);
    if (kind == 'o' && r.o != NULL)
        keep_result(&copy, r.o, !is_borrowed);
    tell("\n");
    return failed || !can_fail ? 0 : made;
}

/* CPython's table of interned strings grows now and then, also when most of its entries are dead: not in
 * the middle of a call that is counted. What stays free now lasts for 30000 names. */
static void make_room_for_names(void)
{
    enum { NAMES = 48000 };
    PyObject *names = PyList_New(NAMES);
    char text[32];

    for (int i = 0; i < NAMES; i++) {
        snprintf(text, sizeof text, "no name %d", i);
        PyList_SET_ITEM(names, i, PyUnicode_InternFromString(text));
    }
    Py_DECREF(names);
}

/* ---- a program */

static void start(void)
{
    pool[0] = Py_NewRef(Py_None);
    pool[1] = Py_NewRef(PyExc_ValueError);
    pool[2] = PyObject_CallNoArgs((PyObject *)&PyBaseObject_Type);
    pool[3] = PyUnicode_FromString("xq jwz vq");
}

static void end(void)
{
    for (int i = 0; i < SLOTS; i++)
        Py_CLEAR(pool[i]);
    PyType_ClearCache();
    PyGC_Enable();
    PyGC_Collect();
    PyGC_Disable();
}

static void play_all(int fail_line, long fail)
{
    long before;

    end();
    before = live;
    start();
    for (int i = 0; i < program.nsteps; i++)
        play(i, i == fail_line ? fail : 0);
    end();
    tell("left %ld\n", live - before);
}

static void play_failing(void)
{
    long made[LINES];

    end();
    start();
    for (int i = 0; i < program.nsteps; i++)
        made[i] = play(i, 0);
    end();
    for (int i = 0; i < program.nsteps; i++)
        for (long n = 1; n <= made[i]; n++) {
            tell("fail %d.%ld\n", i, n);
            play_all(i, n);
        }
}

static int parse_argument(const char *word, argument *a)
{
    *a = (argument){.mode = *word};
    if (*word == '\'') {
        a->mode = 's';
        snprintf(a->text, sizeof a->text, "%s", word + 1);
    } else if (strchr("$^+@", *word) != NULL) {
        a->slot = atoi(word + 1) % SLOTS;
    } else {
        a->mode = 'n';
        a->number = atol(word);
    }
    return 0;
}

static void parse_line(char *line)
{
    step *s = &program.steps[program.nsteps];
    char *word = strtok(line, " \n");

    *s = (step){.op = NOPS};
    for (int i = 0; word != NULL && i < NOPS; i++)
        if (strcmp(ops[i].name, word) == 0)
            s->op = i;
    if (word == NULL || s->op == NOPS || program.nsteps == LINES - 1)
        return;
    while ((word = strtok(NULL, " \n")) != NULL) {
        if (*word == '>' || *word == '~')
            s->result = atoi(word + 1) % SLOTS + (*word == '~' ? 100 : 0);
        else if (s->nargs < ARGS)
            parse_argument(word, &s->args[s->nargs++]);
    }
    program.nsteps++;
}

static void finish_program(int failing)
{
    if (program.nsteps == 0)
        return;
    trace_hash = 14695981039346656037u;
    printf("%s ", program.name);
    fflush(stdout);
    if (verbose)
        putchar('\n');
    play_all(-1, 0);
    if (failing)
        play_failing();
    printf("%016llx\n", trace_hash);
    fflush(stdout);
    program.nsteps = 0;
}

int main(int argc, char **argv)
{
    PyConfig config;
    char line[256];
    int failing = 0;
    FILE *in;

    for (int i = 1; i < argc - 1; i++) {
        verbose |= strcmp(argv[i], "-v") == 0;
        failing |= strcmp(argv[i], "-f") == 0;
    }
    in = fopen(argv[argc - 1], "r");
    if (in == NULL)
        return 2;
    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    PyGC_Disable();
    Py_XDECREF(PySlice_New(NULL, NULL, NULL)); /* CPython has one dead slice to use again by now */
    make_room_for_names();
    install_hooks();
    while (fgets(line, sizeof line, in) != NULL) {
        if (*line == '#') {
            finish_program(failing);
            sscanf(line, "# %31s", program.name);
        } else {
            parse_line(line);
        }
    }
    finish_program(failing);
    fclose(in);
    Py_Finalize();
    return 0;
}
