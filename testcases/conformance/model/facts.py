#!/usr/bin/env python3
"""Is every measured fact a test? facts.py [--list] [--measured FILE]

facts.tsv says which facts are; their tests bear the id in their name and stand in
testcases/unit/runtime_model. FILE is the table of all that was measured, whose ids must be those of
facts.tsv; it is left out when there is none.
"""
import argparse
import collections
import glob
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.join(HERE, "..", "..", "unit", "runtime_model")


def read_ids(path):
    with open(path, encoding="utf-8") as f:
        rows = [line.rstrip("\n").split("\t") for line in f if not line.startswith("#")]
    return [(row[0], row[1]) for row in rows if row[0] != "id"]


def read_tests():
    """id: the tests that bear it and are in a table of tests"""
    tests = collections.defaultdict(list)
    for path in sorted(glob.glob(os.path.join(TESTS, "**", "test_*.c"), recursive=True)):
        with open(path, encoding="utf-8") as f:
            text = f.read()
        for name in re.findall(r"^static void (\w+)\(void \*\*", text, re.M):
            ids = re.match(r"((?:[A-Z]\d\d_)+)", name, re.I)
            if ids and len(re.findall(rf"\b{name}\b", text)) > 1:
                for fact in ids.group(1).upper().split("_")[:-1]:
                    tests[fact].append(f"{os.path.basename(path)}: {name}")
    return tests


def faults(facts, tests, measured):
    known = [fact for fact, _ in facts]
    for fact in sorted({fact for fact in known if known.count(fact) > 1}):
        yield f"{fact} is listed twice"
    for fact, how in facts:
        if how == "test" and not tests[fact]:
            yield f"{fact} is said to be a test, but there is none of that name"
        if how != "test" and tests[fact]:
            yield f"{fact} is said to be no test, but there is {tests[fact][0]}"
    for fact in sorted(set(tests) - set(known)):
        yield f"{fact} has a test, but is not listed"
    for fact in sorted(set(measured) ^ set(known) if measured else ()):
        yield f"{fact} is not in both lists"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true", help="print the tests of each fact")
    parser.add_argument("--measured")
    options = parser.parse_args()
    facts, tests = read_ids(os.path.join(HERE, "facts.tsv")), read_tests()
    exists = options.measured and os.path.exists(options.measured)
    measured = [fact for fact, _ in read_ids(options.measured)] if exists else []
    if options.list:
        for fact, how in facts:
            print(fact, "; ".join(tests[fact]) or how)
    wrong = list(faults(facts, tests, measured))
    print("\n".join(wrong) if wrong else
          f"{len(facts)} facts, {sum(how == 'test' for _, how in facts)} of them tests"
          + (", as measured" if measured else ""))
    return 1 if wrong or not facts else 0


if __name__ == "__main__":
    sys.exit(main())
