#!/usr/bin/env python3
"""Decides which extensions the tool is measured on, which of their files, and how each is compiled.

The table PACKAGES is the only place that knows; the other scripts here ask for compile units. The
rest is what they share: reading the analyzer's JSON and measuring a command. Paths in the table
are relative to the package's folder; these words stand for what differs between machines:

    {python}   the include folder of the interpreter named with --python
    {made}     a folder with the headers that the package's own configure step would have written

    corpus.py names            the source packages, one a line (corpus.sh fetches these)
    corpus.py headers          the header packages that the flags need
    corpus.py files CORPUS     every compile unit: package, file, flags
"""
import argparse
import collections
import fnmatch
import glob
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

Package = collections.namedtuple('Package', 'name files skip flags special pkg_config made headers')
Unit = collections.namedtuple('Unit', 'package folder file flags')     # file: relative to folder
Run = collections.namedtuple('Run', 'status stdout stderr cpu wall rss timed_out')

INTERPRETER = '/usr/bin/python3'
COMMON_FLAGS = ['-DNDEBUG']       # as setuptools compiles
ANSWERED = (0, 1, 3)              # the exit statuses of refwarden that come with a report


def package(name, files, flags, skip=(), special=(), pkg_config=(), made=(), headers=''):
    return Package(name, files, skip, flags, dict(special), pkg_config, dict(made), headers.split())


# special: more flags for the files that match; skip: included by another file, another system's, or
# in need of a file that the build generates.
PACKAGES = [
    package('python3.11',
            files=['Modules/*.c', 'Modules/_blake2/*.c', 'Modules/_ctypes/*.c', 'Modules/_decimal/*.c',
                   'Modules/_io/*.c', 'Modules/_multiprocessing/*.c', 'Modules/_sha3/*.c',
                   'Modules/_sqlite/*.c', 'Modules/_sre/*.c', 'Modules/_xxtestfuzz/*.c',
                   'Modules/cjkcodecs/*.c'],
            skip=['Modules/getaddrinfo.c', 'Modules/getnameinfo.c', 'Modules/_sha3/sha3.c',
                  'Modules/_winapi.c', 'Modules/overlapped.c', 'Modules/_scproxy.c',
                  'Modules/_ctypes/malloc_closure.c', 'Modules/getpath.c'],
            flags=['-IInclude', '-IInclude/internal', '-I.', '-I{made}', '-idirafter', '{python}',
                   '-DPy_BUILD_CORE', '-IModules/expat', '-IModules/_decimal/libmpdec',
                   '-DCONFIG_64=1', '-DANSI=1', '-DHAVE_UINT128_T=1', '-DUSE_BERKDB'],
            special={'Modules/xxlimited*.c': ['-UPy_BUILD_CORE'],
                     'Modules/_testcapimodule.c': ['-UPy_BUILD_CORE']},
            pkg_config=['tk', 'uuid', 'libtirpc', 'libnsl'],
            made={'pydtrace_probes.h': '#define PyDTrace_GC_START(generation) ((void)(generation))\n'
                                       '#define PyDTrace_GC_DONE(collected) ((void)(collected))\n'
                                       '#define PyDTrace_GC_START_ENABLED() 0\n'
                                       '#define PyDTrace_GC_DONE_ENABLED() 0\n'},
            headers='libffi-dev libsqlite3-dev libssl-dev libbz2-dev liblzma-dev zlib1g-dev libgdbm-dev '
                    'libdb-dev libncurses-dev libreadline-dev uuid-dev libnsl-dev libtirpc-dev '
                    'libcrypt-dev tk-dev'),
    package('pillow',
            files=['src/*.c', 'src/libImaging/*.c', 'src/Tk/*.c'],
            flags=['-I{python}', '-Isrc/libImaging', '-DPILLOW_VERSION="9.4.0"', '-DHAVE_LIBJPEG',
                   '-DHAVE_OPENJPEG', '-DHAVE_LIBZ', '-DHAVE_LIBIMAGEQUANT', '-DHAVE_LIBTIFF',
                   '-DHAVE_XCB', '-DHAVE_RAQM', '-DHAVE_RAQM_SYSTEM', '-DHAVE_WEBPMUX'],
            pkg_config=['freetype2', 'libopenjp2', 'raqm', 'fribidi', 'harfbuzz', 'libwebp', 'lcms2'],
            headers='libjpeg-dev libopenjp2-7-dev zlib1g-dev libimagequant-dev libtiff-dev libxcb1-dev '
                    'libfreetype-dev libraqm-dev libfribidi-dev libharfbuzz-dev libwebp-dev liblcms2-dev'),
    package('python-pyaudio',
            files=['src/pyaudio/*.c'], flags=['-I{python}'],
            headers='portaudio19-dev'),
    package('rrdtool',
            files=['bindings/python/*.c'], flags=['-I{python}', '-Isrc', '-I{made}'],
            made={'rrd_config.h': '#define HAVE_ISNAN 1\n#define HAVE_ISINF 1\n#define HAVE_FINITE 1\n'}),
    package('pygobject',
            files=['gi/*.c'], flags=['-I{python}', '-Igi', '-I{made}', '-DPY_SSIZE_T_CLEAN'],
            pkg_config=['gobject-introspection-1.0', 'cairo-gobject', 'py3cairo', 'libffi'],
            made={'config.h': '#define PYGOBJECT_MAJOR_VERSION 3\n#define PYGOBJECT_MINOR_VERSION 42\n'
                              '#define PYGOBJECT_MICRO_VERSION 2\n'},
            headers='libgirepository1.0-dev libcairo2-dev python3-cairo-dev libffi-dev'),
    package('python-cffi',
            files=['c/_cffi_backend.c'],
            flags=['-I{python}', '-DFFI_BUILDING=1', '-DUSE__THREAD', '-DHAVE_SYNC_SYNCHRONIZE'],
            pkg_config=['libffi'], headers='libffi-dev'),
    package('python-systemd',
            files=['systemd/*.c'],
            flags=['-I{python}', '-std=c99', '-DPACKAGE_VERSION="235"', '-DLIBSYSTEMD_VERSION=252',
                   '-DLIBSYSTEMD_JOURNAL_VERSION=252'],
            headers='libsystemd-dev'),
    package('python-xxhash',
            files=['src/*.c'], flags=['-I{python}'], headers='libxxhash-dev'),
    package('python-cbor',
            files=['c/*.c'], flags=['-I{python}']),
    package('pybluez',
            files=['bluez/*.c'], flags=['-I{python}', '-Iport3'], headers='libbluetooth-dev'),
]


