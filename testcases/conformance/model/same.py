#!/usr/bin/env python3
"""Runs two programs; they must print the same: same.py REAL MODEL."""
import difflib
import subprocess
import sys

out = [subprocess.run([p], capture_output=True, text=True, check=True).stdout.splitlines()
       for p in sys.argv[1:3]]
diff = list(difflib.unified_diff(*out, "CPython", "model", n=1, lineterm=""))
print("\n".join(diff) if diff else f"{len(out[0])} lines, the same")
sys.exit(1 if diff or not out[0] else 0)
