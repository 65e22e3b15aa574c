"""Two clients at once."""


def test_both_see_all_and_each_gets_its_own_replies(subject):
    other = subject.another_client()
    try:
        mine = subject.send(subject.code("print", text="mine"))
        theirs = other.execute(subject.code("print", text="theirs"))
        assert subject.reply(mine)["content"]["status"] == "ok"
        reply = other.get_shell_msg(timeout=30)
        while reply["parent_header"]["msg_id"] != theirs:
            reply = other.get_shell_msg(timeout=30)
        assert reply["content"]["status"] == "ok"
        for read in (subject.iopub, lambda: other.get_iopub_msg(timeout=30)):
            texts, idle = {}, set()
            while {mine, theirs} - idle:
                message = read()
                parent = message["parent_header"].get("msg_id")
                if message["msg_type"] == "stream":
                    texts[parent] = texts.get(parent, "") + message["content"]["text"]
                if message["content"].get("execution_state") == "idle":
                    idle.add(parent)
            assert (texts[mine].strip(), texts[theirs].strip()) == ("mine", "theirs")
        assert not subject.client.shell_channel.msg_ready() and not other.shell_channel.msg_ready()
    finally:
        other.stop_channels()


def test_one_client_leaves_while_its_cell_runs(subject):
    other = subject.another_client()
    msg_id = other.execute(subject.code("sleep", seconds=0.5))
    subject.wait_for(msg_id, "go")
    other.stop_channels()
    assert subject.works()
