/* callsites OUT.h HEADER...: writes the wrappers that make user code say where it calls the C API.
 *
 * A build tool. Each `PyAPI_FUNC(type) name(parameters);` of the headers becomes an inline function
 * that tells the checked library file, line and object arguments, and a macro of the same name:
 *
 *     static inline int rm_at_PyX(const char *file, int line, const char *function, PyObject *op) { ... }
 *     #define PyX(...) rm_at_PyX(__FILE__, __LINE__, __func__, __VA_ARGS__)
 *
 * A declaration that cannot be wrapped (variable arguments, a function as parameter, noreturn) gets
 * the macro only. "borrowed" in the comment behind a declaration makes the result a borrowed view of
 * the first object argument. A function is called by address when its name stands without arguments.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_PARAMETERS = 12, LONGEST = 200 };

typedef struct {
    char result[LONGEST], name[LONGEST];
    char parameter[MOST_PARAMETERS][LONGEST];
    int n;
    bool is_plain;    /* can be wrapped by a function */
    bool is_borrowed; /* the result */
} declaration;

/* ---- reading */

static char *read_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    size_t room = 1 << 16, n = 0, got;
    char *text = malloc(room + 1);

    if (in == NULL || text == NULL)
        exit((fprintf(stderr, "callsites: cannot read %s\n", path), 1));
    while ((got = fread(text + n, 1, room - n, in)) > 0) {
        n += got;
        if (n == room && (text = realloc(text, (room *= 2) + 1)) == NULL)
            exit(1);
    }
    text[n] = '\0';
    fclose(in);
    return text;
}

/* Copies from..to with white space squeezed. */
static void copy(char *out, const char *from, const char *to)
{
    size_t n = 0;

    while (from < to && isspace((unsigned char)*from))
        from++;
    for (; from < to && n < LONGEST - 1; from++) {
        char c = isspace((unsigned char)*from) ? ' ' : *from;

        if (c != ' ' || (n > 0 && out[n - 1] != ' '))
            out[n++] = c;
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
}

static const char *closing(const char *open)
{
    int depth = 0;

    for (const char *p = open; *p != '\0'; p++) {
        depth += (*p == '(') - (*p == ')');
        if (depth == 0)
            return p;
    }
    return NULL;
}

static void split(declaration *d, const char *from, const char *to)
{
    int depth = 0;
    const char *start = from;

    for (const char *p = from; p <= to; p++) {
        depth += (*p == '(') - (p < to && *p == ')');
        if (p < to && (*p != ',' || depth > 0))
            continue;
        if (d->n == MOST_PARAMETERS)
            exit((fprintf(stderr, "callsites: %s has too many parameters\n", d->name), 1));
        copy(d->parameter[d->n++], start, p);
        start = p + 1;
    }
    if (d->n == 1 && strcmp(d->parameter[0], "void") == 0)
        d->n = 0;
}

static const char *name_of(const char *parameter)
{
    const char *p = parameter + strlen(parameter);

    while (p > parameter && (isalnum((unsigned char)p[-1]) || p[-1] == '_'))
        p--;
    return p;
}

/* A name behind a type, and nothing that would need declarator syntax. */
static bool is_wrappable(const char *parameter)
{
    const char *name = name_of(parameter);

    return strpbrk(parameter, "([.") == NULL && name > parameter && *name != '\0' &&
           (name[-1] == ' ' || name[-1] == '*');
}

/* The declaration at p, behind "PyAPI_FUNC"; false: none. */
static bool parse(declaration *d, const char *p)
{
    const char *close = closing(p), *open = close != NULL ? strchr(close, '(') : NULL, *semicolon;
    const char *line_end;

    memset(d, 0, sizeof *d);
    if (open == NULL)
        return false;
    copy(d->result, p + 1, close);
    copy(d->name, close + 1, open);
    close = closing(open);
    semicolon = close != NULL ? strchr(close, ';') : NULL;
    if (semicolon == NULL)
        return false;
    split(d, open + 1, close);
    d->is_plain = semicolon == close + 1;
    for (int i = 0; i < d->n; i++)
        d->is_plain &= is_wrappable(d->parameter[i]);
    line_end = strchr(semicolon, '\n');
    for (const char *c = semicolon; line_end != NULL && c < line_end; c++)
        d->is_borrowed |= strncmp(c, "borrowed", 8) == 0;
    return true;
}

/* ---- writing */

static bool is_object(const char *parameter)
{
    return strncmp(parameter, "PyObject *", 10) == 0 && strchr(parameter + 10, '*') == NULL;
}

static void write_call(FILE *out, const declaration *d)
{
    fprintf(out, "%s(", d->name);
    for (int i = 0; i < d->n; i++)
        fprintf(out, "%s%s", i > 0 ? ", " : "", name_of(d->parameter[i]));
    fputs(")", out);
}

static const char *anchor_of(const declaration *d)
{
    return d->n > 0 && is_object(d->parameter[0]) ? name_of(d->parameter[0]) : "NULL";
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);

    return n >= m && strcmp(text + n - m, end) == 0;
}

