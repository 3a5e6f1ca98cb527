#!/usr/bin/env python3
"""Applies fixes and looks at what is left.

Usage: run_fixes.py --refwarden PATH [--update] [unittest arguments]

All safe fixes go to a copy of all testcases: the files must compile, what had a fix must be gone, nothing
may have come, and a second run must change nothing. The number of findings with a fix is printed by rule;
LEAST says how many there must be. --update rewrites testcases/golden/point-fix.diff.
"""
import argparse
import collections
import json
import os
import pathlib
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
FOLDERS = ("testcases/rules", "testcases/regress", "analyzer/include")

# What is there today; a rule that gets fewer lost something.
LEAST = {"RW101": 27, "RW102": 20, "RW103": 7, "RW106": 8, "RW107": 6, "RW108": 5, "RW203": 10, "RW204": 11,
         "RW205": 11, "RW301": 17, "RW302": 7, "RW303": 2, "RW402": 9, "RW403": 9, "RW404": 10, "RW408": 10, "RW501": 5,
         "RW502": 10, "RW701": 6, "RW903": 11}

LEAK = """#include <Python.h>
PyObject *leak(PyObject *self, PyObject *arg)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return NULL;
    if (PyList_Append(list, arg) < 0)
        return NULL;
    return list;
}
"""
FIXED = LEAK.replace("""arg) < 0)
        return NULL;
""", """arg) < 0) {
        Py_DECREF(list);
        return NULL;
    }
""")
OVERWRITTEN = """#include <Python.h>
PyObject *renamed(PyObject *self, PyObject *arg)
{
    PyObject *text = PyObject_Str(arg);
    if (text == NULL)
        return NULL;
    text = PyObject_Repr(arg);
    return text;
}
"""


class Case(unittest.TestCase):
    program = None
    update = False

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.dir = pathlib.Path(holder.name)

    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def check(self, *arguments, stdin=b"", cwd=None):
        done = subprocess.run([self.program, "check", "--no-config", *map(str, arguments)], cwd=cwd or self.dir,
                              input=stdin, capture_output=True, timeout=800)
        self.assertIn(done.returncode, (0, 1, 2, 3), done.stderr)
        done.out, done.err = done.stdout.decode(), done.stderr.decode()
        return done

    def fixed(self, text, *arguments, name="a.c"):
        path = self.write(name, text)
        self.check("--fix", *arguments, name)
        return path.read_bytes().decode()


def key(finding):
    return finding["rule"], finding["file"], finding["function"], finding["object"]


def safe(finding):
    return any(f["safety"] == "safe" for f in finding["fixes"])


