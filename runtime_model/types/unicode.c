/* str: how strings are made, kept and dropped.
 *
 * The empty one and the 256 one-character ones up to U+00FF are parts of the runtime. The table of
 * interned strings holds no counted reference: a string that dies leaves it. A str that nobody else
 * has, whose hash nobody asked for, may change its length in place.
 */
#include "unicode_int.h"

/* ---- making */

static PyObject *latin1(rm_runtime *rt, Py_UCS4 c)
{
    return c < 0x80 ? (PyObject *)&rt->ascii[c] : (PyObject *)&rt->latin1[c - 0x80];
}

static PyObject *empty_string(rm_runtime *rt)
{
    return Py_NewRef(&rt->empty_string);
}

/* header: as rm_str_header says; what it has behind the state is empty in the beginning. */
static inline void start(PyASCIIObject *op, Py_ssize_t length, int width, bool ascii, unsigned header)
{
    op->length = length;
    op->hash = -1;
    memset(&op->state, 0, sizeof op->state);
    op->state.kind = (unsigned)width & 7;
    op->state.compact = op->state.ready = 1;
    op->state.ascii = ascii;
    op->state.header = (uint8_t)header;
    if (!ascii)
        memset((char *)op + offsetof(PyASCIIObject, wstr), 0, header - offsetof(PyASCIIObject, wstr));
    else if (header == sizeof(PyASCIIObject))
        op->wstr = NULL;
}

/* Inlined, so that the common call, of ASCII, is without arithmetic: a tenth of what it costs. */
static inline __attribute__((always_inline)) PyObject *allocate(Py_ssize_t length, Py_UCS4 max_char)
{
    bool ascii = max_char < 0x80;
    int width = rm_width_of(max_char);
    unsigned header = rm_str_header(&rm_now->knobs, ascii);
    PyASCIIObject *op;

    if (length >= (PY_SSIZE_T_MAX - (Py_ssize_t)header) >> (width >> 1)) /* width is 1, 2 or 4 */
        return PyErr_NoMemory();
    op = rm_malloc(rm_now->alloc, RM_DOMAIN_OBJ, header + (size_t)(length + 1) * (size_t)width);
    if (RM_UNLIKELY(op == NULL))
        return PyErr_NoMemory();
    rm_object_start((PyObject *)op, &PyUnicode_Type);
    start(op, length, width, ascii, header);
    memset((char *)op + header + length * width, 0, (size_t)width);
    return (PyObject *)op;
}

PyObject *PyUnicode_New(Py_ssize_t length, Py_UCS4 max_char)
{
    if (length == 0)
        return empty_string(rm_now);
    if (length < 0) {
        PyErr_SetString(PyExc_SystemError, "Negative size passed to PyUnicode_New");
        return NULL;
    }
    return allocate(length, max_char);
}

void rm_chars_copy(int to_width, void *to, Py_ssize_t to_at, int width, const void *from,
                   Py_ssize_t at, Py_ssize_t n)
{
    if (n > 0 && to_width == width)
        memcpy((char *)to + to_at * width, (const char *)from + at * width,
               (size_t)n * (size_t)width);
    else
        for (Py_ssize_t i = 0; i < n; i++)
            rm_char_put(to_width, to, to_at + i, rm_char_get(width, from, at + i));
}

static Py_UCS4 largest(int width, const void *data, Py_ssize_t length)
{
    Py_UCS4 all = 0;

    for (Py_ssize_t i = 0; i < length; i++)
        all |= rm_char_get(width, data, i);
    return Py_MIN(all, 0x10ffff);
}

PyObject *rm_str_of_char(Py_UCS4 c)
{
    PyObject *op;

    if (c < 0x100)
        return Py_NewRef(latin1(rm_now, c));
    op = allocate(1, c);
    if (op != NULL)
        rm_char_put((int)PyUnicode_KIND(op), PyUnicode_DATA(op), 0, c);
    return op;
}

PyObject *rm_str_from(int width, const void *data, Py_ssize_t length)
{
    PyObject *op;

    if (length == 0)
        return empty_string(rm_now);
    if (length == 1)
        return rm_str_of_char(rm_char_get(width, data, 0));
    op = allocate(length, largest(width, data, length));
    if (op != NULL)
        rm_chars_copy((int)PyUnicode_KIND(op), PyUnicode_DATA(op), 0, width, data, 0, length);
    return op;
}

