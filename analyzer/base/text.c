/* Questions about text. */
#include "base.h"

#include <string.h>

bool text_is_one_of(const char *s, const char *const *list)
{
    for (; *list; list++)
        if (strcmp(s, *list) == 0)
            return true;
    return false;
}
