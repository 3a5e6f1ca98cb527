"""The HTML report in a browser: filtered, sorted and stepped by a script, without network.

Pages: the findings of testcases/rules, 2,000 findings of generated C, a project whose names and strings are
markup, the same without findings, and the first page with what other runs add to findings (states, fixes, many
branches). What a person would look at is left as screenshots in the build folder, under html/.
"""
import argparse
import json
import pathlib
import subprocess
import sys
import tempfile

import consumers

FOUND = 2000
PER_FILE = 100
HEAD = '#define PY_SSIZE_T_CLEAN\n#include <Python.h>\n'
LEAK = """
/* Item number {n} of the generated module. */
static PyObject *
{name}(PyObject *self, PyObject *args)
{{
    Py_ssize_t size;
    PyObject *list, *item;

    if (!PyArg_ParseTuple(args, "n", &size))
        return NULL;
    list = PyList_New(0);
    if (list == NULL)
        return NULL;
    for (Py_ssize_t i = 0; i < size; i++) {{
        item = PyLong_FromSsize_t(i * {n});
        if (item == NULL)
            return NULL;
        if (PyList_Append(list, item) < 0) {{
            Py_DECREF(item);
            Py_DECREF(list);
            return NULL;
        }}
        Py_DECREF(item);
    }}
    return list;
}}
PyCFunction use_{name} = {name};
"""
MARKUP = "</script><img src=x onerror=window.hit=1>"
HOSTILE = HEAD + """
static PyObject *
leaks(PyObject *self, PyObject *args)
{
    PyObject *text = PyUnicode_FromString("MARKUP \u202e reversed");   /* MARKUP */
    if (PyObject_Size(self) < 0)
        return NULL;
    return text;
}

static PyObject *
three(PyObject *self, PyObject *args, PyObject *more)
{
    return PyLong_FromLong(1);
}

PyMethodDef methods[] = {
    {"leaks", leaks, METH_VARARGS, NULL},
    {"MARKUP", (PyCFunction)three, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
""".replace("MARKUP", MARKUP)


def report(program, paths, page, *options):
    run = subprocess.run([program, "check", "--no-config", "-q", "--format", "html", "-o", page, *options, *paths],
                         capture_output=True, text=True, timeout=600, check=False)
    if run.returncode not in (0, 1):
        sys.exit(f"refwarden ended with {run.returncode}: {run.stderr}")


def split(page):
    """The page around its data, and the data."""
    text = page.read_text(encoding="utf-8")
    start = text.index('id="data">') + len('id="data">')
    end = text.index("</script>", start)
    return text[:start], json.loads(text[start:end]), text[end:]


def write_many(folder):
    for k in range(FOUND // PER_FILE):
        functions = (LEAK.format(n=n, name=f"item_{n:04}") for n in range(k * PER_FILE, (k + 1) * PER_FILE))
        file = folder / f"part{k % 4}" / f"items_{k:02}.c"
        file.parent.mkdir(exist_ok=True)
        file.write_text(HEAD + "".join(functions), encoding="utf-8")


def write_hostile(folder):
    file = folder / ("project<" + MARKUP[1:].replace("x", "y") + ".c")
    file.parent.mkdir(parents=True)
    file.write_text(HOSTILE, encoding="utf-8")


def add_what_others_know(page, to):
    """States, an edit, a path with many branches: what a comparison and the fixes add."""
    before, data, after = split(page)
    data["is_compared"] = True
    for i, f in enumerate(data["findings"]):
        f["state"] = "new" if i % 3 == 0 else "unchanged"
    leak = next(f for f in data["findings"] if f["rule"] == "RW101" and len(f["path"]) == 3)
    at = leak["path"][-1]
    leak["state"] = "new"
    leak["also"] = [{"file": leak["file"], "line": leak["line"] + 2, "column": 5}]
    leak["fixes"] = [{"safety": "safe", "message": f"release '{leak['object']}' on this path", "edits": [
        {"file": at["file"], "start": {"line": at["line"], "column": 9}, "end": {"line": at["line"], "column": 9},
         "text": f"Py_DECREF({leak['object']});\n        "}]}]
    branch = dict(leak["path"][1], kind="branch", message="condition holds", delta=0)
    leak["path"][2:2] = [branch] * 9
    gone = dict(leak, state="fixed", fingerprint="f" * 32, path=[], fixes=[], also=[], line=0, begins=0)
    data["findings"].append(gone)
    to.write_text(before + json.dumps(data).replace("<", "\\u003c") + after, encoding="utf-8")
    return leak["fingerprint"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--build", required=True)
    args = parser.parse_args()
    chromium = consumers.program("chromium", "chromium-browser", "google-chrome")
    modules = consumers.node_modules(args.build)
    out = pathlib.Path(args.build).resolve() / "html"
    out.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temp:
        many, hostile = pathlib.Path(temp) / "many", pathlib.Path(temp) / "hostile"
        many.mkdir()
        write_many(many)
        write_hostile(hostile)
        report(args.refwarden, ["testcases/rules"], out / "rules.html", "--select", "all")
        report(args.refwarden, [many], out / "many.html")
        report(args.refwarden, [hostile], out / "hostile.html")
        report(args.refwarden, [hostile], out / "clean.html", "--select", "RW902")
    known = add_what_others_know(out / "rules.html", out / "compared.html")
    found = {name: split(out / f"{name}.html")[1]["findings"] for name in ("rules", "many", "hostile")}
    if len(found["many"]) != FOUND:
        sys.exit(f"{len(found['many'])} findings in generated code, not {FOUND}")
    wanted = {"chromium": chromium, "folder": str(out), "known": known, "markup": MARKUP, "found": found}
    print(f"many.html: {(out / 'many.html').stat().st_size / 1e6:.1f} MB for {FOUND} findings")
    run = subprocess.run([consumers.program("node"), pathlib.Path(__file__).with_name("html_walk.js")],
                         input=json.dumps(wanted), text=True, env={"NODE_PATH": str(modules), "PATH": "/usr/bin:/bin"},
                         timeout=600, check=False)
    sys.exit(run.returncode)


if __name__ == "__main__":
    main()
