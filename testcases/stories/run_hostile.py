#!/usr/bin/env python3
"""A tree made by somebody who means harm is checked: nothing in it is run, nothing is written, nothing hangs.

    run_hostile.py --refwarden PROGRAM --build FOLDER [TEST...]
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import xml.dom.minidom

PROGRAM = ''
IS_SANITIZED = False  # memory is not limited then, and everything takes longer
LEAK = '#include <Python.h>\nint f(void) { PyObject *x = PyList_New(0); return x == NULL; }\n'
PLAIN = 'int f(void) { return 0; }\n'
CONTROL = re.compile(rb'[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]')
SLOW = 120  # seconds that nothing may take, on a busy machine


class Story(unittest.TestCase):
    def setUp(self):
        self.top = pathlib.Path(tempfile.mkdtemp(prefix='refwarden-hostile-'))
        self.tree = self.top / 'tree'
        self.temporary = self.top / 'tmp'
        self.tree.mkdir()
        self.temporary.mkdir()

    def tearDown(self):
        shutil.rmtree(self.top, ignore_errors=True)

    def write(self, name, text, mode=None):
        path = self.tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        if mode:
            path.chmod(mode)
        return path

    def database(self, *entries):
        self.write('compile_commands.json', json.dumps([
            {'directory': str(self.tree), 'file': name, 'arguments': words} for name, words in entries]))

    def run_program(self, *words, before=(), **changes):
        environment = {k: v for k, v in os.environ.items() if k not in ('VIRTUAL_ENV', 'GITHUB_ACTIONS')}
        environment['TMPDIR'] = str(self.temporary)
        environment['XDG_CACHE_HOME'] = str(self.top / 'cache')
        environment.update(changes)
        begin = time.monotonic()
        run = subprocess.run([*before, PROGRAM, 'check', *words], cwd=self.tree, env=environment, timeout=3 * SLOW,
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        self.assertLess(time.monotonic() - begin, SLOW)
        self.assertIn(run.returncode, (0, 1, 2, 3), run.stderr)
        return run

    def check(self, *words, **changes):
        """Findings by file, and the message of each unit that is not ok."""
        run = self.run_program('--format', 'json', *words, **changes)
        report = json.loads(run.stdout.decode())
        return run, report

    def reasons(self, *words, **changes):
        """What RW901 says of each file."""
        report = self.check(*words, **changes)[1]
        return {f['location']['file'] if 'location' in f else f['file']: f['message'] for f in report['findings']
                if f['rule'] == 'RW901'}

    def snapshot(self):
        seen = {}
        for path in sorted(self.tree.rglob('*')):
            info = path.lstat()
            seen[path] = (info.st_mode, info.st_size, path.read_bytes() if path.is_file() and info.st_size < 1 << 20 else b'')
        return seen


# ---- nothing of it is run

TRACED = 'execve,openat,open,creat,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,symlink,symlinkat,link,linkat'


class Running(Story):
    def poisoned(self):
        """Programs that would leave a mark, under every name that somebody could take for another's."""
        mark = self.top / 'mark'
        script = f'#!/bin/sh\ntouch {mark}\n'
        for name in ('cc', 'gcc', 'clang', 'python', 'python3', '.venv/bin/python', '.venv/bin/python3', 'venv/bin/python',
                     'build.sh', 'configure', 'git', 'sh', 'llvm-symbolizer'):
            self.write(name, script, 0o755)
        self.write('.venv/pyvenv.cfg', f'home = {self.tree}\n')
        code = f"open({str(mark)!r}, 'w')\n"
        for name in ('setup.py', 'backend.py', 'conftest.py', 'sitecustomize.py', 'usercustomize.py', 'sysconfig.py',
                     'importlib/__init__.py', 'numpy/__init__.py', 'os.py', 'evil.pth'):
            self.write(name, code)
        self.write('pyproject.toml', '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
                                     '[project]\nname = "x"\nrequires-python = ">=3.9"\n')
        self.write('plugin.c', f'#include <stdio.h>\n__attribute__((constructor)) void go(void) {{ fopen("{mark}", "w"); }}\n')
        compiler = shutil.which('cc')
        if compiler:
            subprocess.run([compiler, '-shared', '-fPIC', '-o', self.tree / 'evil.so', self.tree / 'plugin.c'], check=True)
        else:
            self.write('evil.so', b'\x7fELF')
        (self.tree / 'plugin.c').unlink()
        return mark

    def poisoned_flags(self):
        evil = str(self.tree / 'evil.so')
        self.write('flags.rsp', f'-fplugin={evil} -DFROM_RESPONSE_FILE -MD -MF rsp.d\n')
        (self.top / 'outside.rsp').write_text(f'-fplugin={evil}\n')
        self.write('pre.h', 'static int pre;\n')
        self.write('pre.h.pch', b'CPCH' + bytes(100))
        self.write('pre.h.gch', b'CPCH' + bytes(100))
        self.write('old.o', 'kept as it was')
        return ['-Xclang', '-load', '-Xclang', evil, f'-fplugin={evil}', f'-fpass-plugin={evil}', '-B', str(self.tree), '-B.',
                '-isystem-after', '-D', f'-fplugin={evil}', '-isystem-after', '-D', '-Xclang', '@flags.rsp',
                f'@{self.top}/outside.rsp', '-include', 'pre.h', '-fmodules', '-fmodule-map-file=evil.modulemap',
                '-ivfsoverlay', 'overlay.yaml', '--config', 'evil.cfg', '--config=evil.cfg', '-o', 'old.o', '-MD', '-MF', 'new.d',
                '-MJ', 'new.json', '-save-temps', '--save-temps=obj', '-ftime-trace', '-ftime-trace=trace.json',
                '-Xclang', '-dependency-file', '-Xclang', 'new2.d', '--serialize-diagnostics', 'new.dia',
                '-serialize-diagnostics', 'new2.dia', '-fcrash-diagnostics-dir=crash', '-gsplit-dwarf', '--coverage',
                '-fprofile-generate=prof', '-x', 'ast', '-wrapper', str(self.tree / 'cc'), '-specs=evil.specs', '-c']

    def sources(self):
        names = ['a.c', 'b.c', 'c.c', 'd.c']
        for name in names:
            self.write(name, LEAK)
        return names

    def test_no_program_of_the_tree_is_run_and_no_file_is_written(self):
        mark = self.poisoned()
        flags = self.poisoned_flags()
        self.database(*[(name, ['./cc', *flags, name]) for name in self.sources()])
        before = self.snapshot()
        run, report = self.check('.')
        self.assertEqual(sorted(f['rule'] for f in report['findings']), ['RW102'] * 4, run.stderr)
        self.assertFalse(mark.exists())
        self.assertEqual(self.snapshot(), before)
        self.assertEqual(list(self.temporary.iterdir()), [])

    def test_only_the_interpreter_of_the_user_is_asked(self):
        mark = self.poisoned()
        self.sources()
        mine = self.top / 'mine'
        mine.mkdir()
        (mine / 'python3').write_text(f'#!/bin/sh\necho asked > {self.top}/asked\nexec {sys.executable} "$@"\n')
        (mine / 'python3').chmod(0o755)
        self.check('.', PATH=f'{mine}:{os.environ["PATH"]}')
        self.assertTrue((self.top / 'asked').exists())
        self.assertFalse(mark.exists())

    def test_settings_of_the_tree_name_no_interpreter(self):
        mark = self.poisoned()
        self.sources()
        self.write('refwarden.toml', 'python = ".venv/bin/python"\n')
        run = self.run_program('.')
        self.assertEqual(run.returncode, 2)
        self.assertIn(b"unknown key 'python'", run.stderr)
        self.assertFalse(mark.exists())

    def test_traced_it_runs_one_program_and_writes_temporary_files_only(self):
        strace = shutil.which('strace')
        if not strace:
            self.skipTest('strace is not installed')
        self.poisoned()
        flags = self.poisoned_flags()
        self.database(*[(name, ['./cc', *flags, name]) for name in self.sources()])
        log = self.top / 'log'
        before = [strace, '-f', '-qq', '-s', '4096', '-o', str(log), '-e', f'trace={TRACED}']
        if subprocess.run([*before, 'true'], check=False, capture_output=True).returncode != 0:
            self.skipTest('strace may not trace here')
        self.run_program('.', before=before, ASAN_OPTIONS='detect_leaks=0')
        calls = [line.split(maxsplit=1)[1] for line in log.read_text(errors='replace').splitlines()]
        ran = {os.path.realpath(m[1]) for call in calls if (m := re.match(r'execve\("([^"]*)".* = 0$', call))}
        python = {os.path.realpath(shutil.which('python3'))}
        self.assertLessEqual(ran, {os.path.realpath(PROGRAM)} | python)
        for call in calls:
            self.assert_harmless(call)

    def assert_harmless(self, call):
        if call.startswith('execve(') or ' = -1 ' in call:
            return
        if call.startswith(('open(', 'openat(')) and not re.search(r'O_WRONLY|O_RDWR|O_CREAT|O_TRUNC', call):
            return
        if 'O_TMPFILE' in call or 'resumed>' in call or call.startswith(('+++', '---')):
            return
        paths = re.findall(r'"([^"]*)"', call)
        for path in paths:
            self.assertTrue(path in ('/dev/null', '/dev/tty') or path.startswith((str(self.temporary) + '/', str(self.top / 'cache'), '/proc/self/')),
                            call)


