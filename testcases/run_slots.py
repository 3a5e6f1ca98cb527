#!/usr/bin/env python3
"""Compares rules/contracts/slots.tsv with the Python headers that are installed.

Every member of PyTypeObject and its method tables and of PyModuleDef, every number of typeslots.h and
moduleobject.h and every METH_ flag must have a row, with the number and the C type that the header
gives it. Without Python.h or a C compiler nothing is compared.
"""

import argparse
import collections
import glob
import os
import re
import shutil
import subprocess
import sys
import sysconfig

HERE = os.path.dirname(os.path.abspath(__file__))
TABLE = os.path.join(HERE, "..", "rules", "contracts", "slots.tsv")
COLUMNS = "slot where id type versions ret fail args effects pre duties note measured".split()
Slot = collections.namedtuple("Slot", COLUMNS + ["place"])

# Structs that hold slots, with their tag if the typedef stands elsewhere; members that are no slots.
STRUCTS = {
    "PyTypeObject": "struct _typeobject", "PyModuleDef": "struct PyModuleDef",
    "PyNumberMethods": None, "PySequenceMethods": None, "PyMappingMethods": None,
    "PyAsyncMethods": None, "PyBufferProcs": None,
}
NO_SLOTS = {"ob_base", "m_base"}
# The version whose headers the table was completed for: others may declare more or less.
COMPLETE_FOR = (3, 11)


def read_slots():
    with open(TABLE, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            cells = line.rstrip("\n").split("\t")
            if cells[0] and not line.startswith("#") and cells[0] != "slot":
                cells += [""] * (len(COLUMNS) - len(cells))
                yield Slot(*cells, "slots.tsv:%d" % number)


# ---- headers

def find_include():
    candidates = [sysconfig.get_path("include")] + sorted(glob.glob("/usr/include/python3.*"))
    return next((d for d in candidates if os.path.exists(os.path.join(d, "Python.h"))), None)


def preprocess(include, *flags):
    compiler = next((c for c in ("clang-19", "clang", "cc") if shutil.which(c)), None)
    command = [compiler or "cc", "-E", "-P", *flags, "-I", include, "-x", "c", "-"]
    try:
        return subprocess.run(command, input="#include <Python.h>\n", capture_output=True, text=True,
                              check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None


def version_of(defines):
    return tuple(int(re.search(r"^#define PY_%s_VERSION (\d+)" % w, defines, re.M).group(1))
                 for w in ("MAJOR", "MINOR"))


def members_of(source, name):
    """name -> type, of the members of a struct"""
    if STRUCTS[name]:
        body = re.search(r"%s\s*\{(.*?)\}" % STRUCTS[name], source, re.S)
    else:
        body = re.search(r"typedef struct(?:\s\w+)?\s*\{([^{}]*)\}\s*%s;" % name, source)
    found = {}
    for declaration in body.group(1).split(";"):
        m = re.match(r"(.*?)(\w+)$", " ".join(declaration.split()))
        if m and m.group(2) not in NO_SLOTS:
            found[m.group(2)] = m.group(1).strip()
    return found


def numbers(defines, prefix):
    """name -> number, of the macros that are one"""
    found = re.findall(r"^#define (%s\w+) (0x[0-9A-Fa-f]+|\d+)$" % prefix, defines, re.M)
    return {name: int(text, 0) for name, text in found}


# ---- the table against them

def check_members(slots, source):
    for struct in STRUCTS:
        rows = {s.slot: s for s in slots if s.where == struct}
        members = members_of(source, struct)
        for name in sorted(set(members) - set(rows)):
            yield "no row for the member %s of %s" % (name, struct)
        for name in sorted(set(rows) - set(members)):
            yield "%s: %s has no member %s" % (rows[name].place, struct, name)
        for name in sorted(set(rows) & set(members)):
            if rows[name].type not in ("data", members[name]):
                yield "%s: %s is of type %s" % (rows[name].place, name, members[name])


def check_numbers(slots, defines):
    declared = {name[3:]: n for name, n in numbers(defines, "Py_(?:tp|nb|sq|mp|am|bf)_").items()}
    declared.update(numbers(defines, "Py_mod_"))
    declared.update({name: n for name, n in numbers(defines, "METH_").items() if n})
    by_name = {s.slot: s for s in slots}
    for name, number in sorted(declared.items()):
        if name not in by_name:
            yield "no row for %s" % name
        elif by_name[name].id != str(number):
            yield "%s: the number of %s is %d" % (by_name[name].place, name, number)
    if len(declared) < 80:
        yield "only %d numbers were found in the headers" % len(declared)


def check_program(program, slots):
    for name in (slots[0].slot, "tp_dealloc", slots[-1].slot):
        done = subprocess.run([program, "contracts", "--no-config", name], capture_output=True, text=True)
        if done.returncode != 0 or name not in done.stdout:
            yield "refwarden contracts %s: %s" % (name, (done.stderr or done.stdout).strip())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--refwarden", metavar="PATH", help="also ask this program for some rows")
    options = parser.parse_args()
    slots, include, faults = list(read_slots()), find_include(), []
    source = include and preprocess(include)
    defines = include and preprocess(include, "-dM")
    if not source or not defines:
        print("no Python.h or no C compiler: rows were not compared with headers")
    else:
        faults += list(check_members(slots, source)) + list(check_numbers(slots, defines))
        if version_of(defines) != COMPLETE_FOR:
            print("Python %d.%d:" % version_of(defines), *faults, sep="\n")
            faults = []
    if options.refwarden:
        faults += check_program(options.refwarden, slots)
    for fault in faults:
        print(fault)
    print("%d slots, %d faults" % (len(slots), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
