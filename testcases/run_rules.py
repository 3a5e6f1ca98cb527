#!/usr/bin/env python3
"""Checks refwarden against the annotated testcases, in both directions.

A comment `// expect: RW101 'list'` says that a finding of that rule, whose message contains the text
after the code, is shown on this line. A finding without a comment fails, a comment without a finding
fails, and so does an `expect-todo:` that is found after all. What a reader could get wrong: RW901 is
about a file, so its comment may stand on any line, and its "functions" are counted in files.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

HERE = pathlib.Path(__file__).resolve().parent
FOLDERS = ("rules", "contracts", "regress", "files")
TOGETHER = HERE / "files"  # each folder in it is a run of its own
ABOUT_FILES = "RW901"
ENOUGH = 10
ENOUGH_OF = {"RW902": 6}  # one situation only: too many ways through a function

EXPECT = re.compile(r"//\s*(expect|expect-todo):\s*(RW\d{3})\b\s*((?:(?!//).)*)")
FUNCTION = re.compile(
    r"^[A-Za-z_][^;{}#=\n]*?(\w+)\([^;{}]*?\)[^;{}()]*\n(?:[ \t][^{}\n]*;\n)?\{\n", re.M)
RULE_ROW = re.compile(r'^RULE\("(RW\d{3})", "([\w-]+)"', re.M)
OPT_IN = re.compile(r'^RULE\("RW\d{3}", "([\w-]+)",\s*SEV_\w+,\s*false', re.M)

Expectation = collections.namedtuple("Expectation", "path line rule text todo")
Function = collections.namedtuple("Function", "name first last")


class Case:
    """One annotated file."""

    def __init__(self, path):
        text = path.read_text(encoding="utf-8")
        self.path = path
        self.expectations = list(expectations_of(path, text))
        self.functions = list(functions_of(text))

    @property
    def may_not_compile(self):
        return any(e.rule == ABOUT_FILES for e in self.expectations)

    def expected_in(self, function):
        return {e.rule for e in self.expectations if function.first <= e.line <= function.last}

    def quiet_functions(self):
        return [f for f in self.functions
                if not f.name.startswith("PyInit_") and not self.expected_in(f)]


def expectations_of(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        for kind, rule, words in EXPECT.findall(line):
            yield Expectation(path, number, rule, words.strip(), kind == "expect-todo")


def functions_of(text):
    for match in FUNCTION.finditer(text):
        end = text.find("\n}", match.end() - 1)
        last = len(text) if end < 0 else end + 1
        yield Function(match[1], text.count("\n", 0, match.start()) + 1,
                       text.count("\n", 0, last) + 1)


def shown(path):
    return path.relative_to(HERE.parent) if path.is_relative_to(HERE.parent) else path


# ---- the tools

def python_includes(config):
    done = subprocess.run([config, "--includes"], capture_output=True, text=True, check=True)
    return done.stdout.split()


def compile_fault(case, includes):
    """What is wrong with the file as C, or None."""
    command = ["cc", "-fsyntax-only", *includes, str(case.path)]
    done = subprocess.run(command, capture_output=True, text=True)
    if case.may_not_compile:
        return None if done.returncode else "compiles, although it expects " + ABOUT_FILES
    return done.stderr.strip() or None


def run_of(case):
    """The cases of one run see each other's functions."""
    if not case.path.is_relative_to(TOGETHER):
        return None
    return case.path.relative_to(TOGETHER).parts[0]


def run_all(refwarden, cases, extra):
    """One report for all runs."""
    whole = {"findings": [], "units": []}
    runs = collections.defaultdict(list)
    for case in cases:
        runs[run_of(case)].append(case)
    for together in runs.values():
        report = run_refwarden(refwarden, together, extra)
        for key in whole:
            whole[key] += report[key]
    return whole


def run_refwarden(refwarden, cases, extra):
    command = [refwarden, "check", "--no-cache", "--select", "all", "--format", "json", *extra,
               *(str(c.path) for c in cases)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1, 3):
        sys.exit(f"{refwarden}: exit status {done.returncode}\n{done.stderr}")
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError as error:
        sys.exit(f"{refwarden}: no JSON on stdout: {error}\n{done.stderr}")


# ---- comparing

def fits(expectation, finding):
    same_place = (finding["rule"] == ABOUT_FILES or finding["line"] == expectation.line)
    return (same_place and finding["rule"] == expectation.rule
            and pathlib.Path(finding["file"]).resolve() == expectation.path
            and expectation.text in finding["message"])


