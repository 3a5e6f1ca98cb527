/* What the report formats share; no other folder includes this. */
#ifndef REFWARDEN_REPORT_INT_H
#define REFWARDEN_REPORT_INT_H

#include "report.h"

#define REPORTER(name, function, doc) int function(const report_input *in, buf *out, status *st);
#include "reporters.def"
#undef REPORTER

struct json_t;
int write_json(struct json_t *root, buf *out, status *st); /* consumes root */
int write_json_line(struct json_t *root, buf *out, status *st); /* the same without a line break inside */
struct json_t *json_document(const report_input *in); /* the JSON format as a whole */
int report_rules_json(const rule *rules, buf *out, status *st);

/* The source lines that findings need (excerpt.c); lives in a. */
typedef struct excerpt excerpt;
excerpt *excerpt_create(arena *a, const report_input *in);
int excerpt_add(excerpt *e, const finding *f); /* the line on which its function begins; 0: not found */
struct json_t *excerpt_json(const excerpt *e); /* [{"file": ..., "runs": [[first line, [text, ...]], ...]}, ...] */
void text_fix(const report_input *in, const finding_fix *fix, buf *out);

/* Adds n bytes as one line of plain text: control characters, invisible reordering characters and
 * bytes that are not UTF-8 become \xNN or \u{NNNN}, a tab becomes spaces up to the next stop. */
void plain_add(buf *out, const char *s, size_t n);
void plain_text(buf *out, const char *s); /* NULL adds nothing */

/* Columns that plain text takes, and the bytes of it that fit into `columns`. */
int plain_width(const char *s, size_t n);
size_t plain_fit(const char *s, size_t n, int columns);

/* ---- where a finding is shown (place.c) */

static inline int at_least_one(int n)
{
    return n > 0 ? n : 1;
}

/* What was known before is shown by formats that can say so. */
static inline bool is_shown(const finding *f)
{
    return f->state != STATE_UNCHANGED;
}

/* Where f is; when only changed lines count and that is none, its last step or other place that is on one. */
const place *primary_place(const report_input *in, const finding *f);

/* p on one line, from 1 on: an end that is unknown or on another line becomes the end of the text. */
place one_line(const report_input *in, const place *p);

/* A column of bytes as one of UTF-16 code units. */
int utf16_column(const report_input *in, const char *file, int line, int column);

typedef struct {
    const finding *f;
    place at; /* on one line; columns are bytes */
    int index; /* in report_input.findings */
} shown_finding;

/* Those that are shown, in their order; *n of them, in a. */
shown_finding *shown_findings(arena *a, const report_input *in, int *n);

/* The message, and where it is about when that is not where it is shown. */
void message_add(buf *out, const shown_finding *s);

/* The text format's story of one finding, without colour. */
int story_add(const report_input *in, const finding *f, buf *out, status *st);

/* ---- XML: text for content and for quoted attributes; what XML cannot hold becomes U+FFFD */
void xml_add(buf *out, const char *s);

#endif
