/* What a function is called with.
 *
 * The cases of cases.tsv that bear its name, else words that suit its C types, where a case with a prefix
 * ("PyList_*") says what the objects are. From each of these more are made: one argument is replaced by
 * something wrong. The words and options are in README.md.
 */
#include "plan.h"

#include <assert.h>
#include <ctype.h>

typedef struct {
    char *name;    /* of a function, or a prefix that ends in '*' */
    char *words;   /* "-": not drivable */
    char *options; /* or the reason */
} test_case;

struct case_table {
    test_case *cases;
    int ncases, cap;
};

static const test_case *find_case(const case_table *table, const char *name, int n)
{
    for (int i = 0; i < table->ncases; i++)
        if (strcmp(table->cases[i].name, name) == 0 && n-- == 0)
            return &table->cases[i];
    return NULL;
}

/* The longest prefix wins. */
static const test_case *find_prefix(const case_table *table, const char *name)
{
    const test_case *best = NULL;
    size_t longest = 0;

    for (int i = 0; i < table->ncases; i++) {
        size_t n = strlen(table->cases[i].name);
        if (n > longest && table->cases[i].name[n - 1] == '*' &&
            strncmp(table->cases[i].name, name, n - 1) == 0) {
            best = &table->cases[i];
            longest = n;
        }
    }
    return best;
}

/* ---- variants */

static plan *add_plan(program *p, const char *words, bool is_base, const char *options)
{
    assert(p->nplans < MAX_PLANS);
    plan *x = &p->plans[p->nplans++];
    snprintf(x->words, sizeof x->words, "%s", words);
    x->is_base = is_base;
    x->null_argument = -1;
    x->options = options;
    return x;
}

/* Words from the types; the prefix names the objects in their order. */
static void default_words(const api_call *call, const contract *row, const test_case *prefix, char *words)
{
    char objects[WORDS_MAX], unique[16], *rest = objects;
    size_t n = 0;

    snprintf(objects, sizeof objects, "%s", prefix ? prefix->words : "");
    words[0] = '\0';
    for (int k = 0; k < call->ntypes; k++) {
        contract_arg_code code = k < row->nargs ? (contract_arg_code)row->args[k].code : ARG_BORROW;
        const char *word = argument_default(call->types[k], code);
        bool is_variable = strcmp(word, "&obj") == 0;
        char *named = is_variable || strcmp(word, "obj") == 0 ? strsep(&rest, " ") : NULL;
        bool is_named = named && *named;
        snprintf(unique, sizeof unique, "uniq(%d)", k);
        n += (size_t)snprintf(words + n, WORDS_MAX - n, "%s%s%s%s", k ? " " : "",
                              is_named && is_variable ? "&" : "", is_named ? named : word,
                              row->pre && strstr(row->pre, unique) ? "!" : "");
    }
}

static int split(const char *words, char out[MAX_SLOTS][TEXT_MAX])
{
    char copy[WORDS_MAX], *rest = NULL;
    int n = 0;

    snprintf(copy, sizeof copy, "%s", words);
    for (char *w = strtok_r(copy, " ", &rest); w && n < MAX_SLOTS; w = strtok_r(NULL, " ", &rest))
        snprintf(out[n++], TEXT_MAX, "%s", w);
    return n;
}

static plan *add_replaced(program *p, char words[MAX_SLOTS][TEXT_MAX], int n, int k, const char *with,
                         const char *options)
{
    char text[WORDS_MAX] = "";
    size_t len = 0;

    for (int i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", i ? " " : "",
                                i == k ? with : words[i]);
    return add_plan(p, text, false, options);
}

static bool is_object_word(const char *word)
{
    return strchr("#'&[.", word[0]) == NULL && strcmp(word, "NULL") != 0 && strncmp(word, "file", 4) != 0;
}

/* Macros and their like check nothing. */
static bool checks_arguments(const contract *row)
{
    const char *stem = strchr(row->name, '_');
    bool is_macro = stem && isupper((unsigned char)stem[1]) && isupper((unsigned char)stem[2]);

    return row->fail != FAIL_NEVER || !is_macro;
}

/* A row that never fails may name the type it is about. */
static bool takes_any_object(const contract *row)
{
    const char *pre = row->pre ? row->pre : "";

    return row->fail != FAIL_NEVER || !(strstr(pre, "module(") || strstr(pre, "str(") || strstr(pre, "rc0("));
}

/* The same words with the k-th replaced by each of the list. */
static void add_each(program *p, char words[MAX_SLOTS][TEXT_MAX], int n, int k, const char *const *list,
                     const char *options)
{
    for (; *list; list++)
        add_replaced(p, words, n, k, *list, options);
}

/* Wrong types, NULL where the row allows it, numbers out of range, text that is not UTF-8. */
static void add_variants(program *p, const api_call *call, const contract *row, const char *base,
                         const char *options)
{
    static const char *const objects[] = {"obj", "raiser", "empty_list", "str", "everything", NULL};
    static const char *const numbers[] = {"#4096", "#-1", "#0", "#max", NULL};
    static const char *const texts[] = {"'absent'", "'\\xff\\xfe'", NULL};
    char words[MAX_SLOTS][TEXT_MAX];
    int n = split(base, words);

    for (int k = 0; k < n; k++) {
        bool null_ok = k < row->nargs && row->args[k].null_ok && row->args[k].code != ARG_VALUE;
        bool is_typed = k < call->ntypes && strcmp(call->types[k], "PyObject *") != 0;
        if (null_ok)
            add_replaced(p, words, n, k, words[k][0] == '&' ? "&NULL" : "NULL", options)->null_argument = k;
        if (!checks_arguments(row) || strstr(options, "no-variants"))
            continue;
        if (takes_any_object(row) && is_object_word(words[k]) && !is_typed)
            add_each(p, words, n, k, objects, options);
        if (words[k][0] == '#')
            add_each(p, words, n, k, numbers, options);
        if (words[k][0] == '\'')
            add_each(p, words, n, k, texts, options);
    }
}

/* ---- public */

int case_table_read(case_table **out, arena *a, const char *path, status *st)
{
    case_table *table = arena_alloc(a, sizeof *table);
    char *text, *rest = NULL;
    size_t n;

    if (file_read(a, path, &text, &n, st) < 0)
        return -1;
    for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
        if (line[0] == '#')
            continue;
        test_case c = {.name = strsep(&line, "\t"), .words = "", .options = ""};
        c.words = line ? strsep(&line, "\t") : "";
        c.options = line ? line : "";
        ARENA_PUSH(a, table->cases, table->ncases, table->cap, c);
    }
    *out = table;
    return 0;
}

const char *case_reason(const case_table *table, const char *name)
{
    const test_case *c = find_case(table, name, 0);

    return c && strcmp(c->words, "-") == 0 ? c->options : NULL;
}

void program_make(program *p, const case_table *table, const api_call *call, const contract *row)
{
    const test_case *prefix = find_prefix(table, row->name), *c;
    const char *options = prefix ? prefix->options : "";
    char words[WORDS_MAX];

    p->nplans = 0;
    for (int i = 0; (c = find_case(table, row->name, i)); i++)
        add_plan(p, c->words, true, c->options);
    for (int i = 0; (c = find_case(table, row->name, i)); i++)
        if (!strstr(c->options, "no-variants"))
            add_variants(p, call, row, c->words, c->options);
    if (p->nplans > 0)
        return;
    default_words(call, row, prefix, words);
    add_plan(p, words, true, options);
    add_variants(p, call, row, words, options);
}
