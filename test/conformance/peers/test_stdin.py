"""What a cell asks the user."""

import time


def ask(subject, code):
    msg_id = subject.send(code, allow_stdin=True)
    request = subject.client.get_stdin_msg(timeout=20)
    assert request["msg_type"] == "input_request" and request["parent_header"]["msg_id"] == msg_id
    return msg_id, request["content"]


def test_input(subject):
    msg_id, content = ask(subject, subject.code("input", n=1))
    assert content == {"prompt": "Name? ", "password": False}
    subject.client.input("Ada")
    assert subject.finish(msg_id).text().strip() == "got Ada"


def test_input_after_an_await(subject):
    msg_id, content = ask(subject, subject.code("input later"))
    assert content["prompt"] == "Later? "
    subject.client.input("grün 😀")
    assert subject.finish(msg_id).text().strip() == "got grün 😀"


def test_password(subject):
    msg_id, content = ask(subject, subject.code("password"))
    assert content == {"prompt": "Secret? ", "password": True}
    subject.client.input("x")
    assert subject.finish(msg_id).text().strip() == "got x"


def test_a_client_without_stdin_gets_an_error(subject):
    result = subject.run(subject.code("input", n=2), allow_stdin=False, timeout=10)
    assert result.status == "error" and result.reply["content"]["evalue"]


def test_an_interrupt_ends_the_question_and_a_late_answer_is_dropped(subject):
    msg_id, _ = ask(subject, subject.code("input", n=3))
    time.sleep(0.2)
    subject.interrupt()
    result = subject.finish(msg_id, timeout=10)
    assert result.status == "error"
    subject.client.input("late")
    time.sleep(0.2)
    msg_id, _ = ask(subject, subject.code("input", n=4))
    subject.client.input("fresh")
    assert subject.finish(msg_id).text().strip() == "got fresh"


def test_the_question_goes_to_the_client_that_runs_the_cell(subject):
    other = subject.another_client()
    try:
        msg_id, _ = ask(subject, subject.code("input", n=5))
        assert not other.stdin_channel.msg_ready()
        other.input("of the other")
        time.sleep(0.3)
        subject.client.input("mine")
        assert subject.finish(msg_id).text().strip() == "got mine"
    finally:
        other.stop_channels()


def test_the_kernel_answers_others_while_it_asks(subject):
    msg_id, _ = ask(subject, subject.code("input", n=6))
    try:
        assert subject.request("kernel_info_request", "control", timeout=3)["content"]["status"] == "ok"
    finally:
        subject.client.input("x")
        subject.finish(msg_id)
