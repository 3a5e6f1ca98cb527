/* RW205: the destructor of what is released can run code, and that code finds the dead object. */
#include "rules_int.h"

static const char *fix_of(const rule_moment *m)
{
    return m->is_cleared ? "use Py_CLEAR: it sets the place to NULL first, then releases the object"
                         : "use Py_XSETREF, or set the new value first and release the old one after";
}

void rule_release_before_replace(rule_ctx *c, const rule_moment *m)
{
    rule_report(c, m, m->record ? CONF_HIGH : CONF_MEDIUM, fix_of(m),
                "'%s' is released before %s%s%s is %s: code that its destructor runs still finds it there",
                m->object.name, m->record ? m->record : "", m->record ? "." : "", m->field,
                m->is_cleared ? "cleared" : "set");
}
