/* Reference counts that are written, not counted: free lists and resurrection. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct cell {
    PyObject_HEAD
    PyObject *value;
    struct cell *next_free;
} Cell;

static PyTypeObject Cell_Type;
static Cell *free_cells;
static int n_free;

static Cell *cell_alloc(void)
{
    Cell *cell = free_cells;
    if (cell == NULL)
        return PyObject_New(Cell, &Cell_Type);
    free_cells = cell->next_free;
    n_free--;
    _Py_NewReference((PyObject *)cell);
    return cell;
}

static PyObject *cell_of(PyObject *self, PyObject *arg)
{
    Cell *cell = cell_alloc();
    if (cell == NULL)
        return NULL;
    cell->value = Py_NewRef(arg);
    cell->next_free = NULL;
    return (PyObject *)cell;
}

static void cell_dealloc(PyObject *op)
{
    Cell *cell = (Cell *)op;
    Py_CLEAR(cell->value);
    if (n_free < 16) {
        cell->next_free = free_cells;
        free_cells = cell;
        n_free++;
        return;
    }
    PyObject_Free(op);
}

/* The object is kept alive for the time of a call that gets it as an argument. */
static void traced_dealloc(PyObject *op)
{
    Py_SET_REFCNT(op, 1);
    PyObject *result = PyObject_CallMethod(op, "close", NULL);
    if (result == NULL)
        PyErr_WriteUnraisable(op);
    else
        Py_DECREF(result);
    Py_SET_REFCNT(op, Py_REFCNT(op) - 1);
    if (Py_REFCNT(op) > 0)
        return;
    Py_TYPE(op)->tp_free(op);
}

static PyObject *boxed(PyObject *self, PyObject *arg)
{
    PyObject *tuple = PyTuple_New(1);
    if (tuple == NULL)
        return NULL;
    Py_SET_REFCNT(arg, Py_REFCNT(arg) + 1);
    PyTuple_SET_ITEM(tuple, 0, arg);
    return tuple;
}

static PyObject *old_style(PyObject *self, PyObject *arg)
{
    arg->ob_refcnt++;
    return arg;
}

/* ---- counts that are left alone */

static PyObject *cell_peek(PyObject *self, PyObject *noargs)
{
    if (free_cells == NULL)
        Py_RETURN_NONE;
    Py_ssize_t count = Py_REFCNT(self);
    PyObject *number = PyLong_FromSsize_t(count);
    if (number == NULL)
        return NULL;
    if (count == 1)
        Py_RETURN_NONE;                      // expect: RW102 'number'
    return number;
}

static PyObject *cell_of_leaking(PyObject *self, PyObject *arg)
{
    Cell *cell = cell_alloc();
    if (cell == NULL)
        return NULL;
    cell->value = PyObject_Str(arg);
    if (cell->value == NULL)
        return NULL;                         // expect: RW101 'cell'
    return (PyObject *)cell;
}

/* Looking at the count takes nothing. */
static PyObject *if_shared(PyObject *self, PyObject *arg)
{
    if (Py_REFCNT(arg) > 1)
        return arg;                          // expect: RW301 'arg'
    Py_RETURN_NONE;
}

static PyTypeObject Cell_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "count.Cell",
    .tp_basicsize = sizeof(Cell),
    .tp_dealloc = cell_dealloc,
};

static PyTypeObject Traced_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "count.Traced",
    .tp_basicsize = sizeof(Cell),
    .tp_dealloc = traced_dealloc,
};

static PyMethodDef methods[] = {
    {"cell_of", cell_of, METH_O, NULL},
    {"boxed", boxed, METH_O, NULL},
    {"old_style", old_style, METH_O, NULL},
    {"cell_peek", cell_peek, METH_NOARGS, NULL},
    {"cell_of_leaking", cell_of_leaking, METH_O, NULL},
    {"if_shared", if_shared, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
