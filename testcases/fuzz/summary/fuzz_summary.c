/* What another file says that its function does. A summary that was read is printed as a text that reads
 * back to the same text; and whatever it says, calls of the function with other arguments than it
 * speaks of are explored.
 */
#include "fuzz.h"

#include "engine_int.h"
#include "rules.h"

static const char callers[] =
    "unit \"a.c\"\n"
    "file 0 \"a.c\"\n"
    "decl f -> obj\n"
    "decl g -> int\n"
    "\n"
    "fn no_argument(%self: obj \"PyObject\") -> obj \"PyObject\" method @1:1 {\n"
    "b0:\n"
    "  %1 = call f() @2:1\n"
    "  ret %1 @3:1\n"
    "}\n"
    "\n"
    "fn many(%self: obj \"PyObject\", %n: int \"int\") -> obj \"PyObject\" method @5:1 {\n"
    "  var %x: obj \"PyObject\" address-taken @6:1\n"
    "b0:\n"
    "  %x = call PyDict_New() @7:1\n"
    "  %1 = addr %x @8:1\n"
    "  %2 = call f(%x, %1, %n, 0, %self) @8:1\n"
    "  br %2, b1, b2 @9:1\n"
    "b1:\n"
    "  call PyList_Append(%2, %x) @10:1\n"
    "  release %2 @11:1\n"
    "  ret %x @12:1\n"
    "b2:\n"
    "  release %x @13:1\n"
    "  ret 0 @14:1\n"
    "}\n"
    "\n"
    "fn number(%self: obj \"PyObject\") -> int \"int\" @20:1 {\n"
    "b0:\n"
    "  %1: int \"int\" = call g(%self, %self) @21:1\n"
    "  %2 = lt %1, 0 @21:1\n"
    "  br %2, b1, b2 @21:1\n"
    "b1:\n"
    "  ret -1 @22:1\n"
    "b2:\n"
    "  %3 = load %self->Point.x @23:1\n"
    "  release %3 @23:1\n"
    "  ret %1 @24:1\n"
    "}\n";

const char *const *fuzz_words(void)
{
    static const char *const words[] = {
        "fn f(", "0", "1, ", "2", ")", " unknown\n", "\n", "  uses ", "Point.x", ", read", ", written", "; ", "more",
        "  runs code\n", "  never returns\n", "  returns ", "value", "new", "borrowed ", "argument ", "new to argument ",
        "interior ", "unknown object", "global ", "new to global ", "_Py_NoneStruct", " {", "<-1", "-1", ">1", "}",
        ", fresh", ", born", ", copy", ", believed", ", writes", ", fails", ", for memory", ", misuse", ", lasting",
        ", is exactly ", ", is ", "tuple", "list", "dict", "borrows", "retains", "keeps", "keeps in ", "steals",
        "gives away", "releases", "may keep", "out new", "out borrowed", "out NULL", "out value", "out interior",
        "out retains", "acquires", "out memory", "gives back", "replaces", "clears", "frees", " large", " -",
        "; exception set", "; exception perhaps", "; exception cleared", "4294967296", NULL};

    return words;
}

static int parameters_of(const char *text)
{
    const char *at = strchr(text, '(') + 1, *end = strchr(at, ')');
    int n = at < end;

    for (; at < end; at++)
        n += *at == ',';
    return n;
}

static void reread(arena *a, const char *text, const summary *sum)
{
    ir_fn fn = {.name = "f", .nparams = parameters_of(text)};
    buf first = {0}, second = {0};
    summary again;
    status st = {0};

    if (fn.nparams <= OUTCOME_ARGS) {
        summary_print(&fn, sum, false, &first);
        MUST(summary_read(a, first.data, &again, &st) == 0);
        summary_print(&fn, &again, false, &second);
        MUST(strcmp(first.data, second.data) == 0);
    }
    buf_free(&first);
    buf_free(&second);
}

static void explore(arena *a, const char *text)
{
    engine_config config = {.rules = rules_all, .contracts = fuzz_contracts(), .target_minor = 11,
                            .max_steps = 3000, .max_seconds = 5};
    engine_result result = {0};
    ir_unit *unit;
    status st = {0};

    MUST(ir_read(a, "callers", callers, &unit, &st) == 0 && ir_verify(unit, &st) == 0);
    engine *e = engine_open(a, unit, &config);
    engine_learn(e, "f", text);
    engine_learn(e, "g", text);
    engine_advance(e);
    MUST(engine_is_done(e));
    engine_close(e, &result);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = arena_create();
    const char *text = fuzz_text(a, data, size);
    summary sum;
    status st = {0};

    if (summary_read(a, text, &sum, &st) == 0) {
        reread(a, text, &sum);
        explore(a, text);
    } else {
        MUST(st.message[0]);
    }
    arena_destroy(a);
    return 0;
}
