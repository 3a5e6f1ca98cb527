#!/usr/bin/env python3
"""Runs the program as its users do: bad input, exit statuses, help, formats.

Usage: run_cli.py --refwarden PATH [--update] [unittest arguments]
--update rewrites testcases/golden/*.txt from what the program prints now.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
SCHEMA = ROOT / "analyzer/report/refwarden-1.schema.json"
CONTRACTS_SCHEMA = ROOT / "analyzer/report/contracts-1.schema.json"
README = ROOT / "README.md"
MAN = ROOT / "analyzer/cli/refwarden.1"

GOOD = """#include <Python.h>
PyObject *one(PyObject *self, PyObject *args)
{
    return PyLong_FromLong(1);
}
"""
LEAK = """#include <Python.h>
int leak(void)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return -1;
    return 0;
}
"""


class Case(unittest.TestCase):
    program = None
    update = False
    cache = None

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.dir = pathlib.Path(holder.name)

    def write(self, name, content):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run_it(self, *arguments, cwd=None, stdin=b"", env=None, prefix=()):
        clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR")}
        clean["XDG_CACHE_HOME"] = self.cache
        clean.update(env or {})
        done = subprocess.run([*prefix, self.program, *map(str, arguments)], cwd=cwd or self.dir,
                              input=stdin, env=clean, capture_output=True, timeout=300)
        done.out = done.stdout.decode(errors="surrogateescape")
        done.err = done.stderr.decode(errors="surrogateescape")
        return done

    def check(self, *arguments, status=None, **more):
        done = self.run_it("check", *arguments, **more)
        if status is not None:
            self.assertEqual(done.returncode, status, done.out + done.err)
        return done

    def as_json(self, *arguments, **more):
        return json.loads(self.check("--format", "json", *arguments, **more).out)

    def golden(self, name, text):
        path = HERE / "golden" / name
        if self.update:
            path.write_text(text)
        self.assertEqual(path.read_text(), text)


class BadInput(Case):
    def test_a_file_that_is_not_c_is_reported_and_never_clean(self):
        self.write("notes.txt", "Dear diary,\n\ntoday it rained. What a (surprise!\n")
        done = self.check("notes.txt", status=3)
        self.assertIn("[RW901]", done.out)
        self.assertIn("does not look like C source", done.out)

    def test_an_empty_file_is_clean_and_has_no_functions(self):
        self.write("empty.c", "")
        report = self.as_json("empty.c", status=0)
        self.assertEqual(report["units"][0]["status"], "ok")
        self.assertEqual(report["units"][0]["functions"], 0)

    def test_a_missing_file_is_named_and_the_others_are_checked(self):
        self.write("good.c", GOOD)
        done = self.check("nosuch.c", "good.c", status=2)
        self.assertIn("nosuch.c: No such file", done.err)
        self.assertIn("1 file checked", done.err)

    def test_a_folder_without_c_is_an_error(self):
        self.write("docs/readme.txt", "nothing here")
        done = self.check("docs", status=2)
        self.assertIn("docs: no C source", done.err)
        self.assertIn("nothing was checked", done.err)

    def test_ten_thousand_else_ifs_do_not_crash(self):
        chain = " else ".join(f"if (x == {i}) y = {i};" for i in range(10000))
        self.write("chain.c", f"int f(int x)\n{{\n    int y = 0;\n    {chain}\n    return y;\n}}\n")
        unit = self.as_json("chain.c", status=0)["units"][0]
        self.assertEqual(unit["status"], "ok", unit["messages"])

    # What a macro before Python.h changes shows in the function: files share headers only with
    # their like, and get what they get alone.
    PRELUDES = ["", "#define PY_SSIZE_T_CLEAN\n", "#define NDEBUG 1\n", "#undef NDEBUG\n",
                "#define Py_LIMITED_API 0x03080000\n", "#define _GNU_SOURCE\n",
                "#include <stdio.h>\n", "#include <assert.h>\n#define NDEBUG 1\n",
                "#ifndef PY_SSIZE_T_CLEAN\n#define PY_SSIZE_T_CLEAN /* here */\n#endif\n"]
    SHARING = """#include <Python.h>
