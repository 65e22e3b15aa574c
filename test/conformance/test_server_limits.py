"""Output through a real Jupyter server with its default rate limits."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request

import pytest
import websocket

LINES = 100_000
TOKEN = "conformance"


@pytest.fixture()
def server(tmp_path):
    command = [sys.executable, "-m", "jupyter", "server", "--no-browser", "--port=0", "--allow-root"]
    options = [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={tmp_path}"]
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": str(tmp_path / "runtime"), "JUPYTER_CONFIG_DIR": str(tmp_path / "config")}
    log = tmp_path / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen([*command, *options], stdout=out, stderr=out, env=environment)
    try:
        end = time.monotonic() + 60
        while not (found := re.search(r"http://(?:localhost|127\.0\.0\.1):(\d+)/", log.read_text())):
            assert time.monotonic() < end and process.poll() is None, log.read_text()
            time.sleep(0.1)
        yield f"127.0.0.1:{found[1]}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_100000_lines_reach_the_page(server, kernel_name):
    body = json.dumps({"name": kernel_name}).encode()
    request = urllib.request.Request(f"http://{server}/api/kernels?token={TOKEN}", data=body, method="POST")
    kernel_id = json.load(urllib.request.urlopen(request))["id"]
    page = websocket.create_connection(f"ws://{server}/api/kernels/{kernel_id}/channels?token={TOKEN}", timeout=60)
    header = {"msg_id": "m1", "msg_type": "execute_request", "username": "", "session": "s", "date": "", "version": "5.3"}
    code = f"for (let i = 0; i < {LINES}; i++) console.log(String(i).padStart(60, '.'))"
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    page.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}))
    text = {"stdout": [], "stderr": []}
    while True:
        message = json.loads(page.recv())
        if message["parent_header"].get("msg_id") != "m1":
            continue
        if message["msg_type"] == "stream":
            text[message["content"]["name"]].append(message["content"]["text"])
        if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
            break
    page.close()
    assert "".join(text["stderr"]) == ""
    assert "".join(text["stdout"]).split("\n") == [str(i).rjust(60, ".") for i in range(LINES)] + [""]
