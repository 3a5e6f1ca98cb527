/* str: compact strings, the empty one and the 256 one-character ones shared, and interning.
 *
 * The table of interned strings holds no counted reference: a string that dies leaves it.
 */
#include "core_int.h"

/* ---- making */

static int width_of(Py_UCS4 max_char)
{
    return max_char < 0x100 ? 1 : max_char < 0x10000 ? 2 : 4;
}

static PyObject *empty_string(rm_runtime *rt)
{
    return Py_NewRef(rt->empty_string);
}

static PyObject *allocate(Py_ssize_t length, Py_UCS4 max_char)
{
    bool ascii = max_char < 0x80;
    int width = width_of(max_char);
    size_t header = ascii ? sizeof(PyASCIIObject) : sizeof(PyCompactUnicodeObject);
    PyASCIIObject *op;

    if (length > (PY_SSIZE_T_MAX - (Py_ssize_t)header) / width - 1)
        return PyErr_NoMemory();
    op = rm_malloc(rm_now->alloc, RM_DOMAIN_OBJ, header + (size_t)(length + 1) * (size_t)width);
    if (RM_UNLIKELY(op == NULL))
        return PyErr_NoMemory();
    rm_object_start((PyObject *)op, &PyUnicode_Type);
    op->length = length;
    op->hash = -1;
    memset(&op->state, 0, sizeof op->state);
    op->state.kind = (unsigned)width & 7;
    op->state.compact = op->state.ready = 1;
    op->state.ascii = ascii;
    op->wstr = NULL;
    if (!ascii) {
        PyCompactUnicodeObject *compact = (PyCompactUnicodeObject *)op;

        compact->utf8 = NULL;
        compact->utf8_length = compact->wstr_length = 0;
    }
    memset((char *)PyUnicode_DATA(op) + length * width, 0, (size_t)width);
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

static void put(PyObject *op, Py_ssize_t i, Py_UCS4 c)
{
    switch (PyUnicode_KIND(op)) {
    case PyUnicode_1BYTE_KIND: PyUnicode_1BYTE_DATA(op)[i] = (Py_UCS1)c; break;
    case PyUnicode_2BYTE_KIND: PyUnicode_2BYTE_DATA(op)[i] = (Py_UCS2)c; break;
    case PyUnicode_4BYTE_KIND: PyUnicode_4BYTE_DATA(op)[i] = c; break;
    }
}

static PyObject *latin1_char(rm_runtime *rt, Py_UCS4 c)
{
    PyObject *op = rt->latin1[c];

    if (op == NULL) {
        op = allocate(1, c);
        if (op == NULL)
            return NULL;
        put(op, 0, c);
        rt->latin1[c] = op;
        RM_STORED(rt, op);
    }
    return Py_NewRef(op);
}

/* Reads one character and moves *s past it; -1: not UTF-8. */
static int32_t next_char(const unsigned char **s, const unsigned char *end)
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

static PyObject *decode(const unsigned char *s, const unsigned char *end)
{
    Py_ssize_t length = 0, i = 0;
    Py_UCS4 max_char = 0;
    PyObject *op;

    for (const unsigned char *p = s; p < end; length++) {
        int32_t c = next_char(&p, end);

        if (c < 0) {
            PyErr_SetString(PyExc_UnicodeDecodeError, "invalid utf-8");
            return NULL;
        }
        max_char = Py_MAX(max_char, (Py_UCS4)c);
    }
    if (length == 1 && max_char < 0x100)
        return latin1_char(rm_now, max_char);
    op = PyUnicode_New(length, max_char);
    while (op != NULL && s < end)
        put(op, i++, (Py_UCS4)next_char(&s, end));
    return op;
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
        return decode((const unsigned char *)utf8, (const unsigned char *)utf8 + size);
    if (size == 1)
        return latin1_char(rm_now, (Py_UCS4)*utf8);
    op = allocate(size, 0x7f);
    if (RM_LIKELY(op != NULL))
        memcpy((PyASCIIObject *)op + 1, utf8, (size_t)size);
    return op;
}

PyObject *PyUnicode_FromString(const char *utf8)
{
    return PyUnicode_FromStringAndSize(utf8, (Py_ssize_t)strlen(utf8));
}

/* ---- formatting: the conversions of C that messages use; %R, %S and their kin are not known yet */

PyObject *PyUnicode_FromFormatV(const char *format, va_list args)
{
    char text[512];

    vsnprintf(text, sizeof text, format, args);
    return PyUnicode_FromString(text);
}

PyObject *PyUnicode_FromFormat(const char *format, ...)
{
    PyObject *op;
    va_list args;

    va_start(args, format);
    op = PyUnicode_FromFormatV(format, args);
    va_end(args);
    return op;
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

static size_t encode_char(char *out, Py_UCS4 c)
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

/* The second buffer of a string that is not ASCII; it stays with the string. */
static int make_utf8(PyCompactUnicodeObject *op)
{
    Py_ssize_t length = PyUnicode_GET_LENGTH(op);
    size_t size = 0;
    char buffer[4], *out;

    for (Py_ssize_t i = 0; i < length; i++)
        size += encode_char(buffer, PyUnicode_READ_CHAR(op, i));
    out = PyObject_Malloc(size + 1);
    if (out == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    op->utf8 = out;
    op->utf8_length = (Py_ssize_t)size;
    for (Py_ssize_t i = 0; i < length; i++)
        out += encode_char(out, PyUnicode_READ_CHAR(op, i));
    *out = '\0';
    return 0;
}

const char *PyUnicode_AsUTF8AndSize(PyObject *op, Py_ssize_t *size)
{
    PyCompactUnicodeObject *compact = (PyCompactUnicodeObject *)op;

    if (!PyUnicode_Check(op)) {
        PyErr_BadArgument();
        return NULL;
    }
    if (PyUnicode_IS_ASCII(op)) {
        if (size != NULL)
            *size = PyUnicode_GET_LENGTH(op);
        return PyUnicode_DATA(op);
    }
    if (compact->utf8 == NULL && make_utf8(compact) < 0)
        return NULL;
    if (size != NULL)
        *size = compact->utf8_length;
    return compact->utf8;
}

const char *PyUnicode_AsUTF8(PyObject *op)
{
    return PyUnicode_AsUTF8AndSize(op, NULL);
}

int PyUnicode_CompareWithASCIIString(PyObject *op, const char *ascii)
{
    Py_ssize_t i, length = PyUnicode_GET_LENGTH(op);

    for (i = 0; i < length && ascii[i] != '\0'; i++) {
        Py_UCS4 c = PyUnicode_READ_CHAR(op, i);

        if (c != (unsigned char)ascii[i])
            return c < (unsigned char)ascii[i] ? -1 : 1;
    }
    return i < length ? 1 : ascii[i] != '\0' ? -1 : 0;
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
    if (rt->knobs.intern_immortal)
        s->ob_refcnt = RM_IMMORTAL_COUNT;
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
        PyObject_Free(((PyCompactUnicodeObject *)op)->utf8);
    Py_TYPE(op)->tp_free(op);
}

static Py_hash_t unicode_hash(PyObject *op)
{
    PyASCIIObject *s = (PyASCIIObject *)op;

    if (s->hash == -1)
        s->hash = _Py_HashBytes(PyUnicode_DATA(op), s->length * (Py_ssize_t)PyUnicode_KIND(op));
    return s->hash;
}

static int compare(PyObject *a, PyObject *b)
{
    Py_ssize_t n = PyUnicode_GET_LENGTH(a), m = PyUnicode_GET_LENGTH(b);

    for (Py_ssize_t i = 0; i < n && i < m; i++) {
        Py_UCS4 x = PyUnicode_READ_CHAR(a, i), y = PyUnicode_READ_CHAR(b, i);

        if (x != y)
            return x < y ? -1 : 1;
    }
    return (n > m) - (n < m);
}

static PyObject *unicode_richcompare(PyObject *a, PyObject *b, int op)
{
    int order;

    if (!PyUnicode_Check(a) || !PyUnicode_Check(b))
        Py_RETURN_NOTIMPLEMENTED;
    order = op == Py_EQ || op == Py_NE ? !_PyUnicode_EQ(a, b) : compare(a, b);
    Py_RETURN_RICHCOMPARE(order, 0, op);
}

static Py_ssize_t unicode_length(PyObject *op)
{
    return PyUnicode_GET_LENGTH(op);
}

static PySequenceMethods unicode_as_sequence = {.sq_length = unicode_length};

PyTypeObject PyUnicode_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0)
    .tp_name = "str",
    .tp_basicsize = sizeof(PyCompactUnicodeObject) + sizeof(void *),
    .tp_dealloc = unicode_dealloc,
    .tp_as_sequence = &unicode_as_sequence,
    .tp_hash = unicode_hash,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_UNICODE_SUBCLASS,
    .tp_richcompare = unicode_richcompare,
    .tp_free = PyObject_Free,
};

int rm_unicode_start(rm_runtime *rt)
{
    rt->empty_string = allocate(0, 0);
    if (rt->empty_string == NULL)
        return -1;
    RM_STORED(rt, rt->empty_string);
    return 0;
}

void rm_unicode_stop(rm_runtime *rt)
{
    for (int i = 0; i < 256; i++)
        RM_CLEAR_IN(rt, rt->latin1[i]);
    RM_CLEAR_IN(rt, rt->empty_string);
}
