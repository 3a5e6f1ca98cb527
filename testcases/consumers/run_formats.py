#!/usr/bin/env python3
"""Gives every output format to what reads it: schemas of others, XML parsers, GitHub's unescaping.

Usage: run_formats.py --refwarden PATH --build FOLDER [unittest arguments]
The runs are the sample, all rule testcases, and files with all that is hard: names and lines beyond ASCII, bytes
that are no UTF-8, a file that cannot be analysed. Output is right when it is valid, when broken variants are
not, and when the places in it cut the same text out of the source as those of the JSON format.
"""
import argparse
import copy
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.parse
import xml.etree.ElementTree as ElementTree

import consumers

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FORMATS = ("json", "jsonl", "sarif", "github", "gitlab", "rdjson", "checkstyle", "junit")
LEAK = """#include <Python.h>
int leak_%d(int n)
{
    PyObject *list = PyList_New(n);
    if (list == NULL)
        return -1;
    if (n == 1) { /* %s */ return n; }
    return 0;
}
"""
NAMES = {"plain.c": "none", "\u00e9t\u00e9/a b%20#,:;.c": "caf\u00e9 \U0001F41F \U0001F41F", "broken.c": "\udcff\udcfe \u00e9"}


def write_hard_files(folder):
    for i, (name, comment) in enumerate(NAMES.items()):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((LEAK % (i, comment)).encode(errors="surrogateescape"))
    (folder / "binary.c").write_bytes(bytes(range(256)))


class Run:
    """One run of refwarden with every format in a file."""

    def __init__(self, program, cwd, path):
        with tempfile.TemporaryDirectory() as holder:
            files = {form: pathlib.Path(holder) / form for form in FORMATS}
            options = [word for form, file in files.items() for word in ("--format", f"{form}:{file}")]
            done = subprocess.run([program, "check", "-q", "--exit-zero", *options, path], cwd=cwd, timeout=600,
                                  capture_output=True, check=False)
            if done.returncode not in (0, 3) or done.stdout:
                sys.exit(f"refwarden check {path}: status {done.returncode}\n{done.stderr.decode()}")
            self.text = {form: file.read_bytes().decode() for form, file in files.items()}
        self.cwd = pathlib.Path(cwd)
        self.json = json.loads(self.text["json"])
        self.sarif = json.loads(self.text["sarif"])
        self.lines = [json.loads(line) for line in self.text["jsonl"].splitlines()]
        self.findings = self.json["findings"]
        self.result_list = self.sarif["runs"][0]["results"]

    def source_line(self, file, line):
        lines = (self.cwd / file).read_bytes().split(b"\n")
        return lines[line - 1] if line <= len(lines) else b""


def cut_bytes(line, start, end):
    return line[start - 1:end - 1].decode(errors="replace")


def cut_utf16(line, start, end):
    units = line.decode(errors="replace").encode("utf-16-le")
    return units[2 * start - 2:2 * end - 2].decode("utf-16-le")


