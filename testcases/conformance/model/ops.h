/* What programs over ops.def are made of: a step is one call whose arguments are slots of a pool, numbers
 * or names. Included by what plays programs: play.c and the fuzzer.
 */
#ifndef MODEL_OPS_H
#define MODEL_OPS_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

enum { SLOTS = 10, ARGS = 4 };

typedef struct {
    char mode; /* $ ^ + @ or n s */
    int slot;
    long number;
    char text[16];
} argument;

typedef struct {
    int op, nargs, result;
    argument args[ARGS];
} step;

static PyObject *pool[SLOTS];

static PyObject *new_list(Py_ssize_t n)
{
    PyObject *list = PyList_New(n);

    for (Py_ssize_t i = 0; list != NULL && i < n; i++)
        PyList_SET_ITEM(list, i, Py_NewRef(Py_None));
    return list;
}

static int is_kind(PyObject *op, char kind)
{
    switch (kind) {
    case 'o': return 1;
    case 'L': return PyList_CheckExact(op);
    case 'T': return PyTuple_CheckExact(op);
    case 'D': return PyDict_CheckExact(op);
    case 'S': return PySet_Check(op);
    case 'U': return PyUnicode_CheckExact(op);
    case 'B': return PyBytes_CheckExact(op);
    case 'Y': return PyByteArray_CheckExact(op);
    case 'I': return PyLong_CheckExact(op);
    case 'F': return PyFloat_CheckExact(op);
    case 'X': return PyExceptionInstance_Check(op);
    case 'C': return PyExceptionClass_Check(op);
    case 'M': return PyModule_CheckExact(op);
    case 'W': return PyWeakref_CheckRef(op);
    case 'R': return PyIter_Check(op);
    case 'P': return PyCell_Check(op);
    case 'A': return PyModule_CheckExact(op) || PyExceptionInstance_Check(op);
    }
    return 0;
}

typedef struct {
    PyObject *o;
    Py_ssize_t z;
} result;

static const struct {
    const char *name, *signature;
} ops[] = {
#define OP(name, signature, ...) {#name, signature},
#include "ops.def"
#undef OP
};

enum {
#define OP(name, signature, ...) OP_##name,
#include "ops.def"
#undef OP
    NOPS
};

/* 0 for what has no room in a Py_ssize_t. */
static Py_ssize_t whole(double x)
{
    return x > -1e18 && x < 1e18 ? (Py_ssize_t)x : 0;
}

#define O(i) pool[s->args[i].slot]
#define AT(i) (&pool[s->args[i].slot])
#define N(i) s->args[i].number
#define S(i) s->args[i].text
static result call(const step *s)
{
    result r = {NULL, 0};

    switch (s->op) {
#define OP(name, signature, ...) \
    case OP_##name: __VA_ARGS__; break;
#include "ops.def"
#undef OP
    }
    return r;
}

static void take_stolen(const step *s, int failed)
{
    for (int i = 0; i < s->nargs; i++)
        if (s->args[i].mode == '^' || (s->args[i].mode == '+' && !failed))
            pool[s->args[i].slot] = NULL;
}

#endif
