/* report: findings as text for people and machines. One row in reporters.def, one file a format. */
#ifndef REFWARDEN_REPORT_H
#define REFWARDEN_REPORT_H

#include "base.h"
#include "format.h"
#include "rule_api.h"
#include "slot.h"

typedef struct {
    const char *tool_version;
    const finding *findings; /* sorted; those of STATE_UNCHANGED are there for formats that tell them apart */
    int nfindings;
    bool is_compared;        /* with what was known before: findings have a state */
    const finding *fixed;    /* known before and gone, of STATE_FIXED: file, function, rule, object, message and
                              * fingerprint; the line may be 0 */
    int nfixed;
    /* Whether a line was changed; NULL when nobody asked about changes only. */
    bool (*is_changed)(void *ctx, const char *file, int line);
    void *changed_ctx;
    const unit_result *units; /* sorted by file */
    int nunits;
    int files, functions;
    bool color;              /* text formats only */
    int width;               /* columns for text; 0 = 80 */
    /* Source lines for text: returns line `line` of `file` without newline, or NULL. */
    const char *(*source_line)(void *ctx, const char *file, int line, size_t *len);
    void *source_ctx;
    const rule *rules;       /* every rule, the last with code NULL; NULL: none is described */
    const char *(*explain)(const char *code); /* the page about a rule, as markdown; NULL when there is none */
    /* Is told what a format had no room for; may be NULL. */
    void (*notice)(void *ctx, const char *text);
    void *notice_ctx;
} report_input;

/* format: a name in reporters.def ("text", "concise", "json"). -1 when there is no such format. */
int report_write(const char *format, const report_input *in, buf *out, status *st);
int report_check_format(const char *format, status *st);
/* The i-th format; false behind the last. */
bool report_format_at(int i, const char **name, const char **doc);
const char *report_formats(void); /* "text, concise, json" for messages and --help */

/* One line about the run, for stderr: "3 findings in 2 files (31 functions, 4 files checked)". */
void report_summary(const report_input *in, buf *out);

/* Adds s as one line without anything that a terminal would act on; for stderr. */
void report_plain(const char *s, buf *out);

/* The table of rules, as "text" or "json"; ends with code NULL. */
int report_rules(const char *format, const rule *rules, buf *out, status *st);

/* How many findings there are of each rule, as "text" or "json". */
int report_statistics(const char *format, const report_input *in, buf *out, status *st);

/* What a run would use. */
typedef enum { SETTING_TEXT, SETTING_NUMBER, SETTING_LIST, SETTING_FLAG } setting_kind;

typedef struct {
    const char *name;
    setting_kind kind;
    const char *const *items; /* the value; a list may have several, and what is not set has none */
    int nitems;
    const char *source;       /* "command line", "pyproject.toml:3" or "default" */
} report_setting;

typedef struct {
    const char *const *paths; /* for which these hold */
    int npaths;
    const char *file;         /* that sets them, or NULL */
    const report_setting *settings;
    int nsettings;
    const char *target;       /* "3.9", or NULL when nobody says */
    const char *target_source;
    const char *python;       /* the interpreter that is asked, NULL: the compile commands know */
    const char *const *headers;
    int nheaders;
    bool substituted;         /* they are of another Python: this one has none */
    const char *headers_version; /* "3.11" or NULL */
    const char **databases;   /* compile_commands.json in use */
    const int *database_files; /* how many files each has commands for */
    int ndatabases;
    int files;
    const rule *rules;        /* that are on; ends with code NULL */
} report_settings_group;

int report_settings(const char *format, const report_settings_group *groups, int n, buf *out, status *st);

/* Rows of the contract tables as JSON (contracts-1.schema.json). */
typedef struct {
    const char *tool_version;
    const contract **functions;
    const format_unit **units;
    const slot **slots;
    int nfunctions, nunits, nslots;
} report_contracts_input;

int report_contracts_json(const report_contracts_input *in, buf *out, status *st);

#endif