# ---- what reports and messages show

class Showing(Story):
    names = [b'new\nline.c', b'esc\x1b[31m\x1b]0;title\x07.c', b'quote"\'.c', b'-dash.c', b'-Xclang.c', b'--config=x.c',
             b'bad\xff\xfe.c', b'csi\xc2\x9b31m.c', b'<script>alert(1)&amp;.c', 'right\u202etoleft.c'.encode(), b'%s%n.c', b'@x.c',
             b' .c', b'$(touch mark).c', b'::error::x.c', b'a](b){0}.c']

    def hostile_names(self):
        for name in self.names:
            with open(os.path.join(os.fsencode(self.tree), name), 'w', encoding='ascii') as f:
                f.write('int f(void) { PyObject_is_not_declared *x = "\\x1b"; return 0 }\n#error "\x1b[2J <b>bold</b>"\n')
        deep = os.fsencode(self.tree)
        while len(deep) < 3800:
            deep += b'/' + b'd' * 200
        os.makedirs(deep)
        with open(deep + b'/x.c', 'w', encoding='ascii') as f:
            f.write(PLAIN)

    def assert_plain(self, text):
        found = CONTROL.search(text)
        self.assertIsNone(found, text[max(0, found.start() - 80):found.end() + 20] if found else '')
        text.decode()

    def test_names_of_files_do_no_harm_in_any_format(self):
        self.hostile_names()
        for form in ('text', 'concise', 'github'):
            run = self.run_program('--format', form, '-v', '.')
            self.assert_plain(run.stdout)
            self.assert_plain(run.stderr)
        for form in ('junit', 'checkstyle'):
            xml.dom.minidom.parseString(self.run_program('--format', form, '.').stdout)
        for form in ('json', 'sarif', 'gitlab'):
            json.loads(self.run_program('--format', form, '.').stdout.decode())
        self.assertFalse((self.tree / 'mark').exists())
        units = self.check('.')[1]['units']
        self.assertEqual(len(units), len(self.names) + 1)

    def test_a_page_holds_no_markup_of_the_tree(self):
        self.hostile_names()
        run = self.run_program('--format', 'html', '.')
        if b'html' in run.stderr and run.returncode == 2:
            self.skipTest('there is no such format')
        self.assertNotIn(b'<script>alert', run.stdout)
        self.assertNotIn(b'<b>bold', run.stdout)

    def test_settings_that_hold_control_characters_are_shown_as_text(self):
        self.write('a.c', PLAIN)
        for text in ('"a\\u001b[31m" = 1\n', 'select = "\\u001b]0;x\\u0007"\n', 'contracts = ["\\u001b[2J"]\n', '\x1b[31m = \n'):
            self.write('refwarden.toml', text)
            run = self.run_program('.')
            self.assertEqual(run.returncode, 2)
            self.assert_plain(run.stderr)

    def test_files_that_settings_name_are_not_quoted(self):
        self.write('a.c', PLAIN)
        (self.top / 'secret').write_text('hunter2:x:0:0:root:/root:/bin/sh\n')
        for setting in ('contracts = ["../secret"]', 'build-dir = "../secret"', 'contracts = ["/etc/passwd"]',
                        'build-dir = "/etc/passwd"', 'resource-dir = "../secret"'):
            self.write('refwarden.toml', setting + '\n')
            run = self.run_program('.')
            self.assertNotIn(b'hunter2', run.stdout + run.stderr)
            self.assertNotIn(b'root:x', run.stdout + run.stderr)
        (self.tree / 'refwarden.toml').unlink()
        (self.tree / 'refwarden.toml').symlink_to(self.top / 'secret')
        run = self.run_program('.')
        self.assertNotIn(b'hunter2', run.stdout + run.stderr)

    def test_generated_files_name_no_file_but_their_source(self):
        (self.top / 'secret').write_text('hunter2\n' * 20)
        self.write('gen.c', '/* Generated by Cython 3.0 */\n#include <Python.h>\nstatic PyObject *__pyx_pf_x(void) {\n'
                            f'  /* "{self.top}/secret":3\n */\n  PyObject *x = PyList_New(0);\n  if (!x) return 0;\n'
                            '  Py_DECREF(x);\n  Py_DECREF(x);\n  return 0;\n}\nPyObject *y(void) { return __pyx_pf_x(); }\n')
        run = self.run_program('.')
        self.assertIn(b'RW201', run.stdout)
        self.assertNotIn(b'hunter2', run.stdout + run.stderr)

    def test_links_out_of_the_folder_are_not_read(self):
        (self.top / 'secret').write_text('hunter2 is not C;\n')
        (self.tree / 'out.c').symlink_to(self.top / 'secret')
        (self.tree / 'folder').symlink_to(self.top)
        (self.tree / 'loop').symlink_to(self.tree)
        (self.tree / 'loop.c').symlink_to('loop.c')
        (self.tree / 'nowhere.c').symlink_to('nothing')
        self.write('a.c', PLAIN)
        (self.tree / 'inside.c').symlink_to('a.c')
        run, report = self.check('.')
        self.assertNotIn(b'hunter2', run.stdout + run.stderr)
        self.assertIn(b'out.c is a link that leads out of the folder', run.stderr)
        self.assertEqual({u['file'] for u in report['units'] if u['status'] == 'ok'}, {'a.c'})
        self.assertIn(b'RW901', self.run_program('out.c').stdout) # named, so it is read


