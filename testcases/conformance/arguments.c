/* Words of cases.tsv -> arguments.
 *
 *     list  obj  exc_class     a function of fixtures.py: a fresh object
 *     item(0)                  the same, given argument 0
 *     name!                    nobody but the caller holds it
 *     =0                       the same object as argument 0
 *     NULL  #12  'text'        a null pointer, a number, C text (\xNN, \s for a blank)
 *     [obj,obj]                an array of objects
 *     &str                     a variable that holds the object; & alone: an unset one
 *     file'text'               a FILE with that content
 *     .  .0                    whatever suits the C type; a plain variable that starts as 0
 *     raw  blank_type  zero_type   memory that is no object yet; a static type that is not ready, all zeros
 *     #max  #thread            the largest size; the identifier of this thread
 */
#include "trial.h"

#include <ctype.h>
#include <structmember.h>

/* ---- things that are no objects, by type */

static PyObject *example_function(PyObject *self, PyObject *arg)
{
    (void)self;
    return Py_NewRef(arg);
}

static PyObject *example_class_function(PyObject *self, PyTypeObject *cls, PyObject *const *args,
                                        Py_ssize_t nargs, PyObject *names)
{
    (void)self, (void)cls, (void)args, (void)nargs, (void)names;
    Py_RETURN_NONE;
}

static PyObject *example_get(PyObject *self, void *closure)
{
    (void)closure;
    return Py_NewRef(self);
}

static int example_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void example_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);

    PyObject_GC_UnTrack(self);
    type->tp_free(self);
    Py_DECREF(type);
}

static void example_callback(void *arg)
{
    (void)arg;
}

static int example_trace(PyObject *self, PyFrameObject *frame, int what, PyObject *arg)
{
    (void)self, (void)frame, (void)what, (void)arg;
    return 0;
}

static int example_exec(PyObject *module)
{
    (void)module;
    return 0;
}

static struct PyMethodDef example_method = {"example", example_function, METH_O, "text"};
static struct PyMethodDef example_class_method = {
    "example", (PyCFunction)(void (*)(void))example_class_function,
    METH_METHOD | METH_FASTCALL | METH_KEYWORDS, "text"};
static struct PyMethodDef example_methods[] = {{"example", example_function, METH_O, "text"}, {0}};
static struct PyGetSetDef example_getset = {"example", example_get, NULL, "text", NULL};
static struct PyMemberDef example_member = {"example", T_OBJECT, sizeof(PyObject), 0, "text"};
static struct PyMemberDef example_member_ex = {"example", T_OBJECT_EX, sizeof(PyObject), 0, "text"};
static struct PyMemberDef example_member_long = {"example", T_LONG, sizeof(PyObject), 0, "text"};
static char *example_names[] = {"key", NULL};
static PyModuleDef example_module = {PyModuleDef_HEAD_INIT, .m_name = "example", .m_doc = "text",
                                     .m_size = 16, .m_methods = example_methods};
static PyModuleDef_Slot example_slots[] = {{Py_mod_exec, example_exec}, {0}};
static PyModuleDef example_bare = {PyModuleDef_HEAD_INIT, .m_name = "example", .m_size = 16};
static PyModuleDef example_phases = {PyModuleDef_HEAD_INIT, .m_name = "example", .m_size = 16,
                                     .m_slots = example_slots};
static PyType_Slot example_type_slots[] = {
    {Py_tp_traverse, example_traverse}, {Py_tp_dealloc, example_dealloc}, {0}};
static PyType_Spec example_spec = {"example.Type", sizeof(PyObject) + 16, 0,
                                   Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, example_type_slots};
static PyStructSequence_Field example_fields[] = {{"a", "text"}, {"b", "text"}, {0}};
static PyStructSequence_Desc example_desc = {"example.Sequence", "text", example_fields, 2};
static struct wrapperbase example_wrapper = {.name = "example", .doc = "text", .flags = 0};

typedef struct {
    const char *type, *word;
    void *address;
} example;

