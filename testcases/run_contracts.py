#!/usr/bin/env python3
"""Compares rules/contracts with the headers that are installed.

A row fails whose arity, result or argument codes cannot be true of what the header declares, or that
names nothing in any known version of Python; so does a function or function-like macro without a
row, and a kind of row that no function in testcases/contracts uses. A pack is compared with the
headers that its "#header:" line names. Without the headers, or without build/tools/declarations, only
the rows themselves are checked.
"""

import argparse
import collections
import glob
import os
import re
import subprocess
import sys
import sysconfig

HERE = os.path.dirname(os.path.abspath(__file__))
CONTRACTS = os.path.join(HERE, "..", "rules", "contracts")
CASES = os.path.join(HERE, "contracts")
NAMES = os.path.join(HERE, "conformance", "names.tsv")
DECLARATIONS = os.path.join(HERE, "..", "build", "tools", "declarations")
COLUMNS = "name versions ret fail args effects pre pair note measured".split()
Row = collections.namedtuple("Row", COLUMNS + ["place"])
# A file of rows; a pack has the headers or the macro that say when it is loaded.
Table = collections.namedtuple("Table", "name headers defines rows")
# functions: name -> (result type, parameter types, variadic); macros: name -> parameters;
# aliases: name -> the other name. Each name has the file that declares it in `files`.
Declared = collections.namedtuple("Declared", "functions macros aliases files")

HEADERS = "Python.h datetime.h frameobject.h marshal.h structmember.h".split()

# Files of other tables: run_slots.py compares those.
OTHER_TABLES = {"formats.tsv", "slots.tsv"}
# Macros with the name of a type among their arguments, which does not count as an argument.
TYPE_NAME_ARGUMENT = {
    "PyObject_New", "PyObject_NEW", "PyObject_NewVar", "PyObject_NEW_VAR", "PyObject_GC_New",
    "PyObject_GC_NewVar", "PyObject_GC_Resize", "PyMem_New", "PyMem_NEW", "PyMem_Resize",
    "PyMem_RESIZE",
}
# What need not have a row: macros of the language, not of the interpreter (attributes, numbers,
# declarations); initializers of structs; statements that return.
NO_ROW_FILES = {"pyport.h", "pymacro.h", "exports.h"}
NO_ROW = re.compile(r"_HEAD_INIT$|_RETURN_|^(?!Py)")
OBJECT_CODES = {"b", "b+", "k", "k*", "s", "s+"}
VARIABLE_CODES = {"io", "io!", "on", "on0"}
OBJECT_TYPE = re.compile(
    r"^(const )?(Py\w*Object|struct _typeobject|PyArray_Descr|PyArray_DTypeMeta) \*(const)?$")
VARIABLE_TYPE = re.compile(r"^(Py\w*Object|PyArray_Descr) \*\*$|^void \*$")
# The versions whose headers the tables are complete for: others may declare more.
COMPLETE_FOR = {(3, minor) for minor in range(9, 14)}
# The version that testcases/contracts is written for.
TESTCASES_FOR = (3, 11)


# ---- rows

def read_table(path):
    table = Table(os.path.basename(path)[:-4], [], [], [])
    with open(path, encoding="utf-8") as f:
        for number, line in enumerate(f, 1):
            line = line.rstrip("\r\n")
            key, _, words = line.partition(":")
            if key in ("#header", "#defines"):
                getattr(table, "headers" if key == "#header" else "defines").extend(words.split())
            if not line or line.startswith("#") or line.startswith("name\t"):
                continue
            cells = line.split("\t")
            cells += [""] * (len(COLUMNS) - len(cells))
            table.rows.append(Row(*cells, "%s:%d" % (os.path.basename(path), number)))
    return table


def read_tables():
    return [read_table(path) for path in sorted(glob.glob(os.path.join(CONTRACTS, "*.tsv")))
            if os.path.basename(path) not in OTHER_TABLES]


def rows_of(tables):
    return [row for table in tables for row in table.rows]


def is_pack(table):
    return bool(table.headers or table.defines)


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


def gives_reference(rows, name):
    return any(r.name == name and (r.ret.startswith("N") or re.search(r"\bon0?\b", r.args)) for r in rows)


def check_rows(rows):
    by_name = collections.defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
        if row.fail[-1] in "!?" and "X" not in row.effects.split(","):
            yield "%s: %s fails with %s but has no effect X" % (row.place, row.name, row.fail)
        strong = re.search(r"\bstrong\((\w+)\)", row.effects)
        if strong and not gives_reference(rows, strong.group(1)):
            yield "%s: %s has no row that gives a new reference" % (row.place, strong.group(1))
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


def read_declarations(program, folder, headers, *flags):
    command = [program, folder, *headers, "--", *flags]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    declared = Declared({}, {}, {}, {})
    for line in done.stdout.splitlines():
        kind, name, *rest = line.split("\t")
        if name not in declared.files:
            declared.files[name] = rest[-1]
        if kind in ("function", "member"):
            types = rest[1].split("|") if rest[1] else []
            declared.functions.setdefault(name, (rest[0], types, rest[2] == "1"))
        elif kind == "macro":
            declared.macros.setdefault(name, rest[0].split("|") if rest[0] else [])
        else:
            declared.aliases[name] = rest[0]
    return declared


# ---- rows against headers

def is_object(text):
    return bool(OBJECT_TYPE.match(text))


def check_arguments(row, codes, types):
    for k, (code, text) in enumerate(zip(codes, types)):
        where = "%s: %s argument %d is '%s'" % (row.place, row.name, k, text)
        if code in OBJECT_CODES and not is_object(text) and text != "void *":
            yield "%s but its code is %s" % (where, code)
        if code in VARIABLE_CODES and not VARIABLE_TYPE.match(text):
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


