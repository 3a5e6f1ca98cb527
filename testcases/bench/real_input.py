#!/usr/bin/env python3
"""Decides what the analyzer says about released extensions: how many findings, and at what cost.

    real_input.py REFWARDEN CORPUS [--only NAME,...] [--json OUT] [-- REFWARDEN-OPTIONS]

REFWARDEN runs as it is, once per package and set of compiler flags, in the package's
folder. The table goes to stdout as markdown; --json saves every finding, with its package, in one
list for triage/draw.py. Nobody knows how many of the findings are right: the triage is for that.

Exit: 0 every run gave an answer, 1 some did not (named on stderr; their files count as failed).
"""
import argparse
import collections
import json
import os
import sys

import corpus

STATES = ('ok', 'partial', 'failed')


def check(refwarden, options, units, timeout):
    files = [unit.file for unit in units]
    words = [*corpus.check_command(refwarden), *options, *files, '--', *units[0].flags]
    run = corpus.measure(words, cwd=units[0].folder, timeout=timeout)
    return run, corpus.parse_report(run)


def say_no_answer(units, run):
    cause = 'time limit' if run.timed_out else 'exit status %d' % run.status
    last = run.stderr.strip().splitlines()[-1:] or ['']
    corpus.warn('%s: no report for %d files (%s) %s' % (units[0].package, len(units), cause, last[0]))


def placed(finding, units):
    """The finding with its package, and its file relative to the package's folder."""
    file = finding.get('file') or ''
    inside = os.path.relpath(os.path.join(units[0].folder, file), units[0].folder)
    return dict(finding, package=units[0].package, file=inside)


def new_row():
    return dict(files=0, states=collections.Counter(), functions=0, rules=collections.Counter(), cpu=0.0)


def add_report(row, report, asked):
    row['states']['failed'] += max(0, asked - len(report['units']))
    for unit in report['units']:
        row['states'][unit.get('status')] += 1
        row['functions'] += unit.get('functions') or 0
    row['rules'].update(finding.get('rule') for finding in report['findings'])


def measure_all(args, units):
    """Rows by package in the order of the corpus, all findings, and whether every run answered."""
    rows, findings, answered = {}, [], True
    for group in corpus.by_flags(units):
        row = rows.setdefault(group[0].package, new_row())
        run, report = check(args.refwarden, args.options, group, args.timeout)
        row['files'] += len(group)
        row['cpu'] += run.cpu
        if report is None:
            say_no_answer(group, run)
            row['states']['failed'] += len(group)
            answered = False
            continue
        add_report(row, report, len(group))
        findings += [placed(f, group) for f in report['findings']]
    return rows, findings, answered


def total(rows):
    sums = new_row()
    for row in rows.values():
        for key in ('files', 'functions', 'cpu'):
            sums[key] += row[key]
        sums['states'].update(row['states'])
        sums['rules'].update(row['rules'])
    return sums


def cells(name, row):
    rules = ', '.join('%s %d' % (rule, n) for rule, n in sorted(row['rules'].items()))
    return [name, row['files'], ' / '.join(str(row['states'][s]) for s in STATES), row['functions'],
            sum(row['rules'].values()), rules or '-', '%.2f' % row['cpu']]


def table(rows):
    head = ['package', 'files', ' / '.join(STATES), 'functions', 'findings', 'per rule', 'CPU s']
    body = [cells(name, row) for name, row in rows.items()]
    return corpus.markdown([head, *body, cells('all', total(rows))], numbers=(1, 2, 3, 4, 6))


def save(path, findings):
    with open(path, 'w') as f:
        json.dump(findings, f, indent=1)
        f.write('\n')


def parse_arguments():
    own, options = corpus.split_at_dashes(sys.argv[1:])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('refwarden')
    parser.add_argument('corpus', help='the folder that corpus.sh filled')
    parser.add_argument('--only', default='', help='these packages, separated by commas')
    parser.add_argument('--json', default='', metavar='OUT')
    parser.add_argument('--python', default=corpus.INTERPRETER, help='whose headers to compile with')
    parser.add_argument('--timeout', type=float, default=1800, help='seconds for one run')
    args = parser.parse_args(own)
    args.options = options
    return args


def main():
    args = parse_arguments()
    args.refwarden = corpus.find_tool(args.refwarden, 'build it first')
    units = corpus.all_units(args.corpus, args.python, [n for n in args.only.split(',') if n])
    if not units:
        sys.exit('real_input.py: no file to analyse')
    rows, findings, answered = measure_all(args, units)
    print(table(rows))
    if args.json:
        save(args.json, findings)
    return 0 if answered else 1


if __name__ == '__main__':
    sys.exit(main())