/* The first row of a type is its default; the others are named by `word` in cases.tsv. */
static const example examples[] = {
    {"PyMethodDef *", "method", &example_method},
    {"PyMethodDef *", "class_method", &example_class_method},
    {"PyMethodDef *", "methods", example_methods},
    {"PyGetSetDef *", "getset", &example_getset},
    {"PyMemberDef *", "member", &example_member},
    {"PyModuleDef *", "module", &example_module},
    {"PyModuleDef *", "phases", &example_phases},
    {"PyModuleDef *", "bare", &example_bare},
    {"PyType_Spec *", "spec", &example_spec},
    {"PyStructSequence_Desc *", "desc", &example_desc},
    {"struct wrapperbase *", "wrapper", &example_wrapper},
    {"struct PyMemberDef *", "member", &example_member},
    {"PyMemberDef *", "member_ex", &example_member_ex},
    {"PyMemberDef *", "member_long", &example_member_long},
    {"PyCapsule_Destructor", "destructor", example_callback},
    {"Py_tracefunc", "trace", example_trace},
    {"void (*)(void *)", "callback", example_callback},
    {"char **", "names", example_names},
    {NULL, NULL, NULL},
};

static const example *find_example(const char *type, const char *word)
{
    for (const example *x = examples; x->type; x++)
        if (strcmp(x->type, type) == 0 &&
            (word ? strcmp(x->word, word) == 0 : strcmp(x->word, "names") != 0))
            return x;
    return NULL;
}

/* ---- builders that need C */

static PyObject *module_with_def(PyObject *self, PyObject *unused)
{
    (void)self, (void)unused;
    return PyModule_Create(&example_bare);
}

static PyObject *type_with_module(PyObject *self, PyObject *unused)
{
    PyObject *module = module_with_def(self, unused);
    PyObject *type = module ? PyType_FromModuleAndSpec(module, &example_spec, NULL) : NULL;

    Py_XDECREF(module);
    return type;
}

static PyObject *c_method(PyObject *self, PyObject *unused)
{
    PyObject *type = type_with_module(self, unused);
    PyObject *method = type ? PyCMethod_New(&example_class_method, NULL, NULL, (PyTypeObject *)type) : NULL;

    Py_XDECREF(type);
    return method;
}

static PyObject *descriptor(PyObject *self, PyObject *unused)
{
    PyObject *type = type_with_module(self, unused);
    PyObject *d = type ? PyDescr_NewGetSet((PyTypeObject *)type, &example_getset) : NULL;

    Py_XDECREF(type);
    return d;
}

static PyObject *memory_view(PyObject *self, PyObject *unused)
{
    static char memory[] = "text";

    (void)self, (void)unused;
    return PyMemoryView_FromMemory(memory, sizeof memory, PyBUF_READ);
}

static PyObject *gc_type(PyObject *self, PyObject *unused)
{
    (void)self, (void)unused;
    return PyType_FromSpec(&example_spec);
}

static PyObject *plain_type(PyObject *self, PyObject *unused)
{
    static PyType_Slot slots[] = {{0}};
    static PyType_Spec spec = {"example.Plain", sizeof(PyObject) + 16, 0, Py_TPFLAGS_DEFAULT, slots};

    (void)self, (void)unused;
    return PyType_FromSpec(&spec);
}

static PyObject *plain_var_type(PyObject *self, PyObject *unused)
{
    static PyType_Slot slots[] = {{0}};
    static PyType_Spec spec = {"example.PlainVar", sizeof(PyVarObject), 8, Py_TPFLAGS_DEFAULT, slots};

    (void)self, (void)unused;
    return PyType_FromSpec(&spec);
}

static PyObject *gc_var_type(PyObject *self, PyObject *unused)
{
    static PyType_Spec spec = {"example.Var", sizeof(PyVarObject), 8,
                               Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, example_type_slots};

    (void)self, (void)unused;
    return PyType_FromSpec(&spec);
}

