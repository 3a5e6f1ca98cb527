#!/usr/bin/env python3
"""Decides whether the model runtime is as fast and as small as CPython, row by row.

    rows.py FOLDER [--rounds N] [--share X] [--only TEXT]

FOLDER holds objects_real, objects_model and objects_checked, one source built against libpython3.11,
the plain library and the checked one. Every round runs each row in all three, one after the other, so
that a slow minute of the machine hits all of them; the numbers are medians over the rounds, in
nanoseconds of CPU time for an object, or bytes of resident memory. The three aims: plain no slower
than CPython, checked at most 10 times slower, and an object of the plain library no larger.

What a reader could get wrong: two runs of one program differ by a few per cent, so a row misses its
aim when it is off by more than NOISE. --share does a part of the work, as a smoke test: the numbers
mean nothing then, and only a row that is missing or fails makes the exit status.

Exit: 0 every row was measured and reached its aims, 1 not, 2 usage.
"""
import argparse
import os
import statistics
import subprocess
import sys

PROGRAMS = {'CPython': 'objects_real', 'plain': 'objects_model', 'checked': 'objects_checked'}
SIMPLE = ['int', 'float', 'tuple', 'list', 'dict', 'str']
REQUIRED = (['%s, %s' % (name, kind) for name in SIMPLE for kind in ('one by one', 'a thousand', 'bytes')] +
            ['block of %d' % size for size in range(16, 513, 16)] +
            ['collection, cycles', 'collection, live ints', 'collection, live lists'])
NOISE = 1.05
MOST = {'plain': 1.0, 'checked': 10.0}
LIMIT = 300


class Failed(Exception):
    pass


def ask(folder, program, *words):
    path = os.path.join(folder, program)
    try:
        run = subprocess.run([path, *words], capture_output=True, text=True, timeout=LIMIT)
    except (OSError, subprocess.TimeoutExpired) as e:
        raise Failed('%s %s: %s' % (program, ' '.join(words), e)) from e
    if run.returncode != 0:
        raise Failed('%s %s: status %d\n%s' % (program, ' '.join(words), run.returncode, run.stderr[:2000]))
    return run.stdout


def is_bytes(row):
    return row.endswith(', bytes')


def programs_of(row):
    """Histories and guards are what the checked library is for: its size has no aim."""
    return [name for name in PROGRAMS if name != 'checked' or not is_bytes(row)]


def all_rows(folder):
    """Those that all programs have; the ones that must be there are complained about."""
    lists = {name: ask(folder, program, '--rows').splitlines() for name, program in PROGRAMS.items()}
    for name, rows in lists.items():
        missing = [row for row in [*REQUIRED, *lists['CPython']] if row not in rows]
        if missing:
            raise Failed('%s has no row %s' % (PROGRAMS[name], ', '.join(missing)))
    return lists['CPython']


def measure(folder, row, name, share):
    text = ask(folder, PROGRAMS[name], row, str(share))
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if value < 0:
        raise Failed('%s %s printed %r' % (PROGRAMS[name], row, text))
    return value


def measure_all(args, rows):
    numbers = {(row, name): [] for row in rows for name in programs_of(row)}
    for _ in range(args.rounds):
        for row, name in numbers:
            numbers[row, name].append(measure(args.folder, row, name, args.share))
    return {key: statistics.median(values) for key, values in numbers.items()}


def ratio(medians, row, name):
    return medians[row, name] / medians[row, 'CPython'] if medians[row, 'CPython'] > 0 else 1.0


def misses(medians, row):
    return [name for name in programs_of(row)
            if name in MOST and ratio(medians, row, name) > MOST[name] * NOISE]


def print_table(medians, rows):
    print('| %-24s | %9s | %9s | %5s | %9s | %5s |' % ('row', 'CPython', 'plain', 'ratio', 'checked', 'ratio'))
    print('|%s|%s:|%s:|%s:|%s:|%s:|' % ('-' * 26, '-' * 10, '-' * 10, '-' * 6, '-' * 10, '-' * 6))
    for row in rows:
        cells = '| %-24s | %9.2f |' % (row, medians[row, 'CPython'])
        for name in ('plain', 'checked'):
            if name in programs_of(row):
                cells += ' %9.2f | %5.2f |' % (medians[row, name], ratio(medians, row, name))
            else:
                cells += ' %9s | %5s |' % ('', '')
        print(cells + ''.join(' %s misses' % name for name in misses(medians, row)))


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('folder')
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--share', type=float, default=1, help='of the repetitions; below 1: no aims')
    parser.add_argument('--only', default='', metavar='TEXT', help='rows that contain it')
    return parser.parse_args()


def main():
    args = parse_arguments()
    try:
        rows = [row for row in all_rows(args.folder) if args.only in row]
        if not rows:
            raise Failed('no row contains %r' % args.only)
        medians = measure_all(args, rows)
    except Failed as e:
        print('rows.py: %s' % e, file=sys.stderr)
        return 1
    print('medians of %d rounds: nanoseconds of CPU for an object, or bytes\n' % args.rounds)
    print_table(medians, rows)
    if args.share < 1:
        print('\n%d rows were run; a share of %g says nothing about speed' % (len(rows), args.share))
        return 0
    missed = [row for row in rows if misses(medians, row)]
    print('\n%d rows, %d missed an aim' % (len(rows), len(missed)))
    return 1 if missed else 0


if __name__ == '__main__':
    sys.exit(main())
