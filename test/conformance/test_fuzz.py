"""Messages that no client should send, on all channels: the kernel drops or answers them, and goes on."""

import json
import os
import random
import socket
import time

import pytest
import zmq
from client import Kernel

FULL = bool(os.environ.get("GRADOSCOPE_FULL"))
COUNT = 10_000 if FULL else 500
SEED = int(os.environ.get("GRADOSCOPE_SEED", "4"))
CHECK_EVERY = 100
CHANNELS = ("shell", "control", "stdin", "iopub", "hb")

CONTENTS = {
    "execute_request": {"code": "1", "silent": False, "store_history": True, "user_expressions": {"a": "1"}, "allow_stdin": False, "stop_on_error": True},
    "complete_request": {"code": "process.", "cursor_pos": 8},
    "inspect_request": {"code": "process", "cursor_pos": 3, "detail_level": 0},
    "is_complete_request": {"code": "1 +"},
    "history_request": {"hist_access_type": "search", "output": True, "raw": True, "session": -1, "start": 0, "stop": 5, "n": 3, "pattern": "*a*b[c-", "unique": True},
    "comm_info_request": {"target_name": "x"},
    "comm_open": {"comm_id": "c", "target_name": "t", "data": {}},
    "comm_msg": {"comm_id": "c", "data": {}},
    "comm_close": {"comm_id": "c", "data": {}},
    "kernel_info_request": {},
    "connect_request": {},
    "usage_request": {},
    "interrupt_request": {},
    "debug_request": {"seq": 1, "command": "x", "arguments": {}},
    "input_reply": {"value": "x", "status": "ok"},
    "create_subshell_request": {},
    "__proto__": {},
    "constructor": {},
}


