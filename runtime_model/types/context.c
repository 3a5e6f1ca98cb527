/* Context variables: their values are in the context that is current, a dict from variable to value. A
 * copy of a context shares nothing with it. A token remembers what a variable was set from. */
#include "core_int.h"

typedef struct {
    PyObject_HEAD
    PyObject *vars;   /* owned: dict */
    PyObject *before; /* owned: the context that was current; NULL: none */
    bool entered;
} context;

typedef struct {
    PyObject_HEAD
    PyObject *otherwise; /* owned; NULL: no default */
} variable;

typedef struct {
    PyObject_HEAD
    PyObject *context, *var, *old; /* owned; old NULL: there was no value */
    bool used;
} token;

static int wrong(PyObject *type, const char *message)
{
    PyErr_SetString(type, message);
    return -1;
}

/* ---- contexts */

/* Takes vars over. */
static PyObject *new_context(PyObject *vars)
{
    context *c = vars != NULL ? (context *)rm_gc_make(&PyContext_Type) : NULL;

    if (c == NULL) {
        Py_XDECREF(vars);
        return NULL;
    }
    c->vars = vars;
    RM_STORED(c, vars);
    c->before = NULL;
    c->entered = false;
    rm_gc_track((PyObject *)c);
    return (PyObject *)c;
}

PyObject *PyContext_New(void)
{
    return new_context(PyDict_New());
}

/* Borrowed; the first one is made when it is needed. */
static context *current(void)
{
    rm_runtime *rt = rm_now;

    if (rt->thread.context == NULL) {
        rt->thread.context = PyContext_New();
        if (rt->thread.context != NULL)
            RM_STORED(rt, rt->thread.context);
    }
    return (context *)rt->thread.context;
}

PyObject *PyContext_Copy(PyObject *op)
{
    if (PyContext_CheckExact(op))
        return new_context(PyDict_Copy(((context *)op)->vars));
    wrong(PyExc_TypeError, "an instance of Context was expected");
    return NULL;
}

PyObject *PyContext_CopyCurrent(void)
{
    context *c = current();

    return c != NULL ? PyContext_Copy((PyObject *)c) : NULL;
}

int PyContext_Enter(PyObject *op)
{
    rm_runtime *rt = rm_now;
    context *c = (context *)op;

    if (!PyContext_CheckExact(op))
        return wrong(PyExc_TypeError, "an instance of Context was expected");
    if (c->entered)
        return wrong(PyExc_RuntimeError, "cannot enter context: it is already entered");
    c->before = rt->thread.context;
    if (c->before != NULL) {
        RM_TAKEN(rt, c->before);
        RM_STORED(c, c->before);
    }
    c->entered = true;
    rt->thread.context = op;
    rm_keep_in(rt, op);
    return 0;
}

int PyContext_Exit(PyObject *op)
{
    rm_runtime *rt = rm_now;
    context *c = (context *)op;

    if (!PyContext_CheckExact(op))
        return wrong(PyExc_TypeError, "an instance of Context was expected");
    if (!c->entered || rt->thread.context != op)
        return wrong(PyExc_RuntimeError, "cannot exit context: it is not the one that was entered last");
    rt->thread.context = c->before;
    if (c->before != NULL) {
        RM_TAKEN(c, c->before);
        RM_STORED(rt, c->before);
    }
    c->before = NULL;
    c->entered = false;
    rm_drop_from(rt, op);
    return 0;
}

static int context_clear(PyObject *op)
{
    RM_CLEAR_IN(op, ((context *)op)->vars);
    RM_CLEAR_IN(op, ((context *)op)->before);
    return 0;
}

static void context_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    context_clear(op);
    PyObject_GC_Del(op);
}

static int context_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((context *)op)->vars);
    Py_VISIT(((context *)op)->before);
    return 0;
}

/* ---- variables */

PyObject *PyContextVar_New(const char *name, PyObject *otherwise)
{
    variable *v = (variable *)rm_gc_make(&PyContextVar_Type);

    (void)name;
    if (v == NULL)
        return NULL;
    v->otherwise = otherwise;
    rm_xkeep_in(v, otherwise);
    rm_gc_track((PyObject *)v);
    return (PyObject *)v;
}

