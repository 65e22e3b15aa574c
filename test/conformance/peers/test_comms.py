"""Comms: opened from both sides, messages with binary buffers, closed from both sides, listed."""


def comm_messages(messages, kind="comm_msg"):
    return [m for m in messages if m["msg_type"] == kind]


def next_comm(subject, kind="comm_msg"):
    while True:
        message = subject.iopub(10)
        if message["msg_type"] == kind:
            return message


def test_the_kernel_opens_a_comm(subject):
    result = subject.run(subject.code("comm open"))
    (opened,) = result.of("comm_open")
    assert opened["content"]["target_name"] == "front.target" and opened["content"]["data"] == {"a": 1}
    assert opened["metadata"]["m"] == 2
    assert [bytes(b) for b in opened["buffers"]] == [b"\x01\x02"]


def test_messages_go_both_ways_and_the_client_closes(own_subject):
    own_subject.code("comm close")
    comm_id = own_subject.run(own_subject.code("comm open")).text().strip()
    assert own_subject.comms()[comm_id]["target_name"] == "front.target"
    assert comm_id in own_subject.comms(target_name="front.target")
    assert comm_id not in own_subject.comms(target_name="another")
    own_subject.comm("comm_msg", {"comm_id": comm_id, "data": {"n": 5}}, [b"\x07"])
    echo = next_comm(own_subject)
    assert echo["content"] == {"comm_id": comm_id, "data": {"echo": 5, "bytes": [7]}}
    assert [bytes(b) for b in echo["buffers"]] == [b"\x09\x08"]
    own_subject.comm("comm_close", {"comm_id": comm_id, "data": {}})
    assert "closed" in "".join(m["content"]["text"] for m in own_subject.silent_for(0.5) if m["msg_type"] == "stream")
    assert comm_id not in own_subject.comms()


def test_the_kernel_closes_a_comm(own_subject):
    own_subject.code("comm close")
    comm_id = own_subject.run(own_subject.code("comm open")).text().strip()
    (closed,) = own_subject.run(own_subject.code("comm close")).of("comm_close")
    assert closed["content"]["comm_id"] == comm_id and closed["content"]["data"] == {"bye": 1}
    assert comm_id not in own_subject.comms()


def test_a_client_opens_a_comm_to_a_target_of_the_kernel(own_subject):
    own_subject.run(own_subject.code("comm target"))
    own_subject.comm("comm_open", {"comm_id": "mine", "target_name": "kernel.target", "data": {"n": 3}})
    assert next_comm(own_subject)["content"] == {"comm_id": "mine", "data": {"hello": 3}}
    own_subject.comm("comm_msg", {"comm_id": "mine", "data": {"n": 4}})
    assert next_comm(own_subject)["content"]["data"] == {"echo": 4}
    assert own_subject.comms()["mine"]["target_name"] == "kernel.target"


def test_an_unknown_target_is_closed(subject):
    subject.code("comm open")
    subject.comm("comm_open", {"comm_id": "x", "target_name": "nobody", "data": {}})
    closed = comm_messages(subject.silent_for(1), "comm_close")
    assert [m["content"]["comm_id"] for m in closed] == ["x"]


def test_unknown_comms_do_no_harm(subject):
    for kind in ("comm_msg", "comm_close"):
        subject.comm(kind, {"comm_id": "unknown", "data": {}})
    assert subject.works()
