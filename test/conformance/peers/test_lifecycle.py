"""Shutdown, restart, and death."""

import os
import signal
import time
from pathlib import Path

import pytest

LIMIT = 20


def wait_until(condition):
    end = time.monotonic() + LIMIT
    while not condition() and time.monotonic() < end:
        time.sleep(0.05)
    assert condition()


def ended(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True


def descendants(pid):
    found = []
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


@pytest.mark.parametrize("restart", [True, False])
def test_shutdown_echoes_restart_and_ends_the_process(own_subject, restart):
    own_subject.run(own_subject.code("value"))
    reply = own_subject.request("shutdown_request", "control", restart=restart)
    assert reply["content"]["status"] == "ok" and reply["content"]["restart"] is restart
    wait_until(lambda: not own_subject.manager.is_alive())
    assert own_subject.manager.provisioner.process.returncode == 0


def test_shutdown_while_a_cell_computes(own_subject):
    msg_id = own_subject.send(own_subject.code("busy", seconds=60))
    own_subject.wait_for(msg_id, "go")
    assert own_subject.request("shutdown_request", "control", timeout=5, restart=False)["content"]["status"] == "ok"
    wait_until(lambda: not own_subject.manager.is_alive())


def test_restart(own_subject):
    own_subject.run(own_subject.code("variable"))
    own_subject.manager.restart_kernel()
    own_subject.client.wait_for_ready(timeout=60)
    assert own_subject.works()
    assert own_subject.run(own_subject.code("read variable")).status == "error"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
def test_a_killed_kernel_leaves_no_process_behind(own_subject):
    own_subject.run(own_subject.code("value"))
    msg_id = own_subject.send(own_subject.code("busy", seconds=60))
    own_subject.wait_for(msg_id, "go")
    pid = own_subject.manager.provisioner.pid
    children = descendants(pid)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: ended(pid) and all(ended(child) for child in children))
    own_subject.manager.restart_kernel(now=True)
    own_subject.client.wait_for_ready(timeout=60)
    assert own_subject.works()
