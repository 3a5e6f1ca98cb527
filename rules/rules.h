/* rules: every rule the tool has, and the text that explains it. */
#ifndef REFWARDEN_RULES_H
#define REFWARDEN_RULES_H

#include "rule_api.h"

/* In rules.def order; the last row has code NULL. */
extern const rule rules_all[];
const rule *rule_find(const char *code_or_name); /* NULL when unknown */
const char *rule_explain(const char *code);      /* the explain page (markdown), NULL when unknown */

#endif
