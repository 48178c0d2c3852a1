#!/usr/bin/env python3
"""Every public header compiles alone, without a warning.

  headers.py INCLUDE TESTKIT C_COMPILER CXX_COMPILER
"""
import os
import pathlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wshadow", "-Werror", "-fsyntax-only"]


def jobs(include, testkit, c_compiler, cxx_compiler):
    for header in sorted(include.rglob("*.h")):
        name = header.relative_to(include)
        yield name, [c_compiler, "-std=c11", "-x", "c"]
        yield name, [cxx_compiler, "-std=c++11", "-Wold-style-cast", "-x", "c++"]
        yield name, [cxx_compiler, "-std=c++20", "-x", "c++"]
    for root in (include, testkit):
        for header in sorted(root.rglob("*.hpp")):
            yield header.relative_to(root), [cxx_compiler, "-std=c++20", "-Wnon-virtual-dtor", "-x", "c++"]


def compile_alone(job, folders):
    name, command = job
    # The second include shows that the guard works.
    source = f"#include <{name}>\n#include <{name}>\n"
    done = subprocess.run(command + WARNINGS + folders + ["-"], input=source, capture_output=True, text=True)
    return None if done.returncode == 0 else f"{' '.join(command)} <{name}>:\n{done.stderr[:2000]}"


def main(arguments):
    include, testkit = (pathlib.Path(argument) for argument in arguments[:2])
    folders = [f"-I{include}", f"-I{testkit}"]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda job: compile_alone(job, folders), jobs(include, testkit, *arguments[2:4])))
    failures = [result for result in results if result]
    print("\n".join(failures))
    print(f"{len(results) - len(failures)} of {len(results)} compiled")
    return 1 if failures or not results else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