#include <assert.h>
PyObject *f(PyObject *self, PyObject *args)
{
    const char *s;
    PyObject *list = PyList_New(1), *o = NULL;
    assert(list);
    if (!PyArg_ParseTuple(args, "s#O", &s, &o, &o))
        return NULL;
#ifdef PY_SSIZE_T_CLEAN
    Py_INCREF(o);
#endif
#ifndef Py_LIMITED_API
    PyList_SET_ITEM(list, 0, o);
#endif
#ifdef __USE_GNU
    Py_XINCREF(o);
#endif
    Py_CLEAR(o);
    return list;
}
"""

    def test_files_that_share_headers_get_what_they_get_alone(self):
        names = [f"p{i}_{k}.c" for i in range(len(self.PRELUDES)) for k in range(3)]
        for name in names:
            self.write(name, self.PRELUDES[int(name[1])] + self.SHARING)
        alone = [self.check("--dump=ir", name).out for name in names]
        for jobs in ("-j1", "-j4"):
            self.assertEqual(self.check(jobs, "--dump=ir", *names).out, "".join(alone))
        functions = {text.partition("\nfn ")[2] for text in alone}
        self.assertGreater(len(functions), 3, "the preludes make no difference")

    def test_a_header_beside_the_source_is_not_mistaken_for_pythons(self):
        for folder in ("own", "other"):
            for k in range(3):
                self.write(f"{folder}/f{k}.c", "#include \"Python.h\"\nint f(void) { return X; }\n")
        self.write("own/Python.h", "#define X 7\n")
        units = self.as_json("own", "other", "-j1")["units"]
        self.assertEqual([u["status"] for u in units], ["partial"] * 3 + ["ok"] * 3)

    def test_a_crash_costs_one_file_whatever_was_analysed_before_it(self):
        nested = "!" * 3000000
        for name in "abde":  # larger, so some of them come first
            self.write(name + ".c", GOOD + "/*" + nested + " */\n")
        self.write("c.c", "int f(int x) { return " + nested + "x; }\n")
        one = self.as_json(".", "-j1")
        self.assertEqual([u["status"] for u in one["units"]], ["ok", "ok", "failed", "ok", "ok"])
        self.assertIn("crashed", one["units"][2]["messages"][0])
        self.assertEqual(one["findings"], self.as_json(".", "-j3")["findings"])

    def test_ten_thousand_else_ifs_over_objects_end_within_the_limits(self):
        chain = " else ".join(f"if (x == {i}) o = PyLong_FromLong({i});" for i in range(10000))
        self.write("chain.c", "#include <Python.h>\nPyObject *f(int x)\n{\n"
                              f"    PyObject *o = NULL;\n    {chain}\n    return o;\n}}\n")
        report = self.as_json("chain.c", status=0)
        self.assertEqual(report["units"][0]["status"], "ok")
        self.assertLessEqual({f["rule"] for f in report["findings"]}, {"RW902"})

    def test_unbalanced_braces_degrade_the_file(self):
        self.write("brace.c", GOOD + "int f(int x)\n{\n    if (x) {\n        return 1;\n}\n")
        report = self.as_json("brace.c")
        self.assertEqual(report["units"][0]["status"], "partial")
        self.assertTrue(report["units"][0]["messages"])

    def test_a_binary_file_is_reported(self):
        self.write("binary.c", bytes(range(256)) * 20)
        done = self.check("binary.c", status=3)
        self.assertIn("does not look like C source", done.out)

    def test_utf16_is_reported(self):
        self.write("wide.c", GOOD.encode("utf-16"))
        self.assertIn("does not look like C source", self.check("wide.c", status=3).out)

    def test_a_dangling_link_is_reported_as_unreadable(self):
        (self.dir / "gone.c").symlink_to("nowhere.c")
        done = self.check("gone.c", status=3)
        self.assertIn("cannot be read", done.out)

    def test_an_unreadable_file_is_reported(self):
        self.write("secret.c", GOOD).chmod(0)
        done = self.check("secret.c", status=3, prefix=self.powerless("secret.c"))
        self.assertIn("cannot be read", done.out)

    def test_an_unreadable_folder_is_an_error(self):
        self.write("good.c", GOOD)
        self.write("locked/good.c", GOOD).parent.chmod(0)
        done = self.check(".", status=2, prefix=self.powerless("locked"))
        self.assertIn("locked: Permission denied", done.err)
        self.assertIn("1 file checked", done.err)

    def powerless(self, name):
        """What to put before a command so that it cannot read NAME, for root neither."""
        drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
        if not os.access(self.dir / name, os.R_OK):
            return []
        if shutil.which(drop[0]) is None or subprocess.run([*drop, "true"]).returncode != 0:
            self.skipTest("this user can read everything and cannot give that up")
        return drop

    def test_a_folder_named_like_a_source_is_a_folder(self):
        self.write("x.c/good.c", GOOD)
        self.assertEqual(self.as_json("x.c", status=0)["units"][0]["file"], "x.c/good.c")

    def test_links_to_parent_folders_do_not_loop(self):
        self.write("src/good.c", GOOD)
        (self.dir / "src" / "again").symlink_to("..")
        self.assertEqual(len(self.as_json("src", status=0)["units"]), 1)

    def test_hidden_and_build_folders_are_skipped(self):
        for name in ("good.c", "build/a.c", ".tox/a.c", "venv/a.c", "env/a.c"):
            self.write(name, GOOD)
        self.write("env/pyvenv.cfg", "")
        self.assertEqual([u["file"] for u in self.as_json(".", status=0)["units"]], ["good.c"])

    def test_a_broken_database_given_by_hand_is_an_error_with_a_place(self):
        self.write("good.c", GOOD)
        self.write("compile_commands.json", '[{"file": "good.c",\n')
        done = self.check("-p", ".", "good.c", status=2)
        self.assertRegex(done.err, r"compile_commands\.json:2:\d+: ")

    def test_a_broken_database_found_by_search_is_a_warning(self):
        self.write("good.c", GOOD)
        self.write("compile_commands.json", "{}")
        done = self.check("good.c", status=0)
        self.assertRegex(done.err, r"warning: .*compile_commands\.json:1:1: ")

    def test_terminal_escapes_in_source_are_escaped(self):
        self.write("evil.c", LEAK.replace("PyList_New(0);", "PyList_New(0); /* \x1b[31m */"))
        for form in ("text", "concise"):
            self.assertNotIn("\x1b", self.check("--format", form, "evil.c").out)

    def test_a_missing_header_is_named_once(self):
        self.write("a.c", '#include "no_such_thing.h"\n' + GOOD)
        self.write("b.c", '#include "no_such_thing.h"\n' + GOOD)
        done = self.check(".", status=0)
        self.assertEqual(done.err.count("'no_such_thing.h' not found"), 1)
        self.assertIn("needed by a.c and 1 more", done.err)


class BetweenFiles(Case):
    """Functions of one file in the eyes of another."""

    GIVES = """#include <Python.h>
PyObject *give(int n)
{
    return n > 3 ? PyList_New(n) : PyDict_New();
}
int answer(PyObject *o)
{
    return PyObject_IsTrue(o);
}
"""
    FORGETS = """#include <Python.h>
PyObject *give(int n);
int answer(PyObject *o);
int %(name)s(void)
{
    PyObject *o = give(5);
    if (o == NULL)
        return -1;
    return answer(o);
}
"""
    PASSES = """#include <Python.h>
