#!/usr/bin/env python3
"""Compares CPython's Doc/data/refcounts.dat with what was measured.

    refcounts.py CONFORMANCE... refcounts.dat

CONFORMANCE... is the command that lists what was measured (`conformance --list` with its other options).
The file states changes of a counter: +1 for a result means a new reference, 0 a borrowed one; for an
argument it should say what the call does to the count of the object. Prints the entries that disagree.
"""

import collections
import os
import subprocess
import sys

Entry = collections.namedtuple("Entry", "result parameters")
# What the file would have to say about an object that is an argument.
ARGUMENT_EFFECTS = {
    "borrows": {"0"}, "keeps": {"+1"}, "may keep": {"0", "+1"}, "retains": {"+1"},
    "steals": {"-1"}, "steals on success": {"-1"}, "leaves to the exception": {"0", "+1"},
    "is the result": {"0", "+1"},
}
RESULT_EFFECTS = {"new": "+1", "borrowed": "0", "null": "null"}


def read_measured(command):
    done = subprocess.run(command + ["--list"], capture_output=True, text=True, check=True)
    found = {}
    for line in done.stdout.splitlines():
        name, result, arguments = (line.split("\t") + ["", ""])[:3]
        found[name] = (result, arguments.split(",") if arguments else [])
    return found


def read_entries(path):
    entries = {}
    with open(path, encoding="utf-8") as f:
        for line in f:
            cells = line.strip().split(":", 4)
            if line.startswith("#") or len(cells) < 4:
                continue
            name, parameter, effect = cells[0], cells[2], cells[3]
            if parameter:
                entries[name].parameters.append((parameter, cells[1], effect))
            elif name not in entries:
                entries[name] = Entry((cells[1], effect), [])
    return entries


def compare_result(entry, measured):
    type_, effect = entry.result
    if measured in RESULT_EFFECTS and effect != RESULT_EFFECTS[measured]:
        yield "result: says '%s' (%s), measured: %s" % (effect, type_, measured)


def compare_arguments(entry, measured):
    named = [p for p in entry.parameters if p[0] != "..." and p[1] not in ("", "TYPE")]
    if len(measured) not in (len(named), len(entry.parameters)):
        yield "has %d parameters, the function has %d" % (len(named), len(measured))
        return
    for (parameter, type_, effect), word in zip(named, measured):
        expected = ARGUMENT_EFFECTS.get(word)
        if expected and effect not in expected:
            yield "%s: says '%s', measured: the call %s%s" % (
                parameter, effect, word, " (%s)" % type_ if "PyObject" not in type_ else "")


def main():
    *command, path = sys.argv[1:]
    if not os.path.exists(path):
        print("skipped: there is no %s" % path)
        return 0
    entries, measured = read_entries(path), read_measured(command)
    compared = disagreements = 0
    names = set()
    for name in sorted(set(entries) & set(measured)):
        compared += 1
        result, arguments = measured[name]
        for text in [*compare_result(entries[name], result), *compare_arguments(entries[name], arguments)]:
            print("%s: %s" % (name, text))
            disagreements += 1
            names.add(name)
    print("%d entries compared, %d disagreements in %d functions" % (compared, disagreements, len(names)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
