/* What the fixed programs share: a start without site, one line a case, counts as differences. */
#ifndef MODEL_ORACLE_H
#define MODEL_ORACLE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdarg.h>
#include <stdio.h>
#include <structmember.h>

/* Clears the exception and names its type; - when none is set. */
static const char *raised(void)
{
    static char name[64];
    PyObject *type, *value, *traceback;

    PyErr_Fetch(&type, &value, &traceback);
    snprintf(name, sizeof name, "%s", type != NULL ? ((PyTypeObject *)type)->tp_name : "-");
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    return name;
}

static void start_python(void)
{
    PyConfig config;

    PyConfig_InitIsolatedConfig(&config);
    config.site_import = 0;
    Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
}

#endif
