#!/usr/bin/env python3
"""Breaks the model in five places, each in a copy, and plays random programs: each must be noticed.

    break.py --real PLAY --cc CC --core LIBRARY --alloc LIBRARY
"""
import argparse
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MODEL = os.path.normpath(os.path.join(HERE, "..", "..", "..", "runtime_model"))
BREAKS = [
    ("PyTuple_SetItem keeps the old item alive", "types/tuple.c",
     "    PyTuple_SET_ITEM(op, i, v);\n    rm_xdrop_from(op, old);", "    PyTuple_SET_ITEM(op, i, v);\n    (void)old;"),
    ("PyList_SetItem steals only on success", "types/list.c",
     "        Py_XDECREF(v);\n        PyErr_SetString(PyExc_IndexError", "        PyErr_SetString(PyExc_IndexError"),
    ("a dict is never tracked", "types/dict.c",
     "    if (!rm_gc_is_tracked(dict) && (", "    if (0 && ("),
    ("PyModule_AddObject steals on failure, too", "types/module.c",
     "    if (rc == 0)\n        Py_DECREF(v);", "    Py_XDECREF(v);"),
    ("a list grows by another rule", "types/list.c", "size >> 3) + 6)", "size >> 2) + 9)"),
]


def read(path):
    with open(os.path.join(MODEL, path), encoding="utf-8") as f:
        return f.read()


def build(options, folder, path, text):
    """Objects given by name win over those of the library."""
    source = os.path.join(folder, "changed.c")
    with open(source, "w", encoding="utf-8") as f:
        f.write(text)
    program = os.path.join(folder, "play")
    include = [f"-I{os.path.join(MODEL, d)}" for d in
               ("include", "include/python", "core", "alloc", "types", os.path.dirname(path), ".")]
    flags = ["-g", "-w", "-std=c17", *include]
    for name, where, extra in (("changed", source, ["-DRM_LIBRARY"]),
                               ("player", os.path.join(HERE, "play.c"), [])):
        subprocess.run([options.cc, *flags, *extra, "-c", where, "-o", os.path.join(folder, name + ".o")],
                       check=True)
    link = [os.path.join(folder, "player.o"), os.path.join(folder, "changed.o"), options.core,
            options.alloc, "-lm"]
    plain = subprocess.run([options.cc, *link, "-o", program], capture_output=True, check=False)
    if plain.returncode != 0:  # a library with sanitizers
        subprocess.run([options.cc, "-fsanitize=address,undefined", *link, "-o", program], check=True)
    return program


def is_noticed(options, path, old, new):
    text = read(path)
    assert text.count(old) >= 1, (path, old)
    with tempfile.TemporaryDirectory() as folder:
        program = build(options, folder, path, text.replace(old, new, 1))
        done = subprocess.run([sys.executable, os.path.join(HERE, "fuzz.py"), "--real", options.real,
                               "--model", program, "--count", "3000", "--most", "0"],
                              capture_output=True, text=True, check=False)
    print(f"    {done.stdout.strip().splitlines()[-1]}")
    return done.returncode == 1


def main():
    parser = argparse.ArgumentParser()
    for option in ("real", "cc", "core", "alloc"):
        parser.add_argument(f"--{option}", required=True)
    options = parser.parse_args()
    missed = 0
    for what, path, old, new in BREAKS:
        print(what, flush=True)
        missed += not is_noticed(options, path, old, new)
    print(f"{len(BREAKS) - missed} of {len(BREAKS)} noticed")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