static PyObject *sequence_type(PyObject *self, PyObject *unused)
{
    (void)self, (void)unused;
    return (PyObject *)PyStructSequence_NewType(&example_desc);
}

int arguments_install(PyObject *fixtures)
{
    static PyMethodDef builders[] = {
        {"module_with_def", module_with_def, METH_NOARGS, NULL},
        {"type_with_module", type_with_module, METH_NOARGS, NULL},
        {"gc_type", gc_type, METH_NOARGS, NULL},
        {"gc_var_type", gc_var_type, METH_NOARGS, NULL},
        {"plain_type", plain_type, METH_NOARGS, NULL},
        {"plain_var_type", plain_var_type, METH_NOARGS, NULL},
        {"c_method", c_method, METH_NOARGS, NULL},
        {"descriptor", descriptor, METH_NOARGS, NULL},
        {"memory_view", memory_view, METH_NOARGS, NULL},
        {"sequence_type", sequence_type, METH_NOARGS, NULL},
        {0},
    };

    return PyModule_AddFunctions(fixtures, builders);
}

/* Never freed: a static type lives as long as the process. */
static PyTypeObject *blank_type(void)
{
    PyTypeObject *type = calloc(1, sizeof *type);

    Py_SET_REFCNT((PyObject *)type, 1);
    type->tp_name = "example.Blank";
    type->tp_basicsize = sizeof(PyObject);
    return type;
}

/* ---- types */

static bool is_object_type(const char *type)
{
    static const char *const others[] = {"PyObject **", "PyObject *const *", NULL};
    size_t n = strlen(type);

    return strncmp(type, "Py", 2) == 0 && n > 8 && strcmp(type + n - 8, "Object *") == 0 &&
           !text_is_one_of(type, others);
}

static bool is_number_type(const char *type)
{
    return strchr(type, '*') == NULL && strchr(type, '[') == NULL;
}

/* The address of a variable that is no object's. */
static bool is_plain_output(contract_arg_code code)
{
    return code == ARG_OUT_VALUE || code == ARG_OUT_INTERIOR || code == ARG_OUT_MEMORY;
}

const char *argument_default(const char *type, contract_arg_code code)
{
    if (code == ARG_OUT_NEW || code == ARG_OUT_BORROWED)
        return "&";
    if (code == ARG_INOUT || code == ARG_INOUT_OK || code == ARG_CLEAR)
        return "&obj";
    if (code == ARG_ARRAY)
        return "[obj]";
    if (code == ARG_ACQUIRE || code == ARG_RELEASE || is_plain_output(code))
        return ".";
    if (strcmp(type, "PyTypeObject *") == 0)
        return "type_";
    if (strcmp(type, "PyFrameObject *") == 0)
        return "frame";
    if (strcmp(type, "PyCodeObject *") == 0)
        return "code";
    if (is_object_type(type))
        return "obj";
    if (strcmp(type, "const char *") == 0 || strcmp(type, "const wchar_t *") == 0)
        return "'text'";
    return is_number_type(type) && find_example(type, NULL) == NULL ? "#1" : ".";
}

/* ---- one word */

typedef struct {
    bench *bench;
    trial *trial;
    char *message;
    size_t room;
} building;

static int complain(const building *g, const char *word, const char *what)
{
    PyObject *type, *error, *traceback;

    PyErr_Fetch(&type, &error, &traceback);
    PyObject *text = error ? PyObject_Str(error) : NULL;
    const char *why = text ? PyUnicode_AsUTF8(text) : "";
    snprintf(g->message, g->room, "'%s': %s%s%s", word, what, why && *why ? ": " : "", why ? why : "");
    PyErr_Clear();
    return -1;
}

