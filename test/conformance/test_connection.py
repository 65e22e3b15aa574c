"""What the connection file asks for: keys, schemes, addresses, ports, encryption."""

import json
import subprocess
import time

import pytest
import zmq
from client import Kernel
from jupyter_client import BlockingKernelClient
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.session import Session


def started(kernel_name, tmp_path, info, session):
    """A kernel and a client of it, by a connection file of our own."""
    file = tmp_path / "connection.json"
    file.write_text(json.dumps(info))
    argv = [part.replace("{connection_file}", str(file)) for part in KernelSpecManager().get_kernel_spec(kernel_name).argv]
    process = subprocess.Popen(argv, cwd=tmp_path, stderr=subprocess.PIPE)
    end = time.monotonic() + 60
    while json.loads(file.read_text()).get("shell_port", 0) == 0 and info["transport"] == "tcp":
        assert time.monotonic() < end and process.poll() is None, process.stderr.read()
        time.sleep(0.05)
    client = BlockingKernelClient(connection_file=str(file), session=session)
    client.load_connection_file()
    if client.ip == "0.0.0.0":
        client.ip = "127.0.0.1"
    client.start_channels()
    client.wait_for_ready(timeout=60)
    return process, client


def works(process, client):
    reply = client.execute_interactive("6 * 7", timeout=60, output_hook=lambda m: None)
    assert reply["content"]["status"] == "ok"
    client.shutdown()
    client.stop_channels()
    assert process.wait(timeout=20) == 0
    process.stderr.close()


PORTS = {f"{channel}_port": 0 for channel in ("shell", "iopub", "stdin", "control", "hb")}


@pytest.mark.parametrize(
    "key, scheme, ip",
    [("abc", "hmac-sha512", "127.0.0.1"), ("abc", "hmac-sha256", "0.0.0.0"), ("", "hmac-sha256", "127.0.0.2")],
    ids=["sha512", "all interfaces", "not signed, another address"],
)
def test_schemes_addresses_and_free_ports(kernel_name, tmp_path, key, scheme, ip):
    info = {**PORTS, "ip": ip, "transport": "tcp", "key": key, "signature_scheme": scheme, "kernel_name": "kept"}
    process, client = started(kernel_name, tmp_path, info, Session(key=key.encode(), signature_scheme=scheme))
    written = json.loads((tmp_path / "connection.json").read_text())
    assert written["kernel_name"] == "kept"
    assert len({written[port] for port in PORTS} - {0}) == 5
    works(process, client)


@pytest.mark.skipif(not zmq.has("curve"), reason="the client's ZeroMQ has no CURVE")
def test_curve(kernel_name, tmp_path):
    running = Kernel(kernel_name, cwd=str(tmp_path), transport_encryption="required")
    try:
        info = json.loads(open(running.manager.connection_file).read())
        assert len(info["curve_publickey"]) == 40
        assert running.run("6 * 7").value == "42"
        running.client.hb_channel.unpause()
        plain = zmq.Context.instance().socket(zmq.DEALER)
        plain.connect(f"tcp://{info['ip']}:{info['shell_port']}")
        session = Session(key=info["key"].encode())
        session.send(plain, "kernel_info_request", {})
        assert not plain.poll(1500)
        plain.close(0)
    finally:
        running.close()


def test_a_bad_connection_file_is_named(kernel_name, tmp_path):
    argv = KernelSpecManager().get_kernel_spec(kernel_name).argv
    file = tmp_path / "bad.json"
    for text, words in (("{", "Cannot read the connection file"), ('{"transport": "udp"}', 'transport is "udp"')):
        file.write_text(text)
        done = subprocess.run([a.replace("{connection_file}", str(file)) for a in argv], capture_output=True, text=True, timeout=60)
        assert done.returncode == 1 and words in done.stderr
