#!/usr/bin/env python3
"""The same program written differently gives the same findings.

Every source is checked as it stands and after each of these changes, none of which means anything to a
compiler: comments removed, lines indented anew with empty ones between them, local variables renamed,
functions in the opposite order behind their prototypes. Findings are compared by rule, function, object, message
and the line that the change made of theirs.

    run_same.py --refwarden PROGRAM --build FOLDER [--sources PATH...] [-- FLAGS]

A changed file that does not parse as completely as before is left out, and counted. Exit: 0 all the same, 1 not.
"""
import argparse
import collections
import json
import pathlib
import random
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
TOKEN = re.compile(r'/\*.*?\*/|//(?:\\\n|[^\n])*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|[A-Za-z_]\w*|\.?\d[\w.]*|->|\s+|.',
                   re.S)
Change = collections.namedtuple('Change', 'text line name')  # new text; new line of a line; new name of a function's name


def tokens(text):
    return TOKEN.findall(text)


def is_comment(token):
    return token.startswith(('/*', '//'))


def blank(token):
    return re.sub(r'[^\n]', ' ', token)


# ---- the changes: text and its functions in, Change out

def without_comments(text, _functions):
    """What speaks to refwarden stays."""
    out = ''.join(blank(t) if is_comment(t) and 'refwarden:' not in t else t for t in tokens(text))
    return Change(out, lambda n: n, lambda f, s: s)


def line_starts_inside(text):
    """For every line, whether it begins within a comment, a string or a directive that goes on."""
    inside = [False]
    for token in tokens(text):
        count = token.count('\n')
        inside += [is_comment(token)] * count
    lines = text.split('\n')
    for i in range(1, len(lines)):
        inside[i] |= lines[i - 1].endswith('\\')
    return inside


def indented_anew(text, _functions):
    chance = random.Random(1)
    lines, inside, out, moved = text.split('\n'), line_starts_inside(text), [], {}
    for i, line in enumerate(lines):
        if not inside[i]:
            if chance.random() < 0.2:
                out.append('')
            line = ' ' * chance.randrange(9) + line.lstrip(' \t')
        out.append(line)
        moved[i + 1] = len(out)
    return Change('\n'.join(out), lambda n: moved.get(n, n), lambda f, s: s)


def renamed(text, functions):
    """Local variables get other names; members of the same name do not."""
    line, before, out = 1, '', []
    for token in tokens(text):
        f = next((f for f in functions if f.first <= line <= f.last), None)
        if f and token in f.locals and before not in ('.', '->'):
            out.append(f.locals[token])
        else:
            out.append(token)
        line += token.count('\n')
        if not token.isspace() and not is_comment(token):
            before = token
    back = {f.name: {v: k for k, v in f.locals.items()} for f in functions}

    def original(function, words):
        return re.sub(r'[A-Za-z_]\w*', lambda m: back.get(function, {}).get(m[0], m[0]), words)
    return Change(''.join(out), lambda n: n, original)


def reversed_functions(text, functions):
    """A prototype in the place of each function; the functions behind everything else, the last one first."""
    lines = text.split('\n')
    found = [f for f in functions if '{' in '\n'.join(lines[f.first - 1:f.last])]
    if any(b.first <= a.last for a, b in zip(found, found[1:])) or 'refwarden:' in text:
        return None  # a comment is about the function behind it
    bodies = [lines[f.first - 1:f.last] for f in found]
    if any(re.match(r'\s*#', line) for body in bodies for line in body):
        return None  # a directive belongs where it stands
    out, moved, at = [], {}, 0
    for f, body in zip(found + [Function('', len(lines) + 1, 0)], bodies + [None]):
        for k in range(at, f.first - 1):
            out.append(lines[k])
            moved[k + 1] = len(out)
        if body:
            out.append(prototype('\n'.join(body)))
        at = f.last
    for f, body in reversed(list(zip(found, bodies))):
        for k, line in enumerate(body):
            out.append(line)
            moved[f.first + k] = len(out)
    return Change('\n'.join(out), lambda n: moved.get(n, n), lambda f, s: s)


