#include "model.h"

rm_runtime *rt;
rm_python model_version;
int nfaults, nleaks, nheld, nunraisable;
char last_report[256];
bool node_visits;
void (*on_finalize)(node *n);
long finalized[64], died[64];
int nfinalized, ndied;

/* ---- runtime */

static void count_report(void *ctx, const rm_report *report)
{
    (void)ctx;
    nfaults += report->kind == RM_REPORT_FAULT;
    nleaks += report->kind == RM_REPORT_LEAK;
    nheld += report->kind == RM_REPORT_HELD;
    snprintf(last_report, sizeof last_report, "%s: %s", report->what, report->type);
}

static void count_unraisable(void *ctx, const char *exception)
{
    (void)ctx;
    (void)exception;
    nunraisable++;
}

static int set_up(rm_python version)
{
    rm_options options = {.version = version, .reuse = true};

    options.hooks.report = count_report;
    options.hooks.unraisable = count_unraisable;
    nfaults = nleaks = nheld = nunraisable = nfinalized = ndied = 0;
    on_finalize = NULL;
    node_visits = true;
    model_version = version;
    rt = rm_runtime_create(&options);
    return rt != NULL && PyType_Ready(&Node_Type) == 0 ? 0 : -1;
}

int model_setup_3_11(void **state)
{
    (void)state;
    return set_up(RM_PYTHON_3_11);
}

int model_setup_3_12(void **state)
{
    (void)state;
    return set_up(RM_PYTHON_3_12);
}

int model_setup_3_13(void **state)
{
    (void)state;
    return set_up(RM_PYTHON_3_13);
}

int model_teardown_reports(void **state)
{
    (void)state;
    rm_runtime_destroy(rt);
    return 0;
}

int model_teardown(void **state)
{
    model_teardown_reports(state);
    if (nfaults + nleaks + nheld != 0)
        print_error("reported: %d faults, %d leaks, %d held; last %s\n", nfaults, nleaks, nheld,
                    last_report);
    return nfaults + nleaks + nheld;
}

size_t blocks_in_use(void)
{
    rm_gc_collect(rt, 2);
    return rm_alloc_blocks(rm_runtime_alloc(rt));
}

void for_each_allocation_failure(bool (*scenario)(void))
{
    rm_alloc *alloc = rm_runtime_alloc(rt);
    size_t before;
    long n = 0;
    bool failed;

    assert_true(scenario());
    before = blocks_in_use();
    do {
        bool succeeded;

        rm_alloc_fail(alloc, n, n + 1);
        succeeded = scenario();
        failed = rm_alloc_requests(alloc) > n;
        rm_alloc_fail(alloc, -1, 0);
        assert_true(succeeded || failed);
        if (!succeeded)
            assert_ptr_equal(PyErr_Occurred(), PyExc_MemoryError);
        PyErr_Clear();
        assert_int_equal(blocks_in_use(), before);
        n++;
    } while (failed);
}

/* ---- nodes */

static int node_traverse(PyObject *op, visitproc visit, void *arg)
{
    node *n = (node *)op;

    if (PyType_HasFeature(Py_TYPE(op), Py_TPFLAGS_HEAPTYPE))
        Py_VISIT(Py_TYPE(op));
    if (node_visits) {
        Py_VISIT(n->a);
        Py_VISIT(n->b);
    }
    return 0;
}

static int node_clear(PyObject *op)
{
    Py_CLEAR(((node *)op)->a);
    Py_CLEAR(((node *)op)->b);
    return 0;
}

static void node_dealloc(PyObject *op)
{
    PyTypeObject *type = Py_TYPE(op);

    if (type->tp_finalize != NULL && PyObject_CallFinalizerFromDealloc(op) < 0)
        return;
    PyObject_GC_UnTrack(op);
    Py_TRASHCAN_BEGIN(op, node_dealloc)
    if (((node *)op)->weaklist != NULL)
        PyObject_ClearWeakRefs(op);
    if (ndied < 64)
        died[ndied++] = ((node *)op)->id;
    node_clear(op);
    type->tp_free(op);
    if (PyType_HasFeature(type, Py_TPFLAGS_HEAPTYPE) && type->tp_dealloc == node_dealloc)
        Py_DECREF(type);
    Py_TRASHCAN_END
}

PyTypeObject Node_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "test.Node",
    .tp_basicsize = sizeof(node),
    .tp_dealloc = node_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE,
    .tp_traverse = node_traverse,
    .tp_clear = node_clear,
    .tp_weaklistoffset = offsetof(node, weaklist),
};

node *node_new(long id)
{
    return instance_of((PyObject *)&Node_Type, id);
}

/* ---- classes */

static void node_finalize(PyObject *op)
{
    if (nfinalized < 64)
        finalized[nfinalized++] = ((node *)op)->id;
    if (on_finalize != NULL)
        on_finalize((node *)op);
}

PyObject *make_class(void)
{
    static PyType_Slot slots[] = {{Py_tp_traverse, node_traverse}, {Py_tp_clear, node_clear},
                                  {Py_tp_dealloc, node_dealloc},   {Py_tp_finalize, node_finalize},
                                  {Py_tp_members, NULL},           {0, NULL}};
    static PyMemberDef members[] = {
        {"__weaklistoffset__", 0, offsetof(node, weaklist), 0, NULL}, {NULL, 0, 0, 0, NULL}};
    PyType_Spec spec = {"test.Class", sizeof(node), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_BASETYPE, slots};

    slots[4].pfunc = members;
    return PyType_FromSpec(&spec);
}

node *instance_of(PyObject *cls, long id)
{
    node *n = (node *)PyType_GenericAlloc((PyTypeObject *)cls, 0);

    if (n != NULL)
        n->id = id;
    return n;
}

/* ---- hooks */

typedef struct {
    PyObject_HEAD
    hook_function f;
} hook;

static PyObject *hook_call(PyObject *op, PyObject *args, PyObject *kwargs)
{
    (void)kwargs;
    ((hook *)op)->f(PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : NULL);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

static PyTypeObject Hook_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "test.hook",
    .tp_basicsize = sizeof(hook),
    .tp_call = hook_call,
    .tp_flags = Py_TPFLAGS_DEFAULT,
};

PyObject *hook_new(hook_function f)
{
    hook *h = PyType_Ready(&Hook_Type) < 0 ? NULL : PyObject_New(hook, &Hook_Type);

    if (h != NULL)
        h->f = f;
    return (PyObject *)h;
}
