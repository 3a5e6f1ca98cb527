#!/usr/bin/env python3
"""refwarden lsp against the client libraries of VS Code: lsp_client.mjs says what must hold."""
import argparse
import pathlib
import subprocess
import sys
import tempfile

import consumers

HERE = pathlib.Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--refwarden", required=True)
    parser.add_argument("--build", required=True)
    parser.add_argument("names", nargs="*", help="only these tests")
    options = parser.parse_args()
    modules = consumers.node_modules(options.build).resolve()
    with tempfile.TemporaryDirectory(prefix="refwarden-lsp-") as work:
        run = subprocess.run(
            [consumers.program("node"), HERE / "lsp_client.mjs", modules, pathlib.Path(options.refwarden).resolve(),
             pathlib.Path(work).resolve(), *options.names], check=False, timeout=800)
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
