"""What cells ask the user: where it cannot be asked, and what goes on meanwhile."""

from jupyter_client import BlockingKernelClient


def ask(kernel, code):
    msg_id = kernel.send(code, allow_stdin=True)
    request = kernel.client.get_stdin_msg(timeout=30)
    assert request["parent_header"]["msg_id"] == msg_id
    return msg_id, request


def test_a_client_without_a_stdin_socket_is_no_reason_to_wait(kernel):
    other = BlockingKernelClient(connection_file=kernel.manager.connection_file)
    other.load_connection_file()
    other.start_channels(stdin=False, hb=False)
    reply = other.execute("await input('Name?')", allow_stdin=True, reply=True, timeout=30)
    assert reply["content"]["status"] == "error"
    assert "has gone" in reply["content"]["evalue"]
    other.stop_channels()


def test_allow_stdin_false_says_what_to_do(kernel):
    content = kernel.run("await input()", allow_stdin=False).reply["content"]
    assert content["ename"] == "Error" and "allow_stdin is false" in content["evalue"]
    content = kernel.run("await input(5 as any)", allow_stdin=True).reply["content"]
    assert content["ename"] == "TypeError" and "prompt must be a string" in content["evalue"]


def test_two_questions_at_once_are_asked_one_after_the_other(kernel):
    msg_id, first = ask(kernel, "(await Promise.all([input('a?'), password('b?')])).join(' ')")
    assert first["content"] == {"prompt": "a?", "password": False}
    kernel.client.input("1")
    assert kernel.client.get_stdin_msg(timeout=30)["content"] == {"prompt": "b?", "password": True}
    kernel.client.input("2")
    assert kernel.finish(msg_id).value == "'1 2'"


def test_output_comes_before_the_question(kernel):
    msg_id, _ = ask(kernel, "console.log('before'); await input('q?')")
    assert kernel.client.iopub_channel.msg_ready()
    kernel.wait_for(msg_id, "before")
    kernel.client.input("")
    assert kernel.finish(msg_id).value == "''"


def test_code_of_a_cell_that_has_ended_cannot_ask(kernel):
    first = kernel.run("var late = new Promise<string>((r) => setTimeout(() => input('late?').then(r, (e) => r(String(e))), 50)); 0", allow_stdin=True)
    assert first.status == "ok"
    assert "only while their cell runs" in kernel.run("await late", allow_stdin=True).value
    assert not kernel.client.stdin_channel.msg_ready()


def test_a_stale_answer_that_names_its_question_never_reaches_the_next(kernel):
    msg_id, stale = ask(kernel, "await input('first?')")
    kernel.interrupt()
    assert kernel.finish(msg_id).reply["content"]["ename"] == "KeyboardInterrupt"
    msg_id, request = ask(kernel, "await input('second?')")
    session = kernel.client.session
    for parent, value in ((stale, "stale"), (request, "right")):
        session.send(kernel.client.stdin_channel.socket, session.msg("input_reply", {"value": value}, parent=parent))
    assert kernel.finish(msg_id).value == "'right'"


def test_names_that_a_cell_declares_win(own_kernel):
    assert own_kernel.run("const input = 5; input").value == "5"
    assert own_kernel.run("input + 1").value == "6"
