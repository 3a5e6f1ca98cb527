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
    size_t from, to; /* bytes of a text */
} text_span;

/* What a file says before it includes Python.h, and that include. */
typedef struct {
    const char *directives; /* what has to be the same for headers to mean the same; one a line, no comments */
    size_t bytes;           /* of the file, from its start */
    const text_span *kept;  /* directives among these that make no difference to headers */
    int nkept;
} frontend_prelude;

typedef struct {
    const char *path;          /* file to open, relative to the working directory or absolute */
    const char *shown;         /* how reports name it */
    const char *text;          /* content when it does not come from path (stdin); else NULL */
    size_t text_len;
    const source_text *texts;  /* what other files hold, headers mostly, instead of what is on disk */
    int ntexts;
    const char *directory;     /* compile directory for relative flags; NULL = working directory */
    const char *const *flags;  /* compiler flags without compiler, input and output */
    int nflags;
    const char *resource_dir;  /* NULL: found by itself (--resource-dir) */
    const char *shared_header; /* what frontend_share() wrote for the file's prelude, or NULL */
    const char *shared_names;  /* and the names it gave; NULL without shared_header */
    const frontend_prelude *prelude; /* what it stands for */
    bool tells_reads;          /* the report lists files and asked */
    const char *const *type_slots; /* names of slots by their number in a PyType_Slot; may hold NULL */
    int ntype_slots;
} frontend_request;

/* A file that was read, and what it held then. */
typedef struct {
    const char *path; /* absolute */
    hash128 content;
} frontend_file;

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
    const frontend_file *files; /* all that was read, each once; nothing of what is embedded */
    int nfiles;
    const char **asked;     /* names of headers behind __has_include */
    int nasked;
} frontend_report;

/* Loads libclang's shared state by parsing an empty buffer: call once before forking workers. */
void frontend_warm(void);

/* Parses and lowers one file; unit and report live in a. -1 when nothing could be parsed at all
 * (file unreadable, libclang gave up), with the reason in st. Needs a large stack for hostile
 * input: call it on a thread or process with at least 64 MB. */
int frontend_lower(arena *a, const frontend_request *request, ir_unit **unit,
                   frontend_report *report, status *st);

/* The headers that files with the flags of r may include, for frontend_read_prelude; C only. They are read
 * when a question needs it. Lives in a. */
typedef struct frontend_headers frontend_headers;
frontend_headers *frontend_find_headers(arena *a, const frontend_request *r);

/* False when the file begins in a way that cannot be shared. Without headers (NULL) every macro makes a
 * difference. No Python.h may stand in the file's own folder or in one of -iquote, since quotes count as
 * brackets: the caller has to look. What is in out lives in a. */
bool frontend_read_prelude(arena *a, const char *text, size_t len, const char *const *flags, int nflags,
                           frontend_headers *headers, frontend_prelude *out);

/* Parses such directives once and writes the result to file, for all files with the same
 * directives and the same flags, directory and language as `like`; adds to names what
 * frontend_request.shared_names needs. -1 when that cannot be done: parse the files as they are. */
int frontend_share(arena *a, const frontend_request *like, const char *directives,
                   const char *file, buf *names, status *st);

/* Which libclang this is, to the build: its result may be another one when this changes. */
const char *frontend_identity(arena *a);

/* "19.1.7", and the resource directory in use (static storage is not used: lives in a). */
const char *frontend_clang_version(arena *a);
const char *frontend_resource_dir(arena *a, const char *wanted);

#endif
