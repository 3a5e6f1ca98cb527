/* The words of the contract format, shared by the reader and by the describer.
 *
 * One table per column. A sentence may hold '@': the operand stands there ("argument 1").
 */
#ifndef REFWARDEN_CONTRACT_INT_H
#define REFWARDEN_CONTRACT_INT_H

#include "contract.h"

typedef enum {
    OPERAND_NONE,
    OPERAND_ARG,    /* a number: N=0 */
    OPERAND_ANCHOR, /* a number or the word of an anchor: B<0, B<sys */
    OPERAND_PAREN,  /* in parentheses, a number or a word: live(0), null(slot) */
} contract_operand;

typedef struct {
    const char *word;
    int code;
    int detail; /* ret and pre: contract_operand; fail: contract_exc; args: 1 = NULL on failure */
    const char *sentence;
} contract_word; /* tables end with word NULL */

extern const contract_word contract_rets[], contract_fails[], contract_args[], contract_effects[],
    contract_pres[], contract_anchors[];

/* The table's row for the code; NULL when there is none. */
const contract_word *contract_word_of(const contract_word *table, int code);

/* One item of the column `pre`: the table's row, and where the operand starts (NULL without one). */
const contract_word *contract_pre_word(const char *item, size_t n, const char **operand);

#endif
