#include "unit.h"

#include "ir.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
#define EVENT(id, text, shape, doc) text,
#include "events.def"
#undef EVENT
};

/* ---- helpers: each makes its own arena through the fixture */

static int open_arena(void **state)
{
    *state = arena_create();
    return 0;
}

static int close_arena(void **state)
{
    arena_destroy(*state);
    return 0;
}

static ir_unit *read_ok(arena *a, const char *name, const char *text)
{
    status st = {0};
    ir_unit *unit = NULL;

    if (ir_read(a, name, text, &unit, &st) < 0)
        fail_msg("%s", st.message);
    return unit;
}

static void assert_round_trip(arena *a, const char *name, const char *text)
{
    ir_unit *unit = read_ok(a, name, text);
    status st = {0};
    buf out = {0};

    if (ir_verify(unit, &st) < 0)
        fail_msg("%s: %s", name, st.message);
    ir_print(unit, &out);
    assert_string_equal(out.data, text);
    buf_free(&out);
}

static void assert_unreadable(arena *a, const char *text, const char *message)
{
    status st = {0};
    ir_unit *unit;

    assert_int_equal(ir_read(a, "t", text, &unit, &st), -1);
    assert_int_equal(st.code, ERR_INPUT);
    assert_string_equal(st.message, message);
}

/* The body of a function with a parameter %p; line 3 is its first line. */
static const char *in_fn(arena *a, const char *body)
{
    return arena_printf(a, "unit \"t\"\nfn f(%%p: obj) -> obj {\n%s\n}\n", body);
}

static void assert_bad_body(arena *a, const char *body, const char *message)
{
    assert_unreadable(a, in_fn(a, body), message);
}

static void assert_wrong(arena *a, const char *body, const char *message)
{
    status st = {0};

    assert_int_equal(ir_verify(read_ok(a, "t", in_fn(a, body)), &st), -1);
    assert_int_equal(st.code, ERR_INTERNAL);
    assert_string_equal(st.message, message);
}

/* ---- round trips */

static void every_event_has_a_file_that_reads_back(void **state)
{
    arena *a = *state;

    for (int i = 0; i < IR_EVENT_COUNT; i++) {
        const char *path = arena_printf(a, "%s/testcases/ir/%s.ir", REFWARDEN_SOURCE_DIR, words[i]);
        status st = {0};
        char *text;
        size_t len;

        if (file_read(a, path, &text, &len, &st) < 0)
            fail_msg("event '%s' has no testcase: %s", words[i], st.message);
        assert_non_null(strstr(text, words[i]));
        assert_round_trip(a, path, text);
    }
}

static bool uses(const ir_unit *unit, int kind)
{
    for (int f = 0; f < unit->nfns; f++)
        for (int b = 0; b < unit->fns[f]->nblocks; b++)
            for (int i = 0; i < unit->fns[f]->blocks[b].nevents; i++)
                if ((int)unit->fns[f]->blocks[b].events[i].kind == kind)
                    return true;
    return false;
}

static void every_file_uses_its_event(void **state)
{
    arena *a = *state;
    char *text;
    size_t len;

    for (int i = 0; i < IR_EVENT_COUNT; i++) {
        const char *path = arena_printf(a, "%s/testcases/ir/%s.ir", REFWARDEN_SOURCE_DIR, words[i]);

        assert_int_equal(file_read(a, path, &text, &len, NULL), 0);
        assert_true(uses(read_ok(a, path, text), i));
    }
}

