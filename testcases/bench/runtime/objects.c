/* What CPython's memory system does all day, measured row by row: one source for CPython (Python.h
 * of the system) and for the model (-DMODEL; with RM_CHECKED its checked library).
 *
 *     objects_X --rows            the names of the rows
 *     objects_X ROW [SHARE]       one number: nanoseconds of CPU for each object, or bytes
 *
 * SHARE of the usual repetitions is done: 0.001 to see whether a row works. A row is one process, so
 * that no row finds what another one left. rows.py runs and compares them.
 */
#define _GNU_SOURCE 1
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <stdbool.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#ifdef MODEL
#include "refwarden/runtime.h"
#endif

enum { ALIVE = 1000, KEYS = 10, CLASS = 16, LARGEST = 512 };

typedef struct {
    PyObject *keys[KEYS]; /* str */
} world;

typedef PyObject *make(const world *w, long i);

typedef struct row {
    const char *name;
    double (*run)(const struct row *r, const world *w, long n);
    make *make;
    size_t size;
    long n;
} row;

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* ---- objects */

static PyObject *make_int(const world *w, long i)
{
    (void)w;
    return PyLong_FromLong(i + 1000);
}

static PyObject *make_product(const world *w, long i)
{
    PyObject *a = PyLong_FromLong(i + (1L << 40)), *product = PyNumber_Multiply(a, a);

    (void)w;
    Py_DECREF(a);
    return product;
}

static PyObject *make_float(const world *w, long i)
{
    (void)w;
    return PyFloat_FromDouble((double)i);
}

static PyObject *make_str(const world *w, long i)
{
    (void)w;
    (void)i;
    return PyUnicode_FromString("some text here");
}

static PyObject *make_joined(const world *w, long i)
{
    PyObject *s = PyUnicode_FromString("some text"), *end = PyUnicode_FromString(" and more");

    (void)w;
    (void)i;
    PyUnicode_Append(&s, end);
    Py_DECREF(end);
    return s;
}

static PyObject *make_bytes(const world *w, long i)
{
    (void)w;
    (void)i;
    return PyBytes_FromString("some text here");
}

static PyObject *make_tuple(const world *w, long i)
{
    PyObject *t = PyTuple_New(2);

    (void)w;
    (void)i;
    Py_INCREF(Py_None);
    Py_INCREF(Py_None);
    PyTuple_SET_ITEM(t, 0, Py_None);
    PyTuple_SET_ITEM(t, 1, Py_None);
    return t;
}

static PyObject *make_list(const world *w, long i)
{
    PyObject *l = PyList_New(2);

    (void)w;
    (void)i;
    Py_INCREF(Py_None);
    Py_INCREF(Py_None);
    PyList_SET_ITEM(l, 0, Py_None);
    PyList_SET_ITEM(l, 1, Py_None);
    return l;
}

static PyObject *make_appended(const world *w, long i)
{
    PyObject *l = PyList_New(0);

    (void)w;
    (void)i;
    for (int k = 0; k < 10; k++)
        PyList_Append(l, Py_None);
    return l;
}

static PyObject *make_dict(const world *w, long i)
{
    (void)w;
    (void)i;
    return PyDict_New();
}

static PyObject *make_dict_of_one(const world *w, long i)
{
    PyObject *d = PyDict_New(), *key = PyLong_FromLong(i & 127);

    (void)w;
    PyDict_SetItem(d, key, Py_None);
    Py_DECREF(key);
    return d;
}

static PyObject *make_dict_of_ten(const world *w, long i)
{
    PyObject *d = PyDict_New();

    (void)i;
    for (int k = 0; k < KEYS; k++)
        PyDict_SetItem(d, w->keys[k], Py_None);
    return d;
}

