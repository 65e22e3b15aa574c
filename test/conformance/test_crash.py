"""Cells that end the process, and processes that die: the user hears of it, and nothing hangs."""

import asyncio
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest
from client import LIMIT, Kernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

DIED = "The kernel died while In[{}] ran, and this is a new one: all variables are lost."


def forget(running):
    running.client.stop_channels()
    running.manager.cleanup_resources()


def children(pid):
    """Processes that a process has begun, and theirs."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
    found, todo = [], [pid]
    while todo:
        parent = todo.pop()
        todo += [child for child, of in pairs if of == parent]
        found.append(parent)
    return found


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def all_gone(pids, seconds=20):
    end = time.monotonic() + seconds
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(alive, pids))


def test_process_exit_sends_all_output_and_says_so(kernel_name, tmp_path):
    running = Kernel(kernel_name, cwd=str(tmp_path))
    code = "process.on('exit', () => console.log('listener'));\nfor (let i = 0; i < 3000; i++) console.log('line', i);\nprocess.exit(3);"
    first, second = running.send(code), running.send("'never'", stop_on_error=False)
    messages = running.until_idle(first)
    lines = "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream").split("\n")
    assert lines[:3000] == [f"line {i}" for i in range(3000)]
    (error,) = [m["content"] for m in messages if m["msg_type"] == "error"]
    assert error["ename"] == "KernelExit" and error["evalue"].startswith("process.exit(3) was called: the kernel ends")
    assert any("In[1], line 3:" in line for line in error["traceback"])
    assert running.reply(first)["content"]["status"] == "error"
    assert running.reply(second)["content"]["status"] == "aborted"
    assert running.manager.provisioner.process.wait(timeout=20) == 3
    forget(running)


@pytest.mark.parametrize(
    "code, number",
    [
        ("process.abort()", signal.SIGABRT),
        ("await null; process.kill(process.pid, 'SIGKILL')", signal.SIGKILL),
    ],
)
def test_other_ends_say_so(kernel_name, tmp_path, code, number):
    running = Kernel(kernel_name, cwd=str(tmp_path), stderr=subprocess.DEVNULL)
    result = running.run(f"console.log('before'); {code}")
    assert result.text() == "before\n"
    assert result.reply["content"]["ename"] == "KernelExit"
    assert running.manager.provisioner.process.wait(timeout=20) == -number
    forget(running)


def test_background_code_that_exits_ends_the_cell_that_runs(kernel_name, tmp_path):
    running = Kernel(kernel_name, cwd=str(tmp_path))
    running.run("void setTimeout(() => process.exit(), 300)")
    assert running.run("await new Promise((r) => setTimeout(r, 30000))").reply["content"]["ename"] == "KernelExit"
    assert running.manager.provisioner.process.wait(timeout=20) == 0
    forget(running)


def test_a_signal_that_is_handled_is_the_users_own(own_kernel):
    code = "process.once('SIGUSR2', () => console.log('got it')); process.kill(process.pid, 'SIGUSR2'); await new Promise((r) => setTimeout(r, 300))"
    result = own_kernel.run(code)
    assert (result.status, result.text()) == ("ok", "got it\n")
    assert own_kernel.run("process.kill(process.pid, 0)").value == "true"


def test_after_a_crash_in_a_cell_the_next_kernel_says_so(kernel_name, tmp_path):
    running = Kernel(kernel_name, cwd=str(tmp_path))
    process = running.manager.provisioner.process
    running.run("const kept = 1")
    msg_id = running.send("console.log('go'); while (true);")
    running.wait_for(msg_id, "go")
    family = children(process.pid)
    os.kill(process.pid, signal.SIGSEGV)
    assert process.wait(timeout=20) == -signal.SIGSEGV
    assert all_gone(family)
    # As JupyterLab's restarter does: with the same connection file.
    running.manager.restart_kernel(now=True)
    running.client.wait_for_ready(timeout=LIMIT)
    result = running.run("console.log('hello')")
    assert DIED.format(2) in result.text("stderr") and result.text() == "hello\n"
    assert running.run("1").text("stderr") == ""
    note = running.manager.connection_file.removesuffix(".json") + ".running"
    assert os.path.exists(note)
    # A restart in order, also of one that computes.
    msg_id = running.send("console.log('go'); while (true);")
    running.wait_for(msg_id, "go")
    running.manager.restart_kernel()
    running.client.wait_for_ready(timeout=LIMIT)
    assert running.run("1").text("stderr") == ""
    running.close()
    assert not os.path.exists(note)


def test_a_cell_that_fills_the_memory_ends_and_the_kernel_lives(kernel_name, tmp_path, monkeypatch):
    monkeypatch.setenv("NODE_OPTIONS", "--max-old-space-size=600")
    running = Kernel(kernel_name, cwd=str(tmp_path))
    running.run("const kept = 5; var all: unknown[] = [];")
    result = running.run("while (true) all.push({ a: [0, 1, 2] });")
    assert result.reply["content"]["ename"] == "KeyboardInterrupt"
    assert "JavaScript's memory is nearly full" in result.text("stderr")
    assert running.run("all = []; kept").value == "5"
    # What only makes garbage goes on.
    assert running.run("for (let i = 0; i < 1e7; i++) all = [i]; all.length").value == "1"
    running.close()


def notebook(*cells):
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code) for code in cells])
    made.metadata["kernelspec"] = {"name": "", "display_name": "", "language": "typescript"}
    return made


def execute(cells, kernel_name, cwd):
    client = NotebookClient(notebook(*cells), kernel_name=kernel_name, timeout=LIMIT, resources={"metadata": {"path": str(cwd)}})
    client.execute()
    return client.nb


def test_nbclient_fails_with_a_message(kernel_name, tmp_path):
    with pytest.raises(CellExecutionError, match=r"KernelExit: process.exit\(0\) was called"):
        execute(["1", "process.exit(0)"], kernel_name, tmp_path)
    kill = "import { execSync } from 'node:child_process';\nvoid execSync(`kill -SEGV ${process.pid}`);"
    with pytest.raises(DeadKernelError, match="died"):
        execute(["1", kill], kernel_name, tmp_path)


@pytest.fixture()
def server(tmp_path):
    """A Jupyter server as JupyterLab has it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    token = secrets.token_hex(16)
    command = [sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root", f"--port={port}", "--port-retries=0"]
    options = [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={tmp_path}"]
    log = (tmp_path / "server.log").open("wb")
    process = subprocess.Popen([*command, *options], stdout=log, stderr=log)
    url = f"127.0.0.1:{port}"
    end = time.monotonic() + LIMIT
    while True:
        try:
            request(url, token, "/api/status")
            break
        except OSError:
            assert process.poll() is None and time.monotonic() < end, (tmp_path / "server.log").read_text()
            time.sleep(0.1)
    yield url, token
    process.terminate()
    process.wait(timeout=30)


def request(url, token, path, data=None):
    body = None if data is None else json.dumps(data).encode()
    asked = urllib.request.Request(f"http://{url}{path}", body, {"Authorization": f"token {token}"})
    with urllib.request.urlopen(asked, timeout=LIMIT) as answer:
        return json.loads(answer.read() or b"null")


def message(session, kind, content):
    header = {"msg_id": secrets.token_hex(8), "msg_type": kind, "session": session, "username": "", "version": "5.4", "date": ""}
    return {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}


def execute_request(session, code):
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
    return message(session, "execute_request", content)


@pytest.mark.parametrize(
    "code, first, after",
    [
        ("process.exit(1)", "error", ""),
        ("console.log('go'); process.stdout.write('pid ' + process.pid); while (true);", "stream", DIED.format(1)),
    ],
)
def test_a_jupyter_server_restarts_the_kernel(server, kernel_name, code, first, after):
    from tornado.websocket import websocket_connect

    url, token = server
    kernel = request(url, token, "/api/kernels", {"name": kernel_name})["id"]
    session = secrets.token_hex(8)

    async def converse():
        page = await websocket_connect(f"ws://{url}/api/kernels/{kernel}/channels?session_id={session}&token={token}")

        async def until(found):
            seen = []
            while True:
                text = await asyncio.wait_for(page.read_message(), LIMIT)
                seen.append(json.loads(text))
                if found(seen[-1]):
                    return seen

        def of(kind):
            return lambda m: m["header"]["msg_type"] == kind

        await page.write_message(json.dumps(execute_request(session, code)))
        seen = await until(of(first))
        if first == "stream":
            text = "".join(m["content"]["text"] for m in seen if of("stream")(m))
            if "pid" not in text:
                text += (await until(of("stream")))[-1]["content"]["text"]
            os.kill(int(text.split("pid ")[1]), signal.SIGKILL)
        restarts = ("restarting", "autorestarting")
        await until(lambda m: of("status")(m) and m["content"]["execution_state"] in restarts)
        # The server may hear the new kernel's requests before its output: ask until some output is heard.
        asked = set()
        while True:
            info = message(session, "kernel_info_request", {})
            asked.add(info["header"]["msg_id"])
            await page.write_message(json.dumps(info))
            try:
                await asyncio.wait_for(until(lambda m: of("status")(m) and m["parent_header"].get("msg_id") in asked), 2)
                break
            except asyncio.TimeoutError:
                assert len(asked) < LIMIT / 2
        await page.write_message(json.dumps(execute_request(session, "6 * 7")))
        result = await until(of("execute_result"))
        page.close()
        return result

    messages = asyncio.run(converse())
    assert messages[-1]["content"]["data"]["text/plain"] == "42"
    said = "".join(m["content"]["text"] for m in messages if m["header"]["msg_type"] == "stream")
    assert (after in said) if after else said == ""