static void drawing_of_the_header_reads(void **state)
{
    static const char text[] =
        "unit \"point.c\"\n"
        "file 0 \"src/point.c\"\n"
        "owns Point.name                                  ; some code releases it\n"
        "decl helper returns-borrowed steals(1) noreturn  ; annotations\n"
        "\n"
        "fn point_dump(%self: obj \"Point\", %args: obj \"PyObject\") -> obj \"PyObject\" method "
        "@30:1-60:1 {\n"
        "  var %list: obj \"PyObject\" @37:15\n"
        "  var %n: int \"Py_ssize_t\" address-taken @36:16\n"
        "  var %fp: ptr\n"
        "b0:\n"
        "  %1 = call PyList_New(%n) @38:12-38:25\n"
        "  %list = set %1 @38:5\n"
        "  %2 = eq %list, 0 @39:9\n"
        "  br %2, b1, b2 @39:9\n"
        "b1:\n"
        "  ret 0 @40:9\n"
        "b2:\n"
        "  %3 = load %self->Point.name @42:5      ; places\n"
        "  retain %3 @42:5\n"
        "  store %self->Point.name, %list @43:5\n"
        "  %4 = addr %n @44:20\n"
        "  %5 = call PyArg_ParseTuple(%args, \"O|n\", %4) @44:9\n"
        "  %6 = call *%fp(%list:void) @45:3\n"
        "  switch %n, b3 [1: b1, 2-5: b2] @46:5\n"
        "b3:\n"
        "  unreachable\n"
        "}\n";
    ir_unit *unit = read_ok(*state, "drawing", text);
    const ir_fn *fn = ir_find_fn(unit, "point_dump");

    assert_int_equal(ir_verify(unit, NULL), 0);
    assert_int_equal(fn->roles, IR_R_METHOD);
    assert_int_equal(fn->nparams, 2);
    assert_int_equal(fn->vars[0].type, IR_OBJ);
    assert_string_equal(fn->vars[0].type_name, "Point");
    assert_true(fn->vars[0].is_param);
    assert_true(fn->vars[3].address_taken);
    assert_int_equal(fn->blocks[0].events[0].loc.end_col, 25);
    assert_string_equal(fn->blocks[2].events[0].place.record, "Point");
    assert_true(fn->blocks[2].events[5].args[0].as_void);
    assert_int_equal(fn->blocks[2].events[6].cases[1].high, 5);
    assert_string_equal(unit->owned[0].field, "name");
    assert_int_equal(ir_find_decl(unit, "helper")->steals, 1 << 1);
    assert_null(ir_find_decl(unit, "nobody"));
    assert_null(ir_find_fn(unit, "nobody"));
}

static void every_role_type_and_name_reads_back(void **state)
{
    assert_round_trip(
        *state, "roles",
        "unit \"a \\\"b\\\" \\\\ \\n\\t\\r\\001\\177 \xc3\xa9.c\"\n"
        "file 0 \"a.c\"\n"
        "file 1 \"b.h\"\n"
        "owns .x.y\n"
        "owns \"struct weird\".\"a[0].b\"\n"
        "decl \"operator new\" -> ptr noreturn returns-borrowed variadic steals(0,31) system\n"
        "record \"struct weird\" part.x: obj \"PyObject\" settable, u: obj union exposed, base: aggregate "
        "\"Base\"\n"
        "record Plain o: obj \"PyObject\" exposed\n"
        "type T \"m.T\" record \"struct weird\" gc basetype open [tp_dealloc: f, tp_base: ?] @1/3:4\n"
        "type spec \"\" heap []\n"
        "type mod \"m\" record Plain module [m_free: \"C::f\"]\n"
        "methods table open [\"a\": f 1 @5:6, ?: ? 3, \"b\": g @1/7:8-7:9] @4:5\n"
        "methods empty []\n"
        "\n"
        "fn f(%1: obj \"PyObject\", %x: other \"double\" static address-taken @1/2:3) -> aggregate "
        "\"struct s\" static address-taken method init slot(tp_new) getter setter noreturn test "
        "returns-borrowed partial variadic returns-new sets-exception negative-sets-exception steals(1,2) @1/1:1-9:0 {\n"
        "  var %x.2: void\n"
        "  var %2: aggregate \"Py_buffer\" address-taken\n"
        "b0:\n"
        "  %3: other = load %2->Py_buffer.\"x y\"\n"
        "  ret @\"odd symbol\" by \"odd macro\" @1/3:1-4:2\n"
        "}\n"
        "\n"
        "fn g() -> void {\n"
        "b0:\n"
        "  ret\n"
        "}\n");
}

static void tables_are_found_by_name(void **state)
{
    ir_unit *unit = read_ok(*state, "t",
                            "unit \"t\"\nrecord R a: obj, b: obj settable\n"
                            "type T \"\" record R [tp_free: free, tp_new: ?]\n");
    const ir_class *c = ir_find_class(unit, "T");

    assert_true(ir_find_field(ir_find_record(unit, "R"), "b")->is_settable);
    assert_null(ir_find_field(ir_find_record(unit, "R"), "c"));
    assert_null(ir_find_record(unit, "T"));
    assert_string_equal(ir_find_slot(c, "tp_free")->value, "free");
    assert_null(ir_find_slot(c, "tp_new")->value);
    assert_null(ir_find_slot(c, "tp_init"));
}

