"""The E2B rows: our backend and the official client on one emulator, in turns."""
import contextlib
import json
import os
import pathlib
import statistics
import subprocess
import sys
import urllib.request

HERE = pathlib.Path(__file__).resolve().parent
JUDGE = HERE.parent / "emulators/e2b/judge"
LARGE = 256 << 20
CURL_SHARE = 0.9  # of plain curl's throughput, at least


class E2b:
    def __init__(self, bench, service):
        self.build = bench.build
        self.client = bench.build / "tests/emulators/e2b/judge"
        # All sandboxes are one host here: the client's limits for each host would be for all of them.
        self.environment = dict(bench.environment, **service, E2B_ENVD_RPC_CONNECTIONS="10000",
                                E2B_ENVD_RPC_INFLIGHT_REQUESTS="0")
        for name in ("E2B_DOMAIN", "E2B_DEBUG"):
            self.environment.pop(name, None)
        self.service = service
        self.scratch = bench.scratch

    def install(self):
        """Why the official client cannot be measured; None when it can."""
        done = subprocess.run([JUDGE / "install", self.build], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)
        return None if done.returncode == 0 else done.stderr.strip()[-200:] or "it is not installed"

    def numbers(self, *command):
        done = subprocess.run(list(map(str, command)), check=True, text=True, cwd=self.scratch,
                              stdout=subprocess.PIPE, env=self.environment, timeout=900)
        return {name: float(value) for name, value in map(str.split, done.stdout.splitlines())}

    def ours(self, *what):
        return self.numbers(self.build / "tests/bench/bench_e2b", *what)

    def theirs(self, *what):
        return self.numbers(JUDGE / "node", self.client, HERE / "e2b.mjs", self.client, *what)

    def both(self, rounds, with_client, *what):
        """In turns, so that both meet the same machine. Medians; the largest peak memory."""
        runs = [], []
        for _ in range(rounds):
            runs[0].append(self.ours(*what))
            if with_client:
                try:
                    runs[1].append(self.theirs(*what))
                except subprocess.SubprocessError as problem:
                    print(f"the official client: {problem}", file=sys.stderr)
                    with_client = False
        return [{name: (max if name == "peak_mb" else statistics.median)(run[name] for run in side)
                 for name in side[0]} if side else None for side in runs]

    def curl(self, rounds):
        """MB/s up and down, medians."""
        create = urllib.request.Request(
            self.service["E2B_API_URL"] + "/sandboxes", b'{"templateID": "base", "timeout": 600}',
            {"X-API-Key": self.service["E2B_API_KEY"], "Content-Type": "application/json"})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        sandbox = json.load(opener.open(create))
        headers = {"E2b-Sandbox-Id": sandbox["sandboxID"], "E2b-Sandbox-Port": "49983",
                   "X-Access-Token": sandbox.get("envdAccessToken") or "", "Expect": ""}
        common = ["curl", "--silent", "--show-error", "--fail", "--output", "/dev/null",
                  "--write-out", "%{time_total}"]
        for name, value in headers.items():
            common += ["--header", f"{name}: {value}"]
        url = self.service["E2B_SANDBOX_URL"] + "/files?username=user&path=large"
        content = self.scratch / "large"
        with open(content, "wb") as file:
            chunk = os.urandom(1 << 20)
            for _ in range(LARGE >> 20):
                file.write(chunk)
        up, down = [], []
        for _ in range(rounds):
            up.append(self.seconds(*common, "--header", "Content-Type: application/octet-stream",
                                   "--request", "POST", "--upload-file", content, url))
            down.append(self.seconds(*common, url))
        content.unlink()
        return {"up": LARGE / 1e6 / statistics.median(up),
                "down": LARGE / 1e6 / statistics.median(down)}

    def seconds(self, *command):
        done = subprocess.run(list(map(str, command)), check=True, text=True, stdout=subprocess.PIPE,
                              env=self.environment)
        return float(done.stdout)


@contextlib.contextmanager
def emulator(build, sandboxes):
    """What leads clients to it. It ends with its standard input."""
    process = subprocess.Popen(
        [build / "tests/emulators/e2b/sandport-e2b-emulator", "--until-stdin-closes",
         "--most-sandboxes", str(sandboxes + 100)],
        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        ready = json.loads(process.stdout.readline())
        yield {name: value for name, value in ready.items() if name.startswith("E2B_")}
    finally:
        process.communicate()


def less(table, what, ours, theirs, name, unit, scale):
    """A row of something of which less is better."""
    against = ""
    if theirs:
        against = f"e2b {theirs[name] / scale:.3g} {unit}: {theirs[name] / ours[name]:.1f}x ours"
    table.add(f"e2b {what}", f"{ours[name] / scale:.3g} {unit}", against=against)


def more(table, what, ours, theirs, name, unit):
    """A row of something of which more is better."""
    against = f"e2b {theirs[name]:.3g} {unit}: ours {ours[name] / theirs[name]:.1f}x" if theirs else ""
    table.add(f"e2b {what}", f"{ours[name]:.3g} {unit}", against=against)


def measure_commands(e2b, table, rounds, with_client):
    ours, theirs = e2b.both(rounds, with_client, "commands")
    for name, what in (("first_command", "create to first command"), ("exec_p50", "exec, p50"),
                       ("exec_p99", "exec, p99"), ("exec_64", "64 execs at once")):
        less(table, what, ours, theirs, name, "ms", 1e3)
    more(table, "1 KiB files written", ours, theirs, "small_writes", "a second")
    more(table, "1 KiB files read", ours, theirs, "small_reads", "a second")
    less(table, "peak memory of these", ours, theirs, "peak_mb", "MB", 1)


def measure_transfer(e2b, table, rounds, with_client):
    ours, theirs = e2b.both(rounds, with_client, "transfer")
    plain = e2b.curl(rounds)
    for name in ("up", "down"):
        more(table, f"268 MB {name}", ours, theirs, name, "MB/s")
        share = ours[name] / plain[name]
        table.add(f"e2b 268 MB {name}, to curl's", f"{share:.2f}x", f">= {CURL_SHARE}x",
                  share >= CURL_SHARE, f"curl {plain[name]:.3g} MB/s")
    less(table, "peak memory of these", ours, theirs, "peak_mb", "MB", 1)


def measure_watches(e2b, table, sandboxes, with_client):
    ours, theirs = e2b.both(1, with_client, "watch", sandboxes)
    less(table, f"{sandboxes:,} created and watched", ours, theirs, "watch_begin", "s", 1e6)
    less(table, f"{sandboxes:,} written to and seen", ours, theirs, "watch_seen", "s", 1e6)
    less(table, "memory of a watched sandbox", ours, theirs, "watch_kib", "KiB", 1)
    less(table, "peak memory of these", ours, theirs, "peak_mb", "MB", 1)


def measure_e2b(bench, table, sandboxes, rounds, with_client):
    with emulator(bench.build, sandboxes) as service:
        e2b = E2b(bench, service)
        missing = e2b.install() if with_client else None
        if missing:
            table.add("e2b, the official client", "not measured", against=missing)
            with_client = False
        measure_commands(e2b, table, rounds, with_client)
        measure_transfer(e2b, table, rounds, with_client)
        if sandboxes:
            measure_watches(e2b, table, sandboxes, with_client)
