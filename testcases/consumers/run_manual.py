#!/usr/bin/env python3
"""The manual pages: complete in both directions, and correct for mandoc and groff where they are installed.

Usage: run_manual.py --refwarden PATH [--build FOLDER] [unittest arguments]
"""
import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM_PAGE = ROOT / "analyzer/cli/refwarden.1"
SETTINGS_PAGE = ROOT / "analyzer/cli/refwarden.toml.5"
ARTICLE = {"text": "text", "number": "number", "list": "list of texts", "flag": "true or false"}


def section(page, title):
    return re.split(r"^\.SH ", page.read_text(), flags=re.M)[1:][
        [part.split("\n")[0] for part in re.split(r"^\.SH ", page.read_text(), flags=re.M)[1:]].index(title)]


def plain(text):
    return text.replace("\\-", "-").replace("\\fI", "").replace("\\fR", "")


class Manual(unittest.TestCase):
    program = None

    def ask(self, *command, cwd=None):
        done = subprocess.run([self.program, *command], capture_output=True, text=True, cwd=cwd, check=True)
        return done.stdout

    def commands(self):
        part = self.ask("--help").split("Commands:\n")[1].split("\n\n")[0]
        return [line.split()[0] for line in part.splitlines()]

    def options(self):
        """Name, letter and argument of every option of every command."""
        rows = set()
        for command in self.commands():
            rows.update(re.findall(r"^  (?:-(\w), |    )--([a-z-]+)(?: ([^ ]+))?", self.ask("help", command), re.M))
        return {name: (letter, argument) for letter, name, argument in rows}

    def described(self):
        heads = re.findall(r"^\.TP\n\.BR? (.*)", plain(section(PROGRAM_PAGE, "OPTIONS")), re.M)
        found = {}
        for head in heads:
            words = head.replace('"', "").replace(",", " ").split()
            names = [w[2:] for w in words if w.startswith("--")]
            letters = [w[1:] for w in words if re.fullmatch(r"-\w", w)]
            arguments = [w for w in words if not w.startswith("-")]
            found[names[0]] = (letters[0] if letters else "", arguments[0] if arguments else "")
        return found

    def test_every_option_is_described_as_the_program_takes_it(self):
        self.assertGreater(len(self.options()), 20)
        self.assertEqual(self.described(), self.options())

    def test_every_command_is_in_the_synopsis(self):
        text = plain(section(PROGRAM_PAGE, "SYNOPSIS"))
        self.assertEqual(re.findall(r"refwarden ([a-z]+)", text), self.commands())

    def settings(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "x.c").write_text("int x;\n")
            shown = json.loads(self.ask("check", "--show-settings", "--format", "json", "x.c", cwd=folder))
        return shown["groups"][0]["settings"]

    def test_every_setting_is_described_with_kind_and_default(self):
        rows = re.findall(r'^\.TP\n\.BR ([a-z-]+) " \(([^;]+); default: (.*)\)"', plain(section(SETTINGS_PAGE, "KEYS")),
                          re.M)
        described = {name: (kind, default) for name, kind, default in rows}
        settings = self.settings()
        self.assertEqual(list(described), [s["name"] for s in settings])
        for s in settings:
            kind, default = described[s["name"]]
            self.assertIn(ARTICLE[s["kind"]], kind, s["name"])
            if s["value"] not in (None, []):
                self.assertEqual(default, json.dumps(s["value"]).strip('"'), s["name"])

    def test_help_tells_the_same_defaults(self):
        rows = dict(re.findall(r"--([a-z-]+) [^ ]+ +(.*)", self.ask("help", "check")))
        for s in self.settings():
            if s["kind"] in ("text", "number") and s["value"] is not None:
                self.assertRegex(rows[s["name"]], rf"default: {s['value']}|{s['value']} \(default\)")

    def test_what_the_examples_set_is_accepted(self):
        blocks = re.findall(r"^\.nf\n(.*?)^\.fi", section(SETTINGS_PAGE, "EXAMPLES"), re.M | re.S)
        self.assertEqual(len(blocks), 2)
        with tempfile.TemporaryDirectory() as folder:
            home = pathlib.Path(folder)
            (home / "x.c").write_text("int x;\n")
            for name, text in zip(("pyproject.toml", "refwarden.toml"), blocks):
                (home / name).write_text("\n".join(line.strip() for line in text.splitlines()))
                shown = self.ask("check", "--show-settings", "x.c", cwd=folder)
                self.assertIn(f"x.c: settings from {name}\n", shown)

    @unittest.skipUnless(shutil.which("mandoc"), "mandoc is not installed")
    def test_mandoc_has_nothing_to_say(self):
        for page in (PROGRAM_PAGE, SETTINGS_PAGE):
            done = subprocess.run(["mandoc", "-Tlint", "-W", "warning", str(page)], capture_output=True, text=True,
                                  check=False)
            told = [line for line in done.stdout.splitlines() if "missing date" not in line]
            self.assertEqual(told, [])

    @unittest.skipUnless(shutil.which("groff"), "groff is not installed")
    def test_groff_has_nothing_to_say(self):
        for page in (PROGRAM_PAGE, SETTINGS_PAGE):
            done = subprocess.run(["groff", "-man", "-ww", "-Tutf8", "-z", str(page)], capture_output=True, text=True,
                                  check=False)
            self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--build")
    options, rest = parser.parse_known_args()
    Manual.program = str(pathlib.Path(options.refwarden).resolve())
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
