/* lsp: the language server on stdin and stdout.
 *
 * One loop reads messages, starts analyses in processes of their own and publishes what they find.
 * What the command line knows (settings, pages about rules) it is handed as functions.
 */
#ifndef REFWARDEN_LSP_H
#define REFWARDEN_LSP_H

#include "session.h"

typedef struct {
    const char *version;
    void *ctx; /* for settings */
    /* What `check path` would be given; lives in a. */
    int (*settings)(void *ctx, arena *a, const char *path, session_options *out, status *st);
    const char *(*explain)(const char *rule); /* a page in Markdown; NULL: there is no such rule */
    const char *log;  /* a file, or NULL */
    bool verbose;     /* every message as a whole goes to the log */
} lsp_options;

/* 0: the client said shutdown and exit; 1: it left without; -1: the log cannot be written. */
int lsp_run(const lsp_options *options, status *st);

#endif
