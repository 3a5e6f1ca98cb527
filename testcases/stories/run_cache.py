#!/usr/bin/env python3
"""What is known from earlier runs: the same output with it as without, whatever changes and whatever fails.

Usage: run_cache.py --refwarden PROGRAM [--build FOLDER] [--kills N] [--flips N] [unittest arguments]

Every run with a cache is compared with one without: stdout, exit status, and stderr but for the times that -v
shows. How many files came from the cache is read from -v, so a cache that is never used fails too.
"""
import argparse
import concurrent.futures
import os
import pathlib
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent
OF_THIS_RUN = re.compile(r", [0-9.]+ s$|^.*\(\) took [0-9.]+ s\n|^largest worker: .*\n|^\d+ of \d+ files from the cache\n", re.M)
WARNING = re.compile(r"^refwarden: warning: cache: .*\n", re.M)
REUSED = re.compile(r"^(\d+) of (\d+) files from the cache$", re.M)


class Case(unittest.TestCase):
    program = None
    kills = 12
    flips = 15

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.tree = pathlib.Path(holder.name) / "tree"
        self.cache = pathlib.Path(holder.name) / "cache"
        self.tree.mkdir()

    def write(self, name, text):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def command(self, *words, cached=True):
        where = ["--cache-dir", str(self.cache)] if cached else ["--no-cache"]
        form = [] if "-f" in words else ["-f", "json"]
        return [self.program, "check", "-v", *form, "--no-config", *where, *map(str, words)]

    def run_it(self, *words, cached=True, prefix=(), cwd=None):
        done = subprocess.run([*prefix, *self.command(*words, cached=cached)], cwd=cwd or self.tree,
                              capture_output=True, text=True, timeout=300)
        self.assertIn(done.returncode, (0, 1, 3), done.stderr)
        return done

    def same(self, done, plain):
        self.assertEqual(done.stdout, plain.stdout)
        self.assertEqual(done.returncode, plain.returncode)
        self.assertEqual(WARNING.sub("", OF_THIS_RUN.sub("", done.stderr)).strip(),
                         OF_THIS_RUN.sub("", plain.stderr).strip())

    def reused(self, *words, warning=None, **more):
        """Runs with and without; how many files were not parsed."""
        done = self.run_it(*words, **more)
        self.same(done, self.run_it(*words, cached=False, cwd=more.get("cwd")))
        if warning is None:
            self.assertNotRegex(done.stderr, WARNING)
        else:
            self.assertRegex(done.stderr, warning)
        return int(REUSED.search(done.stderr)[1])


class Unchanged(Case):
    def all_from_the_cache(self, folder):
        files = sum(path.suffix in (".c", ".cpp") for path in folder.rglob("*"))
        plain = self.run_it(folder, cached=False, cwd=CASES)
        for words in ([], ["-j1"], ["-j8"]):
            done = self.run_it(*words, folder, cwd=CASES)
            self.same(done, plain)
            self.assertEqual(int(REUSED.search(done.stderr)[1]), files if words else 0)

    def test_files_that_call_each_other(self):
        for folder in sorted((CASES / "files").iterdir()):
            with self.subTest(folder=folder.name):
                self.all_from_the_cache(folder)

    def test_all_kinds_of_findings(self):
        self.all_from_the_cache(CASES / "regress")

    def test_files_that_do_not_parse(self):
        self.all_from_the_cache(CASES / "rules" / "not-parsed")

    def test_the_formats(self):
        self.run_it(CASES / "files/helpers")
        for form in ("text", "concise", "json"):
            self.assertEqual(self.reused("-f", form, CASES / "files/helpers"), 3)

    def test_what_is_not_on_disk_is_not_cached(self):
        words = self.command("--stdin-filename", "a.c", "-")
        for _ in range(2):
            done = subprocess.run(words, cwd=self.tree, input="int f(void) { return 0; }\n", capture_output=True,
                                  text=True, timeout=300)
            self.assertIn("0 of 1 files", done.stderr)


