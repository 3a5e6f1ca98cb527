#!/usr/bin/env python3
"""The hook, the action and the snippets in analyzer/integrations, with the programs they are for where those
are installed.

Usage: run_integrations.py --refwarden PATH --build FOLDER [unittest arguments]
"""
import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import consumers

try:
    import yaml
except ImportError:
    yaml = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = ROOT / "analyzer/integrations"
SAMPLE = (ROOT / "testcases/sample/point.c").read_text()
CLEAN = "#include <Python.h>\nPyObject *one(void)\n{\n    return PyLong_FromLong(1);\n}\n"
needs_yaml = unittest.skipUnless(yaml, "python3-yaml is not installed")


def needs(*programs):
    missing = [p for p in programs if not shutil.which(p)]
    return unittest.skipIf(missing, f"{', '.join(missing)}: not installed")


class Case(unittest.TestCase):
    program = build = None

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.dir = pathlib.Path(holder.name).resolve()
        (self.dir / "bin").mkdir()
        (self.dir / "bin/refwarden").symlink_to(self.program)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
        self.env.update(PATH=f"{self.dir}/bin:{os.environ['PATH']}", HOME=str(self.dir), FORCE_COLOR="")

    def write(self, name, text):
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def run_it(self, *command, status=0, cwd=None, **env):
        done = subprocess.run(list(map(str, command)), cwd=cwd or self.dir, env={**self.env, **env},
                              capture_output=True, text=True, timeout=300, check=False)
        if status is not None:
            self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    def concise(self, *more):
        return self.run_it("refwarden", "check", "-q", "--format", "concise", *more, status=1).stdout

    def findings(self):
        """Line, code, severity and message of what there is in sample.c."""
        report = json.loads(self.run_it("refwarden", "check", "--format", "json", "sample.c", status=1).stdout)
        self.assertGreater(len(report["findings"]), 2)
        return [(f["line"], f["rule"], f["severity"], f["message"]) for f in report["findings"]]

    def needs_format(self, *formats):
        """Formats, and giving several of them at once, are the program's to know."""
        self.write("nothing.c", CLEAN)
        for form in formats:
            if self.run_it("refwarden", "check", "--format", form, "nothing.c", status=None).returncode == 2:
                self.skipTest(f"this refwarden does not know --format {form}")

    def repository(self):
        for command in (["init", "-q", "-b", "main"], ["add", "."],
                        ["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "x"]):
            self.run_it("git", *command, cwd=self.dir / "work")


@needs_yaml
class PreCommit(Case):
    HOOKS = ROOT / ".pre-commit-hooks.yaml"

    def test_the_manifest_says_what_pre_commit_requires(self):
        hooks = yaml.safe_load(self.HOOKS.read_text())
        for hook in hooks:
            self.assertEqual([k for k in ("id", "name", "entry", "language") if not isinstance(hook.get(k), str)], [])
        self.assertEqual(hooks[0]["types_or"], ["c", "c++"])
        self.assertIs(hooks[0]["require_serial"], True)

    @needs("pre-commit", "git")
    def test_a_commit_with_a_leak_is_refused_and_one_without_passes(self):
        self.write("hooks/.pre-commit-hooks.yaml", self.HOOKS.read_text())
        for command in (["init", "-q"], ["add", "."],
                        ["-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "-qm", "x"]):
            self.run_it("git", *command, cwd=self.dir / "hooks")
        self.write("work/sample.c", SAMPLE)
        self.write("work/note.txt", "no C\n")
        self.write("work/part.h", "static int unused;\n")
        self.repository()
        run = ["pre-commit", "try-repo", str(self.dir / "hooks"), "refwarden", "--all-files", "--verbose"]
        done = self.run_it(*run, cwd=self.dir / "work", status=1)
        self.assertIn("error: 'list' leaks", done.stdout)
        self.assertIn("1 file checked", done.stdout)
        self.write("work/sample.c", CLEAN)
        self.assertIn("Passed", self.run_it(*run, cwd=self.dir / "work").stdout)


@needs_yaml
class Action(Case):
    def setUp(self):
        super().setUp()
        self.action = yaml.safe_load((ROOT / "action.yml").read_text())
        self.steps = self.action["runs"]["steps"]

    def test_it_is_a_composite_action_whose_steps_are_complete(self):
        self.assertEqual(self.action["runs"]["using"], "composite")
        self.assertLessEqual({"name", "description", "inputs", "runs"}, set(self.action))
        for name, given in self.action["inputs"].items():
            self.assertLessEqual({"description", "default"}, set(given), name)
            self.assertIsInstance(given["default"], str, name)
        for step in self.steps:
            self.assertTrue(("run" in step and step.get("shell") == "bash") or "uses" in step, step["name"])

    @needs("node", "npm")
    def test_it_is_valid_by_the_schema_of_actions(self):
        try:
            modules = consumers.node_modules(self.build)
        except SystemExit:
            self.skipTest("npm could not install the packages")
        text = (ROOT / "action.yml").read_text()
        for name, content, status in (("action.yml", text, 0),
                                      ("other/action.yml", text.replace("using: composite", "using: stairs"), 1)):
            self.run_it(modules / ".bin/action-validator", self.write(name, content), status=status)

    def test_what_it_refers_to_exists(self):
        text = (ROOT / "action.yml").read_text()
        used = set(re.findall(r"inputs\.([\w-]+)", text))
        self.assertEqual(used, set(self.action["inputs"]))
        ids = {s["id"] for s in self.steps if "id" in s}
        self.assertLessEqual(set(re.findall(r"steps\.(\w+)\.", text)), ids)
        for step in self.steps:
            self.assertNotIn("${{", step.get("run", ""), "inputs reach a script by its environment")

    def test_the_upload_runs_when_there_are_findings(self):
        upload = self.steps[-1]
        self.assertTrue(upload["uses"].startswith("github/codeql-action/upload-sarif@"))
        self.assertIn("always()", upload["if"])

    @needs("shellcheck")
    def test_shellcheck_has_nothing_to_say(self):
        for step in self.steps:
            if "run" in step:
                self.run_it("shellcheck", "-s", "bash", self.write("step.sh", step["run"]))

    def run_step(self, step, status, **env):
        output = self.write("output", "")
        self.run_it("bash", "--noprofile", "--norc", "-eo", "pipefail", self.write("step.sh", step["run"]),
                    status=status, cwd=self.dir / "work", GITHUB_OUTPUT=str(output), RUNNER_TEMP=str(self.dir / "temp"),
                    GITHUB_ACTION_PATH=str(ROOT), **env)
        return dict(line.split("=", 1) for line in output.read_text().splitlines())

    def check_step(self):
        self.write("work/sample.c", SAMPLE)
        self.write("work/more/clean.c", CLEAN)
        (self.dir / "temp").mkdir()
        (self.dir / "temp/refwarden").symlink_to(self.dir / "bin")
        return next(s for s in self.steps if s.get("id") == "check")

    def test_the_steps_around_the_check_work(self):
        """With a program that only notes how it was called."""
        step = self.check_step()
        (self.dir / "bin/refwarden").unlink()
        self.write("bin/refwarden", '#!/bin/sh\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/called"\n'
                   'echo x > "$RUNNER_TEMP/refwarden.sarif"\nexit 1\n').chmod(0o755)
        told = self.run_step(step, 1, REFWARDEN_PATHS="a b", REFWARDEN_ARGS="-j 2", REFWARDEN_SINCE="origin/main")
        self.assertEqual(told, {"sarif": f"{self.dir}/temp/refwarden.sarif"})
        self.assertEqual((self.dir / "temp/called").read_text().split(),
                         ["check", "--format", "github", "--format", f"sarif:{self.dir}/temp/refwarden.sarif",
                          "-j", "2", "--since", "origin/main", "a", "b"])

    def test_the_check_writes_sarif_and_fails_on_findings(self):
        self.needs_format("github", "sarif")
        step = self.check_step()
        told = self.run_step(step, 1, REFWARDEN_PATHS=".", REFWARDEN_ARGS="", REFWARDEN_SINCE="")
        sarif = json.loads(pathlib.Path(told["sarif"]).read_text())
        self.assertGreater(len(sarif["runs"][0]["results"]), 2)
        self.run_step(step, 0, REFWARDEN_PATHS="more", REFWARDEN_ARGS="", REFWARDEN_SINCE="")

    def test_dev_has_the_command_that_the_build_step_runs(self):
        word = re.search(r'/dev" (\w+)', self.steps[0]["run"])[1]
        self.assertIn(f"./dev {word} ", self.run_it(ROOT / "dev", "help").stdout)


@needs_yaml
class GitLab(Case):
    def setUp(self):
        super().setUp()
        self.jobs = yaml.safe_load((FOLDER / "gitlab-ci.yml").read_text())

    def test_it_is_one_hidden_job_whose_report_is_what_the_script_writes(self):
        job = self.jobs[".refwarden"]
        self.assertEqual(list(self.jobs), [".refwarden"])
        report = job["artifacts"]["reports"]["codequality"]
        self.assertIn(f"gitlab:{report}", job["script"][0])
        self.assertEqual(job["artifacts"]["when"], "always")
        for name in re.findall(r"\$(\w+)", job["script"][0]):
            self.assertIn(name, job["variables"])

    def test_the_script_writes_the_report(self):
        self.needs_format("gitlab")
        job = self.jobs[".refwarden"]
        self.write("sample.c", SAMPLE)
        self.run_it("sh", "-c", job["script"][0], status=1, **job["variables"])
        self.assertGreater(len(json.loads((self.dir / job["artifacts"]["reports"]["codequality"]).read_text())), 2)


class Matchers(Case):
    """Both matchers read what the program prints; node has the regular expressions that they are written for."""

    def parse(self, pattern, lines):
        script = """const [p, lines] = JSON.parse(require('fs').readFileSync(0));
console.log(JSON.stringify(lines.map(line => {
  const m = new RegExp(p.regexp).exec(line);
  return m && Object.fromEntries(['file', 'line', 'code', 'severity', 'message'].map(n => [n, m[p[n]]]));
})))"""
        done = subprocess.run(["node", "-e", script], input=json.dumps([pattern, lines]), capture_output=True,
                              text=True, check=True)
        return json.loads(done.stdout)

    def read_by(self, pattern, lines):
        found = self.parse(pattern, lines)
        self.assertNotIn(None, found)
        self.assertEqual({f["file"] for f in found}, {"sample.c"})
        return [(int(f["line"]), f["code"], f["severity"], f["message"]) for f in found]

    @needs("node")
    def test_the_problem_matcher_reads_lines_with_and_without_colour(self):
        self.write("sample.c", SAMPLE)
        both, notes = json.loads((FOLDER / "problem-matcher.json").read_text())["problemMatcher"]
        for color in ("never", "always"):
            lines = self.concise("--color", color, "sample.c").splitlines()
            self.assertEqual(self.read_by(both["pattern"][0], lines), self.findings())
            self.assertEqual(set(self.parse(notes["pattern"][0], lines) + [None]), {None})

    @needs("node")
    def test_colours_anywhere_are_left_out(self):
        both = json.loads((FOLDER / "problem-matcher.json").read_text())["problemMatcher"][0]["pattern"][0]
        line = ("\x1b[1msample.c\x1b[0m:\x1b[36m3\x1b[0m:\x1b[36m7\x1b[0m: \x1b[35mRW101\x1b[0m "
                "\x1b[1;31merror\x1b[0m: it leaks")
        self.assertEqual(self.read_by(both, [line]), [(3, "RW101", "error", "it leaks")])

    @needs("node")
    def test_notes_are_notices(self):
        self.write("sample.c", "#include <Python.h>\nPyObject *f(PyObject *list)\n{\n"
                   "    PyObject *o = PyList_GetItem(list, 0);\n    Py_XINCREF(o);\n    return o;\n}\n")
        lines = self.run_it("refwarden", "check", "-q", "--format", "concise", "--select", "RW304", "sample.c").stdout
        both, notes = json.loads((FOLDER / "problem-matcher.json").read_text())["problemMatcher"]
        self.assertEqual(notes["severity"], "notice")
        found = self.parse(notes["pattern"][0], lines.splitlines())
        self.assertEqual([(f["file"], f["line"], f["code"]) for f in found], [("sample.c", "4", "RW304")])
        self.assertEqual(self.parse(both["pattern"][0], lines.splitlines()), [None])

    @needs("node")
    def test_the_task_of_vs_code_reads_its_own_output(self):
        self.write("sample.c", SAMPLE)
        task = json.loads((FOLDER / "vscode-tasks.json").read_text())["tasks"][0]
        arguments = [a.replace("${workspaceFolder}", ".") for a in task["args"]]
        lines = self.run_it(task["command"], *arguments, status=1).stdout.splitlines()
        self.assertEqual(self.read_by(task["problemMatcher"]["pattern"], lines), self.findings())


class Editors(Case):
    def setUp(self):
        super().setUp()
        self.sample = self.write("sample.c", SAMPLE)

    @needs("vim")
    def test_ale_shows_the_findings_of_an_unsaved_buffer(self):
        ale = pathlib.Path("/usr/share/vim-ale")
        if not ale.is_dir():
            self.skipTest("vim-ale is not installed")
        script = self.write("test.vim", f"""set nocompatible
let g:ale_linters = {{'c': ['refwarden']}}
let g:ale_lint_on_enter = 0
set runtimepath^={ale}
filetype plugin on
runtime! plugin/ale.vim
source {FOLDER}/ale.vim
edit {self.sample}
call append(0, '/* a line that is not saved */')
ALELint
let waited = 0
while empty(ale#engine#GetLoclist(bufnr(''))) && waited < 300
  sleep 100m
  let waited += 1
endwhile
call writefile(map(copy(ale#engine#GetLoclist(bufnr(''))), 'json_encode(v:val)'), '{self.dir}/found')
qall!
""")
        self.run_it("vim", "-es", "-u", "NONE", "-N", "-S", script, status=None)
        found = [json.loads(line) for line in (self.dir / "found").read_text().splitlines()]
        kinds = {"E": "error", "W": "warning", "I": "note"}
        self.assertEqual([(f["lnum"] - 1, f["code"], kinds[f["type"]], f["text"]) for f in found], self.findings())

    def emacs(self, text):
        return self.run_it("emacs", "--batch", "--eval", "(package-initialize)", "-l", self.write("test.el", text))

    @needs("emacs")
    def test_flycheck_shows_the_findings_of_an_unsaved_buffer(self):
        if self.run_it("emacs", "--batch", "--eval", "(progn (package-initialize) (require 'flycheck))",
                       status=None).returncode != 0:
            self.skipTest("elpa-flycheck is not installed")
        shown = self.emacs(f"""(load "{FOLDER}/flycheck.el")
(setq flycheck-checkers '(refwarden))
(find-file "{self.sample}")
(insert "/* a line that is not saved */\\n")
(flycheck-mode 1)
(flycheck-buffer)
(dotimes (_ 150)
  (unless flycheck-current-errors (accept-process-output nil 0.2)))
(dolist (e flycheck-current-errors)
  (princ (format "%d\\t%s\\t%s\\t%s\\n" (flycheck-error-line e) (flycheck-error-id e) (flycheck-error-level e)
                 (flycheck-error-message e))))
""").stdout
        rows = [row.split("\t") for row in shown.splitlines() if "\t" in row]
        levels = {"info": "note"}
        self.assertEqual([(int(line) - 1, code, levels.get(level, level), text) for line, code, level, text in rows],
                         self.findings())

    @needs("emacs")
    def test_eglot_would_start_the_server_for_c(self):
        if self.run_it("emacs", "--batch", "--eval", "(progn (package-initialize) (require 'eglot))",
                       status=None).returncode != 0:
            self.skipTest("eglot is not installed")
        shown = self.emacs(f"""(load "{FOLDER}/eglot.el")
(require 'eglot)
(princ (format "%S" (cdr (eglot--lookup-mode 'c-mode))))
""").stdout
        self.assertIn('("refwarden" "lsp")', shown)

    NVIM = """set runtimepath^=.
filetype on
luafile %s/neovim.lua
edit sample.c
lua vim.wait(60000, function() return #vim.diagnostic.get(0) > 0 end, 100)
lua io.stdout:write(vim.json and vim.json.encode(vim.diagnostic.get(0)) or vim.fn.json_encode(vim.diagnostic.get(0)))
qall!
"""

    @needs("nvim")
    def test_neovim_shows_what_the_server_says(self):
        """Where the program has no server, one stands in that answers with one diagnostic."""
        if self.run_it("refwarden", "help", "lsp", status=None).returncode != 0:
            (self.dir / "bin/refwarden").unlink()
            self.write("bin/refwarden", "#!/usr/bin/env python3\n" + SERVER).chmod(0o755)
        script = self.write("test.vim", self.NVIM % FOLDER)
        shown = self.run_it("nvim", "--headless", "-u", "NONE", "-i", "NONE", "-S", script)
        found = json.loads(shown.stdout[shown.stdout.index("["):])
        self.assertTrue(found, shown.stderr)
        self.assertEqual({d["source"] for d in found}, {"refwarden"})


SERVER = """import json, sys
def send(m):
    t = json.dumps({"jsonrpc": "2.0", **m})
    sys.stdout.write(f"Content-Length: {len(t)}\\r\\n\\r\\n{t}")
    sys.stdout.flush()
assert sys.argv[1:] == ["lsp"]
while True:
    length = 0
    while (line := sys.stdin.readline().strip()):
        length = int(line.split(":")[1]) if line.lower().startswith("content-length") else length
    if not length:
        break
    m = json.loads(sys.stdin.read(length))
    if m["method"] == "initialize":
        send({"id": m["id"], "result": {"capabilities": {"textDocumentSync": 1}}})
    elif m["method"] == "textDocument/didOpen":
        at = {"start": {"line": 1, "character": 0}, "end": {"line": 1, "character": 1}}
        send({"method": "textDocument/publishDiagnostics", "params": {"uri": m["params"]["textDocument"]["uri"],
              "diagnostics": [{"range": at, "message": "x", "source": "refwarden", "severity": 1}]}})
    elif "id" in m:
        send({"id": m["id"], "result": None})
"""


class Files(Case):
    def test_the_readme_lists_every_file(self):
        listed = re.findall(r"^\| `([^`]+)`", (FOLDER / "README.md").read_text(), re.M)
        there = sorted(p.name for p in FOLDER.iterdir() if p.name != "README.md")
        self.assertEqual(sorted(listed), there)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--build", required=True)
    options, rest = parser.parse_known_args()
    Case.program = str(pathlib.Path(options.refwarden).resolve())
    Case.build = pathlib.Path(options.build).resolve()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