def compile_fault(path, includes):
    compiler = "c++" if path.suffix == ".cpp" else "cc"
    command = [compiler, "-fsyntax-only", "-Wno-missing-field-initializers", *includes, str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    return f"{path.name}: {done.stderr}" if done.returncode else None


class Testcases(Case):
    def copy(self):
        for folder in FOLDERS:
            shutil.copytree(ROOT / folder, self.dir / folder)
        return {p: p.read_text() for p in sorted((self.dir / "testcases").rglob("*.c*"))}

    def report(self, *arguments):
        out = self.dir / "report.json"
        self.check("-q", "--format", "json", "--output", out, *arguments, "testcases")
        return json.loads(out.read_text())["findings"]

    def compile_all(self, paths):
        flags = subprocess.run(["/usr/bin/python3-config", "--includes"], capture_output=True, text=True, check=True)
        with ThreadPoolExecutor() as pool:
            return [f for f in pool.map(lambda p: compile_fault(p, flags.stdout.split()), paths) if f]

    def test_all_testcases_with_all_safe_fixes(self):
        texts = self.copy()
        before = self.report("--show-fixes")
        after = self.report("--fix")
        changed = [p for p, text in texts.items() if p.read_text() != text]
        self.assertEqual(self.compile_all(changed), [])
        self.compare(before, after)
        for path, text in texts.items():
            self.assertEqual(path.read_text().count("// expect"), text.count("// expect"), path)
        self.assertEqual(self.check("-q", "--fix-diff", "testcases").out, "")
        self.count(before, len(changed))

    def compare(self, before, after):
        had = collections.Counter(map(key, before))
        fixed = collections.Counter(key(f) for f in before if safe(f))
        left = collections.Counter(map(key, after))
        self.assertEqual([k for k in left if left[k] > had[k] - fixed[k]], [])

    def count(self, before, changed):
        rules = collections.Counter(f["rule"] for f in before)
        counts = collections.Counter(f["rule"] for f in before if f["fixes"])
        safely = collections.Counter(f["rule"] for f in before if safe(f))
        for rule in sorted(counts):
            print(f"{rule}: {counts[rule]} of {rules[rule]} findings have a fix, {safely[rule]} a safe one")
        print(f"{sum(counts.values())} of {sum(rules.values())} findings, {sum(safely.values())} safely, "
              f"{changed} files changed")
        self.assertEqual({r: counts[r] for r in LEAST if counts[r] < LEAST[r]}, {})

    def test_diff_of_the_sample(self):
        got = self.check("-q", "--fix", "--diff", "testcases/sample/point.c", cwd=ROOT)
        golden = HERE / "golden" / "point-fix.diff"
        if self.update:
            golden.write_text(got.out)
        self.assertEqual(golden.read_text(), got.out)
        self.assertEqual(got.returncode, 1)


class Files(Case):
    def test_braces_come_with_the_release(self):
        self.assertEqual(self.fixed(LEAK), FIXED)

    def test_line_ends_tabs_and_bytes_are_kept(self):
        text = LEAK.replace("    ", "\t").replace("list = ", "/* \xe9 */ list = ").replace("\n", "\r\n")
        path = self.write("a.c", text.encode("latin-1"))
        self.check("--fix", path)
        want = FIXED.replace("    ", "\t").replace("list = ", "/* \xe9 */ list = ").replace("\n", "\r\n")
        self.assertEqual(path.read_bytes(), want.encode("latin-1"))

    def test_mode_is_kept_and_no_other_file_is_left(self):
        path = self.write("a.c", LEAK)
        path.chmod(0o640)
        self.check("--fix", path)
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o640)
        self.assertEqual(os.listdir(self.dir), ["a.c"])

    def test_a_clean_file_is_not_touched(self):
        path = self.write("a.c", FIXED)
        before = path.stat().st_mtime_ns
        self.assertEqual(self.check("--fix", path).returncode, 0)
        self.assertEqual(path.stat().st_mtime_ns, before)

    def test_exit_status_counts_what_remains(self):
        done = self.check("--fix", self.write("a.c", LEAK))
        self.assertEqual((done.returncode, done.out), (0, ""))
        self.assertIn("fixed 1 of 1 finding\n", done.err)

    def test_a_link_is_not_followed(self):
        self.write("real/a.c", LEAK)
        (self.dir / "b.c").symlink_to("real/a.c")
        done = self.check("--fix", "b.c")
        self.assertEqual(done.returncode, 2)
        self.assertIn("it is not a regular file", done.err)
        self.assertEqual((self.dir / "real/a.c").read_text(), LEAK)

    def test_headers_are_not_touched(self):
        header = self.write("a.h", LEAK.replace("PyObject *leak", "static PyObject *leak"))
        self.write("a.c", '#include "a.h"\nvoid *use = (void *)leak;\n')
        self.assertIn("fixed 0 of 1 finding", self.check("--fix", "a.c").err)
        self.assertIn("static PyObject *leak", header.read_text())

    def test_generated_files_are_not_touched(self):
        text = "/* Generated by Cython 3.0 */\n" + LEAK
        self.assertEqual(self.fixed(text), text)

    def test_macro_bodies_are_not_touched(self):
        text = LEAK.replace("        return NULL;\n    return list", "        FAIL;\n    return list")
        text = "#define FAIL return NULL\n" + text
        self.assertEqual(self.fixed(text), text)

    def test_an_ignored_finding_is_left_alone(self):
        text = LEAK.replace("NULL;\n    return list", "NULL; // refwarden: ignore[RW101] why\n    return list")
        self.assertEqual(self.fixed(text), text)

    def test_what_a_baseline_accepts_is_left_alone(self):
        path, accepted = self.write("a.c", LEAK), self.dir / "accepted.tsv"
        subprocess.run([self.program, "baseline", "write", "--baseline", accepted, path], check=True, capture_output=True)
        path.write_text(LEAK + LEAK.replace("leak(", "other("))
        self.check("--fix", "--baseline", accepted, path)
        self.assertEqual(path.read_text(), LEAK + FIXED.replace("leak(", "other("))
        done = self.check("--fix", "--since", "main", path)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--fix goes with --baseline", done.err)

    def test_stdin_goes_to_stdout(self):
        done = self.check("-q", "--fix", "-", stdin=LEAK.encode())
        self.assertEqual((done.out, done.returncode), (FIXED, 0))
        done = self.check("-q", "--fix", "-", stdin=FIXED.encode())
        self.assertEqual((done.out, done.returncode), (FIXED, 0))

    def test_a_diff_is_one_that_patch_takes(self):
        path = self.write("src/a.c", LEAK)
        diff = self.check("--fix", "--diff", "src").stdout
        self.assertEqual(path.read_text(), LEAK)
        self.assertTrue(diff.startswith(b"--- a/src/a.c\n+++ b/src/a.c\n@@ -4,7 +4,9 @@\n"), diff)
        subprocess.run(["git", "apply", "-"], input=diff, cwd=self.dir, check=True)
        self.assertEqual(path.read_text(), FIXED)

    def test_several_at_one_place_take_several_rounds(self):
        text = LEAK.replace("    if (PyList_Append", "    PyObject *key = PyLong_FromLong(1);\n"
                            "    if (key == NULL) {\n        Py_DECREF(list);\n        return NULL;\n    }\n"
                            "    if (PyList_Append").replace("    return list;", "    Py_DECREF(key);\n    return list;")
        fixed = self.fixed(text)
        self.assertEqual(fixed.count("Py_DECREF(list);"), 2)
        self.assertEqual(fixed.count("Py_DECREF(key);"), 2)

    def test_the_limited_api_has_no_setref(self):
        self.assertIn("Py_XSETREF(text, PyObject_Repr(arg));", self.fixed(OVERWRITTEN))
        fixed = self.fixed("#define Py_LIMITED_API 0x03090000\n" + OVERWRITTEN)
        self.assertNotIn("SETREF", fixed)
        self.assertIn("Py_XDECREF(old);", fixed)

    def test_an_old_python_has_no_newref(self):
        text = "#include <Python.h>\nstatic PyObject *me(PyObject *self, PyObject *x)\n{\n    return x;\n}\n" \
               "static PyMethodDef m[] = {{\"me\", me, METH_O, NULL}, {NULL, NULL, 0, NULL}};\nvoid *use = m;\n"
        self.assertIn("    return Py_NewRef(x);\n", self.fixed(text, "--target-python", "3.10"))
        self.assertIn("    Py_INCREF(x);\n    return x;\n", self.fixed(text, "--target-python", "3.9"))

    def test_what_is_borrowed_is_held(self):
        text = """#include <Python.h>
PyObject *first(PyObject *self, PyObject *arg)
{
    PyObject *list = PyObject_GetAttrString(self, "list"), *item, *done;
    if (list == NULL)
        return NULL;
    item = PyList_GetItem(list, 0);
    if (item == NULL) {
        Py_DECREF(list);
        return NULL;
    }
    done = PyObject_CallNoArgs(arg);
    Py_XDECREF(done);
    if (PyObject_SetAttrString(self, "item", item) < 0) {
        Py_DECREF(list);
        return NULL;
    }
    Py_DECREF(list);
    Py_RETURN_NONE;
}
"""
        held = (text.replace("""0) {
        Py_DECREF(list);
        return""", """0) {
        Py_DECREF(list);
        Py_DECREF(item);
        return""").replace("    Py_RETURN", "    Py_DECREF(item);\n    Py_RETURN"))
        by_hand = held.replace("PyList_GetItem(list, 0)", "Py_XNewRef(PyList_GetItem(list, 0))")
        self.assertEqual(self.fixed(text), text)
        self.assertEqual(self.fixed(text, "--select", "RW303", "--unsafe-fixes"), by_hand)
        strong = held.replace("PyList_GetItem(", "PyList_GetItemRef(")
        threads = ("--select", "RW304", "--unsafe-fixes", "--target-python")
        self.assertEqual(self.fixed(text, *threads, "3.13"), strong)
        self.assertEqual(self.fixed(text, *threads, "3.12"), text)

    def test_a_fix_is_judged_by_rules_that_are_not_shown(self):
        """With PyList_GetItemRef the reference that is taken by hand would leak, and RW102 is not selected."""
        text = """#include <Python.h>
PyObject *first(PyObject *self, PyObject *list)
{
    PyObject *item = PyList_GetItem(list, 0);
    if (item == NULL)
        return NULL;
    Py_INCREF(item);
    return item;
}
"""
        path = self.write("a.c", LEAK + text.replace("#include <Python.h>", ""))
        select = ("--show-fixes", "--select", "RW304", "--target-python", "3.13", "-f", "json")
        shown = json.loads(self.check(*select, path).out)["findings"]
        self.assertEqual([(f["rule"], f["fixes"]) for f in shown], [("RW304", [])])

    def test_unsafe_fixes_are_asked_for(self):
        text = LEAK.replace("    if (PyList_Append(list, arg) < 0)\n        return NULL;\n    return list;",
                            '    PyModule_AddObject(self, "all", list);\n    Py_RETURN_NONE;')
        self.assertEqual(self.fixed(text), text)
        done = self.check("--fix", "a.c")
        self.assertIn("fixed 0 of 1 finding (1 more with --unsafe-fixes)", done.err)
        fixed = self.fixed(text, "--unsafe-fixes")
        self.assertIn('    PyModule_AddObjectRef(self, "all", list);\n    Py_XDECREF(list);\n', fixed)

    def test_edits_in_json_say_what_fix_does(self):
        path = self.write("a.c", LEAK)
        finding, = json.loads(self.check("--show-fixes", "--format", "json", path).out)["findings"]
        lines = LEAK.splitlines(keepends=True)
        for edit in reversed(finding["fixes"][0]["edits"]):
            start, end = edit["start"], edit["end"]
            self.assertEqual(start["line"], end["line"])
            line = lines[start["line"] - 1]
            lines[start["line"] - 1] = line[:start["column"] - 1] + edit["text"] + line[end["column"] - 1:]
        self.assertEqual("".join(lines), FIXED)

    def test_fixes_are_shown_when_asked_for(self):
        path = self.write("a.c", LEAK)
        self.assertIn("  fix: release it", self.check(path).out)
        out = self.check("--show-fixes", path).out
        self.assertIn("  fix (safe): release it on this path\n", out)
        self.assertIn("         +         Py_DECREF(list);\n", out)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--refwarden", required=True, metavar="PATH")
    parser.add_argument("--update", action="store_true")
    options, rest = parser.parse_known_args()
    Case.program = str(pathlib.Path(options.refwarden).resolve())
    Case.update = options.update
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
