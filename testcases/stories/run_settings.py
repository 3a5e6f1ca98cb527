#!/usr/bin/env python3
"""What settings hold and who says so, statistics, and comments that must give a reason.

Usage: run_settings.py --refwarden PATH [--build FOLDER] [unittest arguments]
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

LEAK = """#include <Python.h>
int leak(void)
{
    PyObject *list = PyList_New(0);
    if (list == NULL)
        return -1;
    return 0;%s
}
"""


class Case(unittest.TestCase):
    program = None

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.dir = pathlib.Path(holder.name).resolve()

    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def check(self, *arguments, status):
        done = subprocess.run([self.program, "check", *arguments], cwd=self.dir, capture_output=True, text=True,
                              timeout=120, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def as_json(self, *arguments, status):
        return json.loads(self.check("--format", "json", *arguments, status=status).stdout)


class Shown(Case):
    def groups(self, *arguments):
        return self.as_json("--show-settings", *arguments, status=0)["groups"]

    def values(self, group):
        return {s["name"]: (s["value"], s["source"]) for s in group["settings"]}

    def test_a_project_its_vendored_part_and_the_command_line(self):
        self.write("pyproject.toml", '[project]\nrequires-python = ">=3.9"\n\n[tool.refwarden]\n'
                   'ignore = ["RW7", "RW304"]\ncontracts = ["own.tsv"]\nrequire-reason = true\ntimeout = 30\n')
        self.write("src/a.c", LEAK % "")
        self.write("src/b.c", LEAK % "")
        self.write("vendored/c.c", LEAK % "")
        self.write("vendored/refwarden.toml", '# mild\nfail-on = "never"\n')
        ours, theirs = self.groups("--memory", "900", "src", "vendored")
        self.assertEqual((ours["paths"], ours["file"], ours["files"]), (["src"], "pyproject.toml", 2))
        self.assertEqual(ours["target"], {"python": "3.9", "source": "requires-python, pyproject.toml:2"})
        found = self.values(ours)
        self.assertEqual(found["ignore"], ("RW7,RW304", "pyproject.toml:5"))
        self.assertEqual(found["contracts"], (["own.tsv"], "pyproject.toml:6"))
        self.assertEqual(found["require-reason"], (True, "pyproject.toml:7"))
        self.assertEqual(found["timeout"], (30, "pyproject.toml:8"))
        self.assertEqual(found["memory"], (900, "command line"))
        self.assertEqual(found["fail-on"], ("warning", "default"))
        self.assertEqual(found["select"], (None, "default"))
        self.assertFalse([r for r in ours["rules"] if r.startswith("RW7")])
        self.assertIn("RW101", ours["rules"])
        self.assertEqual(self.values(theirs)["fail-on"], ("never", "vendored/refwarden.toml:2"))
        self.assertEqual(self.values(theirs)["timeout"], (60, "default"))
        self.assertIn("RW701", theirs["rules"])

    def test_the_commands_in_use_and_the_python_they_name(self):
        entries = [{"file": name, "directory": str(self.dir), "command": f"cc -Ipy -c {name}"}
                   for name in ("a.c", "b.c")]
        self.write("py/Python.h", "")
        self.write("py/patchlevel.h", "#define PY_MINOR_VERSION 10\n")
        self.write("build/compile_commands.json", json.dumps(entries))
        for name in "abc":
            self.write(f"{name}.c", "#include <Python.h>\n")
        group = self.groups("a.c", "b.c")[0]
        self.assertEqual(group["databases"], [{"file": "build/compile_commands.json", "sources": 2}])
        self.assertEqual((group["python"]["program"], group["python"]["version"]), (None, "3.10"))
        self.assertEqual(group["target"], {"python": "3.10", "source": "Python's headers"})
        group = self.groups("a.c", "c.c", "--target-python", "3.12")[0]
        self.assertEqual(group["databases"], [{"file": "build/compile_commands.json", "sources": 1}])
        self.assertTrue(group["python"]["program"].endswith(("python", "python3")))
        self.assertEqual(group["target"], {"python": "3.12", "source": "target-python"})

    def test_the_text_says_the_same_and_nothing_is_checked(self):
        self.write("refwarden.toml", 'fail-on = "error"\n')
        self.write("a.c", LEAK % "")
        shown = self.check("--show-settings", "--select", "RW1", "a.c", status=0).stdout
        self.assertIn("a.c: settings from refwarden.toml\n", shown)
        self.assertIn("  select          RW1  (command line)\n", shown)
        self.assertIn("  fail-on         error  (refwarden.toml:1)\n", shown)
        self.assertIn("  rules           RW101 RW102", shown)
        self.assertNotIn("leaks", shown)

    def test_what_is_wrong_is_said_here_too(self):
        self.write("a.c", "")
        self.check("--show-settings", "nosuch.c", status=2)
        self.check("--show-settings", "--format", "concise", "a.c", status=2)
        self.write("refwarden.toml", "require-reason = 1\n")
        done = self.check("--show-settings", "a.c", status=2)
        self.assertIn("refwarden.toml:1: require-reason must be true or false", done.stderr)


class Statistics(Case):
    def test_findings_are_counted_by_rule(self):
        self.write("a.c", (LEAK % "") + (LEAK.replace("leak", "more") % "").split("\n", 1)[1] +
                   "PyObject *drop(PyObject *x)\n{\n    PyLong_FromLong(3000);\n    return NULL;\n}\n")
        rules = [f["rule"] for f in self.as_json("a.c", status=1)["findings"]]
        self.assertGreater(len(set(rules)), 1)
        rows = self.as_json("--statistics", "a.c", status=1)
        self.assertEqual({r["rule"]: r["count"] for r in rows}, {r: rules.count(r) for r in rules})
        self.assertEqual([r["count"] for r in rows], sorted((r["count"] for r in rows), reverse=True))
        self.assertEqual((rows[0]["rule"], rows[0]["name"], rows[0]["count"]), ("RW102", "leak", 2))
        first = self.check("--statistics", "a.c", status=1).stdout.splitlines()[0]
        self.assertEqual(first.split()[:3], ["2", "RW102", "leak"])

    def test_other_formats_are_refused_before_anything_is_checked(self):
        self.write("a.c", LEAK % "")
        self.assertIn("--statistics", self.check("--statistics", "--format", "concise", "a.c", status=2).stderr)


class Reasons(Case):
    def told(self, comment, *arguments):
        self.write("a.c", LEAK % comment)
        return [f["message"] for f in
                json.loads(subprocess.run([self.program, "check", "--format", "json", *arguments, "a.c"], cwd=self.dir,
                                          capture_output=True, check=False).stdout)["findings"]]

    def test_a_comment_without_a_reason_is_told_when_asked_for(self):
        missing = ["the comment does not say why"]
        for comment in ("  /* refwarden: ignore[RW102] */", "  // refwarden: ignore", "  // refwarden: ignore[RW102]: -",
                        "  /* refwarden: ignore-function[leak] */ int why;"):
            self.assertEqual(self.told(comment), [], comment)
            self.assertEqual(self.told(comment, "--require-reason"), missing, comment)
        for comment in ("  /* refwarden: ignore[RW102] kept for ever */", "  // refwarden: ignore kept"):
            self.assertEqual(self.told(comment, "--require-reason"), [], comment)

    def test_a_project_can_ask_for_it_and_say_no(self):
        self.write("refwarden.toml", "require-reason = true\n")
        self.assertEqual(len(self.told("  // refwarden: ignore[RW102]")), 1)
        self.write("refwarden.toml", "require-reason = false\n")
        self.assertEqual(len(self.told("  // refwarden: ignore[RW102]")), 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--build")
    options, rest = parser.parse_known_args()
    Case.program = str(pathlib.Path(options.refwarden).resolve())
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
