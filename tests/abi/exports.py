#!/usr/bin/env python3
"""Each plugin named exports sandport_v1 and nothing else.

  exports.py NM PLUGIN...
"""
import subprocess
import sys


def exported(nm, plugin):
    output = subprocess.run([nm, "--dynamic", "--defined-only", plugin], check=True,
                            capture_output=True, text=True).stdout
    return [(line.split()[-2], line.split()[-1]) for line in output.splitlines() if line.strip()]


def main(arguments):
    nm, plugins = arguments[0], arguments[1:]
    bad = 0
    for plugin in plugins:
        symbols = exported(nm, plugin)
        names = [name for _, name in symbols]
        if names != ["sandport_v1"]:
            print(f"{plugin} exports {len(names)} symbols: {' '.join(names[:10])}")
            bad = 1
        elif symbols[0][0] not in "RDB":
            print(f"{plugin}: sandport_v1 is not data")
            bad = 1
    if not plugins:
        print("no plugin to look at")
        bad = 1
    return bad


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
