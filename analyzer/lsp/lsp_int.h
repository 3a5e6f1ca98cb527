/* What the parts of the language server share; no other folder includes this. */
#ifndef REFWARDEN_LSP_INT_H
#define REFWARDEN_LSP_INT_H

#include "lsp.h"

#include <jansson.h>

/* ---- messages on the wire (frame.c) */

typedef enum { FRAME_NONE, FRAME_MESSAGE, FRAME_GARBAGE } frame_kind;

typedef struct {
    buf in;
    size_t at;    /* what is in front of it was read */
    bool is_lost; /* bytes were skipped since the last message */
} frame_reader;

void frame_feed(frame_reader *r, const char *bytes, size_t n);
/* body may be changed in place, and is there until the next call. FRAME_GARBAGE: what came before the
 * next message was none. */
frame_kind frame_next(frame_reader *r, char **body, size_t *len);
void frame_free(frame_reader *r);

/* ---- JSON (json.c); names of members may be paths: "textDocument.uri" */

json_t *json_parse(char *body, size_t len); /* NULL: it is none; repairs body where that keeps lengths */
json_t *json_at(const json_t *o, const char *path); /* NULL: not there */
const char *json_string_at(const json_t *o, const char *path);
bool json_int(const json_t *o, const char *path, json_int_t *out);
bool json_flag(const json_t *o, const char *path);
json_t *json_clean(const char *s); /* a string, whatever the bytes */

/* ---- file names (uri.c) */

char *uri_path(arena *a, const char *uri); /* NULL: not a file */
char *uri_of(arena *a, const char *path);
char *path_real(arena *a, const char *path); /* absolute, links resolved where it exists */

/* ---- texts and positions (text.c)
 *
 * Ours are lines and columns of bytes from 1, the protocol's are lines and code units from 0. */

typedef enum { UNITS_UTF16, UNITS_UTF8 } text_units;

typedef struct {
    char *data;     /* NUL-terminated, owned */
    size_t len;
    size_t *starts; /* of lines: there is always one */
    int nlines, cap;
} lsp_text;

typedef struct {
    int line, unit;
} position;

void text_set(lsp_text *t, const char *data, size_t len);
void text_replace(lsp_text *t, size_t from, size_t to, const char *data, size_t len);
void text_free(lsp_text *t);
const char *text_line(const lsp_text *t, int line, size_t *len); /* from 0, without its end; NULL: no such */
int text_line_at(const lsp_text *t, size_t offset);

/* Behind the end of a line or of the text means that end; inside a character its beginning. */
size_t text_offset(const lsp_text *t, position p, text_units units);
position text_position(const lsp_text *t, int line, int column, text_units units);
position text_position_at(const lsp_text *t, size_t offset, text_units units);

json_t *json_position(position p);
bool json_read_position(const json_t *o, position *out);

/* ---- documents (documents.c) */

typedef enum { PROGRESS_NONE, PROGRESS_ASKED, PROGRESS_SHOWN } progress_state;

typedef struct {
    char *uri, *path, *real; /* owned */
    bool is_open;            /* in the editor; else it is there because somebody asked for its check */
    bool is_source;          /* to be analysed: not a header */
    json_int_t version;
    lsp_text text;
    unsigned long stamp;     /* the server's clock at its last change */
    double changed;          /* when that was */
    double due;              /* when to analyse it; 0: no need */

    bool is_repairing;       /* the analysis tries fixes too: the second one of a text, when there are findings */
    session_task *task;      /* the analysis that runs, or NULL */
    unsigned long started_at;/* the server's clock then */
    double started, deadline;
    int token;               /* of its progress */
    progress_state progress;
    int deaths;              /* of analyses in a row */
    json_t *waiting;         /* ids of requests that end with the analysis; NULL: none */

    arena *memory;           /* of result */
    session_result result;   /* its paths are real ones */
    unsigned long result_at; /* the server's clock when its analysis started; 0: there is none */
} document;

typedef struct {
    bool related, versions_in_edits, literals, progress, watches;
} client_abilities;

typedef enum { STATE_BEFORE, STATE_RUNNING, STATE_SHUT_DOWN, STATE_EXITED } server_state;