PyObject *give(int n);
PyObject *pass_%(name)s(int n)
{
    return give(n + 1);
}
"""

    def write_forgetting(self, *names):
        for name in names:
            self.write(name + ".c", self.FORGETS % {"name": name})

    def test_a_leak_needs_the_file_that_gives(self):
        self.write_forgetting("a")
        self.assertEqual(self.as_json("a.c")["findings"], [])
        self.write("b.c", self.GIVES)
        self.assertEqual([f["rule"] for f in self.as_json("a.c", "b.c")["findings"]], ["RW102"])

    def test_neither_workers_nor_the_order_of_paths_change_the_output(self):
        self.write_forgetting("a", "c", "d", "e")
        self.write("b.c", self.GIVES)
        for name in "fgh":
            self.write(f"sub/{name}.c", self.PASSES % {"name": name})
            self.write(f"{name}2.c", (self.FORGETS % {"name": name}).replace("give", f"pass_{name}"))
        names = sorted(p.relative_to(self.dir) for p in self.dir.rglob("*.c"))
        first = self.check("-j1", "--format", "json", *names)
        self.assertEqual(len(json.loads(first.out)["findings"]), 7)
        for jobs in ("-j1", "-j2", "-j5"):
            for order in (names, names[::-1], names[3:] + names[:3]):
                again = self.check(jobs, "--format", "json", *order)
                self.assertEqual((again.out, again.err), (first.out, first.err))
            dump = self.check(jobs, "--dump=summaries", *names[::-1]).out
            self.assertEqual(dump, self.check("-j1", "--dump=summaries", *names).out)

    def test_a_file_that_is_lost_when_files_are_linked_costs_only_itself(self):
        self.write_forgetting("a", "c", "z")
        self.write("b.c", self.GIVES)
        calls = "".join(f"    n += answer(o) + {i};\n" for i in range(60))  # nobody follows 3**60 ways
        self.write("m.c", "#include <Python.h>\nint answer(PyObject *o);\n"
                          f"int many(PyObject *o)\n{{\n    int n = 0;\n{calls}    return n;\n}}\n")
        reports = [self.as_json("--timeout=1", jobs, ".") for jobs in ("-j1", "-j3")]
        self.assertEqual(reports[0], reports[1])
        self.assertEqual([u["status"] for u in reports[0]["units"]], ["ok", "ok", "ok", "failed", "ok"])
        self.assertEqual([(f["file"], f["rule"]) for f in reports[0]["findings"]],
                         [("a.c", "RW102"), ("c.c", "RW102"), ("m.c", "RW901"), ("z.c", "RW102")])

    def test_declarations_that_do_not_fit_are_said_and_not_believed(self):
        self.write("a.c", "#include <Python.h>\nPyObject *give(int n, int more);\nint f(void)\n{\n"
                          "    PyObject *o = give(5, 6);\n    return o ? 0 : -1;\n}\n")
        self.write("b.c", self.GIVES)
        done = self.check("--format", "json", "a.c", "b.c", status=0)
        text = "a.c:5: give() is called with 2 arguments, but b.c:2 defines it with 1"
        self.assertIn("warning: " + text, done.err)
        self.assertEqual(json.loads(done.out)["units"][0]["messages"], [text])


class Usage(Case):
    def test_an_unknown_option_gets_a_suggestion(self):
        done = self.check("--formt", "json", "x.c", status=2)
        self.assertIn("unknown option '--formt'; did you mean '--format'?", done.err)

    def test_an_unknown_command_gets_a_suggestion(self):
        done = self.run_it("chek")
        self.assertEqual(done.returncode, 2)
        self.assertIn("did you mean 'check'?", done.err)

    def test_a_path_in_place_of_a_command_gets_a_suggestion(self):
        self.write("good.c", GOOD)
        self.assertIn("refwarden check good.c", self.run_it("good.c").err)

    def test_an_unknown_rule_gets_a_suggestion(self):
        done = self.check("--select", "leak-on-eror-path", ".", status=2)
        self.assertIn("did you mean 'leak-on-error-path'?", done.err)
        self.assertEqual(self.run_it("explain", "RW1O1").returncode, 2)

    def test_words_that_are_not_among_the_choices_are_refused(self):
        self.write("good.c", GOOD)
        for option in ("--format=xml", "--fail-on=never-ever", "--color=blue", "--jobs=0",
                       "--dump=all", "--target-python=2.7", "--quiet=1", "--select=QQ"):
            self.check(option, "good.c", status=2)

    def test_a_python_that_is_none_is_refused(self):
        self.write("good.c", GOOD)
        self.assertIn("/bin/false", self.check("--python", "/bin/false", "good.c", status=2).err)

    def test_no_path_is_an_error(self):
        self.check(status=2)
        self.assertEqual(self.run_it().returncode, 2)

    def test_an_option_of_another_command_is_refused(self):
        self.assertEqual(self.run_it("rules", "--jobs", "3").returncode, 2)

    def test_help_is_as_recorded(self):
        self.golden("help.txt", self.run_it("--help").out)
        self.assertEqual(self.run_it("help").out, self.run_it("-h").out)
        for command in ("check", "explain", "rules", "contracts", "lsp"):
            done = self.run_it(command, "--help")
            self.assertEqual(done.returncode, 0)
            self.assertEqual(done.out, self.run_it("help", command).out)

    def test_help_fits_eighty_columns(self):
        for text in (self.run_it("--help").out, self.run_it("contracts", "--help").out):
            for line in text.splitlines():
                self.assertLessEqual(len(line), 80, line)

    def test_the_manual_page_has_every_option_of_the_help(self):
        manual = MAN.read_text().replace("\\-", "-")
        texts = [self.run_it("help", *c).out for c in ((), ("rules",), ("contracts",))]
        words = set(re.findall(r"--[a-z][a-z-]+", "".join(texts)))
        self.assertGreater(len(words), 10)
        self.assertEqual([w for w in sorted(words) if w not in manual], [])

    def test_version_names_libclang(self):
        self.assertRegex(self.run_it("--version").out, r"^refwarden \d+\.\d+\.\d+ \(libclang \d+")
        found = json.loads(self.run_it("--version", "--json").out)
        self.assertEqual(self.run_it("--version").out, "refwarden {version} (libclang {libclang})\n".format(**found))

    def test_rules_and_their_pages(self):
        rules = json.loads(self.run_it("rules", "--format", "json").out)
        self.assertIn("RW101", [r["code"] for r in rules])
        for rule in rules:
            page = self.run_it("explain", rule["code"])
            self.assertEqual(page.returncode, 0)
            self.assertIn(rule["code"], page.out)
            self.assertEqual(page.out, self.run_it("explain", rule["name"]).out)


class Contracts(Case):
    def contracts(self, *arguments, status=0):
        done = self.run_it("contracts", *arguments)
        self.assertEqual(done.returncode, status, done.err)
        return done.out if status == 0 else done.err

    def names(self, *arguments):
        return [line.split()[0] for line in self.contracts(*arguments).splitlines()]

    def test_a_name_is_explained(self):
        self.golden("contracts-pylist-setitem.txt", self.contracts("PyList_SetItem"))
        self.golden("contracts-tp-dealloc.txt", self.contracts("tp_dealloc"))

    def test_units_stand_behind_functions_with_a_format(self):
        parse = self.contracts("PyArg_ParseTuple", "--target-python", "3.12")
        self.assertRegex(parse, r"\nunits of fmt\(out\)\n")
        self.assertRegex(parse, r"\n  es    const char \*: .*; then PyMem_Free\n")
        self.assertNotRegex(parse, r"\n  Z ")
        self.assertNotIn("fmt(in)", parse)
        self.assertNotIn("units", self.contracts("PyList_New"))

    def test_without_a_name_everything_is_listed(self):
        names = self.names()
        self.assertGreater(len(names), 1400)
        self.assertIn("PyList_Append", names)
        self.assertIn("tp_iternext", names)

    def test_filters_combine(self):
        borrowed = self.names("--returns", "borrowed")
        self.assertIn("PyList_GetItem", borrowed)
        self.assertNotIn("PyList_New", borrowed)
        self.assertNotIn("tp_iter", borrowed)
        both = self.names("--returns=borrowed", "--runs-code")
        self.assertIn("PyDict_GetItem", both)
        self.assertEqual(set(both), set(borrowed) & set(self.names("--runs-code")))
        self.assertIn("PyTuple_SetItem", self.names("--steals"))
        self.assertEqual(self.names("--steals", "PyTuple_New"), [])

    def test_mistakes_are_named(self):
        self.assertIn("did you mean 'PyList_Append'?", self.contracts("PyList_Apend", status=2))
        self.assertIn("did you mean 'tp_traverse'?", self.contracts("tp_travers", status=2))
        self.assertIn("'old' is not one of nothing, value,", self.contracts("--returns=old", status=2))
        self.contracts("--format=concise", status=2)

    def test_json_is_valid(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads(CONTRACTS_SCHEMA.read_text())
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        report = json.loads(self.contracts("--format", "json"))
        validator(schema).validate(report)
        self.assertGreater(len(report["functions"]), 1400)
        self.assertGreater(len(report["units"]), 100)
        self.assertGreater(len(report["slots"]), 120)
        report["functions"][0]["more"] = 1
        self.assertFalse(validator(schema).is_valid(report))

    def test_json_has_the_columns_of_the_row(self):
        report = json.loads(self.contracts("PyList_SetItem", "tp_setattro", "--format=json"))
        row, slot = report["functions"][0], report["slots"][0]
        self.assertEqual((row["ret"], row["fail"], row["args"]), ("I", "-1!", ["b", "i", "s?"]))
        self.assertEqual((row["pre"], row["pair"], row["measured"]), (["list(0)"], None, True))
        self.assertIn("argument 3   stolen", row["words"])
        self.assertEqual((slot["id"], slot["duties"]), (69, ["null-deletes"]))
        self.assertEqual(report["units"], [])


class Status(Case):
    def test_clean_is_zero(self):
        self.write("good.c", GOOD)
        self.assertEqual(self.check("good.c", status=0).out, "")

    def test_findings_are_one_unless_below_the_level(self):
        self.write("leak.c", LEAK)
        self.check("leak.c", status=1)
        self.check("--fail-on", "never", "leak.c", status=0)
        self.check("--ignore", "RW1", "leak.c", status=0)
        self.check("--select", "RW2", "leak.c", status=0)

    def test_findings_win_over_files_that_were_not_analysed(self):
        self.write("leak.c", LEAK)
        self.write("binary.c", b"\0\1\2")
        self.check(".", status=1)

    def test_output_goes_to_a_file(self):
        self.write("leak.c", LEAK)
        self.assertEqual(self.check("-o", "out.txt", "leak.c", status=1).out, "")
        self.assertIn("leak.c:", (self.dir / "out.txt").read_text())
        self.check("-o", "no/such/folder", "leak.c", status=2)

    def test_stdin_has_the_name_it_is_given(self):
        done = self.check("--format=concise", "--stdin-filename", "src/x.c", "-",
                          stdin=LEAK.encode(), status=1)
        self.assertTrue(done.out.startswith("src/x.c:"), done.out)

    def test_quiet_leaves_stderr_empty(self):
        self.write("leak.c", LEAK)
        self.assertEqual(self.check("-q", "leak.c", status=1).err, "")

    def test_flags_after_two_dashes_win(self):
        self.write("leak.c", "#ifdef WITH_LEAK\n" + LEAK + "#endif\n")
        self.check("leak.c", status=0)
        self.check("leak.c", "--", "-DWITH_LEAK", status=1)

    def test_flags_come_from_the_database(self):
        self.write("src/leak.c", "#ifdef WITH_LEAK\n" + LEAK + "#endif\n")
        self.write("build/compile_commands.json", json.dumps([
            {"directory": "..", "file": "src/leak.c",
             "command": "cc '-DWITH_LEAK' -fplugin=evil.so @no.rsp -c src/leak.c -o leak.o"}]))
        self.check("-p", "build", "src", status=1)
        self.check("src", status=1)

    def test_headers_of_the_project_are_found(self):
        self.write("setup.py", "")
        self.write("lib/deep/inner.h", "typedef int inner_t;\n")
        self.write("src/good.c", '#include "inner.h"\ninner_t x;\n' + GOOD)
        self.assertEqual(self.as_json("src", status=0)["units"][0]["status"], "ok")


class Packs(Case):
    """Rows that count only where a header is included or a macro defined."""

    USE = ("int make(void)\n{\n    PyObject *a = PyArray_Zeros(1, 0, 0, 0);\n"
           "    return a == NULL ? -1 : 0;\n}\n")
    DECLARED = "PyObject *PyArray_Zeros(int n, long *dims, void *type, int order);\n"

    def rules(self, text, *arguments):
        self.write("a.c", text)
        return [f["rule"] for f in self.as_json("a.c", *arguments)["findings"]]

    def test_numpy_counts_where_its_header_is_included(self):
        python = "#include <Python.h>\n"
        self.write("inc/numpy/arrayobject.h", self.DECLARED)
        include = '#include "wrapper.h"\n'
        self.write("wrapper.h", "#include <numpy/arrayobject.h>\n")
        self.assertEqual(self.rules(python + self.DECLARED + self.USE), [])
        self.assertEqual(self.rules(python + include + self.USE, "--", "-Iinc"), ["RW102"])

    def test_a_header_that_is_missing_is_needed_all_the_same(self):
        text = "#include <Python.h>\n#include <numpy/ufuncobject.h>\n" + self.DECLARED + self.USE
        self.assertIn("RW102", self.rules(text))

    def test_glib_counts_where_its_header_is_included(self):
        use = ("#include <Python.h>\n%svoid g_abort(void);\nint leak(void)\n{\n"
               "    PyObject *a = PyList_New(0);\n    g_abort();\n    return 0;\n}\n")
        self.write("glib.h", "")
        self.assertEqual(self.rules(use % ""), ["RW102"])
        self.assertEqual(self.rules(use % '#include "glib.h"\n'), [])

    def test_a_pack_of_the_project_may_name_a_macro(self):
        self.write("own.tsv", "#defines: WITH_OWN\nown_object\t\tN\tNULL!\t\tM,X\n")
        text = ("#include <Python.h>\n%sPyObject *own_object(void);\nint f(void)\n{\n"
                "    PyObject *a = own_object();\n    return a ? 0 : -1;\n}\n")
        self.assertEqual(self.rules(text % "", "--contracts", "own.tsv"), [])
        self.assertEqual(self.rules(text % "#define WITH_OWN\n", "--contracts", "own.tsv"), ["RW102"])

    def test_a_malformed_row_names_its_place_and_the_words(self):
        self.write("own.tsv", "own_object\t\tN\tNULL!\t\tM,Z,z\n")
        self.write("a.c", GOOD)
        done = self.check("--contracts", "own.tsv", "a.c", status=2)
        self.assertIn("own.tsv:1:26: 'z' is not a word of the column effects; allowed: X x M", done.err)


class Configuration(Case):
    def setUp(self):
        super().setUp()
        self.write("leak.c", LEAK)

    def settings(self, text, name="pyproject.toml"):
        head = "" if name.endswith("refwarden.toml") else '[project]\nname = "x"\n[tool.refwarden]\n'
        return self.write(name, head + text)

    def refused(self, text, message):
        self.settings(text)
        self.assertIn(f"error: pyproject.toml:{message}", self.check("leak.c", status=2).err)

    def test_settings_come_from_pyproject(self):
        self.check("leak.c", status=1)
        self.settings('ignore = ["RW102", "RW101"]\n')
        self.check("leak.c", status=0)
        self.settings('fail-on = "never"\n')
        self.check("leak.c", status=0)
        self.assertIn("settings from pyproject.toml", self.check("-v", "leak.c").err)

    def test_the_command_line_overrides(self):
        self.settings('ignore = "RW102"\nfail-on = "error"\n')
        self.check("leak.c", status=0)
        self.check("--ignore", "RW2", "leak.c", status=1)
        self.check("--no-config", "leak.c", status=1)
        self.settings("", "other/refwarden.toml")
        self.check("--config", "other/refwarden.toml", "leak.c", status=1)
        self.check("--config", "pyproject.toml", "--no-config", "leak.c", status=2)

    def test_the_nearest_file_counts_alone(self):
        self.settings('ignore = "RW102"\n')
        self.write("src/deep/leak.c", LEAK)
        self.check("src", status=0)
        self.write("src/pyproject.toml", "[tool.other]\nrefwarden = 1\n")
        self.check("src/deep/leak.c", status=0)
        self.settings('ignore = "RW2"\n', "src/refwarden.toml")
        self.check("src/deep/leak.c", status=1)
        self.check("leak.c", status=0, cwd=self.dir)

    def test_paths_with_different_settings_are_one_report(self):
        self.settings('ignore = "RW102"\n', "a/refwarden.toml")
        self.settings('fail-on = "never"\n', "b/refwarden.toml")
        for folder in "ab":
            self.write(f"{folder}/leak.c", LEAK)
        report = self.as_json("b", "a", "b/leak.c", status=0)
        self.assertEqual([f["file"] for f in report["findings"]], ["b/leak.c"])
        self.assertEqual([u["file"] for u in report["units"]], ["a/leak.c", "b/leak.c"])
        self.check("a", "b", "leak.c", status=1)

    def test_stdin_has_the_settings_of_the_file_it_stands_for(self):
        self.settings('ignore = "RW102"\n', "a/refwarden.toml")
        self.check("--stdin-filename", "a/x.c", "-", stdin=LEAK.encode(), status=0)
        self.check("--stdin-filename", "x.c", "-", stdin=LEAK.encode(), status=1)

    def test_paths_are_relative_to_the_file(self):
        use = ("#include <Python.h>\nPyObject *own_object(void);\nint f(void)\n{\n"
               "    PyObject *a = own_object();\n    return a ? 0 : -1;\n}\n")
        self.write("p/src/use.c", use)
        self.write("p/rows/own.tsv", "own_object\t\tN\tNULL!\t\tM,X\n")
        self.check("p/src/use.c", status=0)
        self.settings('contracts = ["rows/own.tsv"]\n', "p/pyproject.toml")
        self.check("p/src/use.c", status=1)
        self.check("src/use.c", status=1, cwd=self.dir / "p")
        self.check("use.c", status=1, cwd=self.dir / "p/src")
        self.assertIn("new reference", self.run_it("contracts", "own_object", cwd=self.dir / "p").out)

    def test_mistakes_name_their_line(self):
        self.refused('fail-on = "error"\nselct = "RW1"\n', "5: unknown key 'selct'; did you mean 'select'?")
        self.refused('jobs = 3\n', "4: unknown key 'jobs'")
        self.refused("target-python = 3.12\n", "4: target-python must be a text, in quotes")
        self.refused('target-python = "2.7"\n', "4: target-python: '2.7' is not a version like 3.12")
        self.refused('fail-on = "eror"\n', "4: fail-on: 'eror' is not one of note, warning, error, never")
        self.refused('timeout = "60"\n', "4: timeout must be a number")
        self.refused("timeout = 0\n", "4: timeout: '0' is not a number above 0")
        self.refused("contracts = [1]\n", "4: contracts must be a list of texts")
        self.refused('ignore = ["RW102", "leek"]\n', "4: ignore: there is no rule 'leek'; did you mean 'leak'?")
        self.refused("ignore = \n", "4: missing value after key-value separator '='")
        self.refused("ignore = nope\n", "4: ")

    def test_a_value_is_checked_though_overridden(self):
        self.settings('fail-on = "eror"\n')
        self.check("--fail-on", "error", "leak.c", status=2)

    def test_a_file_that_is_given_must_have_settings(self):
        self.assertIn("nosuch.toml", self.check("--config", "nosuch.toml", "leak.c", status=2).err)
        self.write("pyproject.toml", "[project]\n")
        self.assertIn("no [tool.refwarden]", self.check("--config", "pyproject.toml", "leak.c", status=2).err)

    def test_a_broken_file_of_others_is_not_our_business(self):
        self.write("pyproject.toml", "[project\n")
        self.check("leak.c", status=1)


TARGETS = """#include <Python.h>
PyObject *gives_none(PyObject *self, PyObject *args)
{
    PyObject *list = PyList_New(1);
    if (list == NULL)
        return NULL;
    PyList_SET_ITEM(list, 0, Py_None);
    return list;
}
int loses_small(void)
{
    PyObject *one = PyLong_FromLong(1);
    return one ? 0 : -1;
}
int loses_bool(int n)
{
    PyObject *yes = PyBool_FromLong(n);
    return yes ? 0 : -1;
}
int loses_number(long n)
{
    PyObject *number = PyLong_FromLong(n);
    return number ? 0 : -1;
}
PyObject *lent(PyObject *self, PyObject *list)
{
    return PyList_GetItem(list, 0);
}
static PyMethodDef methods[] = {{"lent", lent, METH_O, NULL}, {NULL, NULL, 0, NULL}};
PyMethodDef *table(void) { return methods; }
"""

HEAP_TYPE = """#include <Python.h>
typedef struct { PyObject_HEAD PyObject *item; } Box;
static int box_traverse(Box *self, visitproc visit, void *arg)
{
    Py_VISIT(self->item);
    return 0;
}
static int box_clear(Box *self)
{
    Py_CLEAR(self->item);
    return 0;
}
static void box_dealloc(Box *self)
{
    PyObject_GC_UnTrack(self);
    box_clear(self);
    PyObject_GC_Del(self);
}
static PyObject *box_new(PyTypeObject *type, PyObject *args, PyObject *kwds)
{
    Box *self = (Box *)type->tp_alloc(type, 0);
    if (self != NULL)
        self->item = PyList_New(0);
    return (PyObject *)self;
}
static PyType_Slot slots[] = {
    {Py_tp_new, box_new}, {Py_tp_dealloc, box_dealloc}, {Py_tp_traverse, box_traverse},
    {Py_tp_clear, box_clear}, {0, NULL}};
