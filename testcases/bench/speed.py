#!/usr/bin/env python3
"""Decides how fast the analyzer is: its CPU seconds against those of compilers on the same files.

    speed.py REFWARDEN CORPUS [--rounds N] [--quick] [-- REFWARDEN-OPTIONS]

The files are the largest ones of the corpus that clang accepts with the flags of corpus.py. Every
round measures every tool, file by file in turn, so that a slow minute of the machine hits all of
them; the numbers are medians over the rounds. refwarden takes all files at once with two workers
and no cache, as it is used; CPU seconds count what the workers do, so -j does not flatter it.

What a reader could get wrong: a tool that stops at the CPU limit or an error did less than its work.
'unfinished' counts such files, and the ratio of that row is then too small.

Exit: 0 refwarden finished every file, 1 it did not.
"""
import argparse
import collections
import os
import statistics
import sys
import tempfile

import corpus

CLANG = 'clang-19'
PACKAGE_OF = {CLANG: 'clang-19', 'gcc': 'gcc'}
BASE = CLANG + ' -fsyntax-only'

# One file at a time; the flags and the file follow. -w keeps warnings out of the comparison.
COMPILERS = {
    BASE: [CLANG, '-fsyntax-only', '-w'],
    CLANG + ' --analyze': [CLANG, '--analyze', '--analyzer-output', 'text', '-o', os.devnull],
    'gcc -fanalyzer': ['gcc', '-fanalyzer', '-c', '-o', os.devnull],
}
REFWARDEN = 'refwarden check -j 2'


class Sums:
    """What one tool cost in one round."""
    def __init__(self):
        self.cpu = self.wall = 0.0
        self.rss = self.unfinished = 0

    def add(self, run, unfinished):
        self.cpu += run.cpu
        self.wall += run.wall
        self.rss = max(self.rss, run.rss)
        self.unfinished += unfinished


def compile_one(tool, unit, limit):
    return corpus.measure([*COMPILERS[tool], *unit.flags, unit.file], cwd=unit.folder, cpu_limit=limit)


def size(unit):
    return os.path.getsize(os.path.join(unit.folder, unit.file))


def largest_accepted(units, count, limit):
    """COUNT units, largest file first; trying them also warms the file system for round 1."""
    chosen = []
    for unit in sorted(units, key=size, reverse=True):
        if len(chosen) == count:
            break
        if compile_one(BASE, unit, limit).status == 0:
            chosen.append(unit)
    return chosen


def run_refwarden(args, units, folder):
    words = [*corpus.check_command(args.refwarden), '-j', '2', '-p', folder, *args.options,
             *(os.path.join(u.folder, u.file) for u in units)]
    return corpus.measure(words, timeout=args.limit * len(units))


def unanswered(run, count):
    """Files without a result; a run that printed no report analysed none."""
    report = corpus.parse_report(run)
    if report is None:
        return count
    return count - sum(1 for unit in report['units'] if unit.get('status') != 'failed')


def one_round(args, tools, units, folder):
    sums = {tool: Sums() for tool in [REFWARDEN, *tools]}
    run = run_refwarden(args, units, folder)
    sums[REFWARDEN].add(run, unanswered(run, len(units)))
    for unit in units:
        for tool in tools:
            run = compile_one(tool, unit, args.limit)
            sums[tool].add(run, run.status != 0)
    return sums


def row(tool, rounds):
    median = lambda key: statistics.median(getattr(r[tool], key) for r in rounds)
    ratio = median('cpu') / statistics.median(r[BASE].cpu for r in rounds)
    return [tool, '%.2f' % median('cpu'), '%.2f' % ratio, '%.2f' % median('wall'),
            '%.0f' % (max(r[tool].rss for r in rounds) / 1024), max(r[tool].unfinished for r in rounds)]


def table(rounds):
    head = ['tool', 'CPU s', 'ratio', 'wall s', 'peak MiB', 'unfinished']
    return corpus.markdown([head, *(row(tool, rounds) for tool in rounds[0])], numbers=range(1, 6))


def describe(units, rounds):
    lines = 0
    for u in units:
        with open(os.path.join(u.folder, u.file), 'rb') as f:
            lines += f.read().count(b'\n')
    names = collections.Counter(u.package for u in units)
    return '%d files, %d lines (%s); medians of %d rounds; ratio to %s; %d CPUs' % (
        len(units), lines, ', '.join('%s %d' % n for n in names.most_common()), rounds, BASE, os.cpu_count())


def parse_arguments():
    own, options = corpus.split_at_dashes(sys.argv[1:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('refwarden')
    parser.add_argument('corpus', help='the folder that corpus.sh filled')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--files', type=int, default=30, help='how many of the largest')
    parser.add_argument('--quick', action='store_true', help='only refwarden and ' + BASE)
    parser.add_argument('--limit', type=int, default=120, metavar='SECONDS', help='of CPU for one file')
    parser.add_argument('--python', default=corpus.INTERPRETER, help='whose headers to compile with')
    args = parser.parse_args(own)
    args.options = options
    return args


def main():
    args = parse_arguments()
    args.refwarden = corpus.find_tool(args.refwarden, 'build it first')
    tools = [BASE] if args.quick else list(COMPILERS)
    for program in dict.fromkeys(COMPILERS[tool][0] for tool in tools):
        corpus.find_tool(program, 'install the Debian package ' + PACKAGE_OF[program])
    units = largest_accepted(corpus.all_units(args.corpus, args.python), args.files, args.limit)
    if not units:
        sys.exit('speed.py: %s accepts no file of the corpus' % CLANG)
    with tempfile.TemporaryDirectory() as folder:
        corpus.write_database(units, folder)
        rounds = [one_round(args, tools, units, folder) for _ in range(args.rounds)]
    print(describe(units, args.rounds) + '\n')
    print(table(rounds))
    return 0 if all(r[REFWARDEN].unfinished == 0 for r in rounds) else 1


if __name__ == '__main__':
    sys.exit(main())