PyObject *PyUnicode_FromKindAndData(int kind, const void *data, Py_ssize_t length)
{
    if (length >= 0 && (kind == 1 || kind == 2 || kind == 4))
        return rm_str_from(kind, data, length);
    PyErr_SetString(length < 0 ? PyExc_ValueError : PyExc_SystemError,
                    length < 0 ? "size must be positive" : "invalid kind");
    return NULL;
}

PyObject *PyUnicode_FromOrdinal(int c)
{
    if (c >= 0 && c <= 0x10ffff)
        return rm_str_of_char((Py_UCS4)c);
    PyErr_SetString(PyExc_ValueError, "chr() arg not in range(0x110000)");
    return NULL;
}

PyObject *PyUnicode_FromObject(PyObject *op)
{
    if (PyUnicode_CheckExact(op))
        return Py_NewRef(op);
    if (PyUnicode_Check(op))
        return rm_str_from((int)PyUnicode_KIND(op), PyUnicode_DATA(op), PyUnicode_GET_LENGTH(op));
    return PyErr_Format(PyExc_TypeError, "Can't convert '%.100s' object to str implicitly",
                        Py_TYPE(op)->tp_name);
}

PyObject *PyUnicode_FromWideChar(const wchar_t *w, Py_ssize_t length)
{
    if (w == NULL && length != 0) {
        PyErr_BadInternalCall();
        return NULL;
    }
    return rm_str_from(4, w, length < 0 ? (Py_ssize_t)wcslen(w) : length);
}

/* Reads one character and moves *s past it; -1: not UTF-8. */
int32_t rm_utf8_next(const unsigned char **s, const unsigned char *end)
{
    static const Py_UCS4 least[] = {0, 0, 0x80, 0x800, 0x10000};
    const unsigned char *p = *s;
    int n = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;
    Py_UCS4 c = n == 1 ? *p : n > 1 ? *p & (0x7fu >> n) : 0;

    if (n == 0 || end - p < n)
        return -1;
    for (int i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return -1;
        c = c << 6 | (p[i] & 0x3f);
    }
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
        return -1;
    *s = p + n;
    return (int32_t)c;
}

static bool is_ascii(const char *s, Py_ssize_t size)
{
    unsigned char all = 0;

    for (Py_ssize_t i = 0; i < size; i++)
        all |= (unsigned char)s[i];
    return all < 0x80;
}

PyObject *PyUnicode_FromStringAndSize(const char *utf8, Py_ssize_t size)
{
    PyObject *op;

    if (size == 0)
        return empty_string(rm_now);
    if (size < 0 || utf8 == NULL) {
        PyErr_SetString(PyExc_SystemError, "Negative size or no text passed");
        return NULL;
    }
    if (!is_ascii(utf8, size))
        return PyUnicode_DecodeUTF8(utf8, size, NULL);
    if (size == 1)
        return rm_str_of_char((Py_UCS4)*utf8);
    op = allocate(size, 0x7f);
    if (RM_LIKELY(op != NULL))
        memcpy((char *)op + rm_str_header(&rm_now->knobs, true), utf8, (size_t)size);
    return op;
}

/* Nobody else sees op: one reference, no cached hash, not interned, not a shared one. */
bool rm_unicode_is_private(PyObject *op)
{
    return PyUnicode_CheckExact(op) && Py_REFCNT(op) == 1 && ((PyASCIIObject *)op)->hash == -1 &&
           !PyUnicode_CHECK_INTERNED(op);
}

