#!/usr/bin/env python3
"""Before a merge: a repository, a branch that adds a leak, and only that leak blocks.

Usage: run_since.py --refwarden PATH --build FOLDER [--extension FOLDER] [unittest arguments]
The main story is also played with the sources of a real extension: those of --extension, or of Debian's
package python-systemd where its source can be had.
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SAMPLE = ROOT / "testcases/sample/point.c"

LEAK = """
#include <Python.h>

int added_on_the_branch(PyObject *values)
{
    PyObject *list = PyList_New(0);

    if (list == NULL)
        return -1;
    if (PyList_Append(list, values) < 0)
        return -1;
    Py_DECREF(list);
    return 0;
}
"""
FIXED = LEAK.replace("< 0)\n        return -1;", "< 0) {\n        Py_DECREF(list);\n        return -1;\n    }")


def function(text, name):
    """The source of a function that begins and ends at the margin."""
    return re.search(rf"^[^\n]*\b{name}\((?:.|\n)*?^\}}\n", text, re.M).group(0)


class Repository(unittest.TestCase):
    program = None
    extension = None

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.top = pathlib.Path(holder.name) / "repository"
        self.scratch = pathlib.Path(holder.name) / "scratch"
        self.top.mkdir()
        self.scratch.mkdir()
        self.git("init", "-q", "-b", "main")
        self.file = self.top / "src/point.c"
        self.file.parent.mkdir()
        self.file.write_text(SAMPLE.read_text())
        self.commit("the extension")

    def git(self, *words):
        settings = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        return subprocess.run(["git", *settings, *words], cwd=self.top, check=True, capture_output=True,
                              text=True, timeout=60).stdout

    def commit(self, message="change"):
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def run_it(self, *words, status=None, stdin="", cwd=None):
        done = subprocess.run([self.program, *map(str, words)], cwd=cwd or self.top, capture_output=True, text=True,
                              input=stdin, timeout=300, env={**os.environ, "TMPDIR": str(self.scratch)}, check=False)
        if status is not None:
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertEqual(list(self.scratch.iterdir()), [], "nothing is left behind")
        return done

    def check(self, *words, status=None, **more):
        return self.run_it("check", *words, status=status, **more)

    def found(self, *words, **more):
        return json.loads(self.check("--format", "json", *words, **more).stdout)

    def new(self, *words, **more):
        return [(f["rule"], f["file"], f["function"]) for f in self.found(*words, **more)["findings"]
                if f["state"] == "new"]

    def edit(self, change):
        self.file.write_text(change(self.file.read_text()))


class Story(Repository):
    def test_only_the_leak_of_the_branch_blocks(self):
        self.check("src", status=1)
        self.git("switch", "-q", "-c", "work")
        moved = function(self.file.read_text(), "point_trail")
        self.edit(lambda text: text.replace(moved, "").replace("static PyObject *point_dump", moved +
                                                               "\nstatic PyObject *point_dump"))
        (self.top / "src/more.c").write_text(LEAK)
        self.commit()

        done = self.check("src", "--since", "main", "--format", "concise", status=1)
        self.assertEqual(len(done.stdout.splitlines()), 1, done.stdout)
        self.assertIn("src/more.c:11:9: RW101", done.stdout)
        self.assertIn("1 new, 0 fixed, 3 unchanged", done.stderr)

        (self.top / "src/more.c").write_text(FIXED)
        done = self.check("src", "--since", "main", status=0)
        self.assertEqual(done.stdout, "")
        self.assertIn("0 new, 0 fixed, 3 unchanged", done.stderr)

    def test_the_same_with_a_real_extension(self):
        if not self.extension:
            self.skipTest("no source of a real extension can be had here")
        shutil.copytree(self.extension, self.top / "real", ignore=shutil.ignore_patterns(".git"))
        self.commit()
        before = self.found("real")["findings"]
        self.git("switch", "-q", "-c", "work")
        sources = [p for p in sorted((self.top / "real").rglob("*.c"))]
        old = next(f for f in before if f["rule"] not in ("RW901", "RW902") and f["function"] and f["file"].endswith(".c"))
        path = self.top / old["file"]
        text = path.read_text(errors="surrogateescape")
        path.write_text("/* one line\n more */\n" + text.replace("    ", "\t"), errors="surrogateescape")
        path.rename(path.with_name("renamed_" + path.name))
        (path.parent / "added.c").write_text(LEAK)
        self.commit()
        start = time.monotonic()
        report = self.found("real", "--since", "main", status=1)
        seconds = time.monotonic() - start
        new = [f for f in report["findings"] if f["state"] == "new" and f["rule"] != "RW901"]
        print(f"\n{self.extension}: {len(sources)} files, {len(before)} findings, {len(new)} new, "
              f"{len(report['fixed'])} fixed, {report['summary']['baseline']} unchanged, {seconds:.1f} s")
        self.assertEqual([f["function"] for f in new], ["added_on_the_branch"])
        self.assertEqual(report["fixed"], [])
        (path.parent / "added.c").write_text(FIXED)
        self.assertEqual([f for f in self.new("real", "--since", "main") if f[0] != "RW901"], [])

    def test_what_the_other_branch_did_is_not_ours(self):
        self.git("switch", "-q", "-c", "work")
        (self.top / "note.txt").write_text("nothing")
        self.commit()
        self.git("switch", "-q", "main")
        self.edit(lambda text: text.replace("if (item == NULL)\n", "if (item == NULL || PyErr_Occurred())\n"))
        self.file.unlink()
        self.commit()
        self.git("switch", "-q", "work")
        self.check("src", "--since", "main", status=0)

    def test_a_fixed_one_is_counted_and_named(self):
        self.edit(lambda text: text.replace("    Py_DECREF(label);\n", ""))
        done = self.check("src", "--since", "main", "-v", status=0)
        self.assertIn("0 new, 1 fixed, 2 unchanged", done.stderr)
        self.assertIn("fixed: src/point.c: RW204 in point_label()", done.stderr)
        report = self.found("src", "--since", "main", status=0)
        self.assertEqual([(f["rule"], f["file"]) for f in report["fixed"]], [("RW204", "src/point.c")])
        self.assertEqual((report["summary"]["new"], report["summary"]["baseline"]), (0, 2))


class Moves(Repository):
    """The same finding, whatever was done around it."""

    def unchanged(self):
        done = self.check(".", "--since", "main", status=0)
        self.assertIn("0 new, 0 fixed, 3 unchanged", done.stderr)

    def test_lines_above(self):
        self.edit(lambda text: "/* a licence\n * of three\n */\n#define NOTHING 0\n" + text)
        self.unchanged()

    def test_indentation_and_line_ends(self):
        self.edit(lambda text: text.replace("    ", "\t").replace("(list, i, item)", "( list,\n\t\t\ti, item )"))
        self.unchanged()
        self.file.write_bytes(self.file.read_bytes().replace(b"\n", b"\r\n"))
        self.unchanged()

    def test_comments(self):
        self.edit(lambda text: text.replace("return NULL;", "return /* ; */ NULL; // done"))
        self.unchanged()

    def test_another_variable_is_renamed(self):
        self.edit(lambda text: text.replace("values", "coordinates").replace("item", "number"))
        self.unchanged()

    def test_braces(self):
        self.edit(lambda text: re.sub(r"(if \(.*\))\n( *)(return NULL;)", r"\1 {\n\2\3\n    }", text))
        self.unchanged()

    def test_a_moved_and_a_renamed_file(self):
        self.git("mv", "src/point.c", "point.c")
        self.unchanged()
        (self.top / "deep").mkdir()
        self.git("mv", "point.c", "deep/line.c")
        self.unchanged()

    def test_a_function_goes_to_another_file(self):
        dump = function(self.file.read_text(), "point_dump")
        struct = self.file.read_text().split("typedef")[1].split("Point;")[0]
        self.edit(lambda text: text.replace(dump, "PyObject *point_dump(Point *, PyObject *);\n"))
        (self.top / "src/dump.c").write_text("#include <Python.h>\ntypedef" + struct + "Point;\n\n" +
                                             dump.replace("static ", ""))
        self.unchanged()

    def test_two_bugs_of_one_function_are_two(self):
        trail = function(self.file.read_text(), "point_trail")
        twice = trail.replace("    Py_RETURN_NONE;", "    if (PyList_Append(list, PyFloat_FromDouble(self->x)) < 0)\n"
                              "        return NULL;\n    Py_RETURN_NONE;")
        self.assertNotEqual(trail, twice)
        self.edit(lambda text: text.replace(trail, twice))
        done = self.check("src", "--since", "main", status=1)
        self.assertIn("1 new, 0 fixed, 3 unchanged", done.stderr)

    def test_the_number_of_workers_does_not_matter(self):
        (self.top / "src/more.c").write_text(LEAK)
        (self.top / "src/copy.c").write_text(SAMPLE.read_text())
        one, two = (self.check("src", "--since", "main", "--format", "json", "-j", n).stdout for n in (1, 2))
        self.assertEqual(one, two)


class Versions(Repository):
    def test_nothing_of_the_repository_is_run(self):
        trap = self.top.parent / "ran"
        script = self.top / "trap.sh"
        script.write_text(f"#!/bin/sh\ntouch '{trap}'\ncat\n")
        script.chmod(0o755)
        hooks = self.top / ".git/hooks"
        hooks.mkdir(exist_ok=True)
        for hook in ("post-checkout", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
            (hooks / hook).write_text(script.read_text())
            (hooks / hook).chmod(0o755)
        (self.top / ".gitattributes").write_text("*.c filter=trap diff=trap\n")
        self.commit()
        for key in ("filter.trap.clean", "filter.trap.smudge", "filter.trap.process", "diff.trap.command",
                    "diff.trap.textconv", "core.fsmonitor", "core.pager", "diff.external", "core.sshCommand"):
            self.git("config", key, str(script))
        trap.unlink(missing_ok=True)
        index = (self.top / ".git/index").read_bytes()
        (self.top / "src/more.c").write_text(LEAK)
        self.edit(lambda text: text + LEAK.replace("added", "also_added").replace("#include <Python.h>", ""))
        self.assertEqual(len(self.new("src", "--since", "main", status=1)), 2)
        self.assertFalse(trap.exists())
        self.assertEqual((self.top / ".git/index").read_bytes(), index)

    def test_flags_of_the_build_hold_for_both(self):
        (self.top / "include").mkdir()
        (self.top / "include/names.h").write_text("#define MAKE PyList_New\n")
        (self.top / "src/built.c").write_text(LEAK.replace("PyList_New", "MAKE").replace("<Python.h>", "GIVEN"))
        self.commit()
        (self.top / "build").mkdir()
        (self.top / "build/given.h").write_text('#include <Python.h>\n#include "names.h"\n')  # git knows nothing of it
        database = [{"directory": str(self.top / "build"), "file": "../src/built.c",
                     "arguments": ["cc", "-I.", "-I../include", "-DGIVEN=\"given.h\"", "-c", "../src/built.c"]}]
        (self.top / "build/compile_commands.json").write_text(json.dumps(database))
        (self.top / "src/other.c").write_text(FIXED)
        for words in ((), ("-p", "build")):
            report = self.found("src/built.c", "--since", "main", *words, status=0)
            self.assertEqual([f["state"] for f in report["findings"]], ["unchanged"], report)
        (self.top / "include/names.h").write_text("#define MAKE(n) (PyErr_Clear(), PyList_New(n))\n")
        self.assertEqual(self.new("src/built.c", "--since", "main"), [])

    def test_a_header_that_nobody_committed(self):
        self.file.with_name("config.h").write_text("#define MAKE PyList_New\n")
        self.edit(lambda text: text + LEAK.replace("PyList_New", "MAKE").replace("<Python.h>", '"config.h"'))
        self.git("add", "src/point.c")
        self.git("commit", "-q", "-m", "more")
        (self.top / "src/other.c").write_text(FIXED)
        self.assertEqual(self.new("src", "--since", "main"), [])

    def test_names_in_the_report_are_those_of_today(self):
        self.edit(lambda text: text.replace("    Py_DECREF(label);\n", ""))
        fixed = [self.found(word, "--since", "main", cwd=cwd)["fixed"][0]["file"] for word, cwd in
                 ((self.top / "src", None), (".", self.top / "src"), ("../src/", self.top / "src"), ("src/point.c", None))]
        self.assertEqual(fixed, [str(self.file), "point.c", "../src/point.c", "src/point.c"])

    def test_links_do_not_lead_out(self):
        (self.top.parent / "outside.h").write_text(LEAK)
        (self.top / "src/out.h").symlink_to("../../outside.h")
        (self.top / "src/in.h").symlink_to("names.h")
        (self.top / "src/names.h").write_text("#define MAKE PyList_New\n")
        (self.top / "src/uses.c").write_text(LEAK.replace("PyList_New", "MAKE").replace("<Python.h>", '<Python.h>\n#include "in.h"'))
        self.commit()
        self.edit(lambda text: text + "\n")
        self.assertEqual(self.new("src", "--since", "main"), [])

    def test_usage_errors_say_what_to_do(self):
        for ref in ("nosuch", "--all", "HEAD:src", "a b"):
            done = self.check("src", f"--since={ref}", status=2)
            self.assertIn("git knows no such commit", done.stderr)
        outside = self.top.parent / "plain"
        outside.mkdir()
        (outside / "a.c").write_text(LEAK)
        done = self.check(outside, "--since", "main", status=2)
        self.assertIn("is in no working tree of git", done.stderr)
        done = self.check("src", outside, "--since", "main", status=1)
        self.assertIn("is not in the repository", done.stderr)
        self.git("switch", "-q", "--orphan", "alone")
        self.git("commit", "-q", "--allow-empty", "-m", "nothing")
        (self.top / "a.c").write_text(FIXED)
        self.assertIn("no version in common", self.check("a.c", "--since", "main", status=2).stderr)

    def test_a_shallow_clone_is_told_to_fetch(self):
        (self.top / "second").write_text("")
        self.commit()
        first = self.git("rev-parse", "HEAD~").strip()
        clone = self.top.parent / "clone"
        self.git("clone", "-q", "--depth", "1", f"file://{self.top}", str(clone))
        done = self.check("src", "--since", first, cwd=clone, status=2)
        self.assertIn("git fetch --unshallow", done.stderr)

    def test_nothing_is_left_when_it_is_killed(self):
        (self.top / "src/more.c").write_text(LEAK)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            run = subprocess.Popen([self.program, "check", "src", "--since", "main"], cwd=self.top,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   env={**os.environ, "TMPDIR": str(self.scratch)})
            deadline = time.monotonic() + 30
            while not list(self.scratch.iterdir()) and time.monotonic() < deadline and run.poll() is None:
                time.sleep(0.001)
            self.assertTrue(list(self.scratch.iterdir()) or run.poll() is not None)
            run.send_signal(number)
            run.wait(30)
            while list(self.scratch.iterdir()) and time.monotonic() < deadline:
                time.sleep(0.01)
            self.assertEqual(list(self.scratch.iterdir()), [])


class Diffs(Repository):
    def new_in(self, diff, *words, **more):
        return [f[2] for f in self.new("src", "--diff", "-", *words, stdin=diff, **more)]

    def test_only_findings_on_added_lines(self):
        (self.top / "src/more.c").write_text(LEAK)
        self.edit(lambda text: text.replace("PyObject *list = PyList_New(2);", "PyObject *list = PyList_New(2L);"))
        self.git("add", "-A")
        for words in ((), ("-U0",), ("-U20",), ("--no-prefix",), ("--src-prefix=i/", "--dst-prefix=w/"), ("--relative=src",)):
            diff = self.git("diff", "--cached", *words)
            cwd = self.top / "src" if words == ("--relative=src",) else None
            new = [f[2] for f in self.new(".", "--diff", "-", stdin=diff, cwd=cwd, status=1)]
            self.assertEqual(new, ["added_on_the_branch", "point_dump"], words)
        report = self.found("src", "--diff", "-", stdin=self.git("diff", "--cached"))
        self.assertEqual((report["summary"]["new"], report["summary"]["baseline"], report["fixed"]), (2, 2, []))

    def test_names_with_blanks_and_other_letters(self):
        for name in ("a b.c", "gr\u00f6\u00dfe.c", "quo\"te.c"):
            (self.top / "src" / name).write_text(LEAK)
            self.git("add", "-A")
            self.assertEqual(self.new_in(self.git("diff", "--cached")), ["added_on_the_branch"], name)
            self.commit()

    def test_windows_line_ends_and_plain_diffs(self):
        (self.top / "src/more.c").write_text(LEAK)
        self.git("add", "-A")
        diff = self.git("diff", "--cached")
        self.assertEqual(self.new_in(diff.replace("\n", "\r\n")), ["added_on_the_branch"])
        plain = "--- /dev/null\t2024-01-01\n+++ src/more.c\t2024-01-01\n" + diff[diff.index("@@"):]
        self.assertEqual(self.new_in(plain), ["added_on_the_branch"])

    def test_nothing_changed_or_only_removed(self):
        self.assertEqual(self.new_in("", status=0), [])
        self.git("mv", "src/point.c", "src/line.c")
        self.assertEqual(self.new_in(self.git("diff", "--cached", "-M"), status=0), [])

    def test_a_broken_diff_is_named_with_its_line(self):
        head = "--- a/src/point.c\n+++ b/src/point.c\n"
        for text, expect in ((head + "@@ -1 +1 @@\n-a\n", "<stdin>:5: the diff ends"),
                             (head + "@@ -1,x +1 @@\n", "<stdin>:3: this is no head of a hunk"),
                             (head + "@@ -1 +1 @@\n-a\nb\n", "<stdin>:5: a line of a hunk begins with"),
                             (head + "@@ -1 +1,2 @@\n a\n-b\n", "<stdin>:5: the hunk has other lines"),
                             ("@@ -1 +1 @@\n-a\n+b\n", "<stdin>:1: a hunk of no file"),
                             ("hello\n", "<stdin>:1: this is no unified diff"),
                             ("diff --cc src/point.c\n", "<stdin>:1: a diff against several")):
            self.assertIn(expect, self.check("src", "--diff", "-", stdin=text, status=2).stderr)
        self.check("src", "--diff", "nosuch.diff", status=2)
        self.check("-", "--diff", "-", status=2)


class Baselines(Repository):
    def test_accepted_findings_do_not_block(self):
        self.run_it("baseline", "write", status=0)
        written = (self.top / "refwarden-baseline.tsv").read_text()
        self.assertEqual(len(written.splitlines()), 6)
        self.assertIn("src/point.c\tRW101\t", written)
        self.check("src", "--baseline", "refwarden-baseline.tsv", status=0)
        self.check(".", "--baseline", "../refwarden-baseline.tsv", cwd=self.top / "src", status=0)
        (self.top / "src/more.c").write_text(LEAK)
        (self.top / "refwarden.toml").write_text('baseline = "refwarden-baseline.tsv"\n')
        self.assertEqual(self.new("src", status=1), [("RW101", "src/more.c", "added_on_the_branch")])
        self.assertEqual(self.new("src", "--since", "HEAD", "--baseline", "refwarden-baseline.tsv", status=1),
                         [("RW101", "src/more.c", "added_on_the_branch")])
        self.run_it("baseline", "write", status=0)
        self.check("src", status=0)
        (self.top / "src/more.c").unlink()
        self.run_it("baseline", "write", status=0)
        self.assertEqual((self.top / "refwarden-baseline.tsv").read_text(), written)

    def test_what_is_gone_is_reported_and_pruned_when_asked(self):
        (self.top / "src/more.c").write_text(LEAK)
        self.run_it("baseline", "write", status=0)
        before = (self.top / "refwarden-baseline.tsv").read_text()
        (self.top / "src/more.c").write_text(FIXED)
        done = self.check("src", "--baseline", "refwarden-baseline.tsv", "-v", status=0)
        self.assertIn("0 new, 1 fixed, 3 unchanged", done.stderr)
        self.assertIn("fixed: src/more.c: RW101 in added_on_the_branch()", done.stderr)
        done = self.check("src/point.c", "--baseline", "refwarden-baseline.tsv", status=0)
        self.assertIn("0 new, 0 fixed, 3 unchanged", done.stderr)
        self.run_it("baseline", "prune", "src/point.c", status=0)
        self.assertEqual((self.top / "refwarden-baseline.tsv").read_text(), before)
        self.run_it("baseline", "prune", status=0)
        after = (self.top / "refwarden-baseline.tsv").read_text()
        self.assertEqual([x for x in before.splitlines() if "more.c" not in x], after.splitlines())
        shown = self.run_it("baseline", "show", status=0).stdout
        self.assertEqual(shown.splitlines()[0].split(": ")[:2], ["src/point.c", "RW101 in point_dump()"])

    def test_two_branches_merge(self):
        (self.top / ".gitattributes").write_text("*.tsv merge=union\n")
        self.run_it("baseline", "write", status=0)
        self.commit()
        for branch, name in (("one", "src/more.c"), ("two", "src/other.c")):
            self.git("switch", "-q", "-c", branch, "main")
            (self.top / name).write_text(LEAK.replace("added", branch))
            self.run_it("baseline", "write", status=0)
            self.commit()
        self.git("merge", "-q", "one", "-m", "both")
        done = self.check("src", "--baseline", "refwarden-baseline.tsv", status=0)
        self.assertIn("0 new, 0 fixed, 5 unchanged", done.stderr)
        merged = (self.top / "refwarden-baseline.tsv").read_text().splitlines()
        self.run_it("baseline", "write", status=0)
        self.assertEqual(sorted(merged), sorted((self.top / "refwarden-baseline.tsv").read_text().splitlines()))

    def test_a_conflict_and_a_missing_file_are_usage_errors(self):
        done = self.check("src", "--baseline", "nosuch.tsv", status=2)
        self.assertIn("refwarden baseline write --baseline nosuch.tsv", done.stderr)
        self.run_it("baseline", "write", status=0)
        path = self.top / "refwarden-baseline.tsv"
        path.write_text(path.read_text() + "<<<<<<< HEAD\n")
        done = self.check("src", "--baseline", "refwarden-baseline.tsv", status=2)
        self.assertIn("refwarden-baseline.tsv:7: a merge was not finished", done.stderr)
        self.run_it("baseline", "remove", status=2)
        self.run_it("baseline", status=2)


def real_extension(build):
    folder = pathlib.Path(build or tempfile.gettempdir()).resolve() / "extension"
    script = [ROOT / "testcases/bench/corpus.sh", folder, "python-systemd"]
    try:
        done = subprocess.run(script, capture_output=True, text=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        return None
    return folder / "python-systemd" if done.returncode == 0 else None


def main():
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--build")
    parser.add_argument("--extension")
    known, rest = parser.parse_known_args()
    if not shutil.which("git"):
        print("skipped: git is not installed")
        sys.exit(77)
    Repository.program = os.path.abspath(known.refwarden)
    Repository.extension = known.extension or (known.build and real_extension(known.build))
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