static void assert_wrong_table(arena *a, const char *line, const char *message)
{
    status st = {0};

    assert_int_equal(ir_verify(read_ok(a, "t", arena_printf(a, "unit \"t\"\n%s\n", line)), &st), -1);
    assert_string_equal(st.message, message);
}

static void verifier_refuses_wrong_tables(void **state)
{
    assert_wrong_table(*state, "record R a: obj, a: obj", "R: a field has no name of its own");
    assert_wrong_table(*state, "record R a: int", "R: a field that is neither object nor record");
    assert_wrong_table(*state, "type T \"\" heap module []", "T: is both a type and a module");
    assert_wrong_table(*state, "type T \"\" [tp_new: f, tp_new: g]", "T: a slot is filled twice");
    assert_wrong_table(*state, "type T \"\" []\ntype T \"\" []", "T: a type has no name of its own");
    assert_wrong_table(*state, "type T \"\" [] @3/1:1", "T: is in a file not listed");
    assert_wrong_table(*state, "methods m [\"a\": f 1 @3/1:1]", "m: is in a file not listed");
}

static void reader_refuses_wrong_tables(void **state)
{
    arena *a = *state;

    assert_unreadable(a, "unit \"t\"\nrecord R", "t:2:9: found end of text, expected a field name");
    assert_unreadable(a, "unit \"t\"\ntype T []", "t:2:8: found '[', expected '\"'");
    assert_unreadable(a, "unit \"t\"\ntype T \"\" [x]", "t:2:13: found ']', expected ':'");
    assert_unreadable(a, "unit \"t\"\nmethods m [\"a\" f]", "t:2:16: found 'f', expected ':'");
}

static void shown_names_lose_their_number(void **state)
{
    ir_unit *unit = read_ok(*state, "t",
                            in_fn(*state, "var %x: obj\nvar %x.2: obj\nvar %7: obj\nb0:\nret"));
    const ir_fn *fn = unit->fns[0];

    assert_string_equal(fn->vars[2].shown, "x");
    assert_string_equal(fn->vars[2].name, "x.2");
    assert_null(fn->vars[3].shown);
}

static void temporaries_have_the_usual_type_of_their_event(void **state)
{
    ir_unit *unit = read_ok(*state, "t",
                            in_fn(*state, "b0:\njump b2\nb1:\n%2 = not %1\nret %2\n"
                                          "b2:\n%1 = call f() @5:6\n%3 = addr @g\njump b1"));
    const ir_fn *fn = unit->fns[0];

    assert_int_equal(fn->vars[1].type, IR_INT);
    assert_int_equal(fn->vars[2].type, IR_OBJ);
    assert_string_equal(fn->vars[2].type_name, "PyObject");
    assert_int_equal(fn->vars[2].loc.col, 6);
    assert_int_equal(fn->vars[3].type, IR_PTR);
}

static void extreme_numbers_read_back(void **state)
{
    assert_round_trip(*state, "numbers",
                      "unit \"t\"\n\nfn f() -> int {\nb0:\n"
                      "  switch -9223372036854775808, b0 [-9223372036854775808--1: b0, "
                      "0-9223372036854775807: b0] @2147483647:2147483647\n}\n");
}

/* ---- building */

static ir_fn *new_fn(arena *a)
{
    ir_fn *fn = arena_alloc(a, sizeof *fn);

    fn->name = "f";
    fn->ret_type_name = "";
    return fn;
}

static void names_of_variables_are_unique(void **state)
{
    arena *a = *state;
    ir_fn *fn = new_fn(a);
    ir_loc loc = {0};

    ir_add_var(a, fn, "x", IR_INT, "int", loc);
    ir_add_var(a, fn, NULL, IR_INT, NULL, loc);
    ir_add_var(a, fn, "x", IR_INT, "int", loc);
    ir_add_var(a, fn, NULL, IR_INT, NULL, loc);
    ir_add_var(a, fn, "x", IR_INT, "int", loc);
    assert_string_equal(fn->vars[0].name, "x");
    assert_string_equal(fn->vars[1].name, "1");
    assert_string_equal(fn->vars[2].name, "x.2");
    assert_string_equal(fn->vars[2].shown, "x");
    assert_string_equal(fn->vars[3].name, "2");
    assert_string_equal(fn->vars[4].name, "x.3");
    assert_string_equal(fn->vars[1].type_name, "");
}