static int resize_in_place(PyObject **op, Py_ssize_t length)
{
    PyASCIIObject *old = (PyASCIIObject *)*op, *moved;
    int width = (int)PyUnicode_KIND(old);
    size_t header = old->state.header;

    rm_wide_drop(*op);
    if (!PyUnicode_IS_ASCII(old)) {
        PyObject_Free(rm_str_utf8(*op)->text);
        *rm_str_utf8(*op) = (rm_utf8){0, NULL};
    }
    moved = length > (PY_SSIZE_T_MAX - (Py_ssize_t)header) / width - 1
                ? NULL
                : PyObject_Realloc(old, header + (size_t)(length + 1) * (size_t)width);
    if (moved == NULL) {
        PyErr_NoMemory();
        return -1;
    }
#ifdef RM_CHECKED
    rm_checked_moved((PyObject *)old, (PyObject *)moved);
#endif
    moved->length = length;
    rm_char_put(width, PyUnicode_DATA(moved), length, 0);
    *op = (PyObject *)moved;
    return 0;
}

static int resize_copy(PyObject **op, Py_ssize_t length)
{
    PyObject *copy = PyUnicode_New(length, rm_max_char(*op));

    if (copy == NULL)
        return -1;
    rm_chars_copy((int)PyUnicode_KIND(copy), PyUnicode_DATA(copy), 0, (int)PyUnicode_KIND(*op),
                  PyUnicode_DATA(*op), 0, Py_MIN(length, PyUnicode_GET_LENGTH(*op)));
    Py_SETREF(*op, copy);
    return 0;
}

int PyUnicode_Resize(PyObject **op, Py_ssize_t length)
{
    if (op == NULL || *op == NULL || !PyUnicode_Check(*op) || length < 0) {
        PyErr_BadInternalCall();
        return -1;
    }
    if (PyUnicode_GET_LENGTH(*op) == length)
        return 0;
    if (length == 0) {
        Py_SETREF(*op, empty_string(rm_now));
        return 0;
    }
    return rm_unicode_is_private(*op) ? resize_in_place(op, length) : resize_copy(op, length);
}

PyObject *PyUnicode_FromString(const char *utf8)
{
    return PyUnicode_FromStringAndSize(utf8, (Py_ssize_t)strlen(utf8));
}

/* ---- reading */

Py_ssize_t PyUnicode_GetLength(PyObject *op)
{
    if (!PyUnicode_Check(op)) {
        PyErr_BadArgument();
        return -1;
    }
    return PyUnicode_GET_LENGTH(op);
}

size_t rm_utf8_put(char *out, Py_UCS4 c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xc0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xe0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3f));
        out[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3f));
    out[2] = (char)(0x80 | (c >> 6 & 0x3f));
    out[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

/* ---- a str as UTF-8 */

/* The second buffer of a string that is not ASCII; it stays with the string. */
static int make_utf8(PyObject *op)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(op);
    size_t size = 0;
    char buffer[4], *out;

    for (Py_ssize_t i = 0; i < length; i++)
        size += rm_utf8_put(buffer, PyUnicode_READ_CHAR(op, i));
    out = PyObject_Malloc(size + 1);
    if (out == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    *rm_str_utf8(op) = (rm_utf8){(Py_ssize_t)size, out};
    for (Py_ssize_t i = 0; i < length; i++)
        out += rm_utf8_put(out, PyUnicode_READ_CHAR(op, i));
    *out = '\0';
    return 0;
}

const char *PyUnicode_AsUTF8AndSize(PyObject *op, Py_ssize_t *size)
{
    if (!PyUnicode_Check(op)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_IS_ASCII(op)) {
        if (size != NULL)
            *size = PyUnicode_GET_LENGTH(op);
        return PyUnicode_DATA(op);
    }
    if (rm_str_utf8(op)->text == NULL && make_utf8(op) < 0)
        return NULL;
    if (size != NULL)
        *size = rm_str_utf8(op)->length;
    return rm_str_utf8(op)->text;
}

const char *PyUnicode_AsUTF8(PyObject *op)
{
    return PyUnicode_AsUTF8AndSize(op, NULL);
}

int _PyUnicode_EQ(PyObject *a, PyObject *b)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(a);

    return a == b || (length == PyUnicode_GET_LENGTH(b) && PyUnicode_KIND(a) == PyUnicode_KIND(b) &&
                      memcmp(PyUnicode_DATA(a), PyUnicode_DATA(b),
                             (size_t)length * (size_t)PyUnicode_KIND(a)) == 0);
}

/* ---- interning: an open table of strings, none of them counted */

