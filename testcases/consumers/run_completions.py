#!/usr/bin/env python3
"""Completion scripts in the shells they are for: bash, zsh and fish, each where it is installed.

Usage: run_completions.py --refwarden PATH [--build FOLDER] [unittest arguments]
"""
import argparse
import json
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time
import unittest


def needs(shell):
    return unittest.skipUnless(shutil.which(shell), f"{shell} is not installed")


class Case(unittest.TestCase):
    program = None

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.dir = pathlib.Path(holder.name)
        (self.dir / "refwarden").symlink_to(self.program)
        self.env = {**os.environ, "PATH": f"{self.dir}:{os.environ['PATH']}", "HOME": str(self.dir),
                    "XDG_CONFIG_HOME": str(self.dir), "TERM": "dumb"}

    def ask(self, *command):
        return subprocess.run([self.program, *command], capture_output=True, text=True, check=False)

    def script(self, shell):
        path = self.dir / ("_refwarden" if shell == "zsh" else f"refwarden.{shell}")
        path.write_text(self.ask("completions", shell).stdout)
        return path

    def run_shell(self, *command):
        done = subprocess.run(command, capture_output=True, text=True, env=self.env, cwd=self.dir, timeout=60,
                              check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
        return done.stdout

    def questions(self):
        """What stands before the cursor, and words that must and must not be offered."""
        formats = re.search(r"use one of (.*)", self.ask("check", "--format", "?", ".").stderr)[1].split(", ")
        rules = [r["code"] for r in json.loads(self.ask("rules", "--format", "json").stdout)]
        return [
            (["ch"], ["check"], ["rules"]),
            (["check", "--fail"], ["--fail-on"], ["--format"]),
            (["check", "--fail-on", ""], ["note", "warning", "error", "never"], ["RW101"]),
            (["check", "--format", ""], formats, []),
            (["rules", "--format", ""], ["text", "json"], ["concise"]),
            (["check", "--select", "RW1"], [r for r in rules if r.startswith("RW1")], ["RW201"]),
            (["explain", "RW9"], ["RW901", "RW903"], ["RW101"]),
            (["contracts", "PyList_SetI"], ["PyList_SetItem"], ["PyList_New"]),
            (["contracts", "--ret"], ["--returns"], ["--fail-on"]),
            (["help", "expl"], ["explain"], ["check"]),
            (["completions", ""], ["bash", "zsh", "fish"], []),
        ]


class Script(Case):
    def test_another_shell_is_refused(self):
        done = self.ask("completions", "csh")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertEqual(self.ask("completions").returncode, 2)

    def test_every_word_for_an_argument_is_known(self):
        """A word without a row in arguments.def would be completed with nothing."""
        cli = pathlib.Path(__file__).resolve().parents[2] / "analyzer/cli"
        known = set(re.findall(r'^ARGUMENT\("([^"]+)"', (cli / "arguments.def").read_text(), re.M))
        rows = re.findall(r"^OPTION\(.*?\"\)$", (cli / "options.def").read_text(), re.M | re.S)
        used = {m[1] for m in (re.match(r'OPTION\(\w+, \w+, "[^"]+", [^,]+, "([^"]+)"', r) for r in rows) if m}
        self.assertGreater(len(used), 5)
        self.assertLessEqual(used, known)

    def test_every_word_that_is_offered_is_accepted(self):
        (self.dir / "x.c").write_text("int x;\n")
        found = re.findall(r"^ +(\w+):(--[a-z-]+)[^)]*\) .*?words='([^']+)'", self.script("bash").read_text(), re.M)
        self.assertGreater(len(found), 5)
        for command, option, words in found:
            for word in words.split():
                source, accepted = str(self.dir / "x.c"), str(self.dir / "accepted.tsv")
                more = {"check": [source], "baseline": ["write", "--baseline", accepted, source]}.get(command, [])
                done = self.ask(command, option, word, *more)
                self.assertEqual(done.stderr if command == "lsp" else done.returncode, "" if command == "lsp" else 0,
                                 f"{command} {option} {word}: {done.stderr}")


@needs("bash")
class Bash(Case):
    def offered(self, words):
        text = f"""source {self.script('bash')}
complete -p refwarden
COMP_WORDS=(refwarden "$@"); COMP_CWORD=$#
_refwarden refwarden
printf '%s\\n' "${{COMPREPLY[@]}}"
"""
        lines = self.run_shell("bash", "--norc", "-c", text, "bash", *words).splitlines()
        self.assertEqual(lines[0], "complete -o default -F _refwarden refwarden")
        return lines[1:]

    def test_words_are_offered(self):
        for words, wanted, unwanted in self.questions():
            found = self.offered(words)
            self.assertEqual([w for w in wanted if w not in found], [], words)
            self.assertEqual([w for w in unwanted if w in found], [], words)

    def test_a_value_behind_a_sign(self):
        self.assertEqual(self.offered(["check", "--color", "=", "al"]), ["always"])
        self.assertEqual(self.offered(["check", "--color", "="]), ["auto", "always", "never"])

    def test_the_last_rule_of_a_list(self):
        self.assertEqual(self.offered(["check", "--ignore", "RW101,leak,RW10"])[0], "RW101,leak,RW101")

    def test_flags_of_the_compiler_are_not_ours(self):
        self.assertEqual(self.offered(["check", "x.c", "--", "--fail"]), [""])

    def test_a_real_shell_completes_the_line(self):
        text = f"PS1='$ '; source {self.script('bash')}\n"
        shown = typed(["bash", "--norc", "-i"], self.env, self.dir, text, "refwarden check --show-se\t",
                      ["--show-settings"])
        self.assertIn("--show-settings", shown)


@needs("zsh")
class Zsh(Case):
    def test_words_are_offered(self):
        self.script("zsh")
        start = (f"fpath=({self.dir} $fpath); autoload -Uz compinit; compinit -u -D\n"
                 "zstyle ':completion:*' list-prompt ''; LISTMAX=1000; unsetopt list_ambiguous; PS1='%% '\n")
        for words, wanted, unwanted in self.questions():
            line = f"refwarden {' '.join(words)}\t"
            shown = typed(["zsh", "-f", "-i"], self.env, self.dir, start, line, wanted)
            self.assertEqual([w for w in wanted if w not in shown], [], (words, shown))
            self.assertEqual([w for w in unwanted if re.search(rf"(?<![\w-]){w}\b", shown)], [], (words, shown))


@needs("fish")
class Fish(Case):
    def test_words_are_offered(self):
        script = self.script("fish")
        for words, wanted, unwanted in self.questions():
            line = " ".join(["refwarden", *words])
            text = self.run_shell("fish", "--no-config", "-c", f"source {script}; complete -C '{line}'")
            found = [row.split("\t")[0] for row in text.splitlines()]
            self.assertEqual([w for w in wanted if w not in found], [], (words, found))
            self.assertEqual([w for w in unwanted if w in found], [], (words, found))


def typed(shell, env, folder, start, keys, wanted):
    """What the terminal shows after the keys were typed into an interactive shell: all that is wanted, or what
    came in a while."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(shell[0], shell, env)
    try:
        os.write(terminal, start.encode() + b"echo rea''dy\n")
        read_for(terminal, 20, ["ready\r"])
        read_for(terminal, 0.5)
        os.write(terminal, keys.encode())
        return read_for(terminal, 20, wanted) + read_for(terminal, 0.5)
    finally:
        os.close(terminal)
        os.kill(pid, 9)
        os.waitpid(pid, 0)


def read_for(terminal, seconds, words=()):
    text, end = "", time.monotonic() + seconds
    while time.monotonic() < end and not (words and all(word in text for word in words)):
        if select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
            text += os.read(terminal, 65536).decode(errors="replace")
    return text


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--build")
    options, rest = parser.parse_known_args()
    Case.program = str(pathlib.Path(options.refwarden).resolve())
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