static void files_are_listed_once(void **state)
{
    ir_unit unit = {0};

    assert_int_equal(ir_add_file(*state, &unit, "a.c"), 0);
    assert_int_equal(ir_add_file(*state, &unit, "b.h"), 1);
    assert_int_equal(ir_add_file(*state, &unit, "a.c"), 0);
    assert_int_equal(unit.nfiles, 2);
}

static void successors_are_counted_beyond_the_room(void **state)
{
    ir_unit *unit = read_ok(*state, "t",
                            in_fn(*state, "b0:\nswitch %p, b0 [1: b1, 2: b2]\nb1:\nbr %p, b1, b2\n"
                                          "b2:\njump b1\nb3:\nret"));
    const ir_fn *fn = unit->fns[0];
    int out[2] = {-1, -1};

    assert_int_equal(ir_successors(fn->blocks[0].events, out, 2), 3);
    assert_int_equal(out[0], 0);
    assert_int_equal(out[1], 1);
    assert_int_equal(ir_successors(fn->blocks[1].events, out, 2), 2);
    assert_int_equal(out[1], 2);
    assert_int_equal(ir_successors(fn->blocks[2].events, out, 2), 1);
    assert_int_equal(ir_successors(fn->blocks[3].events, out, 2), 0);
    assert_int_equal(ir_successors(fn->blocks[0].events, NULL, 0), 3);
}

/* ---- what the reader refuses */

static void reader_names_place_found_and_expected(void **state)
{
    arena *a = *state;

    assert_unreadable(a, "", "t:1:1: found end of text, expected 'unit'");
    assert_unreadable(a, "; x\nunits \"t\"", "t:2:1: found 'units', expected 'unit'");
    assert_unreadable(a, "unit t", "t:1:6: found 't', expected '\"'");
    assert_unreadable(a, "unit \"t\" x", "t:1:10: found 'x', expected end of line");
    assert_unreadable(a, "unit \"t", "t:1:8: found end of text, expected '\"' at the end of the string");
    assert_unreadable(a, "unit \"t\n\"", "t:1:8: found end of line, expected '\"' at the end of the string");
    assert_unreadable(a, "unit \"\\q\"",
                      "t:1:8: found 'q', expected an escape: one of n t r \" \\ or up to three octal digits");
    assert_unreadable(a, "unit \"t\"\nfun f",
                      "t:2:1: found 'fun', expected 'file', 'owns', 'decl', 'record', 'type', 'methods' or 'fn'");
}

static void reader_refuses_wrong_files_and_declarations(void **state)
{
    arena *a = *state;

    assert_unreadable(a, "unit \"t\"\nfile 1 \"a\"",
                      "t:2:6: found '1', expected a number from 0 to 0");
    assert_unreadable(a, "unit \"t\"\nfile 0 \"a\"\nfile 1 \"a\"",
                      "t:3:11: found end of text, expected a path that was not listed yet");
    assert_unreadable(a, "unit \"t\"\nfile x", "t:2:6: found 'x', expected a number");
    assert_unreadable(a, "unit \"t\"\nowns 1", "t:2:6: found '1', expected the name of a struct");
    assert_unreadable(a, "unit \"t\"\nowns A", "t:2:7: found end of text, expected '.'");
    assert_unreadable(a, "unit \"t\"\nowns A.", "t:2:8: found end of text, expected a field name");
    assert_unreadable(a, "unit \"t\"\nowns A.b.", "t:2:10: found end of text, expected a field name");
    assert_unreadable(a, "unit \"t\"\ndecl", "t:2:5: found end of text, expected the name of a function");
    assert_unreadable(a, "unit \"t\"\ndecl f -> x",
                      "t:2:11: found 'x', expected a type: void, int, obj, ptr, aggregate or other");
    assert_unreadable(a, "unit \"t\"\ndecl f steals(32)",
                      "t:2:15: found '32', expected a number from 0 to 31");
    assert_unreadable(a, "unit \"t\"\ndecl f steals 1", "t:2:15: found '1', expected '('");
    assert_unreadable(a, "unit \"t\"\ndecl f steals(1;", "t:2:17: found end of text, expected ')'");
    assert_unreadable(a, "unit \"t\"\ndecl f magic", "t:2:8: found 'magic', expected end of line");
    assert_unreadable(a, "unit \"t\"\ndecl f slot(1)",
                      "t:2:13: found '1', expected the name of a slot");
    assert_unreadable(a, "unit \"t\"\ndecl f slot x", "t:2:13: found 'x', expected '('");
}

