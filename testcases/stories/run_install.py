#!/usr/bin/env python3
"""From a build to an installed program: cmake --install, and the Debian packages, unpacked and used.

Usage: run_install.py --refwarden PATH --build FOLDER [unittest arguments]
"""
import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "testcases/sample/point.c"
INSTALLED = [
    "bin/refwarden",
    "include/refwarden.h",
    "share/bash-completion/completions/refwarden",
    "share/doc/refwarden/README.md",
    "share/doc/refwarden/copyright",
    "share/fish/vendor_completions.d/refwarden.fish",
    "share/man/man1/refwarden.1",
    "share/man/man5/refwarden.toml.5",
    "share/pkgconfig/refwarden.pc",
    "share/zsh/site-functions/_refwarden",
]
PACKAGED = [name.replace("site-functions", "vendor-completions") for name in INSTALLED]
PACKAGED = [name + ".gz" if "/man/" in name else name for name in PACKAGED] + ["share/doc/refwarden/changelog.gz"]


class Case(unittest.TestCase):
    program = build = None

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.dir = pathlib.Path(holder.name)

    def run_it(self, *command, status=0, **more):
        env = {k: v for k, v in os.environ.items() if k not in ("LD_LIBRARY_PATH", "MAKEFLAGS", "DESTDIR")}
        env.update(more)
        done = subprocess.run(list(map(str, command)), env=env, cwd=self.dir, capture_output=True, text=True,
                              timeout=600, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done.stdout

    def files(self, folder):
        return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())

    def use(self, prefix):
        """The program, its header and what pkg-config says work where they are."""
        program = prefix / "bin/refwarden"
        self.assertEqual(self.run_it(program, "--version"), self.run_it(self.program, "--version"))
        self.assertEqual(self.run_it(program, "check", SAMPLE, "--format", "concise", status=1),
                         self.run_it(self.program, "check", SAMPLE, "--format", "concise", status=1))
        self.assertIn("refwarden completions bash",
                      (prefix / "share/bash-completion/completions/refwarden").read_text())
        if shutil.which("pkg-config") and shutil.which("cc"):
            flags = self.run_it("pkg-config", "--cflags", "refwarden",
                                PKG_CONFIG_PATH=str(prefix / "share/pkgconfig")).split()
            (self.dir / "use.c").write_text("#include <refwarden.h>\nREFWARDEN_STEALS(1) void f(void *);\n")
            self.run_it("cc", *flags, "-c", "use.c", "-o", "use.o")


class Install(Case):
    def test_the_installed_program_works_and_nothing_is_missing(self):
        self.run_it("cmake", "--install", self.build, "--prefix", "/opt/x", "--component", "refwarden",
                    DESTDIR=str(self.dir / "root"))
        prefix = self.dir / "root/opt/x"
        found = self.files(prefix)
        self.assertEqual([name for name in INSTALLED if name not in found], [])
        self.assertEqual(self.files(self.dir / "root"), [f"opt/x/{name}" for name in found])
        self.assertTrue([name for name in found if name.startswith("share/refwarden/integrations/")])
        for path in map(prefix.joinpath, found):
            if path.suffix != "" or path.parent.name != "bin":
                self.assertNotIn(str(self.build).encode(), path.read_bytes(), path)
        self.use(prefix)


@unittest.skipUnless(all(map(shutil.which, ("dpkg-shlibdeps", "dpkg-deb", "file"))),
                     "dpkg-dev and file are not installed")
class Debian(Case):
    @classmethod
    def setUpClass(cls):
        if "REFWARDEN_SANITIZE:BOOL=ON" in (cls.build / "CMakeCache.txt").read_text():
            raise unittest.SkipTest("a program with sanitizers is not packed")
        holder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(holder.cleanup)
        subprocess.run(["cpack", "-G", "DEB", "-B", holder.name, "--config", cls.build / "CPackConfig.cmake"],
                       check=True, stdout=subprocess.DEVNULL)
        cls.packages = {p.name.split("_")[0]: p for p in pathlib.Path(holder.name).glob("*.deb")}

    def test_the_program_s_package_works_where_it_is_unpacked(self):
        package = self.packages["refwarden"]
        self.run_it("dpkg-deb", "-x", package, self.dir / "root")
        found = self.files(self.dir / "root/usr")
        self.assertEqual([name for name in PACKAGED if name not in found], [])
        self.assertFalse([name for name in found if "runtime_model" in name or name.endswith(".a")])
        depends = self.run_it("dpkg-deb", "-f", package, "Depends")
        for name in ("libclang1-19", "libclang-common-19-dev", "libjansson4", "libc6"):
            self.assertRegex(depends, rf"(^|, ){re.escape(name)}\b")
        self.use(self.dir / "root/usr")

    def test_the_runtime_model_is_a_package_of_its_own(self):
        self.assertEqual(sorted(self.packages), ["refwarden", "refwarden-runtime-model-dev"])
        self.run_it("dpkg-deb", "-x", self.packages["refwarden-runtime-model-dev"], self.dir / "root")
        found = self.files(self.dir / "root/usr")
        self.assertIn("bin/rm-demo", found)
        self.assertIn("include/runtime_model/python/Python.h", found)
        self.assertNotIn("bin/refwarden", found)

    @unittest.skipUnless(shutil.which("lintian"), "lintian is not installed")
    def test_lintian_finds_no_error(self):
        self.run_it("lintian", "--allow-root", "--fail-on", "error", self.packages["refwarden"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--build", required=True)
    options, rest = parser.parse_known_args()
    Case.program = pathlib.Path(options.refwarden).resolve()
    Case.build = pathlib.Path(options.build).resolve()
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
