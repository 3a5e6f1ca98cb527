/* What the two files of the SARIF format share. */
#ifndef REFWARDEN_SARIF_INT_H
#define REFWARDEN_SARIF_INT_H

#include "json_int.h"

/* Text for people in a message object; braces are doubled there, and nothing may look like a link. */
json_t *sarif_message(const char *text);
/* A physical location; without a region when at is NULL. */
json_t *sarif_physical(const report_input *in, const char *file, const place *at);
json_t *sarif_result(const report_input *in, const finding *f, int rule_index); /* -1: no rule is listed */

#endif