/* Memory that the caller gets has a place, and what he gives back has none any more. */
static void write_memory(FILE *out, const declaration *d)
{
    bool is_memory = strncmp(d->name, "PyMem_", 6) == 0 || strncmp(d->name, "PyObject_", 9) == 0;
    bool is_moving = ends_with(d->name, "Realloc");

    if (!is_memory)
        return;
    if (is_moving)
        fprintf(out, "    if (rm_result != NULL)\n        rm_checked_gave(%s);\n",
                name_of(d->parameter[0]));
    if (is_moving || ends_with(d->name, "Malloc") || ends_with(d->name, "Calloc"))
        fputs("    rm_checked_got(rm_result);\n", out);
    if (ends_with(d->name, "Free"))
        fprintf(out, "    rm_checked_gave(%s);\n", name_of(d->parameter[0]));
}

static void write_body(FILE *out, const declaration *d)
{
    bool is_void = strcmp(d->result, "void") == 0;

    fputs("    rm_checked_enter(rm_file, rm_line, rm_function);\n", out);
    for (int i = 0; i < d->n; i++)
        if (is_object(d->parameter[i]))
            fprintf(out, "    rm_checked_use(%s, \"%s\");\n", name_of(d->parameter[i]), d->name);
    fprintf(out, "    %s%s", is_void ? "" : d->result, is_void ? "" : " rm_result = ");
    write_call(out, d);
    fputs(";\n", out);
    write_memory(out, d);
    if (d->is_borrowed && strcmp(d->result, "PyObject *") == 0)
        fprintf(out, "    rm_checked_view(rm_result, %s);\n", anchor_of(d));
    fprintf(out, "    rm_checked_leave();\n%s", is_void ? "" : "    return rm_result;\n");
}

static void write_wrapper(FILE *out, const declaration *d)
{
    fprintf(out,
            "static inline %s rm_at_%s(const char *rm_file, int rm_line, const char *rm_function",
            d->result, d->name);
    for (int i = 0; i < d->n; i++)
        fprintf(out, ", %s", d->parameter[i]);
    fputs(")\n{\n", out);
    write_body(out, d);
    fputs("}\n", out);
    if (d->n == 0)
        fprintf(out, "#define %s() rm_at_%s(__FILE__, __LINE__, __func__)\n", d->name, d->name);
    else
        fprintf(out, "#define %s(...) rm_at_%s(__FILE__, __LINE__, __func__, __VA_ARGS__)\n",
                d->name, d->name);
}

static void write_one(FILE *out, const declaration *d)
{
    if (strncmp(d->name, "rm_", 3) == 0 || strncmp(d->name, "_PyTrash", 8) == 0)
        return;
    fprintf(out, "#ifndef %s\n", d->name);
    if (d->is_plain)
        write_wrapper(out, d);
    else
        fprintf(
            out,
            "#define %s(...) (rm_checked_here(__FILE__, __LINE__, __func__), %s(__VA_ARGS__))\n",
            d->name, d->name);
    fputs("#endif\n", out);
}

static void write_header(FILE *out, const char *path)
{
    char *text = read_file(path);
    declaration d;

    for (char *p = text; (p = strstr(p, "\nPyAPI_FUNC(")) != NULL;) {
        p += sizeof "\nPyAPI_FUNC" - 1;
        if (parse(&d, p))
            write_one(out, &d);
    }
    free(text);
}

int main(int argc, char **argv)
{
    FILE *out = argc >= 3 ? fopen(argv[1], "w") : NULL;

    if (out == NULL) {
        fputs("usage: callsites OUT.h HEADER...\n", stderr);
        return 2;
    }
    fputs(
        "/* Made from the declarations of the other headers: where user code calls the C API. */\n",
        out);
    for (int i = 2; i < argc; i++)
        write_header(out, argv[i]);
    return fclose(out) == 0 ? 0 : 1;
}