static void reader_refuses_wrong_heads(void **state)
{
    arena *a = *state;

    assert_unreadable(a, "unit \"t\"\nfn 1", "t:2:4: found '1', expected the name of a function");
    assert_unreadable(a, "unit \"t\"\nfn f -> int {", "t:2:6: found '-', expected '('");
    assert_unreadable(a, "unit \"t\"\nfn f(x: int) -> int {", "t:2:6: found 'x', expected '%'");
    assert_unreadable(a, "unit \"t\"\nfn f(%: int) -> int {",
                      "t:2:7: found ':', expected the name of a variable");
    assert_unreadable(a, "unit \"t\"\nfn f(%x) -> int {", "t:2:8: found ')', expected ':'");
    assert_unreadable(a, "unit \"t\"\nfn f(%x: long) -> int {",
                      "t:2:10: found 'long', expected a type: void, int, obj, ptr, aggregate or other");
    assert_unreadable(a, "unit \"t\"\nfn f(%x: int, %x: int) -> int {",
                      "t:2:15: found '%x', expected a name that is not taken yet");
    assert_unreadable(a, "unit \"t\"\nfn f(%x: int -> int {", "t:2:14: found '-', expected ')'");
    assert_unreadable(a, "unit \"t\"\nfn f() {", "t:2:8: found '{', expected '->'");
    assert_unreadable(a, "unit \"t\"\nfn f() -> int magic {",
                      "t:2:15: found 'magic', expected a role, a place or '{'");
    assert_unreadable(a, "unit \"t\"\nfn f() -> int @0:1 {",
                      "t:2:16: found '0', expected a number from 1 to 2147483647");
    assert_unreadable(a, "unit \"t\"\nfn f() -> int @1 {", "t:2:18: found '{', expected ':'");
    assert_unreadable(a, "unit \"t\"\nfn f() -> int @70000/1:1 {",
                      "t:2:16: found '70000', expected a number from 0 to 65535");
    assert_unreadable(a, "unit \"t\"\nfn f() -> int { ret",
                      "t:2:17: found 'ret', expected end of line");
    assert_unreadable(a, "unit \"t\"\nfn f() -> int {\nb0:\n",
                      "t:4:1: found end of text, expected an event");
}

static void reader_refuses_wrong_lines(void **state)
{
    arena *a = *state;

    assert_bad_body(a, "ret", "t:3:1: found 'ret', expected 'var' or the first block, 'b0:'");
    assert_bad_body(a, "b1:", "t:3:1: found 'b1', expected block b0");
    assert_bad_body(a, "b0", "t:3:3: found end of line, expected ':'");
    assert_bad_body(a, "var %p: obj", "t:3:5: found '%p', expected a name that is not taken yet");
    assert_bad_body(a, "b0:\nvar %x: obj", "t:4:1: found 'var', expected an event");
    assert_bad_body(a, "b0:\nfoo %p", "t:4:1: found 'foo', expected an event");
    assert_bad_body(a, "b0:\n%x = set %p", "t:4:1: found '%x', expected a variable that is declared");
    assert_bad_body(a, "b0:\n%1 set %p", "t:4:4: found 'set', expected '='");
    assert_bad_body(a, "b0:\n%p: obj = set %p", "t:4:3: found ':', expected '='");
    assert_bad_body(a, "b0:\n%1: = set %p",
                    "t:4:5: found '=', expected a type: void, int, obj, ptr, aggregate or other");
    assert_bad_body(a, "b0:\nset %p", "t:4:1: found 'set', expected '%x = set ...'");
    assert_bad_body(a, "b0:\n%p = retain %p",
                    "t:4:1: found '%p', expected 'retain' without a result");
    assert_bad_body(a, "b0:\nret %1", "t:5:1: found '}', expected an event that sets %1");
    assert_bad_body(a, "b0:\nret %p by 3", "t:4:11: found '3', expected the name of a macro");
    assert_bad_body(a, "b0:\nret %p @1:1-2 x", "t:4:15: found 'x', expected ':'");
    assert_bad_body(a, "b0:\nret %p %p", "t:4:8: found '%p', expected end of line");
}

