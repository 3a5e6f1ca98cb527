/* Writing texts so that the format they stand in stays well-formed. */
#include "profile_int.h"

void rm_put_json(const char *text, FILE *out)
{
    if (text == NULL) {
        fputs("null", out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++)
        if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else if ((unsigned char)*text < 0x20 || *text == '<')
            fprintf(out, "\\u%04x", (unsigned char)*text);
        else
            fputc(*text, out);
    fputc('"', out);
}

void rm_put_xml(const char *text, FILE *out)
{
    for (; *text != '\0'; text++)
        if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '&')
            fputs("&amp;", out);
        else if (*text == '"')
            fputs("&quot;", out);
        else
            fputc((unsigned char)*text < 0x20 ? ' ' : *text, out);
}

void rm_put_site(rm_site site, FILE *out)
{
    if (site.file == NULL)
        fputc('?', out);
    else
        fprintf(out, "%s:%d", site.file, site.line);
}

void rm_put_json_site(rm_site site, FILE *out)
{
    fputs("\"file\":", out);
    rm_put_json(site.file, out);
    fprintf(out, ",\"line\":%d", site.line);
}

/* The value of a short string, int or float; nothing of other objects. */
static int put_value(PyObject *op, char *out, size_t room)
{
    if (PyUnicode_CheckExact(op) && PyUnicode_IS_ASCII(op))
        return snprintf(out, room, " \"%.20s\"", (const char *)PyUnicode_DATA(op));
    if (PyFloat_CheckExact(op))
        return snprintf(out, room, " %g", PyFloat_AS_DOUBLE(op));
    if (PyLong_CheckExact(op) && _PyLong_NumBits(op) <= PyLong_SHIFT)
        return snprintf(out, room, " %ld",
                        (long)_PyLong_Sign(op) * (long)((PyLongObject *)op)->ob_digit[0]);
    return 0;
}

int rm_label(PyObject *op, char *out, size_t room)
{
    uint64_t serial;
    rm_site born;
    int n = snprintf(out, room, "%.60s", rm_object_type(op));

    if (PyType_Check(op))
        return snprintf(out, room, "type %.60s", ((PyTypeObject *)op)->tp_name);
    if (rm_object_about(op, &serial, &born) && !rm_object_is_own(rm_runtime_current(), op))
        n += snprintf(out + n, room - (size_t)n, " %llu", (unsigned long long)serial);
    return n + put_value(op, out + n, room - (size_t)n);
}
