#!/usr/bin/env python3
"""How often a finding keeps its fingerprint while its function stays the same, over real commits.

Usage: fingerprints.py --refwarden PATH --repository FOLDER.git [--commits 100] [--list]

Each of the newest commits that change C is checked; in every two that follow each other, findings of the same rule
in functions with the same name and the same text (without comments, blanks and line breaks) are paired, whatever
the file and the line. How many of the pairs have one fingerprint is printed, and with --list those that do not.
What a function is, is found here without refwarden: from a line with its name to the next brace at the margin.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys
import tempfile

SUFFIXES = ("*.c", "*.h", "*.inc")


def git(repository, *words):
    return subprocess.run(["git", "-C", repository, *words], check=True, capture_output=True).stdout


def commits(repository, wanted):
    """Oldest first: one more than there are to be changes."""
    listed = git(repository, "log", "--first-parent", "--format=%H", f"-{wanted + 1}", "HEAD", "--", "*.c", "*.h")
    return listed.decode().split()[::-1]


def write_tree(repository, commit, folder):
    archive = subprocess.Popen(["git", "-C", repository, "archive", commit], stdout=subprocess.PIPE)
    subprocess.run(["tar", "x", "-C", folder, "--wildcards", *SUFFIXES], stdin=archive.stdout, check=False,
                   stderr=subprocess.DEVNULL)
    archive.stdout.close()
    archive.wait()


def findings(program, folder):
    done = subprocess.run([program, "check", ".", "--no-config", "-q", "--format", "json"], cwd=folder,
                          capture_output=True, check=False)
    return json.loads(done.stdout)["findings"] if done.stdout else []


def bare(text):
    """Without comments and blanks; what is in quotes stays."""
    words = re.findall(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'|\s+|.', text, re.S)
    return "".join(w for w in words if not w.isspace() and not w.startswith(("//", "/*")))


def function_text(text, name, line):
    """The bare text of the function around the line, or None."""
    for found in re.finditer(rf"^[^\n;{{}}#]*\b{re.escape(name)}\s*\([^;{{}}]*\{{.*?^\}}", text, re.M | re.S):
        first = text.count("\n", 0, found.start()) + 1
        if first <= line <= first + found.group().count("\n"):
            return bare(found.group())
    return None


def by_function(program, repository, commit, counts):
    """(rule, function, its text) -> fingerprints"""
    out = collections.defaultdict(collections.Counter)
    with tempfile.TemporaryDirectory() as folder:
        write_tree(repository, commit, folder)
        for f in findings(program, folder):
            path = pathlib.Path(folder, f["file"])
            text = path.read_text(errors="replace").replace("\r\n", "\n") if path.is_file() else ""
            body = function_text(text, f["function"], f["line"]) if f["function"] else None
            counts["findings"] += 1
            counts["without a function text"] += body is None
            if body is not None:
                out[f["rule"], f["function"], body][f["fingerprint"]] += 1
    return out


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--repository", required=True)
    parser.add_argument("--commits", type=int, default=100)
    parser.add_argument("--list", action="store_true", help="name those that changed")
    o = parser.parse_args()
    o.refwarden = str(pathlib.Path(o.refwarden).resolve())
    pairs = kept = 0
    counts = collections.Counter()
    listed = commits(o.repository, o.commits)
    before = None
    for commit in listed:
        now = by_function(o.refwarden, o.repository, commit, counts)
        for key in set(now) & set(before or ()):
            here, there = now[key], before[key]
            count, same = min(here.total(), there.total()), (here & there).total()
            pairs += count
            kept += same
            if o.list and same < count:
                print(f"{commit[:10]} {key[0]} {key[1]}: {dict(there)} -> {dict(here)}")
        before = now
    print(f"{len(listed)} versions, {len(listed) - 1} changes, {counts['findings']} findings "
          f"({counts['without a function text']} outside of what is taken for a function)")
    print(f"{kept} of {pairs} pairs kept their fingerprint: {100 * kept / max(pairs, 1):.2f} %")
    return 0 if pairs and kept / pairs >= 0.99 else 1


if __name__ == "__main__":
    sys.exit(main())