class Fuzzer:
    def __init__(self, kernel, seed):
        self.random = random.Random(seed)
        self.session = kernel.client.session
        self.info = kernel.client.get_connection_info()
        self.sockets = {}
        for channel in CHANNELS:
            kind = zmq.XSUB if channel == "iopub" else zmq.DEALER
            opened = zmq.Context.instance().socket(kind)
            opened.setsockopt(zmq.LINGER, 1000)
            opened.connect(f"tcp://{self.info['ip']}:{self.info[f'{channel}_port']}")
            self.sockets[channel] = opened

    def close(self):
        for opened in self.sockets.values():
            opened.close()

    def value(self, depth=0):
        """Any JSON value."""
        r = self.random
        simple = [
            None, True, False, 0, -1, 1.5, 1e308, -(2**63), 2**64, "", "x", "\x00", "😀", "\ud800", "a" * 5000, "*" * 300,
            "__proto__", "for(", "`${", "../../etc", "1e9",
        ]  # fmt: skip
        if depth > 2 or r.random() < 0.6:
            return r.choice(simple)
        items = [self.value(depth + 1) for _ in range(r.randrange(4))]
        return items if r.random() < 0.5 else {str(r.choice(simple)): item for item in items}

    def noise(self, size=None):
        return self.random.randbytes(self.random.choice([0, 1, 7, 100, 5000]) if size is None else size)

    def message(self, kind=None, content=None):
        kind = kind or self.random.choice(list(CONTENTS))
        message = self.session.msg(kind, content if content is not None else dict(CONTENTS[kind]))
        return [b"<IDS|MSG>", *self.sign([self.pack(message[part]) for part in ("header", "parent_header", "metadata", "content")])]

    def pack(self, value):
        return json.dumps(value, default=str).encode("utf8", "surrogatepass")

    def sign(self, parts):
        return [self.session.sign(parts), *parts]

    def malformed(self):
        r = self.random
        kind = r.randrange(7)
        if kind == 0:
            return [self.noise() for _ in range(r.randrange(1, 9))]
        if kind == 1:
            return [b"<IDS|MSG>"] * r.randrange(1, 9)
        if kind == 2:
            return [b"<IDS|MSG>", *[self.noise() for _ in range(r.randrange(8))]]
        # Signed all the same: what is in the frames must be looked at.
        bad = r.choice([b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b"NaN", b"[" * 50_000, b'{"a":' * 50_000, b"1" * 10_000])
        parts = self.message()[2:6]
        parts[r.randrange(4)] = bad
        return [b"<IDS|MSG>", *self.sign(parts), *[self.noise() for _ in range(r.randrange(3))]]

    def truncated(self):
        frames = self.message()
        if self.random.random() < 0.5:
            return frames[: self.random.randrange(1, len(frames))]
        at = self.random.randrange(len(frames))
        frames[at] = frames[at][: self.random.randrange(len(frames[at]) or 1)]
        return frames

    def wrongly_signed(self):
        frames = self.message()
        frames[1] = self.random.choice([b"", b"0" * 64, b"\xff" * 64, self.noise(), frames[1].upper(), frames[1] + b"0", frames[1][::-1]])
        return frames

    def oversized(self):
        r = self.random
        size = r.choice([100_000, 1_000_000, 4_000_000 if FULL else 1_000_000])
        kind = r.randrange(4)
        if kind == 0:
            return [b"<IDS|MSG>", *self.message("comm_msg")[1:], *[b"x" * 100] * 2000]
        if kind == 1:
            return [b"x" * size, *self.message("kernel_info_request")]
        if kind == 2:
            return self.message("history_request", {"hist_access_type": "search", "pattern": "a*" * (size // 100), "n": 1})
        message = self.session.msg("comm_open", {"comm_id": "c" * size, "target_name": "t" * size, "data": {"x": "y" * size}})
        message["header"]["username"] = "u" * size
        return [b"<IDS|MSG>", *self.sign([self.pack(message[part]) for part in ("header", "parent_header", "metadata", "content")])]

    def wrongly_typed(self):
        r = self.random
        kind = r.choice(list(CONTENTS))
        content = {key: self.value() if r.random() < 0.6 else value for key, value in CONTENTS[kind].items()}
        if kind == "execute_request":
            # Code that runs for ever is no error of the message layer.
            content["code"] = r.choice([self.value(), "1", None])
        message = self.session.msg(kind, content)
        for _ in range(r.randrange(3)):
            message["header"][r.choice(["msg_type", "username", "date", "version", "session", "msg_id"])] = self.value()
        message["parent_header"] = r.choice([{}, {"msg_id": self.value()}, self.value()])
        message["metadata"] = r.choice([{}, {"cellId": self.value()}, self.value()])
        return [b"<IDS|MSG>", *self.sign([self.pack(message[part]) for part in ("header", "parent_header", "metadata", "content")])]

    def send(self):
        make = self.random.choice([self.malformed, self.truncated, self.wrongly_signed, self.wrongly_typed, self.wrongly_typed, self.malformed])
        if self.random.random() < 0.01:
            make = self.oversized
        channel = self.random.choice(["shell", "shell", "control", "control", "stdin", "iopub", "hb"])
        if self.random.random() < 0.02:
            return self.raw(channel)
        self.sockets[channel].send_multipart(make())
        return None

    def raw(self, channel):
        """Bytes that are not even ZeroMQ's."""
        with socket.create_connection((self.info["ip"], self.info[f"{channel}_port"]), timeout=5) as connection:
            connection.sendall(self.noise(self.random.choice([1, 64, 3000])))

    def drain(self):
        for opened in self.sockets.values():
            while opened.poll(0):
                opened.recv_multipart()


@pytest.fixture()
def logged(kernel_name, tmp_path):
    log = tmp_path / "stderr.log"
    with log.open("wb") as stderr:
        running = Kernel(kernel_name, cwd=str(tmp_path), stderr=stderr)
    yield running, log
    running.close()


def test_fuzz(logged):
    kernel, log = logged
    kernel.run("var kept = 42")
    pid = kernel.manager.provisioner.pid
    fuzzer = Fuzzer(kernel, SEED)
    slowest = 0
    for i in range(COUNT):
        fuzzer.send()
        if i % CHECK_EVERY == CHECK_EVERY - 1:
            fuzzer.drain()
            start = time.monotonic()
            assert kernel.request("kernel_info_request", "control", timeout=60)["content"]["status"] == "ok", i
            assert kernel.request("kernel_info_request", "shell", timeout=60)["content"]["status"] == "ok", i
            slowest = max(slowest, time.monotonic() - start)
            # An error or an interrupt among what was sent may still end this one.
            tries = iter(range(10))
            while (result := kernel.run("kept")).status != "ok":
                assert next(tries, None) is not None, result.reply["content"]
            assert result.value == "42", i
    fuzzer.close()
    print(f"{COUNT} messages, seed {SEED}; slowest answer {slowest:.2f} s")
    assert kernel.manager.provisioner.pid == pid and kernel.manager.is_alive()
    text = log.read_text(errors="replace")
    assert "dropped a message on shell" in text and "dropped a message on control" in text
    unexpected = [line for line in text.splitlines() if not line.startswith("gradoscope-kernel: dropped a message on ")]
    assert unexpected == []
