#!/usr/bin/env python3
"""Random programs over the contracts, played on CPython and on the model; the traces must be equal.

    fuzz.py --real PLAY --model PLAY [--seed N] [--count N] [--keep DIR]
    fuzz.py --real PLAY --model PLAY FILE...       programs of earlier differences
    fuzz.py --owners                               what contracts say about ops.def, as C

ops.def says what can be called, rules/contracts/*.tsv who owns the arguments and the result. A
difference is made small by deleting lines and printed with both traces.
"""
import argparse
import difflib
import glob
import os
import random
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.normpath(os.path.join(HERE, "..", "..", ".."))
NAMES = ["zq", "bcx", "name_of", "x1y"]  # not interned by the start of CPython
BATCH = 500


def read_contracts():
    rows = {}
    for path in sorted(glob.glob(os.path.join(ROOT, "rules", "contracts", "*.tsv"))):
        with open(path, encoding="utf-8") as f:
            for line in f:
                cells = line.rstrip("\n").split("\t") + [""] * 10
                if not line.startswith("#") and cells[0] != "name":
                    rows.setdefault(cells[0], cells)
    return rows


def read_ops():
    """(function, result, [argument kinds], [owner words], is the result borrowed, last word on failure)"""
    contracts = read_contracts()
    ops = []
    with open(os.path.join(HERE, "ops.def"), encoding="utf-8") as f:
        for name, result, kinds in re.findall(r'^OP\((\w+), "(\w):([^"!%]*)[!%]?"', f.read(), re.M):
            _, _, ret, fail, args, *_ = contracts[name]
            kinds = re.findall(r"&?\w", kinds)
            words = owners(name, kinds, args.split(","))
            ops.append((name, result, kinds, words, ret.startswith("B"), fail[-1:]))
    return ops


def owners(name, kinds, codes):
    """One word an argument. Constants that the call adds itself are not in the text of a program."""
    words = []
    for i, kind in enumerate(kinds):
        code = codes[i] if i < len(codes) else codes[-1]
        if kind in "ns":
            words.append("n")
        elif kind.startswith("&"):
            words.append("@")
        else:
            words.append({"s": "^", "s?": "^", "s+": "+", "s+?": "+"}.get(code, "$"))
    return words


def print_owners(ops):
    for name, _, _, words, borrowed, fail in ops:
        print(f"OWN({name}, \"{''.join(words)}\", '{fail}', {int(borrowed)})")


# Which slots a kind is likely to be found in: a program keeps to it when it stores a result.
LIKELY = {"PyList_New": "L", "PyDict_New": "D", "PySet_New": "S", "PyCell_New": "P",
          "PyModule_New": "M", "PyWeakref_NewRef": "W", "PyObject_GetIter": "R", "PySeqIter_New": "R",
          "PyTuple_Pack": "T", "PyList_AsTuple": "T", "PyObject_CallNoArgs": "X",
          "PyLong_FromLong": "I", "PyFloat_FromDouble": "F", "PyUnicode_FromString": "U",
          "PyUnicode_InternFromString": "U", "PyBytes_FromString": "B", "PySequence_List": "L",
          "PyBytes_FromStringAndSize": "B", "PyByteArray_FromStringAndSize": "Y", "PyDict_Copy": "D",
          "PyDict_Keys": "L", "PyDict_Values": "L", "PyDict_Items": "L", "PySequence_Tuple": "T"}


FAMILIES = {"PyList_": "L", "PyTuple_": "T", "PyDict_": "D", "PySet_": "S", "PyBytes_": "B",
            "PyUnicode_": "U", "PyModule_": "M"}


def prefer(rng, name, wanted):
    """The kinds of the arguments; what is wrong for the family comes sometimes."""
    for prefix, kind in FAMILIES.items():
        if name.startswith(prefix) and wanted and wanted[0] == "o" and rng.random() < 0.85:
            return [kind] + wanted[1:]
    return wanted


def pick(rng, kinds, wanted):
    wanted = {"A": "XM"}.get(wanted, wanted)
    fitting = [i for i, k in enumerate(kinds) if k is not None and (wanted == "o" or k in wanted)]
    if fitting and rng.random() < 0.95:
        return rng.choice(fitting)
    return rng.randrange(len(kinds))


