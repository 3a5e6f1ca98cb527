/* RW903: a comment that outlives its reason hides the next bug on its line. */
#include "rules_int.h"

void rule_unused_suppression(rule_ctx *c, const rule_moment *m)
{
    if (m->lacks_reason)
        rule_report(c, m, CONF_HIGH, "say why behind the bracket, on the same line",
                    "the comment does not say why");
    else if (!m->is_known)
        rule_report(c, m, CONF_HIGH, "see: refwarden rules", "there is no rule '%s'", m->text);
    else if (m->text)
        rule_report(c, m, CONF_HIGH, "remove the rule from the list, or the comment",
                    "'%s' silences nothing here", m->text);
    else
        rule_report(c, m, CONF_HIGH, "remove the comment", "the comment silences nothing");
}
