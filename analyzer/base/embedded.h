/* embedded: text files that are part of the program, put there by the build.
 *
 * Each table is sorted by file name and ends with name NULL. Each is a library of its own, so a
 * folder has only the texts that it is declared with.
 */
#ifndef REFWARDEN_EMBEDDED_H
#define REFWARDEN_EMBEDDED_H

typedef struct {
    const char *name; /* file name without folders, e.g. "RW101.md" */
    const char *text; /* NUL-terminated content */
} embedded_file;

extern const embedded_file embedded_contracts[]; /* rules/contracts/ *.tsv */
extern const embedded_file embedded_explain[];   /* rules/explain/ *.md */
extern const embedded_file embedded_overlay[];   /* analyzer/frontend/overlay/ *.h */
extern const embedded_file embedded_page[];      /* analyzer/report/page/ *.* */
extern const embedded_file embedded_schema[];    /* analyzer/store/ *.sql */

#endif
