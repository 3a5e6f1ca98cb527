"""Where the programs are that read refwarden's output, and what to do when one is missing.

npm packages are installed once for every test, into the build folder; two tests that start together
wait for each other.
"""
import fcntl
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SKIPPED = 77  # ctest shows the test as skipped, not as passed


def skip(why):
    print(f"skipped: {why}")
    sys.exit(SKIPPED)


def program(*names):
    """The first of these programs that is installed; without any the test is skipped."""
    for name in names:
        if found := shutil.which(name):
            return found
    skip(f"{names[0]} is not installed")


def node_modules(build):
    """The folder of installed npm packages; without npm or its registry the test is skipped."""
    program("node")
    npm = program("npm")
    work = pathlib.Path(build) / "consumers"
    work.mkdir(parents=True, exist_ok=True)
    wanted = (HERE / "package.json").read_bytes()
    with open(work / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = work / "installed.json"
        if not done.exists() or done.read_bytes() != wanted:
            install(npm, work, wanted)
            done.write_bytes(wanted)
    return work / "node_modules"


def install(npm, work, wanted):
    (work / "package.json").write_bytes(wanted)
    run = subprocess.run(
        [npm, "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=work, capture_output=True, text=True, timeout=300, check=False)
    if run.returncode != 0:
        skip(f"npm could not install the packages: {run.stderr.strip()[-300:]}")
