/* Reports as text and as JSON. Neither says an address, so two runs print the same. */
#include "core_int.h"

static const char *const kinds[] = {"fault", "leak", "held"};
static const char *const owner_kinds[] = {"local", "object", "field", "runtime", "program", "view"};

static const char *file_of(const char *file)
{
    return file != NULL ? file : "?";
}

/* ---- text */

static void print_event(const rm_event *e, FILE *out)
{
    fprintf(out, "    %s:%d: %s", file_of(e->file), e->line, e->what);
    if (e->owner != 0)
        fprintf(out, " (number %llu)", (unsigned long long)e->owner);
    fprintf(out, " -> %ld\n", e->count);
}

static void print_whose(const rm_owner *o, FILE *out)
{
    if (o->kind == RM_OWNER_LOCAL)
        fputs("owed by the code that took it", out);
    else if (o->kind == RM_OWNER_VIEW && o->type == NULL)
        fputs("borrowed", out);
    else
        fprintf(out, "%s %s", o->kind == RM_OWNER_VIEW ? "borrowed from" : "kept by", o->type);
    if (o->serial != 0)
        fprintf(out, " number %llu", (unsigned long long)o->serial);
}

static void print_owner(const rm_owner *o, FILE *out)
{
    fprintf(out, "  %s:%d: ", file_of(o->site.file), o->site.line);
    print_whose(o, out);
    if (o->kind == RM_OWNER_FIELD)
        fprintf(out, " in its field at offset %ld", o->offset);
    if (o->is_atomic)
        fputs(", whose type is not collected", out);
    else if (o->is_unseen)
        fputs(", which its tp_traverse does not visit", out);
    if (o->is_untracked)
        fputs(", which was never tracked", out);
    if (o->is_dead)
        fputs(", which died without releasing it", out);
    if (o->count > 1)
        fprintf(out, ", %ld times", o->count);
    fputc('\n', out);
}

void rm_report_print(const rm_report *r, FILE *out)
{
    fprintf(out, "%s:%d: %s: %s", file_of(r->file), r->line, kinds[r->kind], r->what);
    if (r->type != NULL)
        fprintf(out, ": %s number %llu", r->type, (unsigned long long)r->serial);
    fputc('\n', out);
    for (size_t i = 1; i < r->nframes; i++)
        fprintf(out, "  %s:%d: called from here\n", file_of(r->frames[i].file), r->frames[i].line);
    for (size_t i = 0; i < r->nowners; i++)
        print_owner(&r->owners[i], out);
    if (r->nforgotten > 0)
        fprintf(out, "    (%zu earlier events)\n", r->nforgotten);
    for (size_t i = 0; i < r->nhistory; i++)
        print_event(&r->history[i], out);
}

/* ---- JSON */

static void json_text(const char *s, FILE *out)
{
    if (s == NULL) {
        fputs("null", out);
        return;
    }
    fputc('"', out);
    for (; *s != '\0'; s++)
        if (*s == '"' || *s == '\\')
            fprintf(out, "\\%c", *s);
        else if ((unsigned char)*s < 0x20)
            fprintf(out, "\\u%04x", (unsigned char)*s);
        else
            fputc(*s, out);
    fputc('"', out);
}

static void json_site(const char *file, int line, FILE *out)
{
    fputs("\"file\":", out);
    json_text(file, out);
    fprintf(out, ",\"line\":%d", line);
}

static void json_owner(const rm_owner *o, FILE *out)
{
    fprintf(out, "{\"kind\":\"%s\",", owner_kinds[o->kind]);
    json_site(o->site.file, o->site.line, out);
    fputs(",\"type\":", out);
    json_text(o->type, out);
    fprintf(out, ",\"number\":%llu,\"count\":%ld", (unsigned long long)o->serial, o->count);
    if (o->kind == RM_OWNER_FIELD)
        fprintf(out, ",\"offset\":%ld,\"visited\":%s", o->offset, o->is_unseen ? "false" : "true");
    fprintf(out, ",\"dead\":%s,\"collected\":%s,\"tracked\":%s}", o->is_dead ? "true" : "false",
            o->is_atomic ? "false" : "true", o->is_untracked ? "false" : "true");
}

static void json_event(const rm_event *e, FILE *out)
{
    fputs("{\"what\":", out);
    json_text(e->what, out);
    fputc(',', out);
    json_site(e->file, e->line, out);
    fprintf(out, ",\"count\":%ld,\"owner\":%llu}", e->count, (unsigned long long)e->owner);
}

void rm_report_print_json(const rm_report *r, FILE *out)
{
    fprintf(out, "{\"kind\":\"%s\",\"what\":", kinds[r->kind]);
    json_text(r->what, out);
    fputc(',', out);
    json_site(r->file, r->line, out);
    fputs(",\"type\":", out);
    json_text(r->type, out);
    fprintf(out, ",\"number\":%llu,\"forgotten\":%zu,\"owners\":[", (unsigned long long)r->serial,
            r->nforgotten);
    for (size_t i = 0; i < r->nowners; i++) {
        fputs(i > 0 ? "," : "", out);
        json_owner(&r->owners[i], out);
    }
    fputs("],\"history\":[", out);
    for (size_t i = 0; i < r->nhistory; i++) {
        fputs(i > 0 ? "," : "", out);
        json_event(&r->history[i], out);
    }
    fputs("],\"frames\":[", out);
    for (size_t i = 0; i < r->nframes; i++) {
        fputs(i > 0 ? ",{" : "{", out);
        json_site(r->frames[i].file, r->frames[i].line, out);
        fputc('}', out);
    }
    fputs("]}\n", out);
}