static void reader_refuses_wrong_operands(void **state)
{
    arena *a = *state;

    assert_bad_body(a, "b0:\nretain",
                    "t:4:7: found end of line, expected a value: %variable, number, \"text\", @symbol or ?");
    assert_bad_body(a, "b0:\nretain -x", "t:4:8: found '-', expected a number");
    assert_bad_body(a, "b0:\nretain 9223372036854775808",
                    "t:4:8: found '9223372036854775808', expected a number of at most 64 bits");
    assert_bad_body(a, "b0:\nretain @-", "t:4:9: found '-', expected the name of a global");
    assert_bad_body(a, "b0:\n%1 = add %p", "t:4:12: found end of line, expected ','");
    assert_bad_body(a, "b0:\n%1 = load 5", "t:4:11: found '5', expected a place: %v, @g, %p->Rec.f, *%p or %a[%i]");
    assert_bad_body(a, "b0:\n%1 = load %p->5", "t:4:15: found '5', expected the name of a struct");
    assert_bad_body(a, "b0:\n%1 = load %p[5", "t:4:15: found end of line, expected ']'");
    assert_bad_body(a, "b0:\nstore %p->.f", "t:4:13: found end of line, expected ','");
    assert_bad_body(a, "b0:\njump 1", "t:4:6: found '1', expected a block, like b1");
    assert_bad_body(a, "b0:\nbr %p, b0", "t:4:10: found end of line, expected ','");
    assert_bad_body(a, "b0:\nswitch %p, b0", "t:4:14: found end of line, expected '['");
    assert_bad_body(a, "b0:\nswitch %p, b0 [x: b1]", "t:4:16: found 'x', expected a number");
    assert_bad_body(a, "b0:\nswitch %p, b0 [1- : b1]", "t:4:18: found ' ', expected a number");
    assert_bad_body(a, "b0:\nswitch %p, b0 [1 b1]", "t:4:18: found 'b1', expected ':'");
    assert_bad_body(a, "b0:\nswitch %p, b0 [1: b1", "t:4:21: found end of line, expected ']'");
    assert_bad_body(a, "b0:\ncall 5()", "t:4:6: found '5', expected the name of a function");
    assert_bad_body(a, "b0:\ncall f", "t:4:7: found end of line, expected '('");
    assert_bad_body(a, "b0:\ncall f(%p", "t:4:10: found end of line, expected ')'");
}

/* Cut anywhere, text is either whole or refused; nothing is read past its end. */
static void every_prefix_of_a_unit_is_handled(void **state)
{
    arena *a = *state;
    char *text;
    size_t len;
    ir_unit *unit;

    assert_int_equal(file_read(a, REFWARDEN_SOURCE_DIR "/testcases/ir/call.ir", &text, &len, NULL), 0);
    for (size_t n = 0; n < len; n++) {
        char *cut = malloc(n + 1);

        memcpy(cut, text, n);
        cut[n] = '\0';
        ir_read(a, "t", cut, &unit, NULL);
        free(cut);
    }
}

/* ---- what the verifier refuses */

static void verifier_checks_the_shape_of_blocks(void **state)
{
    arena *a = *state;

    assert_wrong(a, "", "f: there is no entry block");
    assert_wrong(a, "b0:", "f: b0: the block is empty");
    assert_wrong(a, "b0:\nretain %p",
                 "f: b0: event 0 (retain): the block does not end in a terminator");
    assert_wrong(a, "b0:\nret\nret", "f: b0: event 0 (ret): stands in the middle of a block");
}

static void verifier_checks_targets(void **state)
{
    arena *a = *state;

    assert_wrong(a, "b0:\njump b1",
                 "f: b0: event 0 (jump): goes to a block that does not exist");
    assert_wrong(a, "b0:\nbr %p, b0, b9",
                 "f: b0: event 0 (br): goes to a block that does not exist");
    assert_wrong(a, "b0:\nswitch %p, b9 []",
                 "f: b0: event 0 (switch): goes to a block that does not exist");
    assert_wrong(a, "b0:\nswitch %p, b0 [1: b9]",
                 "f: b0: event 0 (switch): a case goes to a block that does not exist");
    assert_wrong(a, "b0:\nswitch %p, b0 [2-1: b0]",
                 "f: b0: event 0 (switch): a case ends before it starts");
    assert_wrong(a, "b0:\nret @3/1:1",
                 "f: b0: event 0 (ret): the location is in a file that the unit does not list");
}

