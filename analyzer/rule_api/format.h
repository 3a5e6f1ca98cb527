/* format: the units of format strings, and what each does to its C arguments.
 *
 * Read from the same texts as contracts (rules/contracts/README.md); the argument codes are theirs.
 * `ob<0` in a unit of PyArg_Parse* means argument 0 of the function that has the format.
 */
#ifndef REFWARDEN_FORMAT_H
#define REFWARDEN_FORMAT_H

#include "contract.h"

enum { FORMAT_MAX_ARGS = 4 };

typedef struct {
    contract row;                       /* first member: name ("out O!"), args, effects, pair, note */
    const char *unit;                   /* "O!" */
    contract_arg_code format;           /* ARG_FORMAT_IN, ARG_FORMAT_OUT or ARG_FORMAT_TEXT */
    const char *types[FORMAT_MAX_ARGS]; /* C types of the arguments */
} format_unit;

typedef enum { FORMAT_UNIT, FORMAT_END, FORMAT_UNKNOWN } format_step;

typedef struct {
    const contract_table *table;
    contract_arg_code format;
    int minor;       /* Python 3.minor */
    const char *at;  /* what is left of the format string */
    bool optional;   /* behind "|": the arguments may stay as they are */
    bool inside;     /* of "%*d": the width was taken, the conversion was not */
} format_reader;

/* The next unit, f->at behind it. A width or precision that is an argument is the unit "*". */
format_step format_next(format_reader *f, const format_unit **out);

int format_count(const contract_table *t);
const format_unit *format_at(const contract_table *t, int i); /* sorted by format, then unit */

/* "out", "in" or "text". */
const char *format_word(contract_arg_code format);

/* One line: "s*   Py_buffer *: a buffer that is filled ...". */
void format_describe(const format_unit *u, buf *out);

#endif
