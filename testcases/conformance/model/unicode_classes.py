#!/usr/bin/env python3
"""Writes runtime_model/types/unicode_classes.def: what CPython says about every character.

    python3.11 unicode_classes.py > runtime_model/types/unicode_classes.def

CLASS(flags, lower, upper): a set of properties; lower and upper are added to the character.
RANGE(first, even, odd): from first up to the next row, characters at even and odd distance have these
classes. UPPER(c, ...) and LOWER(c, ...): case that is more than one character.
"""
import ctypes
import itertools

FLAGS = ["IsAlpha", "IsDecimalDigit", "IsDigit", "IsNumeric", "IsWhitespace", "IsLowercase",
         "IsUppercase", "IsTitlecase", "IsPrintable", "IsXidStart", "IsXidContinue", "IsLinebreak"]
LAST = 0x10FFFF
python = ctypes.pythonapi


def classes():
    asked = [getattr(python, "_PyUnicode_" + name) for name in FLAGS]
    lower, upper = python._PyUnicode_ToLowercase, python._PyUnicode_ToUppercase
    for c in range(LAST + 1):
        flags = sum(1 << i for i, f in enumerate(asked) if f(c))
        yield flags, lower(c) - c, upper(c) - c


def ranges(values):
    at = 0
    while at <= LAST:
        even, odd = values[at], values[min(at + 1, LAST)]
        end = at + 1
        while end <= LAST and values[end] == (odd if (end - at) % 2 else even):
            end += 1
        yield at, even, odd
        at = end


def full(name):
    f = getattr(python, "_PyUnicode_" + name)
    out = (ctypes.c_uint32 * 3)()
    for c in range(LAST + 1):
        n = f(c, out)
        if n > 1:
            yield c, list(out[:n]) + [0] * (3 - n)


def rows(texts):
    texts = list(texts)
    for i in range(0, len(texts), 6):
        print(" ".join(texts[i:i + 6]))


def main():
    values = list(classes())
    known = {v: i for i, v in enumerate(sorted(set(values)))}
    print("/* What CPython 3.11 says about every character. Made by unicode_classes.py (conformance/model). */")
    print("#ifdef CLASS")
    rows(f"CLASS({f:#x},{lo},{up})" for f, lo, up in known)
    print("#endif\n#ifdef RANGE")
    rows(f"RANGE({at:#x},{known[even]},{known[odd]})" for at, even, odd in ranges(values))
    for name in ("Upper", "Lower"):
        print(f"#endif\n#ifdef {name.upper()}")
        rows(f"{name.upper()}({','.join(f'{x:#x}' for x in itertools.chain([c], out))})"
             for c, out in full(f"To{name}Full"))
    print("#endif")


main()