# ---- files that are none

class Waiting(Story):
    def test_pipes_and_devices_are_not_read(self):
        for name in ('pipe.c', 'pipe.h'):
            os.mkfifo(self.tree / name)
        with socket.socket(socket.AF_UNIX) as s:
            s.bind(str(self.tree / 'socket.c'))
        for name, device in (('zero.c', '/dev/zero'), ('full.c', '/dev/full'), ('tty.c', '/dev/tty')):
            (self.tree / name).symlink_to(device)
        self.write('a.c', PLAIN)
        reasons = self.reasons('a.c', 'pipe.c', 'socket.c', 'zero.c', 'full.c', 'tty.c')
        self.assertEqual(set(reasons), {'pipe.c', 'socket.c', 'zero.c', 'full.c', 'tty.c'})
        self.assertIn('not a regular file', reasons['pipe.c'])
        self.assertIn('not a regular file', reasons['zero.c'])
        self.run_program('.')

    def test_settings_and_databases_may_be_pipes(self):
        self.write('a.c', PLAIN)
        for name in ('refwarden.toml', 'pyproject.toml', 'compile_commands.json', 'Python.h'):
            os.mkfifo(self.tree / name)
            self.run_program('--timeout', '3', '.')
            (self.tree / name).unlink()

    def test_headers_may_be_pipes_and_have_no_end(self):
        os.mkfifo(self.tree / 'pipe.h')
        for i in range(4): # as many as share what they begin with
            self.write(f'p{i}.c', '#define X 1\n#include "pipe.h"\n#include <Python.h>\n' + PLAIN)
        self.write('zero.c', '#include "/dev/zero"\n' + PLAIN)
        self.write('good.c', PLAIN)
        reasons = self.reasons('--timeout', '2', '--memory', '1500', '-j', '6', '.')
        self.assertLessEqual({'p0.c', 'p1.c', 'p2.c', 'p3.c'}, set(reasons))
        self.assertNotIn('good.c', reasons)
        self.assertIn('longer than 2 s', reasons['p0.c'])

    @unittest.skipIf(os.geteuid() == 0, 'root can read everything')
    def test_what_cannot_be_read_is_said(self):
        self.write('a.c', PLAIN, 0o000)
        self.assertIn('a.c', self.reasons('.'))

    def test_a_file_of_a_gigabyte_is_not_read(self):
        for name in ('huge.c', 'compile_commands.json', 'refwarden.toml'):
            with open(self.tree / name, 'wb') as f:
                f.truncate(1 << 30)
        self.assertIn('larger than 256 MB', self.reasons('--no-config', 'huge.c')['huge.c'])
        self.assertEqual(self.run_program('.').returncode, 2)

    def test_twenty_thousand_files_come_to_an_end(self):
        count = 1000 if IS_SANITIZED else 20000
        for i in range(count):
            (self.tree / f'f{i}.c').touch()
        run = self.run_program('-q', '.')
        self.assertEqual((run.returncode, run.stdout), (0, b''))


