"""A running kernel and what the tests ask of it."""

import re
import time
from dataclasses import dataclass, field
from queue import Empty

from jupyter_client import BlockingKernelClient
from jupyter_client.manager import KernelManager

#: Seconds to wait for what must come; `--limit` sets it.
LIMIT = 60
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


@dataclass
class Result:
    reply: dict
    messages: list = field(default_factory=list)

    @property
    def status(self):
        return self.reply["content"]["status"]

    def of(self, kind):
        return [m for m in self.messages if m["msg_type"] == kind]

    def text(self, name="stdout"):
        return "".join(m["content"]["text"] for m in self.of("stream") if m["content"]["name"] == name)

    @property
    def value(self):
        """The result as text, without the colours that some kernels give it."""
        return COLOURS.sub("", self.of("execute_result")[0]["content"]["data"]["text/plain"])


class Kernel:
    def __init__(self, name, cwd, stderr=None, **options):
        self.manager = KernelManager(kernel_name=name, **options)
        self.manager.start_kernel(cwd=cwd, **({} if stderr is None else {"stderr": stderr}))
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=LIMIT)

    def close(self):
        self.client.stop_channels()
        if self.manager.has_kernel:
            self.manager.shutdown_kernel()

    def send(self, code, **options):
        return self.client.execute(code, **options)

    def reply(self, msg_id, channel="shell", timeout=None):
        end = time.monotonic() + (timeout or LIMIT)
        while True:
            left = max(0.01, end - time.monotonic())
            message = getattr(self.client, f"get_{channel}_msg")(timeout=left)
            if message["parent_header"].get("msg_id") == msg_id:
                return message

    def iopub(self, timeout=None):
        return self.client.get_iopub_msg(timeout=timeout or LIMIT)

    def until_idle(self, msg_id, timeout=None):
        """All of iopub for a request, up to its idle."""
        messages = []
        while True:
            message = self.iopub(timeout)
            if message["parent_header"].get("msg_id") != msg_id:
                continue
            messages.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return messages

    def finish(self, msg_id, timeout=None):
        messages = self.until_idle(msg_id, timeout)
        return Result(self.reply(msg_id, timeout=timeout), messages)

    def run(self, code, timeout=None, **options):
        return self.finish(self.send(code, **options), timeout)

    def wait_for(self, msg_id, text):
        """Until the request has printed the text."""
        seen = ""
        while text not in seen:
            message = self.iopub()
            if message["parent_header"].get("msg_id") == msg_id and message["msg_type"] == "stream":
                seen += message["content"]["text"]
        return seen

    def request(self, kind, channel="shell", timeout=None, **content):
        """Sends a request and waits for its reply."""
        message = self.client.session.msg(kind, content)
        getattr(self.client, f"{channel}_channel").send(message)
        return self.reply(message["header"]["msg_id"], channel, timeout)

    def interrupt(self):
        """As a notebook does: by message, or by signal where the kernel spec says so (there is no reply then)."""
        if self.manager.kernel_spec.interrupt_mode != "message":
            return self.manager.interrupt_kernel()
        return self.request("interrupt_request", "control")

    def comm(self, kind, content, buffers=None, client=None):
        client = client or self.client
        message = client.session.msg(kind, content)
        client.session.send(client.shell_channel.socket, message, buffers=buffers)
        return message["header"]["msg_id"]

    def comms(self, **content):
        return self.request("comm_info_request", **content)["content"]["comms"]

    def another_client(self):
        """A client with a session of its own, as another browser is."""
        other = BlockingKernelClient(connection_file=self.manager.connection_file)
        other.load_connection_file()
        other.start_channels()
        other.wait_for_ready(timeout=LIMIT)
        return other

    def silent_for(self, seconds):
        """All of iopub that comes in a time."""
        found = []
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                found.append(self.iopub(left))
            except Empty:
                break
        return found
