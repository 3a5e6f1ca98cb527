#!/usr/bin/env python3
"""Compares rules/contracts with the Python headers that are installed.

A row whose arity, result or argument codes cannot be true of the declared function fails, and so
does a function that handles objects and has no row, or a kind of row that no function in
testcases/contracts uses. Without Python.h or a C compiler only the rows themselves are checked.
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
CONTRACTS = os.path.join(HERE, "..", "rules", "contracts")
CASES = os.path.join(HERE, "contracts")
COLUMNS = "name versions ret fail args effects pre pair note measured".split()
Row = collections.namedtuple("Row", COLUMNS + ["place"])

HEADERS = """
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <datetime.h>
#include <frameobject.h>
#include <marshal.h>
#include <structmember.h>
"""

# Files of other tables: run_slots.py compares those.
OTHER_TABLES = {"formats.tsv", "slots.tsv"}
# Macros whose first argument is the name of a type, which does not count as an argument.
TYPE_NAME_FIRST = {
    "PyObject_New", "PyObject_NEW", "PyObject_NewVar", "PyObject_NEW_VAR", "PyObject_GC_New",
    "PyObject_GC_NewVar", "PyObject_GC_Resize", "PyMem_New", "PyMem_NEW",
}
# Functions that handle objects and need no row: the runtime's own, or beyond 16 arguments.
NO_ROW = {
    "PyCode_New", "PyCode_NewWithPosOnlyArgs", "PyCode_Optimize", "PyDescr_NewWrapper",
    "PyFile_NewStdPrinter", "PyImport_ImportFrozenModuleObject", "PyInit__imp",
    "PyObject_GET_WEAKREFS_LISTPTR", "PyRun_InteractiveOneObject", "PySys_AddWarnOptionUnicode",
}
OBJECT_CODES = {"b", "b+", "k", "k*", "s", "s+"}
VARIABLE_CODES = {"io", "io!", "on", "on0"}
OBJECT_TYPE = re.compile(r"^(const )?(Py\w*Object|PyObject) ?\*( const)?$")
# The version whose headers the table was completed for: newer ones may declare more.
COMPLETE_FOR = (3, 11)


# ---- rows

def read_rows():
    rows = []
    for path in sorted(glob.glob(os.path.join(CONTRACTS, "*.tsv"))):
        if os.path.basename(path) in OTHER_TABLES:
            continue
        with open(path, encoding="utf-8") as f:
            for number, line in enumerate(f, 1):
                line = line.rstrip("\r\n")
                if not line or line.startswith("#") or line.startswith("name\t"):
                    continue
                cells = line.split("\t")
                cells += [""] * (len(COLUMNS) - len(cells))
                rows.append(Row(*cells, "%s:%d" % (os.path.basename(path), number)))
    return rows


def codes_of(row):
    """Argument codes without '?', and whether more arguments may follow."""
    items = row.args.split(",") if row.args else []
    variadic = bool(items) and items[-1].endswith("...")
    if items and items[-1] == "...":
        items.pop()
    return [re.sub(r"(\.\.\.)?$", "", i).rstrip("?") for i in items], variadic


def kind_of(row):
    """What a testcase must show: result, failure, and what happens to objects."""
    codes, _ = codes_of(row)
    shown = tuple(sorted({c for c in codes if c not in ("i", "fn", "o.i", "io.i")}))
    return re.split("[<=]", row.ret)[0], row.fail, shown


def version_range(row):
    low, dash, high = row.versions.partition("-")
    minor = lambda text, default: int(text[2:]) if text else default
    return minor(low, 0), minor(high, 99) if dash else minor(low, 99)


def check_rows(rows):
    by_name = collections.defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
        if row.fail[-1] in "!?" and "X" not in row.effects.split(","):
            yield "%s: %s fails with %s but has no effect X" % (row.place, row.name, row.fail)
        if row.fail.endswith("-") and "X" in row.effects.split(","):
            yield "%s: %s fails with %s but has the effect X" % (row.place, row.name, row.fail)
    for name, same in by_name.items():
        same.sort(key=version_range)
        for a, b in zip(same, same[1:]):
            if version_range(a)[1] >= version_range(b)[0]:
                yield "%s: %s has a row for the same version in %s" % (b.place, name, a.place)


# ---- headers

def find_include(python):
    if python:
        command = [python, "-c", "import sysconfig; print(sysconfig.get_path('include'))"]
        candidates = [subprocess.run(command, capture_output=True, text=True).stdout.strip()]
    else:
        candidates = [sysconfig.get_path("include")] + sorted(glob.glob("/usr/include/python3.*"))
    return next((d for d in candidates if os.path.exists(os.path.join(d, "Python.h"))), None)


def preprocess(include, *flags):
    compiler = next((c for c in ("clang-19", "clang", "cc") if shutil.which(c)), None)
    if compiler is None:
        return None
    command = [compiler, "-E", "-P", *flags, "-I", include, "-x", "c", "-"]
    done = subprocess.run(command, input=HEADERS, capture_output=True, text=True)
    return done.stdout if done.returncode == 0 else None


def split_list(text):
    items, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if c == "," and depth == 0:
            items.append(text[start:i])
            start = i + 1
    items.append(text[start:])
    return [" ".join(i.split()) for i in items if i.strip()]


def without_attributes(text):
    out, at = [], 0
    for m in re.finditer(r"__attribute__\s*\(\(", text):
        if m.start() < at:
            continue
        out.append(text[at:m.start()])
        depth, at = 2, m.end()
        while depth:
            depth += (text[at] == "(") - (text[at] == ")")
            at += 1
    return "".join(out) + text[at:]


def without_bodies(text):
    out, depth, at = [], 0, 0
    for m in re.finditer(r"[{}]", text):
        if depth == 0:
            out.append(text[at:m.start()])
        depth += 1 if m.group() == "{" else -1
        if depth == 0:
            out.append(";")
        at = m.end()
    return "".join(out) + text[at:]


def parameter_type(text):
    m = re.match(r"^(.*[\s*])(\w+)$", text)
    named = m and m.group(2) not in ("int", "char", "long", "double", "short", "unsigned")
    text = m.group(1) if named and not re.fullmatch(r"(const|struct)\s*", m.group(1)) else text
    return re.sub(r"\s*\*", " *", " ".join(text.split())).replace("* *", "**").strip()


def declarations(text):
    """name -> (result type, parameter types, variadic)"""
    found = {}
    pattern = re.compile(r"^(?:(?:extern|static|inline|__inline__|_Noreturn) )*"
                         r"([\w ]+?[ *]+)(_?Py\w*) ?\((.*)\)$")
    for statement in without_bodies(without_attributes(text)).split(";"):
        m = pattern.match(" ".join(statement.split()))
        if m is None or "typedef" in statement:
            continue
        parameters = [p for p in split_list(m.group(3)) if p != "void"]
        variadic = bool(parameters) and parameters[-1] == "..."
        types = [parameter_type(p) for p in parameters if p != "..."]
        result = parameter_type(m.group(1) + " x")
        found.setdefault(m.group(2), (result, types, variadic))
    return found


def macros(text):
    """name -> number of parameters"""
    found = {}
    for m in re.finditer(r"^#define (_?Py\w+)\(([^)]*)\)", text, re.M):
        found[m.group(1)] = len(split_list(m.group(2))) - (m.group(1) in TYPE_NAME_FIRST)
    return found


# ---- rows against headers

def is_object(text):
    return bool(OBJECT_TYPE.match(text)) and "Buffer" not in text


def check_arguments(row, codes, types):
    for k, (code, text) in enumerate(zip(codes, types)):
        where = "%s: %s argument %d is '%s'" % (row.place, row.name, k, text)
        if code in OBJECT_CODES and not is_object(text) and text != "void *":
            yield "%s but its code is %s" % (where, code)
        if code in VARIABLE_CODES and text not in ("PyObject **", "void *"):
            yield "%s but its code is %s" % (where, code)
        if code in ("i", "fn", "o.i") and is_object(text):
            yield "%s but its code is %s" % (where, code)
        if code == "i" and text == "PyObject **":
            yield "%s but its code is %s" % (where, code)


def check_result(row, result):
    gives_object = re.match(r"N|B<|A\d|always", row.ret)
    if gives_object and not is_object(result) and result != "void *":
        yield "%s: %s returns '%s' but its ret is %s" % (row.place, row.name, result, row.ret)
    if not gives_object and is_object(result):
        yield "%s: %s returns '%s' but its ret is %s" % (row.place, row.name, result, row.ret)
    if (row.ret == "V") != (result == "void"):
        yield "%s: %s returns '%s' but its ret is %s" % (row.place, row.name, result, row.ret)


def check_declared(row, declared):
    result, types, variadic = declared
    codes, more = codes_of(row)
    allowed = {len(types), len(types) + 1} if variadic else {len(types)}
    if len(codes) not in allowed or more != variadic:
        yield "%s: %s has %d arguments, declared with %d" % (row.place, row.name, len(codes), len(types))
        return
    yield from check_arguments(row, codes, types)
    yield from check_result(row, result)


def check_macro(row, count):
    codes, _ = codes_of(row)
    if len(codes) != count:
        yield "%s: %s has %d arguments, its macro %d" % (row.place, row.name, len(codes), count)


def declared_of(name, functions):
    return functions.get(name) or functions.get("_%s_SizeT" % name)


def check_headers(rows, functions, macro_arity, minor):
    for row in rows:
        low, high = version_range(row)
        if not low <= minor <= high:
            continue
        declared = declared_of(row.name, functions)
        if declared:
            yield from check_declared(row, declared)
        elif row.name in macro_arity:
            yield from check_macro(row, macro_arity[row.name])


def missing_rows(rows, functions):
    have = {row.name for row in rows} | NO_ROW
    for name, (result, types, _) in sorted(functions.items()):
        handles_objects = any(is_object(t) or t == "PyObject **" for t in types + [result])
        if handles_objects and name.startswith("Py") and name not in have:
            yield name


def unused_kinds(rows, functions, macro_arity):
    text = ""
    for path in glob.glob(os.path.join(CASES, "*.c")):
        with open(path, encoding="utf-8") as f:
            text += f.read()
    used = set(re.findall(r"\b\w+\b", text))
    kinds = collections.defaultdict(list)
    for row in rows:
        if declared_of(row.name, functions) or row.name in macro_arity:
            kinds[kind_of(row)].append(row.name)
    for kind, names in sorted(kinds.items()):
        if not used.intersection(names):
            yield "no function in testcases/contracts uses a row like %s: %s" % (
                " ".join(names[:3]), kind)


# ---- the program

def check_program(program, rows):
    """The program must know each name and describe it."""
    names = sorted({row.name for row in rows})
    for name in (names[0], "PyList_SetItem", names[-1]):
        done = subprocess.run([program, "contracts", name], capture_output=True, text=True)
        if done.returncode != 0 or name not in done.stdout or "returns" not in done.stdout:
            yield "refwarden contracts %s: %s" % (name, (done.stderr or done.stdout).strip())


def header_version(include):
    with open(os.path.join(include, "patchlevel.h"), encoding="utf-8") as f:
        text = f.read()
    return tuple(int(re.search(r"PY_%s_VERSION\s+(\d+)" % w, text).group(1)) for w in ("MAJOR", "MINOR"))


def check_against_headers(rows, python):
    include = find_include(python)
    source = include and preprocess(include)
    defines = include and preprocess(include, "-dM")
    if not source or not defines:
        print("no Python.h or no C compiler: rows were not compared with headers")
        return
    version = header_version(include)
    functions, macro_arity = declarations(source), macros(defines)
    print("Python %d.%d: %d functions, %d macros declared" % (*version, len(functions), len(macro_arity)))
    yield from check_headers(rows, functions, macro_arity, version[1])
    missing = list(missing_rows(rows, functions))
    if missing and version > COMPLETE_FOR:
        print("without a row: " + " ".join(missing))
    elif missing:
        yield "without a row: " + " ".join(missing)
    yield from unused_kinds(rows, functions, macro_arity)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--refwarden", metavar="PATH", help="also ask this program for some rows")
    parser.add_argument("--python", metavar="PATH", help="whose headers to use")
    options = parser.parse_args()
    rows = read_rows()
    faults = list(check_rows(rows))
    faults += check_against_headers(rows, options.python)
    if options.refwarden:
        faults += check_program(options.refwarden, rows)
    for fault in faults:
        print(fault)
    print("%d rows, %d faults" % (len(rows), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
