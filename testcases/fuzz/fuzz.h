/* What the fuzzers of the analyzer share: checks, and a mutator that knows words. */
#ifndef REFWARDEN_FUZZ_H
#define REFWARDEN_FUZZ_H

#include "base.h"
#include "contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What must hold for every input. */
#define MUST(claim)                                                                   \
    do {                                                                              \
        if (!(claim)) {                                                               \
            fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #claim); \
            abort();                                                                  \
        }                                                                             \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Words that are worth putting into an input; ends with NULL. One for each fuzzer, which may add to
 * it at its start. */
const char *const *fuzz_words(void);

/* The bytes as text. One that holds a NUL ends there, as a file would for readers of text. */
char *fuzz_text(arena *a, const uint8_t *data, size_t size);

/* The built-in contracts; lives as long as the program. */
const contract_table *fuzz_contracts(void);

/* A file in memory with that content; its name lives in a. Close the descriptor. */
int fuzz_file(arena *a, const uint8_t *data, size_t size, const char **path);

#endif