typedef struct {
    const lsp_options *options;
    server_state state;
    bool was_shut_down;
    text_units units;
    client_abilities client;
    long parent;         /* process; 0: not said */
    unsigned long clock; /* counts changes */
    int last_token;
    document **docs;
    int ndocs, docs_cap;
    char **published;    /* URIs with diagnostics at the client */
    int npublished, published_cap;
    char *last_error;    /* that was shown */
    frame_reader in;
    buf out;
    size_t sent;         /* of out */
    FILE *log;
    double start;
} server;

double clock_now(void);
void *must_alloc(size_t n); /* zeroed; without memory the server ends */
void *list_grow(void *v, int n, int *cap, size_t item);

document *document_at(const server *s, const char *real); /* NULL: none */
document *document_with(const server *s, const char *uri);
document *document_add(server *s, const char *uri, const char *path);
void document_remove(server *s, document *d);
bool is_header(const char *path); /* to be analysed with the sources that include it */
bool document_is_current(const document *d); /* its findings are about the text as it is */

/* What file holds now: a document's text, or what is on disk; false: nothing. */
typedef struct { const char *real; lsp_text text; } known_text;
typedef struct {
    arena *a;
    const server *s;
    known_text *items; /* read from disk */
    int n, cap;
} text_cache;
const lsp_text *text_cache_get(text_cache *c, const char *real); /* NULL: it cannot be read */
void text_cache_free(text_cache *c);

/* ---- texts and files, as the client tells about them (sync.c) */

#define CHANGE_DELAY 0.3 /* seconds without a change */

document *open_one(server *s, const json_t *params); /* that params name; NULL: it is not open */
void did_open(server *s, const json_t *params);
void did_change(server *s, const json_t *params);
void did_save(server *s, const json_t *params);
void did_close(server *s, const json_t *params);
void configuration_changed(server *s, const json_t *params);
void files_changed(server *s, const json_t *params);

/* ---- talking (server.c) */

void send_message(server *s, json_t *message); /* takes it */
void send_notification(server *s, const char *method, json_t *params);
void send_request(server *s, const char *id, const char *method, json_t *params);
void send_result(server *s, const json_t *id, json_t *result);
void send_error(server *s, const json_t *id, int code, const char *text);
void say(server *s, const char *fmt, ...) __attribute__((format(printf, 2, 3))); /* to the log */

enum {
    ERROR_PARSE = -32700,
    ERROR_REQUEST = -32600,
    ERROR_METHOD = -32601,
    ERROR_PARAMS = -32602,
    ERROR_NOT_INITIALIZED = -32002,
    ERROR_CANCELLED = -32800,
    ERROR_FAILED = -32803,
};

void dispatch(server *s, const json_t *message); /* messages.c */

/* ---- analyses (analyses.c) */

void analysis_want(server *s, document *d, double delay); /* a running one is about an old text */
void analysis_want_users(server *s, const char *header, double delay); /* NULL: every source */
void analysis_stop(server *s, document *d, const char *why); /* who waits for it is told */
void analyses_start(server *s); /* those that are due, as many as may run */
double analyses_next(const server *s); /* when to look again; 0: not before something happens */
void analysis_finish(server *s, document *d); /* its task has ended */
void progress_answered(server *s, int token, bool is_allowed);

/* ---- findings (diagnostics.c) */

/* A finding that is shown in some file, and the document whose analysis found it. */
typedef struct {
    const finding *f;
    const document *of;
} shown_finding;

/* Those in the file that are right for its text; *is_old: some are not, and will be replaced. */
shown_finding *findings_in(const server *s, arena *a, const char *real, int *n, bool *is_old);
json_t *range_json(const server *s, const lsp_text *t, const place *p);
json_t *diagnostic_json(const server *s, text_cache *texts, const finding *f);
void publish(server *s, const char *real);
void publish_nothing(server *s, const char *uri); /* where something was published */
/* Every file that the results name, after d's was replaced by another or by nothing. */
void publish_result(server *s, const document *d, const session_result *before);

/* ---- answers to requests */

json_t *code_actions(server *s, const document *d, const json_t *params); /* actions.c */
json_t *hover(server *s, const document *d, position at); /* hover.c; null: nothing there */

/* Where a comment goes that silences a finding (ignore.c). */
typedef struct {
    size_t from, to; /* bytes that are replaced; equal: nothing */
    const char *text;
} comment_edit;
bool ignore_line_edit(arena *a, const lsp_text *t, const finding *f, comment_edit *out); /* false: nowhere */
bool ignore_function_edit(arena *a, const lsp_text *t, const finding *f, comment_edit *out);

#endif
