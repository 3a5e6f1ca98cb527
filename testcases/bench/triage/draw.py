#!/usr/bin/env python3
"""Decides which findings a human reads: a random sample that the seed alone determines.

    draw.py FINDINGS.json [--seed N] [--count N] [--rule CODE,...]          the table to fill in
    draw.py FINDINGS.json ... --show CORPUS                                 the same, with the source

FINDINGS.json is what real_input.py --json wrote. A finding's place in the draw is a hash of the seed
and of the finding, not its position in the list: when the analyzer loses or gains a few findings,
the rest of the sample stays, and so do the verdicts already written down.

verdict: true (a bug), false (none) or unclear; why: one sentence that names the lines.
"""
import argparse
import hashlib
import json
import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), os.pardir))
import corpus

HEAD = ['#', 'package', 'file:line', 'rule', 'object', 'function', 'message', 'verdict', 'why']


# ---- the draw ------------------------------------------------------------------------------------

IDENTITY = ('package', 'file', 'line', 'column', 'rule', 'function', 'object')


def identity(finding):
    return [str(finding.get(key)) for key in IDENTITY]


def lot(finding, seed):
    return hashlib.sha256('\0'.join([str(seed), *identity(finding)]).encode()).hexdigest()


def place(finding):
    return finding['package'], finding['file'], finding.get('line') or 0, identity(finding)


def draw(findings, seed, count):
    return sorted(sorted(findings, key=lambda f: lot(f, seed))[:count], key=place)


def table(sample):
    rows = [[i, f['package'], '%s:%s' % (f['file'], f.get('line')), f.get('rule'), f.get('object') or '',
             f.get('function') or '', f.get('message') or '', '', ''] for i, f in enumerate(sample, 1)]
    return corpus.markdown([HEAD, *rows], numbers=(0,))


# ---- the source of one finding -------------------------------------------------------------------

COMMENT_OR_LITERAL = re.compile(
    r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(text):
    """The text with comments and literals as spaces, so that every brace left is a brace."""
    return COMMENT_OR_LITERAL.sub(lambda m: re.sub(r'[^\n]', ' ', m[0]), text)


def after_match(text, at, opening, closing):
    """The index after the bracket that closes the one at AT; the end when none does."""
    depth = 0
    for i in range(at, len(text)):
        depth += {opening: 1, closing: -1}.get(text[i], 0)
        if depth == 0:
            return i + 1
    return len(text)


def definitions(text, name):
    """First and last line of each definition of NAME. Where #if branches open the same brace twice,
    the last line comes too late; a brace in the first column corrects that below."""
    code = blank(text)
    for head in re.finditer(r'\b%s\s*\(' % re.escape(name), code):
        close = after_match(code, head.end() - 1, '(', ')')
        body = re.compile(r'[^;{}=,)(]*\{').match(code, close)
        if body:
            end = after_match(code, body.end() - 1, '{', '}')
            yield code.count('\n', 0, head.start()) + 1, code.count('\n', 0, end) + 1


def between_closings(text, line):
    """From after one brace alone in the first column to the next: for a name that a macro builds, a head
    that stands in #if branches, or a finding about a table."""
    lines = text.splitlines()
    closings = [n for n, code in enumerate(lines, 1) if code.rstrip() == '}']
    return (max((n for n in closings if n < line), default=0) + 1,
            min((n for n in closings if n >= line), default=len(lines)))


def enclosing(text, name, line):
    """The lines to show for a finding: its function, with the return type on the line above."""
    first_column = between_closings(text, line)
    for first, last in definitions(text, name) if name else ():
        if first - 1 <= line <= last:
            return max(1, first - 1), min(last, first_column[1])
    return first_column


def read_source(corpus_folder, package, file):
    try:
        with open(os.path.join(corpus_folder, package, file), errors='replace') as f:
            return f.read()
    except OSError as e:
        return '(no source: %s)\n' % e


def numbered(text, first, last, marked):
    lines = text.splitlines()
    return ['%s %5d | %s' % ('>' if n in marked else ' ', n, lines[n - 1])
            for n in range(first, min(last, len(lines)) + 1)]


def path_lines(finding, corpus_folder):
    for i, step in enumerate(finding.get('path') or [], 1):
        file, line = step.get('file') or finding['file'], step.get('line') or 0
        lines = read_source(corpus_folder, finding['package'], file).splitlines()
        code = lines[line - 1].strip() if 0 < line <= len(lines) else ''
        change = '%+d' % step['delta'] if step.get('delta') else ' .'
        yield '  %2d  %s:%d  %s -> %s  %s' % (i, file, line, change, step.get('owned'),
                                              step.get('message') or '')
        yield '        ' + code


def marked_lines(finding):
    steps = [s for s in finding.get('path') or [] if (s.get('file') or finding['file']) == finding['file']]
    return {finding.get('line')} | {s.get('line') for s in steps}


def show(number, finding, corpus_folder):
    text = read_source(corpus_folder, finding['package'], finding['file'])
    first, last = enclosing(text, finding.get('function'), finding.get('line') or 1)
    return '\n'.join([
        '=' * 100,
        '#%d  %s  %s:%s  in %s()' % (number, finding['package'], finding['file'], finding.get('line'),
                                     finding.get('function')),
        '%s %s (%s, confidence %s)  %s' % (finding.get('rule'), finding.get('name'), finding.get('severity'),
                                           finding.get('confidence'), ' '.join(finding.get('tags') or [])),
        "'%s': %s" % (finding.get('object'), finding.get('message')),
        'path:', *path_lines(finding, corpus_folder),
        'source:', *numbered(text, first, last, marked_lines(finding)), ''])


# ---- as a command --------------------------------------------------------------------------------

def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('findings')
    parser.add_argument('--seed', type=int, default=1)
    parser.add_argument('--count', type=int, default=60)
    parser.add_argument('--rule', default='', help='only these codes or beginnings of codes, separated by commas')
    parser.add_argument('--show', metavar='CORPUS', help='print the source of each, from this folder')
    parser.add_argument('--number', type=int, action='append', help='with --show: only the row #N')
    return parser.parse_args()


def main():
    args = parse_arguments()
    with open(args.findings) as f:
        findings = json.load(f)
    rules = tuple(r for r in args.rule.split(',') if r)
    sample = draw([f for f in findings if not rules or f.get('rule', '').startswith(rules)], args.seed, args.count)
    if args.show:
        for i, finding in enumerate(sample, 1):
            if not args.number or i in args.number:
                print(show(i, finding, args.show))
    else:
        print(table(sample))


if __name__ == '__main__':
    main()