HEADER = "PyObject *make_one(void);\nint count_all(PyObject *list);\n"
MAKER = """#include <Python.h>
#include "own.h"
PyObject *make_one(void)
{
    return PyLong_FromLong(1);
}
"""
COUNTER = """#include <Python.h>
#include "own.h"
int count_all(PyObject *list)
{
    return (int)PyList_Size(list);
}
"""
USER = """#include <Python.h>
#include "own.h"
#if __has_include("maybe.h")
#include "maybe.h"
#endif
int use_one(void)
{
    PyObject *one = make_one();
    if (one == NULL)
        return -1;
    return PyObject_IsTrue(one);
}
"""
LENDER = """#include <Python.h>
#include "own.h"
static PyObject *kept;
PyObject *make_one(void)
{
    if (kept == NULL)
        kept = PyLong_FromLong(1);
    return kept;
}
"""
ALONE = """#include <Python.h>
int leak(void)
{
    PyObject *list = PyList_New(0);
    return list == NULL ? -1 : 0;
}
"""
NAMES = ("alone.c", "counter.c", "maker.c", "user.c")


class Changed(Case):
    """Of the four files, which are parsed again after a change."""

    def setUp(self):
        super().setUp()
        self.write("include/own.h", HEADER)
        self.write("maker.c", MAKER)
        self.write("counter.c", COUNTER)
        self.write("user.c", USER)
        self.write("alone.c", ALONE)
        self.flags = ["--", "-I", "first", "-I", "include"]
        self.assertEqual(self.again(), 0)
        self.assertEqual(self.again(), 4)

    def again(self, *words, **more):
        return self.reused(*words, ".", *self.flags, **more)

    def findings(self):
        return self.run_it(".", *self.flags).stdout

    def test_a_time_alone_changes_nothing(self):
        for path in self.tree.rglob("*.?"):
            os.utime(path, (1, 1))
        self.assertEqual(self.again(), 4)

    def test_a_change_that_keeps_the_time_and_the_size_is_seen(self):
        path, before = self.tree / "include/own.h", (self.tree / "include/own.h").stat()
        path.write_text(HEADER.replace("count_all", "count_alm"))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.assertEqual(self.again(), 1)

    def test_a_header(self):
        self.write("include/own.h", HEADER + "/* more */\n")
        self.assertEqual(self.again(), 1)
        self.write("include/own.h", HEADER)
        self.assertEqual(self.again(), 1)
        self.assertEqual(self.again(), 4)

    def test_a_file_that_others_call_and_that_does_the_same(self):
        self.write("maker.c", MAKER + "/* more */\n")
        self.assertEqual(self.again(), 3)

    def test_a_file_that_others_call_and_that_does_something_else(self):
        before = self.findings()
        self.write("maker.c", LENDER)
        self.assertEqual(self.again(), 2)
        self.assertNotEqual(self.findings(), before)
        self.write("maker.c", MAKER)
        self.assertEqual(self.findings(), before)

    def test_a_file_that_others_call_is_gone(self):
        (self.tree / "maker.c").unlink()
        self.assertEqual(self.again(), 2)

    def test_a_second_definition_appears(self):
        self.write("sub/lender.c", LENDER)
        self.assertEqual(self.again(), 3)
        (self.tree / "sub/lender.c").unlink()
        self.again()
        self.assertEqual(self.again(), 4)

    def test_some_of_the_files(self):
        self.assertEqual(self.reused("user.c", "alone.c", *self.flags), 1)
        self.assertEqual(self.reused("maker.c", "counter.c", *self.flags), 2)

    def test_a_header_appears_in_a_folder_that_is_searched_earlier(self):
        self.write("first/own.h", HEADER + "/* more */\n")
        self.assertEqual(self.again(), 1)
        shutil.rmtree(self.tree / "first")
        self.assertEqual(self.again(), 1)

    def test_a_header_appears_beside_the_file_that_includes_it(self):
        self.write("own.h", HEADER.replace("*make_one(void)", "*make_one(int)"))
        self.assertEqual(self.again(), 1)

    def test_a_header_hides_one_of_the_system(self):
        self.write("include/errno.h", "#include_next <errno.h>\n")
        self.assertEqual(self.again(), 0)

    def test_a_header_that_was_asked_for_appears(self):
        self.write("include/maybe.h", "/* here */\n")
        self.assertEqual(self.again(), 3)

    def test_what_nobody_asked_for_appears(self):
        self.write("include/other.h", "\n")
        self.write("include/text.txt", "\n")
        self.assertEqual(self.again(), 4)

    def test_a_header_that_was_missing_appears(self):
        self.write("alone.c", "#include \"missing.h\"\n" + ALONE)
        self.assertEqual(self.again(), 3)
        self.assertEqual(self.again(), 4)
        self.write("deep/down/missing.h", "\n")
        self.assertEqual(self.again(), 3)
        self.write("include/missing.h", "\n")
        self.assertEqual(self.again(), 3)
        shutil.rmtree(self.tree / "deep")
        self.assertEqual(self.again(), 4)

    def test_flags(self):
        self.assertEqual(self.reused(".", *self.flags, "-DX"), 0)
        self.assertEqual(self.again(), 4)

    def test_rules_and_targets(self):
        self.assertEqual(self.again("--select", "RW1"), 0)
        self.assertEqual(self.again("--target-python", "3.9"), 0)
        self.assertEqual(self.again("--ignore", "RW101"), 0)

    def test_contracts(self):
        own = self.write("own.tsv", "# nothing yet\n")
        self.assertEqual(self.again("--contracts", own), 0)
        self.assertEqual(self.again("--contracts", own), 4)
        own.write_text(own.read_text() + "# more\n")
        self.assertEqual(self.again("--contracts", own), 0)

    def test_a_database(self):
        words = '[{"directory": "%s", "file": "alone.c", "command": "cc %s-c alone.c"}]'
        self.write("compile_commands.json", words % (self.tree, ""))
        self.assertEqual(self.again(), 3)
        self.write("compile_commands.json", words % (self.tree, "-DY "))
        self.assertEqual(self.again(), 3)
        self.assertEqual(self.again(), 4)

    def test_the_folder_from_which_it_is_called(self):
        self.assertEqual(self.reused("tree", "--", "-I", "tree/include", cwd=self.tree.parent), 0)
        self.assertEqual(self.again(), 4)

    def test_a_file_comes_and_goes(self):
        self.write("new.c", ALONE.replace("leak", "lose"))
        self.assertEqual(self.again(), 4)
        (self.tree / "new.c").unlink()
        self.assertEqual(self.again(), 4)

    def test_input_of_cython(self):
        text = ('/* Generated by Cython 3.0 */\n#include <Python.h>\n'
                'static int __pyx_pf_3mod_f(void)\n{\n/* "mod.pyx":2 */\n'
                "PyObject *__pyx_v_x = PyList_New(0);\nif (__pyx_v_x == NULL) return -1;\n"
                "Py_INCREF(__pyx_v_x);\nPy_DECREF(__pyx_v_x);\nPy_DECREF(__pyx_v_x);\nPy_DECREF(__pyx_v_x);\nreturn 0;\n}\n"
                "int g(void) { return __pyx_pf_3mod_f(); }\n")
        self.write("mod.c", text)
        self.assertEqual(self.again(), 4)
        self.assertEqual(self.again(), 5)
        self.write("mod.pyx", "def f():\n    pass\n")
        self.assertEqual(self.again(), 4)
        self.write("mod.pyx", "def f():\n    pass # refwarden: ignore-file\n")
        self.assertEqual(self.again(), 4)
        self.assertEqual(self.again(), 5)