/* C text with \xNN and \s; wide when the type says so. */
static void write_text(value *v, const char *word, const char *end, const char *type)
{
    bool wide = strstr(type, "wchar_t") != NULL;
    size_t n = 0;

    memset(v->scratch, 0, SCRATCH);
    for (const char *p = word; p < end && n < 200; n++) {
        int c = *p++;
        if (c == '\\' && *p == 's') {
            c = ' ';
            p++;
        } else if (c == '\\' && *p == 'n') {
            c = '\n';
            p++;
        } else if (c == '\\' && *p == 'x') {
            char digits[3] = {p[1], p[2], 0};
            c = (int)strtol(digits, NULL, 16);
            p += 3;
        }
        if (wide)
            ((wchar_t *)v->scratch)[n] = c;
        else
            v->scratch[n] = (char)c;
    }
    v->given.p = v->scratch;
}

static int build_file(const building *g, value *v, const char *word)
{
    FILE *f = tmpfile();

    if (f == NULL)
        return complain(g, word, "no temporary file");
    write_text(v, word + 5, word + strlen(word) - 1, "");
    fputs(v->scratch, f);
    rewind(f);
    v->given.p = f;
    return 0;
}

static int build_number(value *v, const char *word, const char *type)
{
    if (strcmp(type, "double") == 0)
        v->given.d = strtod(word + 1, NULL);
    else if (strcmp(type, "Py_complex") == 0)
        v->given.c = (Py_complex){strtod(word + 1, NULL), 1.0};
    else
        v->given.i = strcmp(word, "#max") == 0      ? PY_SSIZE_T_MAX
                     : strcmp(word, "#thread") == 0 ? (int64_t)PyThread_get_thread_ident()
                                                    : strtoll(word + 1, NULL, 0);
    return 0;
}

/* What the word `name(k)` gets: the k-th argument as an object. */
static PyObject *other_argument(const trial *t, const char *digits)
{
    int k = atoi(digits);

    return k < t->nvalues ? value_object(&t->values[k]) : NULL;
}

/* A new reference from a function of fixtures.py. */
static PyObject *build_object(const building *g, const char *word)
{
    char name[TEXT_MAX];
    size_t n = strcspn(word, "(!");
    PyObject *result = NULL;

    snprintf(name, sizeof name, "%.*s", (int)n, word);
    PyObject *f = PyObject_GetAttrString(g->bench->fixtures, name);
    if (f == NULL)
        return NULL;
    if (word[n] == '(') {
        PyObject *other = other_argument(g->trial, word + n + 1);
        result = other ? PyObject_CallOneArg(f, other) : NULL;
    } else {
        result = PyObject_CallNoArgs(f);
    }
    Py_DECREF(f);
    return result;
}

static int build_array(const building *g, value *v, const char *word)
{
    char one[TEXT_MAX];
    const char *p = word + 1;

    v->kind = VALUE_ARRAY;
    while (*p && *p != ']' && v->nitems < 8) {
        size_t n = strcspn(p, ",]");
        snprintf(one, sizeof one, "%.*s", (int)n, p);
        v->items[v->nitems] = build_object(g, one);
        if (v->items[v->nitems] == NULL)
            return complain(g, word, "not built");
        v->nitems++;
        p += n + (p[n] == ',');
    }
    v->given.p = v->items;
    return 0;
}

static int build_variable(const building *g, value *v, const char *word)
{
    v->kind = VALUE_VARIABLE;
    v->cell = POISON;
    v->is_unique = word[strlen(word) - 1] == '!';
    if (strcmp(word, "&NULL") == 0)
        v->cell = NULL;
    else if (word[1]) {
        v->object = build_object(g, word + 1);
        if (v->object == NULL)
            return complain(g, word, "not built");
        v->cell = v->object;
    }
    v->given.p = &v->cell;
    return 0;
}

static int build_reference(const building *g, value *v, const char *word)
{
    v->kind = VALUE_OBJECT;
    v->is_unique = word[strlen(word) - 1] == '!';
    if (word[0] == '=') {
        v->object = other_argument(g->trial, word + 1);
        Py_XINCREF(v->object);
    } else {
        v->object = build_object(g, word);
    }
    if (v->object == NULL)
        return complain(g, word, "not built");
    v->given.p = v->object;
    return 0;
}