PyType_Spec spec = {"box.Box", sizeof(Box), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, slots};
"""


class Target(Case):
    """The oldest version that counts decides what is a bug."""

    def setUp(self):
        super().setUp()
        self.write("t.c", TARGETS)
        self.write("box.c", HEAP_TYPE)

    def found(self, *args, file="t.c"):
        report = json.loads(self.run_it("check", "--format", "json", *args, file).out)
        return {(f["rule"], f["function"]): f for f in report["findings"]}

    def test_immortal_objects_from_3_12(self):
        immortal = {("RW204", "gives_none"), ("RW102", "loses_small"), ("RW102", "loses_bool")}
        mortal = {("RW102", "loses_number"), ("RW301", "lent")}
        self.assertEqual(set(self.found("--target-python", "3.11")), immortal | mortal)
        self.assertEqual(set(self.found("--target-python", "3.12")), mortal)

    def test_advice_names_what_is_there(self):
        self.assertIn("Py_NewRef", self.found("--target-python", "3.10")["RW301", "lent"]["advice"])
        self.assertNotIn("Py_NewRef", self.found("--target-python", "3.9")["RW301", "lent"]["advice"])

    def test_types_of_instances(self):
        for minor, rules in ((7, set()), (8, {"RW107"}), (9, {"RW107", "RW408"}), (14, {"RW107", "RW408"})):
            found = self.found("--target-python", f"3.{minor}", file="box.c")
            self.assertEqual({rule for rule, _ in found}, rules, minor)

    def test_requires_python(self):
        for says, harmless in ((">=3.12", True), (">= 3.9, < 4", False), ("~=3.12", True), ("==3.13.*", True),
                               ("!=3.12,>=3.8,>=3.13", True), (">=3", False), ("<3.13", False)):
            self.write("pyproject.toml", f'[project]\nname = "x"\nrequires-python = "{says}"\n')
            self.assertEqual(("RW204", "gives_none") not in self.found(), harmless, says)

    def test_requires_python_is_the_least(self):
        self.write("pyproject.toml", '[project]\nrequires-python = ">=3.12"\n')
        self.assertIn(("RW204", "gives_none"), self.found("--target-python", "3.8"))
        self.assertIn(("RW204", "gives_none"), self.found("--no-config"))
        self.write("refwarden.toml", 'target-python = "3.11"\n')
        self.assertIn(("RW204", "gives_none"), self.found())

    def test_requires_python_of_each_project(self):
        for folder, minor in (("a", 8), ("b", 12)):
            self.write(f"{folder}/pyproject.toml", f'[project]\nrequires-python = ">=3.{minor}"\n')
            self.write(f"{folder}/src/t.c", TARGETS)
        report = json.loads(self.run_it("check", "--format", "json", "a", "b").out)
        files = {f["file"] for f in report["findings"] if f["function"] == "gives_none"}
        self.assertEqual(files, {"a/src/t.c"})


# What Cython writes, as far as it matters here.
CYTHON = """/* Generated by Cython 3.0.0 */
#include <Python.h>
#define __Pyx_INCREF(r) Py_INCREF(r)
#define __Pyx_DECREF(r) Py_DECREF(r)
#define __Pyx_XDECREF(r) Py_XDECREF(r)
PyObject *__Pyx_helper(PyObject *o)
{
    PyObject *lost = PyList_New(0);
    __Pyx_INCREF(o);
    return lost ? o : NULL;
}