def prototype(body):
    words = [t for t in tokens(body[:body.index('{')]) if not is_comment(t)]
    return re.sub(r'\s+', ' ', ''.join(words)).strip() + ';'


CHANGES = [without_comments, indented_anew, renamed, reversed_functions]


# ---- what refwarden says

class Function:
    def __init__(self, name, first, last):
        self.name, self.first, self.last, self.locals = name, first, last, {}


def run(args, path, *options):
    words = [args.refwarden, 'check', '--no-config', '-j1', *options, str(path), *(['--'] + args.flags if args.flags else [])]
    return subprocess.run(words, capture_output=True, text=True, errors='replace', timeout=300, check=False).stdout


def functions_of(args, path):
    found, mine = [], False
    for line in run(args, path, '--dump=ir').split('\n'):
        if m := re.match(r'fn ([\w.]+)\((.*?)\) -> .*@(\d+):\d+-(\d+):\d+ \{', line):
            mine = ' file(' not in line
            found.append(Function(m[1], int(m[3]), int(m[4])))
            names = re.findall(r'%([A-Za-z_]\w*):', m[2])
        elif found and (m := re.match(r'  var %([A-Za-z_]\w*):', line)):
            names = [m[1]]
        else:
            continue
        found[-1].locals.update({n: f'{n}_rw' for n in names if mine})
    return sorted(found, key=lambda f: f.first)


def check(args, path):
    report = json.loads(run(args, path, '--format', 'json'))
    unit = report['units'][0]
    return report['findings'], (unit['status'], unit['functions'], unit['partial_functions'])


def keys(findings, path, line, name):
    return collections.Counter(
        (f['rule'], f['function'], name(f['function'], f['object']), name(f['function'], f['message']),
         line(f['line']) if f['file'] == str(path) else f['line']) for f in findings
        if f['rule'] != 'RW901')  # about text that is no C


# ---- one source

def compare(args, path, folder, change, before):
    findings, parsed, functions = before
    changed = change(path.read_text(errors='surrogateescape'), functions)
    if changed is None:
        return None
    other = folder / path.name
    other.write_text(changed.text, errors='surrogateescape')
    after, parsed_now = check(args, other)
    if parsed_now != parsed:
        return None
    wanted = keys(findings, path, changed.line, lambda f, s: s)
    got = keys(after, other, lambda n: n, changed.name)
    return [('lost', k) for k in (wanted - got).elements()] + [('came', k) for k in (got - wanted).elements()]


def sources(args):
    if args.sources:
        return [p for s in map(pathlib.Path, args.sources) for p in ([s] if s.is_file() else sorted(s.rglob('*.c')))]
    every = sorted((ROOT / 'rules').rglob('*.c')) + sorted((ROOT / 'regress').glob('*.c'))
    return every[args.part::args.parts] + [ROOT / 'sample/point.c']


def main():
    words = argparse.ArgumentParser()
    words.add_argument('--refwarden', required=True)
    words.add_argument('--build')
    words.add_argument('--sources', nargs='*')
    words.add_argument('--part', type=int, default=0)
    words.add_argument('--parts', type=int, default=4, help='every which one of our own testcases')
    ours, flags = sys.argv[1:], []
    if '--' in ours:
        ours, flags = ours[:ours.index('--')], ours[ours.index('--') + 1:]
    args = words.parse_args(ours)
    args.flags = flags
    total, differ = collections.Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        for path in sources(args):
            findings, parsed = check(args, path)
            before = findings, parsed, functions_of(args, path)
            for change in CHANGES:
                result = compare(args, path, pathlib.Path(folder), change, before)
                total[change.__name__, 'not tried' if result is None else 'different' if result else 'same'] += 1
                for what, key in result or []:
                    print(f'{path}: {change.__name__}: {what}: {key}')
                differ += bool(result)
    for change in CHANGES:
        print(f'{change.__name__}:', ', '.join(f'{total[change.__name__, k]} {k}' for k in ('same', 'different', 'not tried')))
    print('OK' if not differ else f'{differ} differ')
    return differ > 0


if __name__ == '__main__':
    sys.exit(main())