# ---- C that costs

class Costing(Story):
    limits = ('--timeout', '5', '--memory', '1000')

    def test_headers_that_include_themselves_end(self):
        self.write('self.c', '#include "self.c"\n' + PLAIN)
        self.write('two.c', '#include "two.h"\n')
        self.write('two.h', '#include "two.c"\n#include "two.c"\n')
        self.write('guarded.c', '#if __INCLUDE_LEVEL__ < 190\n#include "guarded.c"\n#endif\n')
        run, _ = self.check(*self.limits, '.')
        self.assertIn(run.returncode, (0, 1, 3))

    def test_macros_that_grow_without_end_are_cut_off(self):
        lines = ['#define M0 x+x+x+x+x+x+x+x']
        lines += [f'#define M{i} ' + '+'.join([f'M{i - 1}'] * 8) for i in range(1, 14)]
        self.write('macros.c', '\n'.join(lines) + '\nint f(int x) { return M13; }\n')
        self.write('good.c', PLAIN)
        reasons = self.reasons(*self.limits, '.')
        self.assertEqual(set(reasons), {'macros.c'})
        self.assertRegex(reasons['macros.c'], r'longer than 5 s|more than 1000 MB|crashed')

    def test_deep_and_long_sources_end(self):
        self.write('parens.c', 'int f(void) { return ' + '(' * 100000 + '1' + ')' * 100000 + '; }\n')
        self.write('braces.c', 'void f(void) ' + '{' * 100000 + '}' * 100000 + '\n')
        self.write('line.c', 'int f(void) { int x = 0; ' + 'x = x + 1; ' * 1000000 + 'return x; }\n')
        self.write('ifs.c', 'int f(int x) { ' + 'if (x) ' * 50000 + 'return 1; return 0; }\n')
        self.write('good.c', PLAIN)
        _, report = self.check(*self.limits, '-j', '5', '.')
        self.assertEqual(next(u['status'] for u in report['units'] if u['file'] == 'good.c'), 'ok')

    def test_a_parser_that_is_made_to_crash_costs_its_file_only(self):
        for word in ('crash', 'parser_crash', 'overflow_stack', 'llvm_fatal_error', 'llvm_unreachable', 'assert'):
            self.write(f'{word}.c', f'#pragma clang __debug {word}\n' + PLAIN)
        self.write('good.c', PLAIN)
        before = self.snapshot()
        _, report = self.check(*self.limits, '.')
        status = {u['file']: u['status'] for u in report['units']}
        self.assertEqual(status['good.c'], 'ok')
        self.assertEqual(status['crash.c'], 'failed')
        self.assertEqual(self.snapshot(), before)