/* "pkg/m.pyx":3
 * cdef object twice(o):
 */
PyObject *__pyx_f_3pkg_1m_twice(PyObject *__pyx_v_o) {
  PyObject *__pyx_v_copy = 0;
  PyObject *__pyx_t_1 = NULL;

  /* "pkg/m.pyx":4
 *     copy = repr(o)             # <<<<<<<<<<<<<<
 */
  __pyx_t_1 = PyObject_Repr(__pyx_v_o); if (!__pyx_t_1) goto __pyx_L1_error;
  __pyx_v_copy = __pyx_t_1;
  __pyx_t_1 = 0;

  /* "pkg/m.pyx":5
 *     Py_DECREF(copy)             # <<<<<<<<<<<<<<
 */
  Py_DECREF(__pyx_v_copy);

  /* "pkg/m.pyx":3
 * cdef object twice(o):             # <<<<<<<<<<<<<<
 */
  /* function exit code */
  __pyx_L1_error:;
  __Pyx_XDECREF(__pyx_v_copy);
  return NULL;
}

PyObject *__pyx_pf_3pkg_1m_2plain(PyObject *__pyx_v_o) {
  /* "pkg/m.pyx":9
 *     return [o]             # <<<<<<<<<<<<<<
 */
  PyObject *__pyx_t_1 = PyList_New(1);
  __Pyx_INCREF(__pyx_v_o);
  return __pyx_t_1;
}