def warn(text):
    print('%s: %s' % (os.path.basename(sys.argv[0]), text), file=sys.stderr)


# ---- compile units -------------------------------------------------------------------------------

def python_include(interpreter):
    code = 'import sysconfig; print(sysconfig.get_path("include"))'
    return subprocess.run([interpreter, '-c', code], check=True, capture_output=True, text=True).stdout.strip()


def pkg_config_flags(name):
    """Nothing when the header package is not installed: such files then parse in part."""
    try:
        run = subprocess.run(['pkg-config', '--cflags', name], capture_output=True, text=True)
    except OSError:
        run = None
    if run is None or run.returncode:
        warn("pkg-config knows no '%s'; see: corpus.py headers" % name)
        return []
    return run.stdout.split()


def make_headers(package, corpus):
    folder = os.path.join(corpus, '.made', package.name)
    os.makedirs(folder, exist_ok=True)
    for name, text in package.made.items():
        with open(os.path.join(folder, name), 'w') as f:
            f.write(text)
    return folder


def package_flags(package, corpus, include):
    words = {'python': include, 'made': make_headers(package, corpus) if package.made else ''}
    own = [flag.format(**words) for flag in package.flags]
    found = [flag for name in package.pkg_config for flag in pkg_config_flags(name)]
    return COMMON_FLAGS + own + [f for i, f in enumerate(found) if f not in found[:i]]


def package_files(package, folder):
    matches = {os.path.relpath(path, folder) for pattern in package.files
               for path in glob.glob(os.path.join(folder, pattern))}
    return sorted(m for m in matches if not any(fnmatch.fnmatch(m, s) for s in package.skip))


def special_flags(package, file):
    return [flag for pattern, flags in package.special.items() if fnmatch.fnmatch(file, pattern)
            for flag in flags]