def generate(seed, ops):
    rng = random.Random(seed)
    kinds = ["o", "C", "o", "U"] + [None] * 6
    makers = [op for op in ops if op[0] in LIKELY]
    lines = []
    if rng.random() < 0.4:  # a few functions, each used often
        ops = rng.sample(ops, 8)
    for _ in range(rng.randrange(6, 30)):
        name, result, wanted, words, borrowed, _ = rng.choice(makers if rng.random() < 0.35 else ops)
        parts = [name]
        for kind, word in zip(prefer(rng, name, wanted), words):
            if kind == "n":
                parts.append(str(rng.choice([-1, 0, 0, 1, 1, 2, 3, 5])))
            elif kind == "s":
                parts.append("'" + rng.choice(NAMES))
            else:
                slot = pick(rng, kinds, kind.lstrip("&"))
                parts.append(f"{word}{slot}")
                if word in "^+":
                    kinds[slot] = None
        if result == "o":
            slot = rng.choice([i for i, k in enumerate(kinds) if k is None] or range(len(kinds)))
            kinds[slot] = LIKELY.get(name, "o")
            parts.append(("~" if borrowed else ">") + str(slot))
        lines.append(" ".join(parts))
    return lines


def play(program, text, *flags):
    with tempfile.NamedTemporaryFile("w", suffix=".prog", delete=False) as f:
        f.write(text)
    try:
        environment = dict(os.environ, PYTHONHASHSEED="0")
        done = subprocess.run([program, *flags, f.name], capture_output=True, text=True, timeout=600,
                              errors="replace", env=environment, check=False)
    finally:
        os.unlink(f.name)
    out = done.stdout
    return out if done.returncode == 0 else f"{out}\nexit {done.returncode}\n{done.stderr[-600:]}\n"


def differ(players, lines):
    text = "# p\n" + "\n".join(lines) + "\n"
    real, model = (play(p, text, "-f") for p in players)
    return real != model


def minimise(players, lines):
    i = 0
    while i < len(lines):
        shorter = lines[:i] + lines[i + 1:]
        if shorter and differ(players, shorter):
            lines = shorter
        else:
            i += 1
    return lines


def report(players, name, lines, keep):
    lines = minimise(players, lines)
    text = f"# {name}\n" + "\n".join(lines) + "\n"
    real, model = (play(p, text, "-f", "-v").splitlines() for p in players)
    print(f"--- {name} differs\n{text}", end="")
    print("\n".join(list(difflib.unified_diff(real, model, "CPython", "model", n=1, lineterm=""))[:24]))
    if keep:
        with open(os.path.join(keep, f"{name}.prog"), "w", encoding="utf-8") as f:
            f.write(text)


def compare(players, programs, keep, most):
    """Plays all programs in one process each; returns how many differ."""
    text = "".join(f"# {name}\n" + "\n".join(lines) + "\n" for name, lines in programs)
    answers = []
    for p in players:
        answers.append(dict(line.split(" ", 1) for line in play(p, text, "-f").splitlines()
                            if line.count(" ") == 1))
    bad = [(n, lines) for n, lines in programs if answers[0].get(n) is None or
           answers[0].get(n) != answers[1].get(n)]
    for n, lines in bad[:most]:
        if differ(players, lines):
            report(players, n, lines, keep)
        else:
            print(f"--- {n} differs only behind other programs")
    return len(bad)


def read_programs(paths):
    """A line "# name" starts a program; a file may hold those that must run before the one that differed."""
    programs = []
    for path in paths:
        with open(path, encoding="utf-8") as f:
            for line in f.read().splitlines():
                if line.startswith("# "):
                    programs.append((line[2:], []))
                elif line:
                    programs[-1][1].append(line)
    return programs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--real")
    parser.add_argument("--model")
    parser.add_argument("--owners", action="store_true", help="print owners.def of the fuzzer")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--most", type=int, default=3, help="differences to make small; 0: stop at the first")
    parser.add_argument("--keep", help="folder for programs that differ")
    parser.add_argument("files", nargs="*")
    options = parser.parse_args()
    players = (options.real, options.model)
    ops = read_ops()
    if options.owners:
        print_owners(ops)
        return 0
    if None in players:
        parser.error("--real and --model are needed")
    if options.files:
        programs = read_programs(options.files)
    else:
        programs = [(f"seed{s}", generate(s, ops))
                    for s in range(options.seed, options.seed + options.count)]
    bad = 0
    for i in range(0, len(programs), BATCH):
        bad += compare(players, programs[i:i + BATCH], options.keep, options.most)
        if bad and options.most == 0:
            break
    print(f"{len(programs)} programs, {len(ops)} functions, {bad} differences")
    return 1 if bad or not programs else 0


if __name__ == "__main__":
    sys.exit(main())
