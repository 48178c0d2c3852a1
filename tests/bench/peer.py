"""The peer that the benchmarks compare with: npm's pi, in the same run, against the same server."""
import json
import shutil
import subprocess

PACKAGE = "@mariozechner/pi-coding-agent"
VERSION = "0.73.1"
NODE_MAJOR = 20  # it needs at least this; Debian 12 has an older one


class PeerMissing(Exception):
    pass


def node_is_new_enough():
    if shutil.which("node") is None:
        return False
    version = subprocess.run(["node", "--version"], stdout=subprocess.PIPE, text=True).stdout
    return version.startswith("v") and int(version[1:].split(".")[0]) >= NODE_MAJOR


class Peer:
    """Installed into `folder` once, which alone needs the network."""

    def __init__(self, folder):
        self.script = folder / "node_modules" / PACKAGE / "dist/cli.js"
        own_node = folder / "node_modules/node/bin/node"
        packages = [f"{PACKAGE}@{VERSION}"]
        if not node_is_new_enough():
            packages.append("node@22")
        if not self.script.exists():
            self.install(folder, packages)
        self.node = own_node if own_node.exists() else shutil.which("node")

    def install(self, folder, packages):
        if shutil.which("npm") is None:
            raise PeerMissing("there is no npm to install it with")
        folder.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(["npm", "install", "--prefix", folder, "--no-audit", "--no-fund",
                            "--silent", *packages], check=True, timeout=600)
        except (subprocess.SubprocessError, OSError) as problem:
            raise PeerMissing(f"npm could not install {' '.join(packages)}: {problem}") from problem
        if not self.script.exists():
            raise PeerMissing(f"{PACKAGE} has no dist/cli.js any more")

    def environment(self, bench):
        return dict(bench.environment, PI_CODING_AGENT_DIR=str(bench.scratch / "pi"), PI_OFFLINE="1",
                    PI_TELEMETRY="0")

    def version(self, bench):
        return bench.time(3, self.node, self.script, "--version",
                          environment=self.environment(bench))

    def one_shot(self, bench, port):
        """The cost of a turn with one tool call."""
        settings = bench.scratch / "pi"
        settings.mkdir(exist_ok=True)
        (settings / "models.json").write_text(json.dumps({"providers": {"bench": {
            "baseUrl": f"http://127.0.0.1:{port}/v1", "api": "openai-completions", "apiKey": "none",
            "models": [{"id": "tool"}]}}}))
        return bench.time(3, self.node, self.script, "--print", "--provider", "bench", "--model",
                          "tool", "go", environment=self.environment(bench))