def describe(finding):
    path = shown(pathlib.Path(finding["file"]).resolve())
    return (f"{path}:{finding['line']}: {finding['severity']}: {finding['message']} "
            f"[{finding['rule']}] ({finding['confidence']})")


def is_asked_for(finding, opt_in):
    """Rules that are off by default speak in their own folder only."""
    folder = pathlib.Path(finding["file"]).resolve().parent.name
    return finding["name"] not in opt_in or finding["name"] == folder


def compare(expectations, findings):
    """Yields one line for every disagreement."""
    for finding in findings:
        if not any(fits(e, finding) for e in expectations):
            yield "unexpected  " + describe(finding)
    for e in expectations:
        found = any(fits(e, f) for f in findings)
        where = f"{shown(e.path)}:{e.line}: {e.rule} {e.text}".rstrip()
        if e.todo and found:
            yield f"now found   {where} (make it expect:)"
        elif not e.todo and not found:
            yield f"missing     {where}"


def damaged_units(cases, report):
    """A file that was meant to be analysed whole, and was not."""
    allowed = {c.path for c in cases if c.may_not_compile}
    for unit in report["units"]:
        path = pathlib.Path(unit["file"]).resolve()
        if unit["status"] != "ok" and path not in allowed:
            yield f"not whole   {shown(path)}: {unit['status']}: {'; '.join(unit['messages'])}"


def count_bad(rule, cases):
    if rule == ABOUT_FILES:
        return sum(c.may_not_compile for c in cases)
    return sum(rule in c.expected_in(f) for c in cases for f in c.functions) + sum(
        e.rule == rule and not any(f.first <= e.line <= f.last for f in c.functions)
        for c in cases for e in c.expectations)  # shown at a table


def coverage_faults(rules, cases):
    """Every rule has bad and ok functions enough in a folder of its name."""
    for rule, name in rules:
        folder = HERE / "rules" / name
        enough = ENOUGH_OF.get(rule, ENOUGH)
        mine = [c for c in cases if c.path.parent == folder]
        bad = count_bad(rule, mine)
        ok = sum(len(c.quiet_functions()) for c in mine if c.path.name.startswith("ok"))
        if bad < enough:
            yield f"too few     {rule} {name}: {bad} bad functions, {enough} needed"
        if ok < enough:
            yield f"too few     {rule} {name}: {ok} ok functions, {enough} needed"


# ---- the run

def gather(names):
    if names:
        return [Case(pathlib.Path(n).resolve()) for n in names]
    return [Case(p) for folder in FOLDERS for p in sorted((HERE / folder).rglob("*.c*"))
            if p.suffix in (".c", ".cpp")]


def syntax_faults(cases, includes):
    with ThreadPoolExecutor() as pool:
        for case, fault in zip(cases, pool.map(lambda c: compile_fault(c, includes), cases)):
            if fault:
                yield f"not clean   {shown(case.path)}: {fault}"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--refwarden", metavar="PATH", help="the program; without it only the "
                        "testcases themselves are checked")
    parser.add_argument("--python-config", default="/usr/bin/python3-config", metavar="PATH",
                        help="whose headers the testcases must compile with")
    parser.add_argument("--rules-def", type=pathlib.Path, metavar="FILE",
                        default=HERE.parent / "rules" / "rules.def")
    parser.add_argument("files", nargs="*", help="only these files (and no counting)")
    own = sys.argv[1:]
    at = own.index("--") if "--" in own else len(own)
    options = parser.parse_args(own[:at])
    options.extra = own[at + 1:]  # more options for refwarden
    return options


def main():
    options = parse_arguments()
    cases = gather(options.files)
    expectations = [e for c in cases for e in c.expectations]
    rows = options.rules_def.read_text(encoding="utf-8")
    rules, opt_in = RULE_ROW.findall(rows), OPT_IN.findall(rows)
    faults = list(syntax_faults(cases, python_includes(options.python_config)))
    if not options.files:
        faults += coverage_faults(rules, cases)
    if options.refwarden:
        report = run_all(options.refwarden, cases, options.extra)
        faults += compare(expectations, [f for f in report["findings"] if is_asked_for(f, opt_in)])
        faults += damaged_units(cases, report)
    print(*faults, sep="\n", end="\n" if faults else "")
    todo = sum(e.todo for e in expectations)
    ok = sum(len(c.quiet_functions()) for c in cases)
    print(f"{len(cases)} files, {len(expectations)} expectations"
          f"{f' ({todo} todo)' if todo else ''}, {ok} ok functions: "
          f"{f'{len(faults)} faults' if faults else 'OK'}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