static PyObject *make_set(const world *w, long i)
{
    PyObject *s = PySet_New(NULL);

    (void)w;
    (void)i;
    for (long k = 0; k < 4; k++) {
        PyObject *key = PyLong_FromLong(17 * k);

        PySet_Add(s, key);
        Py_DECREF(key);
    }
    return s;
}

/* ---- what is measured */

/* A block that stays keeps the pool of the class in use, as it is in a program. */
static double run_pair(const row *r, const world *w, long n)
{
    void *kept = PyObject_Malloc(r->size);
    double start = now(), took;

    (void)w;
    for (long i = 0; i < n; i++) {
        char *volatile block = PyObject_Malloc(r->size);

        *block = 1;
        PyObject_Free(block);
    }
    took = now() - start;
    PyObject_Free(kept);
    return took / (double)n;
}

/* Each is dropped before the next one is made. */
static double run_one(const row *r, const world *w, long n)
{
    double start = now();

    for (long i = 0; i < n; i++)
        Py_DECREF(r->make(w, i));
    return (now() - start) / (double)n;
}

/* A thousand are alive before they are dropped. */
static double run_many(const row *r, const world *w, long n)
{
    PyObject *alive[ALIVE];
    double start = now();

    n = n / ALIVE + 1;
    for (long j = 0; j < n; j++) {
        for (long i = 0; i < ALIVE; i++)
            alive[i] = r->make(w, i);
        for (long i = 0; i < ALIVE; i++)
            Py_DECREF(alive[i]);
    }
    return (now() - start) / (double)(n * ALIVE);
}

static double timed_collection(long n)
{
    double start;

    PyGC_Enable();
    start = now();
    PyGC_Collect();
    return (now() - start) / (double)n;
}

/* Lists in pairs that hold each other, and nobody holds them. */
static double run_cycles(const row *r, const world *w, long n)
{
    (void)r;
    (void)w;
    PyGC_Disable();
    for (long i = 0; i < n; i += 2) {
        PyObject *a = PyList_New(1), *b = PyList_New(1);

        PyList_SET_ITEM(a, 0, b);
        PyList_SET_ITEM(b, 0, a);
    }
    return timed_collection(n);
}

/* Lists of one object each. The second collection is timed: the first moves them to the oldest. */
static double run_live(const row *r, const world *w, long n)
{
    PyObject *all = PyList_New(n);
    double took;

    PyGC_Disable();
    for (long i = 0; i < n; i++) {
        PyObject *op = PyList_New(1), *inner = r->make(w, i);

        PyList_SET_ITEM(op, 0, inner);
        PyList_SET_ITEM(all, i, op);
    }
    timed_collection(n);
    took = timed_collection(n);
    Py_DECREF(all);
    return took;
}

/* Pages of this process that are in memory. */
static long resident_pages(void)
{
    FILE *f = fopen("/proc/self/statm", "r");
    long size = 0, resident = -1;

    if (f == NULL || fscanf(f, "%ld %ld", &size, &resident) != 2)
        resident = -1;
    if (f != NULL)
        fclose(f);
    return resident;
}

/* Bytes of memory for each object of n that live, whatever they are made of. */
static double run_bytes(const row *r, const world *w, long n)
{
    PyObject **alive = malloc((size_t)n * sizeof *alive);
    long before, after;

    prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); /* pages of 2 MiB would count as used before they are */
    PyGC_Disable();
    if (alive == NULL)
        return -1;
    memset(alive, 1, (size_t)n * sizeof *alive);
    before = resident_pages();
    for (long i = 0; i < n; i++)
        alive[i] = r->make(w, i);
    after = resident_pages();
    for (long i = 0; i < n; i++)
        Py_DECREF(alive[i]);
    free(alive);
    if (before < 0 || after < 0)
        return -1;
    return (double)(after - before) * (double)sysconf(_SC_PAGESIZE) / (double)n;
}

/* ---- rows */

enum { OBJECTS = 1000000, PAIRS = 2000000, COLLECTED = 1000000, COUNTED = 200000 };