PyObject *verbatim(PyObject *o)
{
    PyObject *lost = PyList_New(0);
    return lost ? PyLong_FromLong(o == NULL) : NULL;
}
"""

SWIG = """/* This file was automatically generated by SWIG (http://www.swig.org). */
#include <Python.h>
int SWIG_Python_helper(void)
{
    PyObject *lost = PyList_New(0);
    return lost ? 0 : -1;
}
PyObject *_wrap_f(PyObject *self, PyObject *args)
{
    PyObject *item = PySequence_GetItem(args, 0);
    if (item == NULL)
        return NULL;
    return PyLong_FromLong(PyLong_AsLong(item));
}
"""


class Generated(Case):
    """Sources that a program wrote."""

    PYX = "".join(f"line {n}\n" for n in range(1, 12))

    def found(self, name):
        report = json.loads(self.run_it("check", "--format", "json", name).out)
        return {(f["rule"], f["function"]): f for f in report["findings"]}

    def test_cython_is_shown_where_people_wrote_it(self):
        self.write("pkg/m.pyx", self.PYX)
        self.write("pkg/m.c", CYTHON)
        found = self.found("pkg/m.c")
        self.assertEqual(set(found), {("RW201", "pkg.m.twice"), ("RW102", "verbatim")})
        twice, verbatim = found["RW201", "pkg.m.twice"], found["RW102", "verbatim"]
        self.assertEqual((twice["file"], twice["line"], twice["object"]), ("pkg/m.pyx", 3, "copy"))
        self.assertEqual((twice["generated"]["file"], twice["generated"]["line"]),
                         ("pkg/m.c", 1 + CYTHON[:CYTHON.index("(__pyx_v_copy);\n  return")].count("\n")))
        self.assertEqual({step["file"] for step in twice["path"]}, {"pkg/m.pyx"})
        self.assertEqual([step["line"] for step in twice["path"]][:2], [4, 5])
        self.assertNotIn("__pyx", twice["message"])
        self.assertEqual(verbatim["file"], "pkg/m.c")
        self.assertNotIn("generated", verbatim)

    def test_line_directives_say_the_same(self):
        self.write("pkg/m.pyx", self.PYX)
        self.write("pkg/m.c", CYTHON)
        comments = self.found("pkg/m.c")["RW201", "pkg.m.twice"]
        self.write("pkg/m.c", re.sub(r'^ *\/\* "(.*)":(\d+)$', r'#line \2 "\1"\n/*', CYTHON, flags=re.M))
        directives = self.found("pkg/m.c")["RW201", "pkg.m.twice"]
        for key in ("file", "line", "path", "fingerprint", "message"):
            self.assertEqual(comments[key], directives[key], key)

    def test_moved_code_keeps_its_fingerprint(self):
        self.write("pkg/m.c", CYTHON)
        before = self.found("pkg/m.c")["RW201", "pkg.m.twice"]["fingerprint"]
        self.write("pkg/m.c", CYTHON.replace("m.pyx\":", "m.pyx\":1").replace("#include", "\n\n#include"))
        self.assertEqual(self.found("pkg/m.c")["RW201", "pkg.m.twice"]["fingerprint"], before)

    def test_comments_in_the_input_silence(self):
        self.write("pkg/m.c", CYTHON)
        lines = self.PYX.splitlines()
        lines[2] += "  # refwarden: ignore[RW201] the view holds it"
        self.write("pkg/m.pyx", "\n".join(lines))
        self.assertEqual(set(self.found("pkg/m.c")), {("RW102", "verbatim")})

    def test_the_runtime_of_swig_is_not_shown(self):
        self.write("m_wrap.c", SWIG)
        self.assertEqual(set(self.found("m_wrap.c")), {("RW102", "_wrap_f")})
        self.write("m_wrap.c", SWIG.replace("generated by SWIG", "written by hand"))
        self.assertIn(("RW102", "SWIG_Python_helper"), self.found("m_wrap.c"))


class Suppression(Case):
    def silenced(self, old, new):
        self.write("leak.c", LEAK.replace(old, new))
        self.check("leak.c", status=0)

    def test_comment_on_the_line_and_alone_above(self):
        line = self.line_of_finding()
        self.silenced(line, line + "  /* refwarden: ignore[RW102] kept */")
        self.silenced(line, "    // refwarden: ignore[leak] kept\n" + line)

    def test_comment_for_function_and_file(self):
        self.silenced("int leak", "// refwarden: ignore-function[RW102] kept\nint leak")
        self.silenced("#include", "/* refwarden: ignore-file[] generated */\n#include")

    def test_comment_for_another_rule_does_not_silence(self):
        line = self.line_of_finding()
        self.write("leak.c", LEAK.replace(line, line + " // refwarden: ignore[RW201]"))
        self.check("leak.c", status=1)

    def line_of_finding(self):
        self.write("leak.c", LEAK)
        found = self.as_json("leak.c")["findings"][0]
        self.assertEqual(found["rule"], "RW102")
        return LEAK.splitlines()[found["line"] - 1]


class Outputs(Case):
    """Several formats in one run, and files that are whole."""

    def setUp(self):
        super().setUp()
        self.write("leak.c", LEAK)

    def read(self, name):
        return (self.dir / name).read_text()

    def test_one_run_writes_what_several_write(self):
        done = self.check("--format", "concise", "--format=sarif:out.sarif", "-f", "junit:out.xml", "leak.c", status=1)
        self.assertEqual(done.out, self.check("--format=concise", "leak.c").out)
        self.assertEqual(self.read("out.sarif"), self.check("--format=sarif", "leak.c").out)
        self.assertEqual(self.read("out.xml"), self.check("--format=junit", "leak.c").out)

    def test_output_is_for_the_format_without_a_file(self):
        done = self.check("-f", "json:a.json", "-f", "concise", "-o", "b.txt", "leak.c", status=1)
        self.assertEqual(done.out, "")
        self.assertTrue(self.read("b.txt").startswith("leak.c:"))
        self.assertEqual(json.loads(self.read("a.json"))["version"], 1)

    def test_what_makes_no_sense_is_refused_before_the_run(self):
        for arguments, reason in ((["-f", "json", "-f", "text"], "json and text cannot both go to standard output"),
                                  (["-f", "json:x", "-f", "text:x"], "json and text cannot both go to x"),
                                  (["-f", "json:x", "-o", "y"], "--output y: every format has a file of its own"),
                                  (["-f", "json:"], "--format json:: which file?"),
                                  (["-f", "xml:x"], "there is no format 'xml'")):
            done = self.check(*arguments, "leak.c", status=2)
            self.assertIn(reason, done.err)
            self.assertEqual((done.out, sorted(os.listdir(self.dir))), ("", ["leak.c"]))

    def test_a_file_that_cannot_be_written_is_named_and_the_others_are_written(self):
        done = self.check("-f", "json:no/such.json", "-f", "sarif:out.sarif", "-f", "concise", "leak.c", status=2)
        self.assertIn("error: cannot write no/such.json: No such file or directory", done.err)
        self.assertEqual(json.loads(self.read("out.sarif"))["version"], "2.1.0")
        self.assertTrue(done.out.startswith("leak.c:"))

    def test_a_file_that_is_there_is_replaced_whole_with_its_permissions(self):
        old = self.write("real.txt", "old\n" * 1000)
        old.chmod(0o640)
        (self.dir / "link.txt").symlink_to("real.txt")
        with open(old, encoding="utf-8") as reader:
            self.check("-f", "concise", "-o", "link.txt", "leak.c", status=1)
            self.assertEqual(reader.read(), "old\n" * 1000)
        self.assertTrue((self.dir / "link.txt").is_symlink())
        self.assertTrue(self.read("real.txt").startswith("leak.c:"))
        self.assertEqual(old.stat().st_mode & 0o777, 0o640)
        self.assertEqual(sorted(os.listdir(self.dir)), ["leak.c", "link.txt", "real.txt"])

    def test_a_full_disk_leaves_the_old_file(self):
        if shutil.which("prlimit") is None:
            self.skipTest("prlimit is not installed")
        old = self.write("out.sarif", "old")
        done = self.check("-f", "sarif:out.sarif", "leak.c", status=2, prefix=["prlimit", "--fsize=1000"])
        self.assertIn("cannot write out.sarif: File too large", done.err)
        self.assertEqual(old.read_text(), "old")
        self.assertEqual(sorted(os.listdir(self.dir)), ["leak.c", "out.sarif"])

    def test_a_pipe_is_written_to_and_stays_one(self):
        os.mkfifo(self.dir / "pipe")
        with subprocess.Popen(["cat", "pipe"], cwd=self.dir, stdout=subprocess.PIPE) as reader:
            self.check("-f", "concise", "-o", "pipe", "leak.c", status=1)
            self.assertTrue(reader.communicate(timeout=60)[0].startswith(b"leak.c:"))
        self.assertTrue((self.dir / "pipe").is_fifo())
        (self.dir / "link").symlink_to("/proc/self/fd/1")  # as /dev/stdout is
        self.assertTrue(self.check("-f", "concise", "-o", "link", "leak.c", status=1).out.startswith("leak.c:"))
        self.assertTrue((self.dir / "link").is_symlink())

    def test_colour_is_for_the_terminal_not_for_files(self):
        self.check("-f", "text:out.txt", "--color=always", "leak.c", status=1)
        self.assertIn("\x1b[", self.read("out.txt"))
        self.check("-f", "text:out.txt", "leak.c", status=1)
        self.assertNotIn("\x1b[", self.read("out.txt"))

    def test_exit_zero_is_about_findings_only(self):
        self.check("--exit-zero", "leak.c", status=0)
        self.check("--exit-zero", "--fail-on=note", "leak.c", status=0)
        self.check("--exit-zero", "nosuch.c", "leak.c", status=2)
        self.write("binary.c", b"\0\1\2")
        self.check("--exit-zero", "binary.c", "leak.c", status=3)

    def test_other_commands_have_one_format(self):
        self.assertEqual(json.loads(self.run_it("rules", "--format=json").out)[0]["code"], "RW101")
        for command in ("rules", "contracts"):
            self.assertEqual(self.run_it(command, "--format=json:x").returncode, 2)


class Formats(Case):
    SAMPLE = "testcases/sample/point.c"

    def sample(self, *arguments, **more):
        return self.check(*arguments, self.SAMPLE, cwd=ROOT, **more)

    def test_the_sample_shows_its_three_bugs(self):
        report = json.loads(self.sample("--format", "json", status=1).out)
        self.assertEqual(sorted(f["rule"] for f in report["findings"]),
                         ["RW101", "RW104", "RW204"])

    def test_text_of_the_sample_is_as_recorded(self):
        self.golden("point.txt", self.sample(status=1).out)

    def test_concise_text_of_the_sample_is_as_recorded(self):
        self.golden("point-concise.txt", self.sample("--format", "concise", status=1).out)

    def test_other_formats_of_the_sample_are_as_recorded(self):
        version = self.run_it("--version").out.split()[1]
        for form, name in (("sarif", "point.sarif"), ("github", "point-github.txt"), ("jsonl", "point.jsonl"),
                           ("gitlab", "point-gitlab.json"), ("rdjson", "point-rdjson.json"),
                           ("checkstyle", "point-checkstyle.xml"), ("junit", "point-junit.xml")):
            text = self.sample("--format", form, status=1).out
            text = re.sub(r'": "# (RW\d+) .*"', r'": "PAGE OF \1"', text.replace(f'"{version}"', '"VERSION"'))
            self.golden(name, text)

    def test_the_readme_shows_the_first_finding_and_every_rule(self):
        readme = README.read_text()
        found = self.sample(status=1).out.split("\n\ntestcases/")[0]
        for line in [*found.splitlines(), *self.run_it("rules").out.splitlines()]:
            self.assertIn(f"    {line}\n" if line else "\n", readme)

    def test_json_is_valid(self):
        try:
            import jsonschema
        except ImportError:
            self.skipTest("python3-jsonschema is not installed")
        schema = json.loads(SCHEMA.read_text())
        self.write("bin.c", b"\0")
        self.write("leak.c", b"// \xff\xfe\n" + LEAK.encode())
        self.write("m.c", CYTHON)
        reports = [json.loads(self.sample("--format", "json").out), self.as_json(".")]
        validator = jsonschema.validators.validator_for(schema)
        validator.check_schema(schema)
        for report in reports:
            validator(schema).validate(report)
        broken = json.loads(json.dumps(reports[0]))
        broken["findings"][0]["severity"] = "fatal"
        self.assertFalse(validator(schema).is_valid(broken))

    def test_workers_do_not_change_the_output(self):
        for i in range(12):
            self.write(f"d{i % 3}/f{i}.c", '#include "../shared.h"\n' + LEAK.replace(
                "leak", f"leak{i}") * (i % 4))
        self.write("shared.h", LEAK.replace("int leak", "static int shared"))
        one = self.check("-j1", "--format", "json", ".")
        many = self.check("-j8", "--format", "json", ".")
        self.assertEqual(one.out, many.out)
        self.assertEqual(one.err, many.err)
        found = [f for f in json.loads(one.out)["findings"] if f["function"] == "shared"]
        self.assertLessEqual(len(found), 1)

    def test_jsonl_has_the_findings_of_json(self):
        lines = self.sample("--format", "jsonl").out.splitlines()
        self.assertEqual([json.loads(line) for line in lines],
                         json.loads(self.sample("--format", "json").out)["findings"])

    def test_colour_only_when_asked(self):
        self.write("leak.c", LEAK)
        self.assertNotIn("\x1b", self.check("leak.c").out)
        self.assertIn("\x1b[", self.check("--color", "always", "leak.c").out)
        self.assertIn("\x1b[", self.check("leak.c", env={"FORCE_COLOR": "1"}).out)
        self.assertNotIn("\x1b", self.check("leak.c", env={"FORCE_COLOR": "1",
                                                           "NO_COLOR": "1"}).out)

    def test_a_reader_that_stops_early_is_no_error(self):
        self.write("leak.c", LEAK)
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run([self.program, "check", "--no-cache", "leak.c"], cwd=self.dir, stdout=write,
                              stderr=subprocess.PIPE, timeout=300)
        os.close(write)
        self.assertEqual(done.returncode, 1, done.stderr)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--update", action="store_true")
    options, rest = parser.parse_known_args()
    Case.program = os.path.abspath(options.refwarden)
    Case.update = options.update
    with tempfile.TemporaryDirectory() as Case.cache:
        result = unittest.main(argv=[sys.argv[0], *rest], exit=False).result
    faults = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    skipped = f" ({len(result.skipped)} skipped)" if result.skipped else ""
    print(f"{result.testsRun} tests{skipped}: {f'{faults} faults' if faults else 'OK'}")
    return 1 if faults or not result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main())
