/* C source through everything that a worker does with it, and into reports. What libclang does is its
 * own business: it runs in its crash recovery here, and in a process of its own in the product.
 *
 * Each input is what follows #include <Python.h>, whose precompiled form is made once.
 */
#define _GNU_SOURCE
#include "fuzz.h"

#include "report.h"
#include "rules.h"
#include "session_int.h"

#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

/* libclang gives threads a signal stack, which the sanitizer would take for its own. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "use_sigaltstack=0"; }

enum { STACK_MB = 512, MOST_NAMES = 4096 };

static const char beginning[] = "#define PY_SSIZE_T_CLEAN\n#include <Python.h>\n";

static const char *const snippets[] = {
    "goto out;\n", "out:\n", "{", "}", "(", ")", ";", ",", "*", "&", "->", "=", "==", "!", "?", ":", "0", "-1", "NULL",
    "0x7fffffffffffffff", "\"x\"", "'a'", "(PyObject *)", "(char *)", "(void)", "int ", "PyObject *", "Py_ssize_t ",
    "static ", "struct ", "union ", "return ", "return NULL;\n", "if (", "else ", "while (", "for (;;) ", "do ", "switch (",
    "case 1:\n", "default:\n", "break;\n", "continue;\n", "sizeof ", "({", "})", "__attribute__((cleanup(f))) ", "...",
    "_Generic(", "__builtin_choose_expr(", "__func__", "asm(\"\");\n", "volatile ", "[", "]", "[1]", ".x", "{0}",
    "#define X(a) a\n", "#if 0\n", "#endif\n", "#line 1 \"x.c\"\n", "X(", "// refwarden: ignore[RW101]\n",
    "typedef ", "PyTypeObject ", "PyMethodDef ", "PyModuleDef ", "METH_VARARGS", "Py_TPFLAGS_HAVE_GC", "\n"};

static const char *names[MOST_NAMES];

const char *const *fuzz_words(void)
{
    const contract_table *t = fuzz_contracts();
    int n = 0;

    if (names[0])
        return names;
    for (int i = 0; i < contract_count(t) && n < MOST_NAMES / 2; i++)
        names[n++] = contract_at(t, i)->name;
    for (int copies = 0; copies < 8; copies++) /* as likely as the names */
        for (size_t i = 0; i < sizeof snippets / sizeof *snippets; i++)
            names[n++] = snippets[i];
    return names;
}

/* ---- what lasts for the whole run */

typedef struct {
    arena *a; /* lasts, too */
    session_options options;
    run_context run;
    run_plan plan;
    file_plan file;
    python_headers python;
    shared_header shared;
    bool shares;
} setup;

static void share_header(arena *a, setup *s)
{
    source_flags *flags = &s->file.flags;
    source first = {.path = "input.c", .shown = "input.c", .absolute = "/input/input.c", .text = beginning,
                    .text_len = sizeof beginning - 1};

    s->plan = (run_plan){.files = &s->file, .shared = &s->shared, .nshared = 1};
    s->file.shared = 0;
    if (!frontend_read_prelude(a, beginning, sizeof beginning - 1, flags->flags.items, flags->flags.n, NULL,
                               &s->file.prelude))
        return;
    s->shared = (shared_header){.directives = s->file.prelude.directives};
    s->shared.fd = memfd_create("headers", 0);
    s->shared.names_fd = memfd_create("names", 0);
    s->shares = worker_share(a, &s->run, &first, &s->file, &s->shared) == 0;
}

static setup *set_up(void)
{
    static setup s;
    arena *a;

    if (s.run.rules)
        return &s;
    a = s.a = arena_create();
    s.options = (session_options){.target_minor = 11};
    s.run = (run_context){.options = &s.options, .rules = rules_all, .shown = rules_all, .contracts = fuzz_contracts(), .plan = &s.plan,
                          .python = &s.python};
    s.run.type_slots = slot_type_names(a, s.run.contracts, &s.run.ntype_slots);
    python_find_headers(a, NULL, NULL, &s.python);
    for (int i = 0; i < s.python.include.n; i++) {
        strings_add(a, &s.file.flags.flags, "-idirafter");
        strings_add(a, &s.file.flags.flags, s.python.include.items[i]);
    }
    strings_end(a, &s.file.flags.flags);
    s.file.flags.minor = s.python.minor;
    frontend_warm();
    share_header(a, &s);
    return &s;
}

/* ---- one input */

static const char *line_of(void *ctx, const char *file, int line, size_t *len)
{
    const char *at = ctx;

    if (strcmp(file, "input.c") != 0)
        return NULL;
    while (at && --line > 0)
        at = (at = strchr(at, '\n')) ? at + 1 : NULL;
    *len = at ? strcspn(at, "\n") : 0;
    return at;
}

static void report(const char *text, const session_result *r)
{
    static const char *const formats[] = {"text", "json", "sarif", NULL};
    report_input in = {.tool_version = "1", .findings = r->findings, .nfindings = r->nfindings, .units = r->units,
                       .nunits = r->nunits, .files = r->files, .rules = rules_all, .explain = rule_explain,
                       .source_line = line_of, .source_ctx = (void *)(uintptr_t)text};

    for (int i = 0; formats[i]; i++) {
        buf out = {0};
        MUST(report_write(formats[i], &in, &out, NULL) == 0);
        for (size_t k = 0; i == 0 && k < out.len; k++)
            MUST((unsigned char)out.data[k] >= ' ' || out.data[k] == '\n');
        buf_free(&out);
    }
}

/* What a worker says survives the way to its parent. */
static void send(arena *a, const file_result *sent, file_result *got)
{
    buf wire = {0}, again = {0};

    wire_write(sent, &wire);
    MUST(wire_read(a, wire.data, wire.len, got) == 0);
    wire_write(got, &again);
    MUST(wire.len == again.len && memcmp(wire.data, again.data, wire.len) == 0);
    buf_free(&wire);
    buf_free(&again);
}

static void check(const setup *s, const char *text, bool is_alone)
{
    arena *a = arena_create();
    run_context run = s->run;
    source input = {.path = "input.c", .shown = "input.c", .absolute = "/input/input.c", .text = text,
                    .text_len = strlen(text), .size = (long)strlen(text)};
    sources list = {.items = &input, .n = 1};
    file_result result = {0}, got = {0};
    session_result all = {0};
    held_file *held;

    run.is_alone = is_alone;
    held = held_open(&run, &input, &s->file, s->shares);
    held_advance(held, NULL, 0, &result);
    for (int rounds = 0; result.is_waiting; rounds++) {
        known_import *known = arena_alloc(a, sizeof *known * (size_t)result.nimports + 1);
        int n = result.nimports;

        MUST(rounds == 0 && n > 0);
        for (int i = 0; i < n; i++)
            known[i].name = result.imports[i].name;
        held_advance(held, known, n, &result);
    }
    MUST(!result.failure || !strstr(result.failure, "internal error"));
    send(a, &result, &got);
    merge_results(a, &run, &list, &got, &all);
    report(text, &all);
    held_close(held);
    arena_destroy(a);
}

static void *play(void *argument)
{
    const char *text = argument;

    check(set_up(), text, strlen(text) % 2 == 0);
    return NULL;
}

/* As in a worker: libclang needs a large stack. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = arena_create();
    char *text = arena_printf(a, "%s%s", beginning, fuzz_text(a, data, size));
    pthread_attr_t attributes;
    pthread_t thread;

    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)STACK_MB << 20);
    MUST(pthread_create(&thread, &attributes, play, text) == 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    arena_destroy(a);
    return 0;
}