class Case(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        if hasattr(Case, "runs"):
            return
        holder = tempfile.TemporaryDirectory()
        unittest.addModuleCleanup(holder.cleanup)
        Case.folder = pathlib.Path(holder.name)
        write_hard_files(Case.folder)
        Case.hard = Run(Case.program, Case.folder, ".")
        Case.big = Run(Case.program, ROOT, "testcases/rules")
        Case.runs = [Run(Case.program, ROOT, "testcases/sample"), Case.big, Case.hard]

    def errors(self, kind, documents):
        """For each document what the schema says against it."""
        with tempfile.TemporaryDirectory() as holder:
            files = []
            for i, document in enumerate(documents):
                files.append(pathlib.Path(holder) / str(i))
                files[-1].write_text(json.dumps(document))
            done = subprocess.run(
                ["node", HERE / "validate.js", self.modules, ROOT / "analyzer/report", HERE], check=True,
                input=json.dumps([{"kind": kind, "file": str(f)} for f in files]), capture_output=True, text=True)
        return json.loads(done.stdout)

    def assert_valid(self, kind, documents):
        for errors in self.errors(kind, documents):
            self.assertEqual(errors[:5], [])

    def assert_invalid(self, kind, documents):
        for i, errors in enumerate(self.errors(kind, documents)):
            self.assertNotEqual(errors, [], i)


class TheRuns(Case):
    def test_they_are_worth_reading(self):
        self.assertGreater(len(self.big.findings), 300)
        self.assertGreater(len({f["rule"] for f in self.big.findings}), 30)
        self.assertEqual({f["file"] for f in self.hard.findings}, {*NAMES, "binary.c"})


class Json(Case):
    def test_valid(self):
        self.assert_valid("json", [run.json for run in self.runs])

    def test_each_line_is_a_finding(self):
        self.assert_valid("finding", self.big.lines[::10] + self.hard.lines)
        for run in self.runs:
            self.assertEqual(run.lines, run.findings)


class Sarif(Case):
    def test_valid(self):
        self.assert_valid("sarif", [run.sarif for run in self.runs])

    def test_broken_variants_are_not(self):
        def without_tool(run):
            del run["tool"]

        def fatal(run):
            run["results"][0]["level"] = "fatal"

        def text_as_column(run):
            run["results"][0]["locations"][0]["physicalLocation"]["region"]["startColumn"] = "9"

        def no_message(run):
            del run["results"][0]["message"]

        def unknown_state(run):
            run["results"][0]["baselineState"] = "fixed"

        def text_as_count(run):
            run["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"][0]["state"] = {"list.owned": "1"}

        variants = []
        for change in (without_tool, fatal, text_as_column, no_message, unknown_state, text_as_count):
            variants.append(copy.deepcopy(self.runs[0].sarif))
            change(variants[-1]["runs"][0])
        self.assert_invalid("sarif", variants)

    def test_results_are_the_findings(self):
        for run in self.runs:
            self.assertEqual([(r["ruleId"], r["level"], r["partialFingerprints"]["refwarden/v1"]) for r in run.result_list],
                             [(f["rule"], f["severity"], f["fingerprint"]) for f in run.findings])

    def test_places_cut_the_same_text_as_those_of_json(self):
        for run in self.runs:
            for result, finding in zip(run.result_list, run.findings):
                place = result["locations"][0]["physicalLocation"]
                region = place["region"]
                file = urllib.parse.unquote(place["artifactLocation"]["uri"])
                self.assertEqual((file, region["startLine"], region["endLine"]),
                                 (finding["file"], finding["line"], finding["line"]))
                line = run.source_line(file, region["startLine"])
                if finding["end_line"] == finding["line"] and finding["end_column"] > finding["column"]:
                    self.assertEqual(cut_utf16(line, region["startColumn"], region["endColumn"]),
                                     cut_bytes(line, finding["column"], finding["end_column"]))

    def test_columns_differ_where_the_line_is_not_ascii(self):
        columns = {f["file"]: (r["locations"][0]["physicalLocation"]["region"]["startColumn"], f["column"])
                   for r, f in zip(self.hard.result_list, self.hard.findings)}
        utf16, in_bytes = columns["\u00e9t\u00e9/a b%20#,:;.c"]
        self.assertEqual(in_bytes - utf16, 5)

    def test_uris_are_uris(self):
        for run in self.runs:
            for result in run.result_list:
                uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
                self.assertRegex(uri, r"^([A-Za-z0-9/._~-]|%[0-9A-F]{2})+$")

    def test_paths_are_code_flows_with_the_count_as_state(self):
        for result, finding in zip(self.big.result_list, self.big.findings):
            if not finding["path"]:
                self.assertNotIn("codeFlows", result)
                continue
            steps = result["codeFlows"][0]["threadFlows"][0]["locations"]
            self.assertEqual([s["location"]["message"]["text"] for s in steps],
                             [s["message"].replace("{", "{{").replace("}", "}}") for s in finding["path"]])
            if finding["object"]:
                self.assertEqual([s["state"][finding["object"] + ".owned"]["text"] for s in steps],
                                 [str(s["owned"]) for s in finding["path"]])

    def test_rules_have_what_github_requires(self):
        for run in self.runs:
            rules = run.sarif["runs"][0]["tool"]["driver"]["rules"]
            self.assertEqual([rules[r["ruleIndex"]]["id"] for r in run.result_list],
                             [r["ruleId"] for r in run.result_list])
            self.assertEqual({r["id"] for r in rules}, {r["ruleId"] for r in run.result_list})
            for rule in rules:
                for text in (rule["shortDescription"]["text"], rule["fullDescription"]["text"]):
                    self.assertTrue(0 < len(text) <= 1024, rule["id"])
                self.assertIn("## How to fix it", rule["help"]["markdown"])
                self.assertIn(rule["properties"]["precision"], ("very-high", "high", "medium", "low"))
                self.assertIn(rule["properties"]["problem.severity"], ("error", "warning", "recommendation"))

    def test_no_text_is_empty(self):
        def texts(value):
            if isinstance(value, dict):
                yield from (v for k, v in value.items() if k in ("text", "markdown"))
                value = value.values()
            if not isinstance(value, str):
                for part in value if hasattr(value, "__iter__") else ():
                    yield from texts(part)

        for run in self.runs:
            self.assertNotIn("", list(texts(run.sarif)))

    def test_what_was_not_analysed_is_a_notification(self):
        invocation = self.hard.sarif["runs"][0]["invocations"][0]
        self.assertTrue(invocation["executionSuccessful"])
        notice, = invocation["toolExecutionNotifications"]
        self.assertEqual((notice["level"], notice["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]),
                         ("error", "binary.c"))
        self.assertIn("does not look like C source", notice["message"]["text"])


class Gitlab(Case):
    def entries(self):
        return [json.loads(run.text["gitlab"]) for run in self.runs]

    def test_valid(self):
        self.assert_valid("gitlab", self.entries())
        broken = [copy.deepcopy(self.entries()[0]) for _ in range(3)]
        broken[0][0]["severity"] = "error"
        del broken[1][0]["location"]["lines"]
        broken[2][0]["location"]["path"] = "./x.c"
        self.assert_invalid("gitlab", broken)

    def test_each_finding_has_an_entry_of_its_own(self):
        for run, entries in zip(self.runs, self.entries()):
            self.assertEqual([(e["location"]["path"], e["location"]["lines"]["begin"]) for e in entries],
                             [(f["file"], f["line"]) for f in run.findings])
            self.assertEqual(len({e["fingerprint"] for e in entries}), len(entries))
            self.assertFalse(run.text["gitlab"].startswith("\ufeff"))


class Rdjson(Case):
    def documents(self):
        return [json.loads(run.text["rdjson"]) for run in self.runs]

    def test_valid(self):
        self.assert_valid("rdjson", self.documents())
        broken = [copy.deepcopy(self.documents()[0]) for _ in range(3)]
        broken[0]["diagnostics"][0]["severity"] = "error"
        del broken[1]["diagnostics"][0]["location"]
        broken[2]["diagnostics"][0]["location"]["range"]["start"]["column"] = 0
        self.assert_invalid("rdjson", broken)

    def test_columns_are_bytes(self):
        for run, document in zip(self.runs, self.documents()):
            for diagnostic, finding in zip(document["diagnostics"], run.findings, strict=True):
                where = diagnostic["location"]
                self.assertEqual((where["path"], *where["range"]["start"].values()),
                                 (finding["file"], finding["line"], finding["column"]))
                self.assertEqual(where["range"]["end"]["line"], finding["line"])


class Xml(Case):
    def test_checkstyle_has_every_finding(self):
        for run in self.runs:
            root = ElementTree.fromstring(run.text["checkstyle"].encode())
            found = [(file.get("name"), int(e.get("line")), e.get("message"), e.get("source"))
                     for file in root.iter("file") for e in file.iter("error")]
            self.assertEqual(sorted(found), sorted((f["file"], f["line"], f["message"], "refwarden." + f["rule"])
                                                   for f in run.findings))
            names = [file.get("name") for file in root.iter("file")]
            self.assertEqual(len(names), len(set(names)))

    def test_junit_counts_what_it_holds(self):
        for run in self.runs:
            root = ElementTree.fromstring(run.text["junit"].encode())
            for holder in (root, *root.iter("testsuite")):
                for attribute, name in (("tests", "testcase"), ("failures", "failure"), ("errors", "error")):
                    self.assertEqual(int(holder.get(attribute)), len(list(holder.iter(name))))
            self.assertEqual(len(list(root.iter("failure"))) + len(list(root.iter("error"))), len(run.findings))
            suites = {suite.get("name") for suite in root.iter("testsuite")}
            self.assertLessEqual({u["file"] for u in run.json["units"]}, suites)

    def test_junit_tells_the_story(self):
        root = ElementTree.fromstring(self.runs[0].text["junit"])
        self.assertIn("owned refs: list", next(root.iter("failure")).text)

    def test_a_file_that_was_not_analysed_is_an_error(self):
        root = ElementTree.fromstring(self.hard.text["junit"])
        suite, = (s for s in root.iter("testsuite") if s.get("name") == "binary.c")
        self.assertEqual((suite.get("errors"), suite.get("failures")), ("1", "0"))


class Github(Case):
    COMMAND = re.compile(r"::(error|warning|notice) ([^:]*)::(.*)")

    @staticmethod
    def unescape(text, escapes):
        """As the runner does it; the percent sign comes last."""
        for escape, char in escapes:
            text = text.replace(escape, char)
        return text

    def commands(self, run):
        data = [("%0D", "\r"), ("%0A", "\n")]
        for line in run.text["github"].splitlines():
            kind, properties, message = self.COMMAND.fullmatch(line).groups()
            pairs = dict(p.split("=", 1) for p in properties.split(","))
            yield (kind, {k: self.unescape(v, [*data, ("%3A", ":"), ("%2C", ","), ("%25", "%")]) for k, v in pairs.items()},
                   self.unescape(message, [*data, ("%25", "%")]))

    def test_small_runs_are_told_completely(self):
        for run in (self.runs[0], self.hard):
            told = [(kind, p["file"], int(p["line"]), p["title"], m.split("\n")[0]) for kind, p, m in self.commands(run)]
            kinds = {"error": "error", "warning": "warning", "note": "notice"}
            self.assertEqual(sorted(told), sorted(
                (kinds[f["severity"]], f["file"], f["line"], f'{f["rule"]} {f["name"]}', f["message"])
                for f in run.findings))

    def test_big_runs_are_told_within_the_limits_worst_first(self):
        commands = list(self.commands(self.big))
        kinds = [kind for kind, _, _ in commands]
        self.assertEqual(kinds, sorted(kinds, key=("error", "warning", "notice").index))
        self.assertTrue(all(kinds.count(kind) <= 10 for kind in kinds))
        kind, properties, message = commands[-1]
        self.assertEqual((kind, properties["title"]), ("notice", "refwarden"))
        self.assertEqual(int(message.split()[0]), len(self.big.findings))
        self.assertEqual(int(message.split()[2]), len(self.big.findings) - (len(commands) - 1))

    def test_the_notice_is_the_only_plain_text(self):
        for run in self.runs:
            for line in run.text["github"].splitlines():
                self.assertRegex(line, self.COMMAND)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--build", required=True)
    options, rest = parser.parse_known_args()
    Case.program = os.path.abspath(options.refwarden)
    Case.modules = str(consumers.node_modules(options.build).resolve())
    result = unittest.main(argv=[sys.argv[0], *rest], exit=False).result
    faults = len(result.failures) + len(result.errors)
    print(f"{result.testsRun} tests: {f'{faults} faults' if faults else 'OK'}")
    return 1 if faults or not result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main())