static int build_view(const building *g, value *v, const char *word, contract_arg_code code)
{
    v->kind = VALUE_VIEW;
    v->given.p = &v->view;
    if (code == ARG_ACQUIRE)
        return 0;
    v->object = PyBytes_FromString("what is viewed");
    if (v->object == NULL || PyObject_GetBuffer(v->object, &v->view, PyBUF_FULL_RO) < 0)
        return complain(g, word, "no view");
    return 0;
}

/* The word "." and everything that only the type decides. */
static int build_by_type(const building *g, value *v, const char *word, const char *type,
                         contract_arg_code code)
{
    const example *x = find_example(type, strcmp(word, ".") == 0 ? NULL : word);

    if (strstr(type, "Py_buffer *"))
        return build_view(g, v, word, code);
    if (strcmp(type, "PyThreadState *") == 0)
        v->given.p = PyThreadState_Get();
    else if (strcmp(type, "PyInterpreterState *") == 0)
        v->given.p = PyInterpreterState_Get();
    else if (x)
        v->given.p = x->address;
    else if (strchr(type, '*')) {
        v->kind = VALUE_STORAGE;
        v->given.p = v->scratch;
        if (is_plain_output(code) && strcmp(word, ".0") != 0)
            memset(v->scratch, 0xa5, 64);
        memcpy(v->initial, v->scratch, sizeof v->initial);
    } else
        return complain(g, word, "nothing suits this type");
    return 0;
}

static int build_one(const building *g, value *v, const char *word, const char *type,
                     contract_arg_code code)
{
    size_t n = strlen(word);

    snprintf(v->word, sizeof v->word, "%s", word);
    v->scratch = calloc(1, SCRATCH);
    if (strcmp(word, "NULL") == 0) {
        v->kind = is_object_type(type) ? VALUE_OBJECT : VALUE_PLAIN;
        return 0;
    }
    if (word[0] == '#')
        return build_number(v, word, type);
    if (word[0] == '\'') {
        write_text(v, word + 1, word + n - 1, type);
        return 0;
    }
    if (strncmp(word, "file'", 5) == 0)
        return build_file(g, v, word);
    if (word[0] == '[')
        return build_array(g, v, word);
    if (word[0] == '&')
        return build_variable(g, v, word);
    if (strcmp(word, "raw") == 0) {
        v->kind = VALUE_RAW;
        v->given.p = PyObject_Calloc(1, 256);
        return 0;
    }
    if (strcmp(word, "blank_type") == 0 || strcmp(word, "zero_type") == 0) {
        v->given.p = word[0] == 'b' ? blank_type() : calloc(1, sizeof(PyTypeObject));
        return 0;
    }
    if (strcmp(word, ".") == 0 || strcmp(word, ".0") == 0 || find_example(type, word))
        return build_by_type(g, v, word, type, code);
    return build_reference(g, v, word);
}

/* ---- all */

int arguments_build(bench *b, trial *t, const char *words, char *message, size_t room)
{
    building g = {b, t, message, room};
    char copy[512], *rest = NULL;

    snprintf(copy, sizeof copy, "%s", words);
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        int k = t->nvalues;
        if (k == MAX_SLOTS)
            return complain(&g, word, "too many arguments");
        const char *type = k < t->call->ntypes ? t->call->types[k] : "PyObject *";
        contract_arg_code code = k < t->row->nargs ? (contract_arg_code)t->row->args[k].code : ARG_BORROW;
        if (build_one(&g, &t->values[k], word, type, code) < 0)
            return -1;
        t->nvalues++;
    }
    if (t->nvalues < t->call->ntypes)
        return complain(&g, words, "too few arguments");
    return 0;
}

void arguments_destroy(trial *t)
{
    for (int k = 0; k < t->nvalues; k++) {
        if (strncmp(t->values[k].word, "file'", 5) == 0)
            fclose(t->values[k].given.p);
        free(t->values[k].scratch);
    }
}
