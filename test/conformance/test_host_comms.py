"""Comms both ways, also while a cell computes, and with two clients."""

import time

from jupyter_client import BlockingKernelClient

OPEN = """
const host = (globalThis as any)[Symbol.for('gradoscope.host')];
const got: any[] = [];
const comm = host.comm('test.target', 'comm-1', (m: any) => {
  got.push(m);
  comm.send({ echo: m.data.n, sum: m.buffers.reduce((s: number, b: Uint8Array) => s + b.reduce((x, y) => x + y, 0), 0) }, [new Uint8Array([7, 8])]);
});
0"""


def comm_messages(messages):
    return [m for m in messages if m["msg_type"] == "comm_msg"]


def test_both_ways_with_buffers(own_kernel):
    own_kernel.run(OPEN)
    assert own_kernel.comms() == {"comm-1": {"target_name": "test.target"}}
    assert own_kernel.comms(target_name="other") == {}
    own_kernel.comm("comm_msg", {"comm_id": "comm-1", "data": {"n": 5}}, [b"\x01\x02", b"\x03"])
    (message,) = comm_messages(own_kernel.silent_for(1))
    assert message["content"] == {"comm_id": "comm-1", "data": {"echo": 5, "sum": 6}}
    assert [bytes(b) for b in message["buffers"]] == [b"\x07\x08"]
    own_kernel.comm("comm_msg", {"comm_id": "unknown", "data": {}})
    assert own_kernel.run("got.length").value == "1"


def test_while_a_cell_computes(own_kernel):
    own_kernel.run(OPEN)
    msg_id = own_kernel.send(
        "console.log('go'); for (const end = Date.now() + 3000; got.length === 0 && Date.now() < end; ) host.pump(); got.length"
    )
    own_kernel.wait_for(msg_id, "go")
    start = time.monotonic()
    assert "comm-1" in own_kernel.comms()
    assert time.monotonic() - start < 1
    own_kernel.comm("comm_msg", {"comm_id": "comm-1", "data": {"n": 1}}, [b"\x09"])
    assert own_kernel.finish(msg_id).value == "1"


def test_one_client_leaves_the_other_stays(own_kernel):
    own_kernel.run(OPEN)
    # A client of its own session, as another browser is.
    other = BlockingKernelClient(connection_file=own_kernel.manager.connection_file)
    other.load_connection_file()
    other.start_channels()
    other.wait_for_ready(timeout=60)
    own_kernel.comm("comm_close", {"comm_id": "comm-1", "data": {}}, client=other)
    assert "comm-1" in own_kernel.comms()
    own_kernel.run("comm.send({ n: 2 })")
    seen = []
    end = time.monotonic() + 5
    while not seen and time.monotonic() < end:
        seen = comm_messages([other.get_iopub_msg(timeout=5)])
    assert seen[0]["content"]["data"] == {"n": 2}
    other.stop_channels()


def test_an_unknown_target_is_closed(own_kernel):
    own_kernel.comm("comm_open", {"comm_id": "x", "target_name": "nobody", "data": {}})
    closed = [m for m in own_kernel.silent_for(0.5) if m["msg_type"] == "comm_close"]
    assert [m["content"]["comm_id"] for m in closed] == ["x"]


def test_display_and_update(own_kernel):
    own_kernel.run(OPEN)
    shown = own_kernel.run("const handle = host.display({ 'text/plain': 'a' }, { cell: host.cell() }); 0")
    (first,) = shown.of("display_data")
    own_kernel.run("1")
    own_kernel.send("handle.update({ 'text/plain': 'b' })")
    updates = [m for m in own_kernel.silent_for(1) if m["msg_type"] == "update_display_data"]
    assert updates[0]["content"]["transient"] == first["content"]["transient"]
    assert updates[0]["parent_header"]["msg_id"] == first["parent_header"]["msg_id"]
    bad = own_kernel.run("host.display({ 'x/y': 1n }, { cell: host.cell() })")
    assert bad.reply["content"]["ename"] == "TypeError" and "JSON" in bad.reply["content"]["evalue"]


def test_comms_are_removed_by_the_kernel(own_kernel):
    own_kernel.run(OPEN)
    own_kernel.run("comm.close()")
    assert own_kernel.comms() == {}


def test_the_kernel_is_busy_again_after_it_answered_while_a_cell_runs(kernel):
    msg_id = kernel.send("console.log('go'); await new Promise((r) => setTimeout(r, 800));")
    kernel.wait_for(msg_id, "go")
    info = kernel.client.session.msg("comm_info_request", {})
    kernel.client.shell_channel.send(info)
    kernel.reply(info["header"]["msg_id"])
    states = []
    while True:
        message = kernel.iopub()
        if message["msg_type"] != "status":
            continue
        states.append((message["parent_header"]["msg_id"] == msg_id, message["content"]["execution_state"]))
        if states[-1] == (True, "idle"):
            break
    assert states == [(False, "busy"), (False, "idle"), (True, "busy"), (True, "idle")]
    kernel.reply(msg_id)
