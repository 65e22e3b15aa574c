"""Single requests and their replies, signatures, subscriptions."""

import time

import zmq


def test_kernel_info(subject):
    info = subject.info
    assert info["status"] == "ok"
    assert tuple(int(n) for n in info["protocol_version"].split(".")) >= (5, 3)
    assert info["implementation"] and info["implementation_version"] and info["banner"]
    language = info["language_info"]
    assert language["name"] and language["version"] and language["file_extension"].startswith(".")
    assert isinstance(info.get("help_links", []), list)


def test_supported_features_are_listed(subject):
    assert isinstance(subject.info["supported_features"], list)


def test_what_a_reply_says_of_an_error_is_what_iopub_says(subject):
    result = subject.run(subject.code("error"))
    (error,) = result.of("error")
    reply = result.reply["content"]
    assert reply["status"] == "error"
    assert (error["content"]["ename"], error["content"]["evalue"]) == (subject.code("error name"), "bad")
    for field in ("ename", "evalue", "traceback"):
        assert reply[field] == error["content"][field]


def test_headers_name_their_request(subject):
    result = subject.run(subject.code("value"))
    sent = result.reply["parent_header"]
    for message in [*result.messages, result.reply]:
        assert message["parent_header"]["msg_id"] == sent["msg_id"]
        assert message["parent_header"]["session"] == sent["session"]
        assert message["header"]["date"].tzinfo is not None
    sessions = {m["header"]["session"] for m in result.messages}
    assert len(sessions) == 1 and sent["session"] not in sessions
    ids = [m["header"]["msg_id"] for m in result.messages]
    assert len(set(ids)) == len(ids)


def test_unknown_fields_and_metadata_do_no_harm(subject):
    session = subject.client.session
    message = session.msg("execute_request", {"code": subject.code("value"), "silent": False, "extra": [1]})
    message["header"]["subshell_id"] = None
    message["header"]["extra"] = {"a": 1}
    message["metadata"] = {"cellId": "abc", "more": [None]}
    session.send(subject.client.shell_channel.socket, message)
    result = subject.finish(message["header"]["msg_id"])
    assert result.status == "ok"
    assert result.reply["parent_header"]["extra"] == {"a": 1}


def test_unknown_requests_are_ignored(subject):
    for channel in ("shell", "control"):
        message = subject.client.session.msg("no_such_request", {})
        getattr(subject.client, f"{channel}_channel").send(message)
    assert subject.works()


def test_control_answers_info_while_a_cell_computes(subject):
    msg_id = subject.send(subject.code("busy", seconds=2))
    subject.wait_for(msg_id, "go")
    start = time.monotonic()
    assert subject.request("kernel_info_request", "control", timeout=1.5)["content"]["status"] == "ok"
    assert time.monotonic() - start < 1.5
    subject.finish(msg_id)


def test_the_heartbeat_echoes_while_a_cell_computes(subject):
    msg_id = subject.send(subject.code("busy", seconds=1.5))
    subject.wait_for(msg_id, "go")
    connection = subject.client.get_connection_info()
    socket = zmq.Context.instance().socket(zmq.REQ)
    socket.connect(f"tcp://{connection['ip']}:{connection['hb_port']}")
    socket.send(b"ping")
    assert socket.poll(1000) and socket.recv() == b"ping"
    socket.close(0)
    subject.finish(msg_id)


def test_connect_request_gives_the_ports(subject):
    content = subject.request("connect_request", timeout=5)["content"]
    info = subject.client.get_connection_info()
    for channel in ("shell", "iopub", "stdin", "hb"):
        assert content[f"{channel}_port"] == info[f"{channel}_port"]


def test_debug_request_is_answered(subject):
    arguments = {"type": "request", "seq": 7, "command": "debugInfo", "arguments": {}}
    content = subject.request("debug_request", "control", timeout=5, **arguments)["content"]
    assert content["type"] == "response" and content["command"] == "debugInfo" and content["request_seq"] == 7
    offered = subject.info.get("debugger", False) or "debugger" in subject.info.get("supported_features", [])
    assert content["success"] is offered


def test_usage_request(subject):
    content = subject.request("usage_request", "control", timeout=5)["content"]
    assert content["pid"] == subject.manager.provisioner.pid
    assert content["kernel_memory"] > 10_000_000 and content["kernel_cpu"] >= 0
    assert content["host_virtual_memory"]["total"] > content["host_virtual_memory"]["available"] > 0


def test_wrongly_signed_and_repeated_messages_are_dropped(own_subject):
    session = own_subject.client.session
    socket = own_subject.client.shell_channel.socket
    key, session.key = session.key, b"wrong"
    bad = own_subject.send(own_subject.code("print", text="never"))
    session.key = key
    message = session.msg("execute_request", {"code": own_subject.code("print", text="once"), "silent": False})
    frames = session.serialize(message)
    for _ in range(2):
        socket.send_multipart(frames)
    good = own_subject.send(own_subject.code("print", text="end"))
    messages = []
    while not (messages and messages[-1]["parent_header"].get("msg_id") == good and messages[-1]["content"].get("execution_state") == "idle"):
        messages.append(own_subject.iopub())
    assert bad not in {m["parent_header"].get("msg_id") for m in messages}
    assert "".join(m["content"]["text"] for m in messages if m["msg_type"] == "stream").split() == ["once", "end"]


def test_a_subscriber_is_welcomed(subject):
    connection = subject.client.get_connection_info()
    socket = zmq.Context.instance().socket(zmq.SUB)
    socket.setsockopt(zmq.SUBSCRIBE, b"")
    socket.connect(f"tcp://{connection['ip']}:{connection['iopub_port']}")
    try:
        end = time.monotonic() + 3
        while time.monotonic() < end:
            if not socket.poll(500):
                continue
            _, frames = subject.client.session.feed_identities(socket.recv_multipart())
            message = subject.client.session.deserialize(frames)
            if message["msg_type"] == "iopub_welcome":
                assert message["content"] == {"subscription": ""} and message["parent_header"] == {}
                return
        raise AssertionError("no iopub_welcome within 3 s")
    finally:
        socket.close(0)


def test_history(own_subject):
    own_subject.run(own_subject.code("value"))
    own_subject.run(own_subject.code("variable"))
    tail = own_subject.request("history_request", hist_access_type="tail", n=2, output=False, raw=True)["content"]["history"]
    assert [item[2] for item in tail] == [own_subject.code("value"), own_subject.code("variable")]
    options = {"session": 0, "start": 1, "stop": 2, "raw": True}
    ranged = own_subject.request("history_request", hist_access_type="range", output=True, **options)["content"]["history"]
    assert [item[2] for item in ranged] == [[own_subject.code("value"), own_subject.code("value text")]]
    options = {"pattern": own_subject.code("value")[:3] + "*", "n": 1, "unique": True, "raw": True}
    found = own_subject.request("history_request", hist_access_type="search", output=False, **options)["content"]["history"]
    assert [item[2] for item in found] == [own_subject.code("value")]