static PyObject **intern_slot(rm_interned *table, PyObject *op, Py_hash_t hash)
{
    size_t mask = table->room - 1, i = (size_t)hash & mask;

    while (table->slots[i] != NULL && !_PyUnicode_EQ(table->slots[i], op))
        i = (i + 1) & mask;
    return &table->slots[i];
}

static int intern_grow(rm_runtime *rt)
{
    rm_interned old = rt->interned, grown = {.room = old.room ? 2 * old.room : 512, .used = old.used};

    grown.slots = rm_calloc(rt->alloc, RM_DOMAIN_RAW, grown.room, sizeof *grown.slots);
    if (grown.slots == NULL)
        return -1;
    for (size_t i = 0; i < old.room; i++)
        if (old.slots[i] != NULL)
            *intern_slot(&grown, old.slots[i], PyObject_Hash(old.slots[i])) = old.slots[i];
    rm_free(rt->alloc, RM_DOMAIN_RAW, old.slots);
    rt->interned = grown;
    return 0;
}

/* Closes the gap that op leaves: what probed past it moves up. */
static void intern_forget(rm_runtime *rt, PyObject *op)
{
    rm_interned *table = &rt->interned;
    PyObject **slot = intern_slot(table, op, PyObject_Hash(op));
    size_t mask = table->room - 1, i = (size_t)(slot - table->slots);

    *slot = NULL;
    table->used--;
    for (i = (i + 1) & mask; table->slots[i] != NULL; i = (i + 1) & mask) {
        PyObject *moved = table->slots[i];

        table->slots[i] = NULL;
        *intern_slot(table, moved, PyObject_Hash(moved)) = moved;
    }
}

void PyUnicode_InternInPlace(PyObject **op)
{
    rm_runtime *rt = rm_now;
    PyObject *s = *op, **slot;

    if (s == NULL || !PyUnicode_CheckExact(s) || PyUnicode_CHECK_INTERNED(s))
        return;
    if (2 * (rt->interned.used + 1) > rt->interned.room && intern_grow(rt) < 0)
        return; /* no memory: the string works without */
    slot = intern_slot(&rt->interned, s, PyObject_Hash(s));
    if (*slot != NULL) {
        *op = Py_NewRef(*slot);
        Py_DECREF(s);
        return;
    }
    *slot = s;
    rt->interned.used++;
    ((PyASCIIObject *)s)->state.interned = SSTATE_INTERNED_MORTAL;
    if (rt->knobs.intern_immortal) {
#ifdef RM_CHECKED
        rm_checked_immortal(s);
#endif
        s->ob_refcnt = RM_IMMORTAL_COUNT;
    }
}

PyObject *PyUnicode_InternFromString(const char *utf8)
{
    PyObject *op = PyUnicode_FromString(utf8);

    if (op != NULL)
        PyUnicode_InternInPlace(&op);
    return op;
}

/* ---- slots */

static void unicode_dealloc(PyObject *op)
{
    if (PyUnicode_CHECK_INTERNED(op))
        intern_forget(rm_now, op);
    if (!PyUnicode_IS_ASCII(op))
        PyObject_Free(rm_str_utf8(op)->text);
    rm_wide_drop(op);
    Py_TYPE(op)->tp_free(op);
}

static Py_hash_t unicode_hash(PyObject *op)
{
    PyASCIIObject *s = (PyASCIIObject *)op;

    if (s->hash == -1)
        s->hash = _Py_HashBytes(PyUnicode_DATA(op), s->length * (Py_ssize_t)PyUnicode_KIND(op));
    return s->hash;
}

static PySequenceMethods unicode_as_sequence = {
    .sq_length = PyUnicode_GetLength,
    .sq_concat = PyUnicode_Concat,
    .sq_repeat = rm_unicode_repeat,
    .sq_item = rm_unicode_item,
    .sq_contains = PyUnicode_Contains,
};

static PyMappingMethods unicode_as_mapping = {.mp_length = PyUnicode_GetLength,
                                              .mp_subscript = rm_unicode_subscript};

static PyNumberMethods unicode_as_number = {.nb_remainder = rm_unicode_remainder};

static PyObject *unicode_str(PyObject *op)
{
    return PyUnicode_FromObject(op);
}