class Faults(Case):
    def setUp(self):
        super().setUp()
        self.write("include/own.h", HEADER)
        self.write("maker.c", MAKER)
        self.write("user.c", USER)
        self.words = [".", "--", "-I", "include"]
        self.plain = self.run_it(*self.words, cached=False)

    def database(self):
        return self.cache / "cache.db"

    def again(self, warning=None, **more):
        done = self.run_it(*self.words, **more)
        self.same(done, self.plain)
        if warning:
            self.assertRegex(done.stderr, "warning: cache: .*" + warning)
        return int(REUSED.search(done.stderr)[1])

    def sql(self, text):
        with sqlite3.connect(self.database()) as database:
            database.executescript(text)
        database.close()

    def test_killed_at_any_moment(self):
        start = time.monotonic()
        self.again()
        longest = time.monotonic() - start
        pick = random.Random(1)
        for i in range(self.kills):
            self.write("user.c", USER + f"/* {i} */\n")
            child = subprocess.Popen(self.command(*self.words), cwd=self.tree, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL)
            time.sleep(pick.uniform(0, longest))
            child.send_signal(signal.SIGKILL)
            child.wait()
            self.assertGreaterEqual(self.again(), 1, "what earlier runs kept is lost")

    def test_killed_while_it_writes(self):
        self.again()
        for i in range(self.kills):
            self.write("user.c", USER + f"/* {i} */\n")
            child = subprocess.Popen(self.command(*self.words), cwd=self.tree, stdout=subprocess.DEVNULL,
                                     stderr=subprocess.DEVNULL)
            wal = self.cache / "cache.db-wal"
            before = wal.stat().st_mtime_ns if wal.exists() else 0
            while child.poll() is None and (not wal.exists() or wal.stat().st_mtime_ns == before):
                pass
            child.send_signal(signal.SIGKILL)
            child.wait()
            self.assertGreaterEqual(self.again(), 1)

    def test_flipped_bytes(self):
        self.again()
        self.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        good = self.database().read_bytes()
        pick = random.Random(2)
        for i in range(self.flips):
            bad = bytearray(good)
            for _ in range(pick.choice((1, 1, 4, 32, 256))):
                bad[pick.randrange(100 if i % 5 == 0 else len(bad))] = pick.randrange(256)
            self.damage(bytes(bad))

    def damage(self, content):
        for path in self.cache.iterdir():
            path.unlink()
        self.database().write_bytes(content)
        self.again()
        self.again()

    def test_cut_short(self):
        self.again()
        self.sql("PRAGMA wal_checkpoint(TRUNCATE)")
        good = self.database().read_bytes()
        for size in (0, 1, 15, 16, 99, 100, 4095, 4096, 8192, len(good) // 2, len(good) - 1):
            self.damage(good[:size])
        self.damage(b"no database at all\n" * 1000)

    def test_the_log_is_damaged(self):
        self.again()
        self.again()
        wal = self.cache / "cache.db-wal"
        pick = random.Random(3)
        for _ in range(3):
            bad = bytearray(wal.read_bytes())
            for _ in range(20):
                bad[pick.randrange(len(bad))] ^= 1 << pick.randrange(8)
            wal.write_bytes(bytes(bad))
            self.again()

    def test_two_runs_at_once(self):
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for i in range(3):
                self.write("user.c", USER + f"/* {i} */\n")
                for done in [pool.submit(self.run_it, *self.words) for _ in range(4)]:
                    self.same(done.result(), self.plain)
        self.assertEqual(self.again(), 2)

    def test_locked_by_another_program(self):
        self.again()
        other = sqlite3.connect(self.database())
        self.addCleanup(other.close)
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        self.write("user.c", USER + "/* more */\n")
        self.again("in use by another run")

    def test_a_newer_version(self):
        self.again()
        self.sql("PRAGMA user_version = 99")
        self.assertEqual(self.again("newer"), 0)
        self.sql("PRAGMA user_version = 1")
        self.assertEqual(self.again(), 2)

    def test_a_full_disk(self):
        script = ('mount -t tmpfs -o size=%dk,mode=700 none "$1" && cd "$2" && shift 2 && exec "$@"')
        self.cache.mkdir()
        trial = subprocess.run(["unshare", "-rm", "sh", "-c", script % 64, "sh", self.cache, self.tree, "true"],
                               capture_output=True)
        if trial.returncode:
            self.skipTest("no file system of a given size can be made here")
        for size in (4, 16, 32, 64, 100, 128, 160, 256):
            prefix = ["unshare", "-rm", "sh", "-c", script % size, "sh", str(self.cache), str(self.tree)]
            done = self.run_it(*self.words, prefix=prefix)
            self.same(done, self.plain)
            if size < 100:
                self.assertRegex(done.stderr, "warning: cache: .*(full|not kept|nothing is cached)")

    def test_files_may_not_grow(self):
        for blocks in (0, 1, 8, 40, 100, 200):
            prefix = ["sh", "-c", f'ulimit -f {blocks}; exec "$@"', "sh"]
            shutil.rmtree(self.cache, ignore_errors=True)
            done = self.run_it(*self.words, prefix=prefix)
            self.assertEqual(done.stdout, self.plain.stdout)
        self.again()

    def powerless(self):
        """What to put before a command so that file modes hold for it; the cache belongs to it."""
        drop = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        self.cache.mkdir(mode=0o700)
        for path in (self.tree.parent, self.tree, self.tree / "include") if drop else ():
            path.chmod(0o755)
        if drop:
            os.chown(self.cache, 65534, 65534)
        if drop and subprocess.run([*drop, "test", "-x", self.program, "-a", "-r", self.tree / "user.c"]).returncode:
            self.skipTest("another user cannot read the program")
        return drop

    def test_a_cache_that_cannot_be_written(self):
        drop = self.powerless()
        self.again(prefix=drop)
        for path in self.cache.iterdir():
            path.chmod(0o400)
        self.cache.chmod(0o500)
        self.addCleanup(self.cache.chmod, 0o700)
        self.assertEqual(self.again(prefix=drop), 2)
        self.write("user.c", USER + "/* more */\n")
        self.assertEqual(self.again("cannot be written", prefix=drop), 1)

    def test_a_folder_that_others_can_write(self):
        self.again()
        self.cache.chmod(0o777)
        self.assertEqual(self.again("can be written by others"), 0)

    def test_a_folder_of_another_user(self):
        if os.geteuid() != 0:
            self.skipTest("only root can give a folder away")
        self.again()
        os.chown(self.cache, 65534, 65534)
        self.assertEqual(self.again("belongs to another user"), 0)

    def test_a_place_that_is_no_folder(self):
        self.cache.write_text("")
        self.assertEqual(self.again("nothing is cached"), 0)


class Place(Case):
    def test_the_users_cache_folder(self):
        self.write("alone.c", ALONE)
        home = self.tree.parent / "home"
        for env, place in (({"HOME": str(home)}, home / ".cache/refwarden"),
                           ({"HOME": str(home), "XDG_CACHE_HOME": str(home / "x")}, home / "x/refwarden"),
                           ({"XDG_CACHE_HOME": "relative"}, None), ({}, None)):
            clean = {k: v for k, v in os.environ.items() if k not in ("HOME", "XDG_CACHE_HOME")}
            done = subprocess.run([self.program, "check", "alone.c"], cwd=self.tree, env={**clean, **env},
                                  capture_output=True, text=True, timeout=300)
            self.assertEqual(done.returncode, 1, done.stderr)
            self.assertNotIn("warning", done.stderr)
            if place:
                self.assertTrue((place / "cache.db").is_file())
                self.assertEqual(place.stat().st_mode & 0o777, 0o700)
        self.assertEqual([p.name for p in self.tree.iterdir()], ["alone.c"])

    def test_show_and_clear(self):
        self.write("alone.c", ALONE)
        self.run_it("alone.c")
        words = [self.program, "cache", "--cache-dir", self.cache]
        shown = subprocess.run([*words, "show"], capture_output=True, text=True)
        self.assertRegex(shown.stdout, r"results, 1 findings, 0 summaries of functions, 1 runs")
        self.assertEqual(subprocess.run([*words, "clear"]).returncode, 0)
        self.assertEqual(list(self.cache.iterdir()), [])
        self.assertEqual(subprocess.run([*words, "burn"], capture_output=True).returncode, 2)

    def test_both_options_exclude_each_other(self):
        done = subprocess.run([*self.command("."), "--no-cache"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("exclude each other", done.stderr)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--build")
    parser.add_argument("--kills", type=int, default=Case.kills)
    parser.add_argument("--flips", type=int, default=Case.flips)
    options, rest = parser.parse_known_args()
    Case.program = str(pathlib.Path(options.refwarden).resolve())
    Case.kills, Case.flips = options.kills, options.flips
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