def package_units(package, corpus, include):
    folder = os.path.join(corpus, package.name)
    if not os.path.isdir(folder):
        warn("%s is not in the corpus; see: corpus.sh" % package.name)
        return []
    flags = package_flags(package, corpus, include)
    return [Unit(package.name, folder, file, flags + special_flags(package, file))
            for file in package_files(package, folder)]


def all_units(corpus, interpreter=INTERPRETER, only=()):
    """The compile units of the corpus in a fixed order; ONLY names packages, none means all."""
    include = python_include(interpreter)
    return [unit for package in PACKAGES if not only or package.name in only
            for unit in package_units(package, os.path.abspath(corpus), include)]


def by_flags(units):
    """Groups that one command line can take, in order of first appearance."""
    groups = {}
    for unit in units:
        groups.setdefault((unit.package, tuple(unit.flags)), []).append(unit)
    return list(groups.values())


def write_database(units, folder):
    entries = [{'directory': u.folder, 'file': os.path.join(u.folder, u.file),
                'arguments': ['clang', *u.flags, '-c', u.file]} for u in units]
    with open(os.path.join(folder, 'compile_commands.json'), 'w') as f:
        json.dump(entries, f, indent=1)


# ---- running -------------------------------------------------------------------------------------

def find_tool(name, remedy):
    """The absolute path of a program, by path or by name."""
    found = shutil.which(name)
    if not found:
        sys.exit("%s: no program '%s': %s" % (os.path.basename(sys.argv[0]), name, remedy))
    return os.path.abspath(found)


def check_command(refwarden):
    """The words every measured run begins with."""
    return [refwarden, 'check', '--no-cache', '--format', 'json']


def parse_report(run):
    """The analyzer's JSON, or None when it did not answer."""
    try:
        report = json.loads(run.stdout)
    except ValueError:
        return None
    whole = isinstance(report, dict) and 'findings' in report and 'units' in report
    return report if whole and run.status in ANSWERED else None


def kill_group(child, fired):
    fired.set()
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def measure(words, cwd=None, timeout=None, cpu_limit=None):
    """Run a command; CPU seconds and peak memory (KiB) are those of its whole family.

    CPU_LIMIT stops a process that used so many seconds, and what it used is counted. TIMEOUT (wall)
    kills the family, and then only what its head had already waited for is counted. The peak
    cannot read below this interpreter's own size: the child is its copy until exec.
    """
    limit = cpu_limit and (lambda: resource.setrlimit(resource.RLIMIT_CPU, (cpu_limit, cpu_limit)))
    fired = threading.Event()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        began = time.monotonic()
        child = subprocess.Popen(words, cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                 start_new_session=True, preexec_fn=limit)
        timer = threading.Timer(timeout or threading.TIMEOUT_MAX, kill_group, (child, fired))
        timer.daemon = True
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)      # it is reaped; Popen must not wait
        wall = time.monotonic() - began
        out.seek(0), err.seek(0)
        return Run(child.returncode, out.read().decode(errors='replace'),
                   err.read().decode(errors='replace'), usage.ru_utime + usage.ru_stime, wall,
                   usage.ru_maxrss, fired.is_set())


def markdown(rows, numbers=()):
    """ROWS with the heading first; the columns in NUMBERS are set to the right."""
    rows = [[str(cell).replace('|', '\\|').replace('\n', ' ') for cell in row] for row in rows]
    rule = ['---:' if i in numbers else '---' for i in range(len(rows[0]))]
    return '\n'.join('| %s |' % ' | '.join(row) for row in [rows[0], rule] + rows[1:])


def split_at_dashes(words):
    cut = words.index('--') if '--' in words else len(words)
    return words[:cut], words[cut + 1:]


# ---- as a command --------------------------------------------------------------------------------

def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('what', choices=['names', 'headers', 'files'])
    parser.add_argument('corpus', nargs='?')
    parser.add_argument('--python', default=INTERPRETER)
    args = parser.parse_args()
    if args.what == 'names':
        print('\n'.join(p.name for p in PACKAGES))
    elif args.what == 'headers':
        print('\n'.join(sorted({h for p in PACKAGES for h in p.headers} | {'pkg-config', 'python3-dev'})))
    elif not args.corpus:
        parser.error('files needs the CORPUS folder')
    else:
        for u in all_units(args.corpus, args.python):
            print('\t'.join([u.package, u.file, ' '.join(u.flags)]))


if __name__ == '__main__':
    main()
