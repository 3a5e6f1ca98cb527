/* Text IR: reading, checking, printing and, where it is well-formed, exploring. What was read is printed
 * as a text that reads back to the same text.
 */
#include "fuzz.h"

#include "engine.h"
#include "ir.h"
#include "rules.h"

const char *const *fuzz_words(void)
{
    static const char *const words[] = {
        "\n", " ", ", ", "%x", "%self", "%1", "@_Py_NoneStruct", "0", "-1", "2147483648", "\"PyObject\"",
        "obj", "int", "ptr", "aggregate", "other", "void", "method", "static", "slot tp_dealloc", "init",
        "address-taken", "call ", "ret ", "br ", "jump b0", "b0", "b1", "b9", "b0:\n", "load ", "store ", "set ",
        "retain ", "release ", "xretain ", "xrelease ", "addr ", "unreachable @1:1\n", "switch ", "lt ", "eq ", "not ",
        "  %1 = call PyDict_New() @3:1\n", "  call PyList_Append(%1, %1) @3:1\n", "  release %1 @3:1\n",
        "  %x = set %1 @3:1\n", "PyTuple_SetItem(", "PyArg_ParseTuple(", "PyErr_Clear()", "*%x", "->", "}\n",
        "  var %x: obj \"PyObject\" @2:1\n", "decl f -> int\n", "class ", "record ", NULL};

    return words;
}

static void explore(arena *a, ir_unit *unit)
{
    engine_config config = {.rules = rules_all, .contracts = fuzz_contracts(), .target_minor = 11,
                            .max_steps = 3000, .max_seconds = 5};
    engine_result result = {0};

    ir_share_temporaries(a, unit);
    engine_run(a, unit, &config, &result);
    for (int i = 0; i < result.nfindings; i++)
        MUST(result.findings[i].rule && result.findings[i].message && result.findings[i].at.file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    arena *a = arena_create();
    buf first = {0}, second = {0};
    ir_unit *unit, *again;
    status st = {0};

    if (ir_read(a, "input.ir", fuzz_text(a, data, size), &unit, &st) != 0) {
        MUST(st.message[0]);
    } else if (ir_verify(unit, &st) == 0) {
        ir_print(unit, &first);
        MUST(ir_read(a, "printed.ir", first.data, &again, &st) == 0);
        ir_print(again, &second);
        MUST(strcmp(first.data, second.data) == 0);
        explore(a, unit);
    }
    buf_free(&first);
    buf_free(&second);
    arena_destroy(a);
    return 0;
}