/* What text cannot say is broken by hand: one event, then one field of it. */
typedef struct {
    ir_unit unit;
    ir_fn *fn;
    ir_event *e;
} broken;

static broken break_one(arena *a, const char *line)
{
    broken b = {.unit = *read_ok(a, "t", in_fn(a, arena_printf(a, "b0:\n%s\nret", line)))};

    b.fn = b.unit.fns[0];
    b.e = b.fn->blocks[0].events;
    assert_int_equal(ir_verify(&b.unit, NULL), 0);
    return b;
}

static void assert_broken(const broken *b, const char *message)
{
    status st = {0};
    buf out = {0};

    assert_int_equal(ir_verify(&b->unit, &st), -1);
    assert_string_equal(st.message, message);
    if ((unsigned)b->e->kind < IR_EVENT_COUNT)
        ir_print(&b->unit, &out); /* a dump of a broken unit must not crash */
    buf_free(&out);
}

static void verifier_checks_results(void **state)
{
    broken b = break_one(*state, "%1 = set %p");

    b.e->dst = 99;
    assert_broken(&b, "f: b0: event 0 (set): the result's variable does not exist");
    b.e->dst = -1;
    assert_broken(&b, "f: b0: event 0 (set): the result goes nowhere");
    b = break_one(*state, "retain %p");
    b.e->dst = 0;
    assert_broken(&b, "f: b0: event 0 (retain): has a result although it makes none");
}

static void verifier_checks_operands(void **state)
{
    broken b = break_one(*state, "retain %p");

    b.e->a.var = 99;
    assert_broken(&b, "f: b0: event 0 (retain): an operand's variable does not exist");
    b.e->a.kind = IR_NONE;
    assert_broken(&b, "f: b0: event 0 (retain): an operand is missing");
    b.e->a.kind = IR_SYMBOL;
    assert_broken(&b, "f: b0: event 0 (retain): an operand has no text");
    b.e->a.kind = (ir_operand_kind)99;
    assert_broken(&b, "f: b0: event 0 (retain): an operand of no known kind");
    b = break_one(*state, "retain %p");
    b.e->b = b.e->a;
    assert_broken(&b, "f: b0: event 0 (retain): has a second operand although it takes none");
    b = break_one(*state, "%1 = load *%p");
    b.e->a = b.e->place.base;
    assert_broken(&b, "f: b0: event 0 (load): has an operand although it takes none");
    b = break_one(*state, "%1 = add %p, %p");
    b.e->b.kind = IR_NONE;
    assert_broken(&b, "f: b0: event 0 (add): an operand is missing");
}

static void verifier_checks_calls(void **state)
{
    broken b = break_one(*state, "call f(%p)");

    b.e->args[0].kind = IR_NONE;
    assert_broken(&b, "f: b0: event 0 (call): an operand is missing");
    b = break_one(*state, "call f(%p)");
    b.e->a = b.e->args[0];
    assert_broken(&b, "f: b0: event 0 (call): called by name and through a value");
    b = break_one(*state, "call f(%p)");
    b.e->callee = NULL;
    assert_broken(&b, "f: b0: event 0 (call): an operand is missing");
    b = break_one(*state, "call f(%p)");
    b.e->kind = IR_EVENT_COUNT;
    assert_broken(&b, "f: b0: event 0 (?): an event of no known kind");
}

static void verifier_checks_places(void **state)
{
    broken b = break_one(*state, "%1 = load %p->R.f");

    b.e->place.field = NULL;
    assert_broken(&b, "f: b0: event 0 (load): the place has no field name");
    b.e->place.kind = IR_P_INDEX;
    assert_broken(&b, "f: b0: event 0 (load): an operand is missing");
    b.e->place.kind = IR_P_GLOBAL;
    assert_broken(&b, "f: b0: event 0 (load): the place is no global");
    b.e->place.kind = (ir_place_kind)99;
    assert_broken(&b, "f: b0: event 0 (load): a place of no known kind");
    b = break_one(*state, "%1 = load @g");
    b.e->place.kind = IR_P_VAR;
    assert_broken(&b, "f: b0: event 0 (load): the place is no variable");
    b.e->place.base.kind = IR_NONE;
    assert_broken(&b, "f: b0: event 0 (load): an operand is missing");
}