static bool is_variable(PyObject *op)
{
    if (PyContextVar_CheckExact(op))
        return true;
    wrong(PyExc_TypeError, "an instance of ContextVar was expected");
    return false;
}

int PyContextVar_Get(PyObject *var, PyObject *otherwise, PyObject **value)
{
    context *c = (context *)rm_now->thread.context;
    PyObject *found;

    *value = NULL;
    if (!is_variable(var))
        return -1;
    found = c != NULL ? PyDict_GetItemWithError(c->vars, var) : NULL;
    if (found == NULL && PyErr_Occurred())
        return -1;
    if (found == NULL)
        found = otherwise != NULL ? otherwise : ((variable *)var)->otherwise;
    *value = Py_XNewRef(found);
    return 0;
}

static token *new_token(context *c, PyObject *var, PyObject *old)
{
    token *t = (token *)rm_gc_make(&PyContextToken_Type);

    if (t == NULL)
        return NULL;
    t->context = (PyObject *)c;
    t->var = var;
    t->old = old;
    t->used = false;
    rm_keep_in(t, t->context);
    rm_keep_in(t, var);
    rm_xkeep_in(t, old);
    rm_gc_track((PyObject *)t);
    return t;
}

PyObject *PyContextVar_Set(PyObject *var, PyObject *value)
{
    context *c = is_variable(var) ? current() : NULL;
    PyObject *old = c != NULL ? PyDict_GetItemWithError(c->vars, var) : NULL, *t;

    if (c == NULL || (old == NULL && PyErr_Occurred()))
        return NULL;
    t = (PyObject *)new_token(c, var, old);
    if (t != NULL && PyDict_SetItem(c->vars, var, value) < 0)
        Py_CLEAR(t);
    return t;
}

int PyContextVar_Reset(PyObject *var, PyObject *op)
{
    token *t = (token *)op;
    int rc;

    if (!is_variable(var))
        return -1;
    if (!Py_IS_TYPE(op, &PyContextToken_Type) || t->var != var)
        return wrong(PyExc_ValueError, "the token was made by a different ContextVar");
    if (t->used)
        return wrong(PyExc_RuntimeError, "the token has already been used once");
    if (t->context != rm_now->thread.context)
        return wrong(PyExc_ValueError, "the token was made in a different Context");
    rc = t->old != NULL ? PyDict_SetItem(((context *)t->context)->vars, var, t->old)
                        : PyDict_DelItem(((context *)t->context)->vars, var);
    t->used = rc == 0;
    return rc;
}

static int variable_clear(PyObject *op)
{
    RM_CLEAR_IN(op, ((variable *)op)->otherwise);
    return 0;
}

static void variable_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    variable_clear(op);
    PyObject_GC_Del(op);
}

static int variable_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((variable *)op)->otherwise);
    return 0;
}

static int token_clear(PyObject *op)
{
    RM_CLEAR_IN(op, ((token *)op)->context);
    RM_CLEAR_IN(op, ((token *)op)->var);
    RM_CLEAR_IN(op, ((token *)op)->old);
    return 0;
}

static void token_dealloc(PyObject *op)
{
    PyObject_GC_UnTrack(op);
    token_clear(op);
    PyObject_GC_Del(op);
}

static int token_traverse(PyObject *op, visitproc visit, void *arg)
{
    Py_VISIT(((token *)op)->context);
    Py_VISIT(((token *)op)->var);
    Py_VISIT(((token *)op)->old);
    return 0;
}

#define CONTEXT_TYPE(symbol, name, prefix)                          \
    PyTypeObject symbol = {                                         \
        PyVarObject_HEAD_INIT(&PyType_Type, 0)                      \
        .tp_name = name,                                            \
        .tp_basicsize = sizeof(prefix),                             \
        .tp_dealloc = prefix##_dealloc,                             \
        .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC,        \
        .tp_traverse = prefix##_traverse,                           \
        .tp_clear = prefix##_clear,                                 \
    };
CONTEXT_TYPE(PyContext_Type, "Context", context)
CONTEXT_TYPE(PyContextVar_Type, "ContextVar", variable)
CONTEXT_TYPE(PyContextToken_Type, "Token", token)
