/* frontend: C source in, ir_unit out. The only folder that knows libclang.
 *
 * Every function with a body in the main file and in project headers it includes is lowered.
 * Headers of Python's API are given a thin overlay, so that Py_CLEAR, PyTuple_GET_ITEM and the
 * like arrive as calls by name whatever the installed headers expand them to.
 */
#ifndef REFWARDEN_FRONTEND_H
#define REFWARDEN_FRONTEND_H

#include "base.h"
#include "ir.h"

typedef struct {
    const char *path;          /* file to open, relative to the working directory or absolute */
    const char *shown;         /* how reports name it */
    const char *text;          /* content when it does not come from path (stdin); else NULL */
    size_t text_len;
    const char *directory;     /* compile directory for relative flags; NULL = working directory */
    const char *const *flags;  /* compiler flags without compiler, input and output */
    int nflags;
    bool process_ends;         /* the process exits soon: libclang's memory is left to it */
    const char *resource_dir;  /* NULL: found by itself (--resource-dir) */
    const char *const *type_slots; /* names of slots by their number in a PyType_Slot; may hold NULL */
    int ntype_slots;
} frontend_request;

typedef struct {
    int functions;          /* lowered */
    int partial_functions;  /* of these, with statements that did not parse (IR_R_PARTIAL) */
    int errors;             /* error diagnostics with a place */
    const char *first_error; /* text, file, line and column of the first of these, NULL when none */
    const char *first_error_file;
    int first_error_line, first_error_column;
    const char **messages;  /* first few errors as "file:line:col: text" */
    int nmessages;
    const char **missing;   /* headers that were not found, each once, as written */
    int nmissing;
    bool python_h_missing;
    const char **includes;  /* what the main file names, and paths of all headers behind it */
    int nincludes;
    const char **macros;    /* names that the main file itself defines */
    int nmacros;
} frontend_report;

/* Loads libclang's shared state by parsing an empty buffer: call once before forking workers. */
void frontend_warm(void);

/* Parses and lowers one file; unit and report live in a. -1 when nothing could be parsed at all
 * (file unreadable, libclang gave up), with the reason in st. Needs a large stack for hostile
 * input: call it on a thread or process with at least 64 MB. */
int frontend_lower(arena *a, const frontend_request *request, ir_unit **unit,
                   frontend_report *report, status *st);

/* "19.1.7", and the resource directory in use (static storage is not used: lives in a). */
const char *frontend_clang_version(arena *a);
const char *frontend_resource_dir(arena *a, const char *wanted);

#endif
