/* embed OUT.c TABLE FILE...: turns text files into a C table of embedded_file (see embedded.h).
 *
 * A build tool. Text becomes a character array and not a string literal, because compilers limit
 * how long a literal may be.
 */
#include <stdio.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static void write_byte(FILE *out, int c)
{
    if (c < 128)
        fprintf(out, "%d,", c);
    else
        fprintf(out, "'\\%o',", (unsigned)c);
}

static int write_text(FILE *out, int index, const char *path)
{
    FILE *in = fopen(path, "rb");
    int c, failed;

    if (!in)
        return -1;
    fprintf(out, "static const char text_%d[] = {\n", index);
    while ((c = getc(in)) != EOF) {
        write_byte(out, c);
        if (c == '\n')
            putc('\n', out);
    }
    fputs("0};\n", out);
    failed = ferror(in);
    fclose(in);
    return failed ? -1 : 0;
}

static void write_table(FILE *out, const char *table, char **paths, int n)
{
    fprintf(out, "const embedded_file %s[] = {\n", table);
    for (int i = 0; i < n; i++)
        fprintf(out, "    {\"%s\", text_%d},\n", base_name(paths[i]), i);
    fputs("    {0, 0},\n};\n", out);
}

static int write_all(FILE *out, const char *table, char **paths, int n)
{
    fputs("#include \"embedded.h\"\n\n", out);
    for (int i = 0; i < n; i++) {
        if (write_text(out, i, paths[i]) < 0) {
            fprintf(stderr, "embed: cannot read %s\n", paths[i]);
            return -1;
        }
    }
    write_table(out, table, paths, n);
    return ferror(out) ? -1 : 0;
}

int main(int argc, char **argv)
{
    FILE *out = argc >= 3 ? fopen(argv[1], "w") : NULL;
    int rc;

    if (!out) {
        fputs("usage: embed OUT.c TABLE FILE...\n", stderr);
        return 2;
    }
    rc = write_all(out, argv[2], argv + 3, argc - 3);
    if (fclose(out) != 0)
        rc = -1;
    if (rc < 0)
        remove(argv[1]);
    return rc < 0 ? 1 : 0;
}
