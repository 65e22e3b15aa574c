"""Output through a real Jupyter server with its default rate limits."""

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
import uuid

import pytest
import websocket

LINES = 100_000
#: More than the server takes at once.
COMMS = 20_000 if os.environ.get("GRADOSCOPE_FULL") else 3_500
TOKEN = "conformance"


def answers(url):
    try:
        return urllib.request.urlopen(url).status == 200
    except OSError:
        return False


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    tmp_path = tmp_path_factory.mktemp("server")
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
        # It says where it is before it answers there.
        while not answers(f"http://127.0.0.1:{found[1]}/api?token={TOKEN}"):
            assert time.monotonic() < end and process.poll() is None, log.read_text()
            time.sleep(0.1)
        yield f"127.0.0.1:{found[1]}"
    finally:
        process.terminate()
        process.wait(timeout=30)


class Page:
    """A notebook's page: a kernel over the server's websocket."""

    def __init__(self, server, kernel_name):
        body = json.dumps({"name": kernel_name}).encode()
        request = urllib.request.Request(f"http://{server}/api/kernels?token={TOKEN}", data=body, method="POST")
        kernel_id = json.load(urllib.request.urlopen(request))["id"]
        self.socket = websocket.create_connection(f"ws://{server}/api/kernels/{kernel_id}/channels?token={TOKEN}", timeout=60)

    def run(self, code):
        """All of iopub up to idle."""
        header = {"msg_id": uuid.uuid4().hex, "msg_type": "execute_request", "username": "", "session": "s", "date": "", "version": "5.3"}
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
        self.socket.send(json.dumps({"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}))
        while True:
            message = json.loads(self.socket.recv())
            if message["parent_header"].get("msg_id") != header["msg_id"]:
                continue
            yield message
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return


@pytest.fixture()
def page(server, kernel_name):
    opened = Page(server, kernel_name)
    yield opened
    opened.socket.close()


def test_100000_lines_reach_the_page(page):
    text = {"stdout": [], "stderr": []}
    for message in page.run(f"for (let i = 0; i < {LINES}; i++) console.log(String(i).padStart(60, '.'))"):
        if message["msg_type"] == "stream":
            text[message["content"]["name"]].append(message["content"]["text"])
    assert "".join(text["stderr"]) == ""
    assert "".join(text["stdout"]).split("\n") == [str(i).rjust(60, ".") for i in range(LINES)] + [""]


def test_comm_messages_of_a_computing_cell_reach_the_page(page):
    code = f"""
    const host = (globalThis as any)[Symbol.for('gradoscope.host')];
    {{ const comm = host.openComm('many'); const data = 'x'.repeat(1000); for (let i = 0; i < {COMMS}; i++) comm.send({{ i, data }}); }}"""
    seen = []
    for message in page.run(code):
        if message["msg_type"] == "comm_msg":
            seen.append(message["content"]["data"]["i"])
        assert message["msg_type"] != "stream", message["content"]
    assert seen == list(range(COMMS))


def test_text_in_many_scripts_reaches_the_page(page):
    # Each of these takes several bytes, or is escaped in JSON: the server counts bytes.
    pattern = "\\u0001é😀\\n"
    text = {"stdout": [], "stderr": []}
    for message in page.run(f"for (let i = 0; i < 4000; i++) process.stdout.write('{pattern}'.repeat(100))"):
        if message["msg_type"] == "stream":
            text[message["content"]["name"]].append(message["content"]["text"])
    assert "".join(text["stderr"]) == ""
    assert "".join(text["stdout"]) == "\x01é😀\n" * 400_000
