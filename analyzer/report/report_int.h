/* What the report formats share; no other folder includes this. */
#ifndef REFWARDEN_REPORT_INT_H
#define REFWARDEN_REPORT_INT_H

#include "report.h"

#define REPORTER(name, function, doc) int function(const report_input *in, buf *out, status *st);
#include "reporters.def"
#undef REPORTER

struct json_t;
int write_json(struct json_t *root, buf *out, status *st); /* consumes root */
int report_rules_json(const rule *rules, buf *out, status *st);

void text_fix(const report_input *in, const finding_fix *fix, buf *out);

/* Adds n bytes as one line of plain text: control characters, invisible reordering characters and
 * bytes that are not UTF-8 become \xNN or \u{NNNN}, a tab becomes spaces up to the next stop. */
void plain_add(buf *out, const char *s, size_t n);
void plain_text(buf *out, const char *s); /* NULL adds nothing */

/* Columns that plain text takes, and the bytes of it that fit into `columns`. */
int plain_width(const char *s, size_t n);
size_t plain_fit(const char *s, size_t n, int columns);

/* The next character of UTF-8 text: its length, 0 when the bytes are not valid UTF-8. */
size_t utf8_next(const char *s, size_t n, uint32_t *code);

#endif