# ---- temporary files

class Temporary(Story):
    def shared_tree(self):
        for i in range(4):
            self.write(f's{i}.c', LEAK)

    def test_they_are_private_and_gone_in_the_end(self):
        self.shared_tree()
        seen, done = {}, threading.Event()

        def watch():
            while not done.is_set():
                for entry in os.scandir(self.temporary):
                    try:
                        info = entry.stat(follow_symlinks=False)
                        seen[entry.name] = seen.get(entry.name, 0) | stat.S_IMODE(info.st_mode)
                    except FileNotFoundError:
                        pass

        watcher = threading.Thread(target=watch)
        watcher.start()
        before = os.umask(0)
        try:
            self.run_program('.')
        finally:
            os.umask(before)
            done.set()
            watcher.join()
        self.assertTrue(seen)
        self.assertEqual({name: oct(mode) for name, mode in seen.items() if mode & 0o077}, {})
        self.assertEqual(list(self.temporary.iterdir()), [])

    def test_without_a_place_for_them_the_result_is_the_same(self):
        self.shared_tree()
        expected = self.check('.')[1]['findings']
        self.assertEqual(len(expected), 4)
        for place in (self.top / 'nothing', self.write('a_file', '')):
            self.assertEqual(self.check('.', TMPDIR=str(place))[1]['findings'], expected)


def main():
    global PROGRAM, IS_SANITIZED
    parser = argparse.ArgumentParser()
    parser.add_argument('--refwarden', required=True, type=os.path.abspath)
    parser.add_argument('--build')
    parser.add_argument('tests', nargs='*')
    options = parser.parse_args()
    PROGRAM = options.refwarden
    IS_SANITIZED = b'__asan_init' in pathlib.Path(PROGRAM).read_bytes()
    unittest.main(argv=[sys.argv[0], *options.tests])


if __name__ == '__main__':
    main()