def check_macro(row, parameters):
    codes, _ = codes_of(row)
    count = len(parameters) - (row.name in TYPE_NAME_ARGUMENT)
    if len(codes) != count and parameters[-1:] != ["..."]:
        yield "%s: %s has %d arguments, its macro %d" % (row.place, row.name, len(codes), count)


def function_of(name, declared):
    name = declared.aliases.get(name, name)
    return declared.functions.get(name) or declared.functions.get("_%s_SizeT" % name)


def is_declared(name, declared):
    return name in declared.files or "_%s_SizeT" % name in declared.files


def check_headers(rows, declared, minor):
    for row in rows:
        low, high = version_range(row)
        if not low <= minor <= high:
            continue
        function = function_of(row.name, declared)
        if function:
            yield from check_declared(row, function)
        elif row.name in declared.macros:
            yield from check_macro(row, declared.macros[row.name])


def handles_objects(name, declared):
    """True for a macro too: its parameters have no types."""
    result, types, _ = declared.functions.get(name, ("PyObject *", [], False))
    return any(is_object(t) or is_object(t.replace("**", "*")) for t in [result] + types)


def wrong_versions(rows, declared, minor):
    """A row's versions say that a name is declared, and it is not, or the other way round."""
    by_name = collections.defaultdict(list)
    for row in rows:
        by_name[row.name].append(row)
    for name, same in by_name.items():
        covered = any(low <= minor <= high for low, high in map(version_range, same))
        bounded = any(re.search(r"\d", row.versions) for row in same)
        if bounded and covered != is_declared(name, declared):
            yield "%s: the headers of 3.%d declare %s%s" % (
                same[0].place, minor, "no " if covered else "", name)


def missing_rows(rows, declared):
    have = {row.name for row in rows}
    for name in sorted(declared.functions.keys() | declared.macros.keys()):
        if name not in have and not NO_ROW.search(name) and declared.files[name] not in NO_ROW_FILES:
            yield name


def unknown_names(rows, declared):
    """Rows of Python's names that no version has, and names of other versions without a row."""
    with open(NAMES, encoding="utf-8") as f:
        elsewhere = {line.split("\t")[0] for line in f if not line.startswith(("#", "name\t"))}
    for row in rows:
        known = is_declared(row.name, declared) or row.name in elsewhere
        if re.match(r"_?Py", row.name) and not known:
            yield "%s: no known version has %s" % (row.place, row.name)
    for name in sorted(elsewhere - {row.name for row in rows}):
        yield "names.tsv: %s has no row" % name


def unused_kinds(rows, declared):
    text = ""
    for path in glob.glob(os.path.join(CASES, "*.c")):
        with open(path, encoding="utf-8") as f:
            text += f.read()
    used = set(re.findall(r"\b\w+\b", text))
    kinds = collections.defaultdict(list)
    for row in rows:
        if is_declared(row.name, declared):
            kinds[kind_of(row)].append(row.name)
    for kind, names in sorted(kinds.items()):
        if not used.intersection(name.rpartition(".")[2] for name in names):
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


def pack_folder(headers):
    """Where the headers of a pack are installed, or None."""
    libraries = [sysconfig.get_path("platlib"), "/usr/lib/python3/dist-packages"]
    folders = [os.path.join(d, "numpy", core, "include") for d in libraries
               for core in ("core", "_core")]
    return next((d for d in folders if os.path.exists(os.path.join(d, headers[0]))), None)


def check_pack(table, python_include, program):
    folder = pack_folder(table.headers)
    if folder is None:
        print("%s: no headers installed" % table.name)
        return
    declared = read_declarations(program, folder, table.headers, "-I" + python_include,
                                 "-include", "Python.h")
    print("%s: %s" % (table.name, count(declared)))
    yield from check_headers(table.rows, declared, header_version(python_include)[1])
    missing = [n for n in missing_rows(table.rows, declared) if handles_objects(n, declared)]
    if missing:
        yield "%s: without a row: %s" % (table.name, " ".join(missing))


def count(declared):
    return "%d functions, %d macros declared" % (len(declared.functions), len(declared.macros))


def check_against_python(tables, include, program):
    declared = read_declarations(program, include, HEADERS)
    version = header_version(include)
    print("Python %d.%d: %s" % (*version, count(declared)))
    yield from check_headers(rows_of(tables), declared, version[1])
    rows = rows_of(table for table in tables if not is_pack(table))
    missing = list(missing_rows(rows, declared))
    if missing and version not in COMPLETE_FOR:
        print("without a row: " + " ".join(missing))
    elif missing:
        yield "without a row: " + " ".join(missing)
    yield from unknown_names(rows, declared)
    yield from wrong_versions(rows, declared, version[1])
    if version == TESTCASES_FOR:
        yield from unused_kinds(rows, declared)


def check_against_headers(tables, python, program):
    include = find_include(python)
    if include is None or not os.path.exists(program):
        print("no Python.h or no %s: rows were not compared with headers" % program)
        return
    yield from check_against_python(tables, include, program)
    for table in tables:
        if table.headers:
            yield from check_pack(table, include, program)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--refwarden", metavar="PATH", help="also ask this program for some rows")
    parser.add_argument("--declarations", metavar="PATH", default=DECLARATIONS,
                        help="the program that lists what headers declare")
    parser.add_argument("--python", metavar="PATH", help="whose headers to use")
    options = parser.parse_args()
    tables = read_tables()
    rows = rows_of(tables)
    faults = list(check_rows(rows))
    faults += check_against_headers(tables, options.python, options.declarations)
    if options.refwarden:
        faults += check_program(options.refwarden, rows)
    for fault in faults:
        print(fault)
    print("%d rows, %d faults" % (len(rows), len(faults)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