#define ROWS_OF(name, make)                                                         \
    {name ", one by one", run_one, make, 0, OBJECTS},                               \
    {name ", a thousand", run_many, make, 0, OBJECTS},                              \
    {name ", bytes", run_bytes, make, 0, COUNTED}

static const row rows[] = {
    ROWS_OF("int", make_int),
    ROWS_OF("float", make_float),
    ROWS_OF("tuple", make_tuple),
    ROWS_OF("list", make_list),
    ROWS_OF("dict", make_dict),
    ROWS_OF("str", make_str),
    ROWS_OF("bytes", make_bytes),
    ROWS_OF("int product", make_product),
    ROWS_OF("str append", make_joined),
    ROWS_OF("list append", make_appended),
    ROWS_OF("dict of one", make_dict_of_one),
    ROWS_OF("dict of ten", make_dict_of_ten),
    ROWS_OF("set of four", make_set),
    {"collection, cycles", run_cycles, NULL, 0, COLLECTED},
    {"collection, live ints", run_live, make_int, 0, COLLECTED},
    {"collection, live lists", run_live, make_list, 0, COLLECTED / 2},
};

enum { OF_OBJECTS = sizeof rows / sizeof *rows, OF_CLASSES = LARGEST / CLASS };

/* The rows of the table, then one for each size class. */
static row nth_row(int i, char name[32])
{
    if (i < OF_OBJECTS)
        return rows[i];
    i -= OF_OBJECTS;
    snprintf(name, 32, "block of %d", CLASS * (i + 1));
    return (row){name, run_pair, NULL, (size_t)CLASS * (size_t)(i + 1), PAIRS};
}

static void print_rows(void)
{
    char name[32];

    for (int i = 0; i < OF_OBJECTS + OF_CLASSES; i++)
        puts(nth_row(i, name).name);
}

static bool find_row(row *r, const char *wanted, char name[32])
{
    for (int i = 0; i < OF_OBJECTS + OF_CLASSES; i++) {
        *r = nth_row(i, name);
        if (strcmp(r->name, wanted) == 0)
            return true;
    }
    return false;
}

/* ---- one row in a runtime of its own */

static double measure(const row *r, double share)
{
    world w;
    double result;

    for (int k = 0; k < KEYS; k++)
        w.keys[k] = PyUnicode_FromFormat("key %d", k);
    if (r->run != run_cycles && r->run != run_live)
        r->run(r, &w, (long)((double)r->n * share / 100) + 2); /* pages, caches, free lists */
    result = r->run(r, &w, (long)((double)r->n * share) + 2);
    for (int k = 0; k < KEYS; k++)
        Py_DECREF(w.keys[k]);
    return result;
}

#ifdef MODEL

static void count_report(void *ctx, const rm_report *report)
{
    ++*(int *)ctx;
    rm_report_print(report, stderr);
}

static int run(const row *r, double share)
{
    int reports = 0;
    rm_options options = {.hooks = {.ctx = &reports, .report = count_report}};
    rm_runtime *rt = rm_runtime_create(&options);

    if (rt == NULL)
        return 1;
    printf("%.3f\n", measure(r, share));
    rm_runtime_destroy(rt);
    return reports == 0 ? 0 : 1;
}

#else

static int run(const row *r, double share)
{
    Py_InitializeEx(0);
    printf("%.3f\n", measure(r, share));
    return 0;
}

#endif

int main(int argc, char **argv)
{
    double share = argc > 2 ? atof(argv[2]) : 1;
    char name[32];
    row r;

    if (argc == 2 && strcmp(argv[1], "--rows") == 0) {
        print_rows();
        return 0;
    }
    if (argc < 2 || argc > 3 || share <= 0 || !find_row(&r, argv[1], name)) {
        fputs("usage: objects_X --rows | ROW [SHARE]\n", stderr);
        return 2;
    }
    return run(&r, share);
}
