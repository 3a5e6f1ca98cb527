// The only C++ of refwarden: toml11 behind a C function.
//
// Exceptions end here. Texts are copied into the caller's arena before toml11's values go.
extern "C" {
#include "toml_read.h"
}

#include <algorithm>
#include <sstream>
#include <string>

#include <toml.hpp>

namespace {

const char *copy(arena *a, const std::string &s)
{
    return arena_strndup(a, s.data(), s.size());
}

void read_list(arena *a, const toml::value &v, toml_entry *e)
{
    const auto &items = v.as_array();

    e->items = static_cast<const char **>(arena_alloc(a, (items.size() + 1) * sizeof *e->items));
    for (const auto &item : items) {
        if (!item.is_string())
            return;
        e->items[e->nitems++] = copy(a, item.as_string().str);
    }
    e->kind = TOML_LIST;
}

toml_entry entry_of(arena *a, const std::string &key, const toml::value &v)
{
    toml_entry e = {};

    e.key = copy(a, key);
    e.line = static_cast<int>(v.location().line());
    e.kind = TOML_OTHER;
    if (v.is_string()) {
        e.kind = TOML_TEXT;
        e.text = copy(a, v.as_string().str);
    } else if (v.is_integer()) {
        e.kind = TOML_NUMBER;
        e.number = v.as_integer();
    } else if (v.is_boolean()) {
        e.kind = TOML_FLAG;
        e.flag = v.as_boolean();
    } else if (v.is_array()) {
        read_list(a, v, &e);
    }
    return e;
}

const toml::value *find_table(const toml::value &root, const char *const *path)
{
    const toml::value *v = &root;

    for (; *path && v->is_table() && v->contains(*path); path++)
        v = &v->as_table().at(*path);
    return *path || !v->is_table() ? nullptr : v;
}

void read_table(arena *a, const toml::value &root, const char *const *path, toml_table *out)
{
    const toml::value *v = find_table(root, path);

    out->found = v != nullptr;
    if (!v)
        return;
    out->entries = static_cast<toml_entry *>(
        arena_alloc(a, (v->as_table().size() + 1) * sizeof *out->entries));
    for (const auto &pair : v->as_table())
        out->entries[out->n++] = entry_of(a, pair.first, pair.second);
    std::sort(out->entries, out->entries + out->n, [](const toml_entry &x, const toml_entry &y) {
        return x.line != y.line ? x.line < y.line : std::string(x.key) < y.key;
    });
}

// toml11 writes "[error] toml::parse_x: what is wrong", then a picture of the line with a remark.
std::string reason(const std::string &what)
{
    std::string line = what.substr(0, what.find('\n'));
    std::size_t colon = line.find(": "), remark = what.find("^--- ");

    if (colon != std::string::npos && colon + 2 < line.size())
        return line.substr(colon + 2);
    if (remark == std::string::npos)
        return "is not TOML";
    return what.substr(remark + 5, what.find('\n', remark) - remark - 5);
}

// The length of the well-formed character at s (RFC 3629), 0 when there is none. Reads no further than the NUL.
std::size_t utf8_length(const unsigned char *s)
{
    const std::size_t n = *s < 0x80 ? 1 : *s < 0xC2 ? 0 : *s < 0xE0 ? 2 : *s < 0xF0 ? 3 : *s < 0xF5 ? 4 : 0;

    for (std::size_t i = 1; i < n; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    const bool too_long = (*s == 0xE0 && s[1] < 0xA0) || (*s == 0xF0 && s[1] < 0x90);
    const bool is_surrogate = *s == 0xED && s[1] > 0x9F, too_large = *s == 0xF4 && s[1] > 0x8F;
    return too_long || is_surrogate || too_large ? 0 : n;
}

// toml11 looks for the place of a broken character in the wrong buffer, far outside of it: it must not see any.
// The line of the first one, 0: there is none.
int line_of_broken_utf8(const char *text)
{
    const unsigned char *s = reinterpret_cast<const unsigned char *>(text);

    for (int line = 1; *s; s += utf8_length(s)) {
        if (utf8_length(s) == 0)
            return line;
        line += *s == '\n';
    }
    return 0;
}

} // namespace

extern "C" int toml_read(arena *a, const char *file, const char *text, const char *const *path,
                         toml_table *out, status *st)
{
    *out = toml_table();
    if (const int line = line_of_broken_utf8(text))
        return fail(st, ERR_USAGE, "%s:%d: it is not UTF-8", file, line);
    try {
        std::istringstream in(text);
        read_table(a, toml::parse(in, file), path, out);
        return 0;
    } catch (const toml::exception &e) {
        return fail(st, ERR_USAGE, "%s:%u: %s", file, static_cast<unsigned>(e.location().line()),
                    reason(e.what()).c_str());
    } catch (const std::exception &e) {
        return fail(st, ERR_USAGE, "%s: %s", file, e.what());
    } catch (...) {
        return fail(st, ERR_INTERNAL, "%s: cannot be read", file);
    }
}
