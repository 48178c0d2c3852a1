#!/usr/bin/env python3
"""The layout of the ABI: sizes, offsets and numbers, as the compiler sees them.

  layout.py HEADERS CC            prints the table
  layout.py HEADERS CC COMMITTED  fails unless every line of COMMITTED still holds (more may come)

Sizes are lower bounds: structs grow by appending, so a line `size` may only rise. Every struct and
every enum constant of the headers is in the table, because the headers themselves are read.
"""
import pathlib
import re
import subprocess
import sys
import tempfile


def declarations(headers):
    """Yields ("struct", name, members) and ("constant", name)."""
    for path in sorted(headers.glob("abi/*.h")):
        text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        text = re.sub(r"^\s*#.*(?:\\\n.*)*$", "", text, flags=re.M)
        for match in re.finditer(r"\bstruct\s+(sp_\w+)\s*\{(.*?)\n?\}\s*\w*\s*;", text, flags=re.S):
            yield "struct", match[1], list(members(match[2]))
        for match in re.finditer(r"\benum\s*\{(.*?)\}\s*;", text, flags=re.S):
            for constant in match[1].split(","):
                if constant.strip():
                    yield "constant", constant.split("=")[0].strip()


def members(body):
    for declaration in body.split(";"):
        declaration = " ".join(declaration.split())
        if not declaration:
            continue
        function = re.search(r"\(\s*\*\s*(\w+)\s*\)", declaration)
        yield function[1] if function else re.search(r"(\w+)$", declaration)[1]


def table(headers, compiler):
    lines = ["#include <sandport/abi.h>", "#include <stddef.h>", "#include <stdio.h>", "int main(void) {"]
    for kind, name, *rest in declarations(headers):
        if kind == "constant":
            lines.append(f'  printf("constant {name} %lld\\n", (long long)({name}));')
            continue
        lines.append(f'  printf("size {name} %zu\\n", sizeof(struct {name}));')
        for member in rest[0]:
            lines.append(f'  printf("member {name}.{member} %zu %zu\\n", offsetof(struct {name}, {member}),'
                         f' sizeof(((struct {name}*)0)->{member}));')
    lines += ["  return 0;", "}"]
    with tempfile.TemporaryDirectory() as folder:
        source, program = pathlib.Path(folder, "layout.c"), pathlib.Path(folder, "layout")
        source.write_text("\n".join(lines))
        subprocess.run([compiler, "-std=c11", f"-I{headers.parent}", source, "-o", program], check=True)
        return subprocess.run([program], check=True, capture_output=True, text=True).stdout.splitlines()


def read(lines):
    """{(kind, name): numbers}; comments and empty lines are skipped."""
    words = (line.split() for line in lines if line and not line.startswith("#"))
    return {(word[0], word[1]): [int(number) for number in word[2:]] for word in words}


def breaks(old, new):
    """Why `new` is not a superset of `old`."""
    for (kind, name), numbers in old.items():
        now = new.get((kind, name))
        if now is None:
            yield f"{kind} {name} is gone"
        elif kind == "size" and now[0] < numbers[0]:
            yield f"{name} shrank from {numbers[0]} to {now[0]} bytes"
        elif kind != "size" and now != numbers:
            yield f"{kind} {name} was {numbers} and is {now}"
    ends = {name: numbers[0] for (kind, name), numbers in old.items() if kind == "size"}
    for (kind, name), numbers in new.items():
        if kind != "member" or (kind, name) in old:
            continue
        end = ends.get(name.split(".")[0])
        if end is not None and numbers[0] < end:
            yield f"new member {name} at {numbers[0]} is not after the old end {end}"


def main(arguments):
    headers = pathlib.Path(arguments[0])
    now = table(headers, arguments[1])
    if len(arguments) < 3:
        print("\n".join(now))
        return 0
    committed = pathlib.Path(arguments[2])
    problems = list(breaks(read(committed.read_text().splitlines()), read(now)))
    missing = sorted(set(read(now)) - set(read(committed.read_text().splitlines())))
    problems += [f"{kind} {name} is new: add it to {committed.name}" for kind, name in missing]
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
