/* What the formats that are JSON share. */
#ifndef REFWARDEN_JSON_INT_H
#define REFWARDEN_JSON_INT_H

#include "report_int.h"

#include <jansson.h>

/* s as a JSON string. C source need not be UTF-8, JSON must be: other bytes become U+FFFD. NULL is "". */
json_t *json_text(const char *s);

/* One finding as in refwarden-1.schema.json. */
json_t *finding_json(const report_input *in, const finding *f);

static inline void put(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

#endif