PyTypeObject PyUnicode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "str",
    .tp_basicsize = sizeof(PyCompactUnicodeObject) + sizeof(void *),
    .tp_dealloc = unicode_dealloc,
    .tp_repr = rm_unicode_repr,
    .tp_str = unicode_str,
    .tp_as_number = &unicode_as_number,
    .tp_as_sequence = &unicode_as_sequence,
    .tp_as_mapping = &unicode_as_mapping,
    .tp_hash = unicode_hash,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_UNICODE_SUBCLASS,
    .tp_iter = rm_unicode_iter,
    .tp_richcompare = PyUnicode_RichCompare,
    .tp_methods = rm_unicode_methods,
    .tp_free = PyObject_Free,
};

/* The second buffer of a string that is not ASCII counts too, and a copy as wchar_t. */
size_t rm_unicode_bytes(PyObject *op)
{
    size_t bytes = ((PyASCIIObject *)op)->state.header +
                   (size_t)(PyUnicode_GET_LENGTH(op) + 1) * (size_t)PyUnicode_KIND(op);

    if (!PyUnicode_IS_ASCII(op) && rm_str_utf8(op)->text != NULL)
        bytes += (size_t)rm_str_utf8(op)->length + 1;
    if (rm_wide_is_own(op))
        bytes += (size_t)(PyUnicode_GET_LENGTH(op) + 1) * sizeof(wchar_t);
    return bytes;
}

static void start_shared(rm_runtime *rt, PyASCIIObject *op, Py_ssize_t length, bool ascii)
{
    Py_SET_TYPE(op, &PyUnicode_Type);
    Py_SET_REFCNT(op, RM_SINGLETON_COUNT);
    start(op, length, 1, ascii, rm_str_header(&rt->knobs, ascii));
    rm_immortalize(rt, (PyObject *)op);
}

/* The shared string of c, U+0080 to U+00FF: its UTF-8 has room behind the text. */
static void start_utf8(PyObject *op, Py_UCS4 c)
{
    char *text = (char *)PyUnicode_DATA(op) + 2;

    *rm_str_utf8(op) = (rm_utf8){(Py_ssize_t)rm_utf8_put(text, c), text};
}

int rm_unicode_start(rm_runtime *rt)
{
    PyUnicode_Type.tp_basicsize = rm_str_header(&rt->knobs, false) + sizeof(void *);
    start_shared(rt, &rt->empty_string.header, 0, true);
    for (Py_UCS4 c = 0; c < 0x100; c++) {
        PyASCIIObject *op = (PyASCIIObject *)latin1(rt, c);

        start_shared(rt, op, 1, c < 0x80);
        rm_char_put(1, PyUnicode_DATA(op), 0, c);
        if (c >= 0x80 && rt->knobs.latin1_utf8)
            start_utf8((PyObject *)op, c);
    }
    return 0;
}

void rm_unicode_stop(rm_runtime *rt)
{
    rm_wide_drop((PyObject *)&rt->empty_string);
    for (Py_UCS4 c = 0; c < 0x100; c++)
        rm_wide_drop(latin1(rt, c));
    for (Py_UCS4 c = 0x80; c < 0x100 && !rt->knobs.latin1_utf8; c++)
        rm_free(rt->alloc, RM_DOMAIN_OBJ, rm_str_utf8(latin1(rt, c))->text);
}

static bool is_part_of(const rm_runtime *rt, const PyObject *op)
{
    return (const char *)op >= (const char *)rt && (const char *)op < (const char *)(rt + 1);
}

/* Strings that interning made immortal are left when all else is gone. */
void rm_unicode_free_interned(rm_runtime *rt)
{
    for (size_t i = 0; rt->knobs.intern_immortal && i < rt->interned.room; i++) {
        PyObject *op = rt->interned.slots[i];

        if (op == NULL || is_part_of(rt, op))
            continue;
        if (!PyUnicode_IS_ASCII(op))
            rm_free(rt->alloc, RM_DOMAIN_OBJ, rm_str_utf8(op)->text);
        rm_free(rt->alloc, RM_DOMAIN_OBJ, op);
    }
    rm_free(rt->alloc, RM_DOMAIN_RAW, rt->interned.slots);
}