static void verifier_checks_functions_and_variables(void **state)
{
    broken b = break_one(*state, "retain %p");

    b.fn->vars[0].type = (ir_type)99;
    assert_broken(&b, "f: a variable has no known type");
    b.fn->vars[0].name = "a b";
    assert_broken(&b, "f: a variable has no usable name");
    b = break_one(*state, "retain %p");
    b.fn->vars[0].is_param = false;
    assert_broken(&b, "f: parameters do not stand first");
    b.fn->nparams = 2;
    assert_int_equal(ir_verify(&b.unit, NULL), -1);
    b = break_one(*state, "retain %p");
    b.fn->ret = (ir_type)99;
    assert_broken(&b, "f: returns no known type");
    b = break_one(*state, "retain %p");
    b.fn->vars[0].loc = (ir_loc){.file = 4, .line = 1};
    assert_broken(&b, "f: the location is in a file that the unit does not list");
    b.fn->name = NULL;
    assert_broken(&b, "t: a function without a name");
}

static void temporaries_of_one_block_share_variables(void **state)
{
    ir_unit *unit = read_ok(*state, "t",
                            "unit \"t\"\nfile 0 \"t\"\n"
                            "fn f(%p: obj \"PyObject\") -> int \"int\" {\n  var %x: obj \"PyObject\"\n"
                            "b0:\n  %1 = call g(%p)\n  %2 = call g(%1)\n  %3 = call g(%2)\n"
                            "  %x = set %3\n  %4 = eq %x, 0\n  br %4, b1, b2\n"
                            "b1:\n  ret 0\nb2:\n  %5 = call g(%x)\n  release %5\n  ret %4\n}\n");
    ir_fn *fn = unit->fns[0];
    status st = {0};

    assert_int_equal(fn->nvars, 7);
    ir_share_temporaries(*state, unit);
    assert_int_equal(ir_verify(unit, &st), 0);
    assert_int_equal(fn->nvars, 5); /* p, x, the 4 that another block reads, and two that take turns */
    const ir_event *ev = fn->blocks[0].events;
    assert_int_equal(ev[1].args[0].var, ev[0].dst);
    assert_int_equal(ev[2].args[0].var, ev[1].dst);
    assert_int_equal(ev[2].dst, ev[0].dst);
    assert_int_equal(fn->blocks[2].events[2].a.var, ev[4].dst);
}

#define IR_TEST(f) cmocka_unit_test_setup_teardown(f, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IR_TEST(every_event_has_a_file_that_reads_back),
        IR_TEST(every_file_uses_its_event),
        IR_TEST(drawing_of_the_header_reads),
        IR_TEST(every_role_type_and_name_reads_back),
        IR_TEST(tables_are_found_by_name),
        IR_TEST(verifier_refuses_wrong_tables),
        IR_TEST(reader_refuses_wrong_tables),
        IR_TEST(shown_names_lose_their_number),
        IR_TEST(temporaries_have_the_usual_type_of_their_event),
        IR_TEST(extreme_numbers_read_back),
        IR_TEST(names_of_variables_are_unique),
        IR_TEST(files_are_listed_once),
        IR_TEST(temporaries_of_one_block_share_variables),
        IR_TEST(successors_are_counted_beyond_the_room),
        IR_TEST(reader_names_place_found_and_expected),
        IR_TEST(reader_refuses_wrong_files_and_declarations),
        IR_TEST(reader_refuses_wrong_heads),
        IR_TEST(reader_refuses_wrong_lines),
        IR_TEST(reader_refuses_wrong_operands),
        IR_TEST(every_prefix_of_a_unit_is_handled),
        IR_TEST(verifier_checks_the_shape_of_blocks),
        IR_TEST(verifier_checks_targets),
        IR_TEST(verifier_checks_results),
        IR_TEST(verifier_checks_operands),
        IR_TEST(verifier_checks_calls),
        IR_TEST(verifier_checks_places),
        IR_TEST(verifier_checks_functions_and_variables),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
