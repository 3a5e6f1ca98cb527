#!/usr/bin/env python3
"""Debian's neovim, without a window, shows what refwarden lsp finds; neovim.lua is what it does."""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import consumers

HERE = pathlib.Path(__file__).resolve().parent

LEAK = """\
#include <Python.h>

static PyObject *half(PyObject *self, PyObject *args)
{
    PyObject *list = PyList_New(0);
    PyObject *item;

    if (list == NULL)
        return NULL;
    item = PyFloat_FromDouble(0.5);
    if (item == NULL)
        return NULL;
    if (PyList_Append(list, item) < 0)
        Py_CLEAR(list);
    Py_DECREF(item);
    return list;
}
"""


def run(nvim, refwarden, work):
    source, out = work / "half.c", work / "seen.json"
    source.write_text(LEAK, encoding="utf-8")
    environment = dict(os.environ, REFWARDEN=str(refwarden), REFWARDEN_OUT=str(out), HOME=str(work), LC_ALL="C.UTF-8",
                       XDG_STATE_HOME=str(work), XDG_DATA_HOME=str(work), XDG_CONFIG_HOME=str(work))
    done = subprocess.run([nvim, "--headless", "--clean", source, "-c", f"luafile {HERE / 'neovim.lua'}", "-c", "cquit"],
                          cwd=work, env=environment, capture_output=True, text=True, timeout=400, check=False)
    if not out.exists():
        sys.exit(f"neovim said: {done.stdout}{done.stderr}")
    return json.loads(out.read_text(encoding="utf-8")), source.read_text(encoding="utf-8")


class Neovim(unittest.TestCase):
    """What neovim saw."""
    seen, written = None, None

    def test_diagnostics_come_with_the_file(self):
        self.assertTrue(self.seen["opened"])
        (found,) = self.seen["diagnostics"]
        self.assertEqual((found["code"], found["source"], found["lnum"], found["severity"]), ("RW101", "refwarden", 11, 1))
        self.assertIn("'list' leaks", found["message"])

    def test_diagnostics_follow_the_text(self):
        self.assertTrue(self.seen["repaired"])
        self.assertTrue(self.seen["broken"])

    def test_a_code_action_is_applied(self):
        self.assertTrue(self.seen["ignored"])
        self.assertIn("refwarden: ignore[RW101]", self.seen["line"])
        self.assertIn(self.seen["line"], self.written.splitlines())

    def test_hover_shows_the_contract(self):
        self.assertIn("PyList_New", self.seen["hover"]["contents"]["value"])

    def test_the_server_ends_well(self):
        self.assertEqual(self.seen["exit"], 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--build", required=True)
    options = parser.parse_args()
    nvim = consumers.program("nvim")
    with tempfile.TemporaryDirectory(prefix="refwarden-neovim-") as work:
        Neovim.seen, Neovim.written = run(nvim, pathlib.Path(options.refwarden).resolve(), pathlib.Path(work).resolve())
    unittest.main(argv=[sys.argv[0]])


if __name__ == "__main__":
    main()
