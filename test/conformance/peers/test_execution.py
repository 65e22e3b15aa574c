"""The options of execute_request."""

import time


def test_the_result_is_a_message(subject):
    (result,) = (done := subject.run(subject.code("value"))).of("execute_result")
    assert done.value == subject.code("value text")
    assert result["content"]["execution_count"] == done.reply["content"]["execution_count"]


def test_execution_counts(own_subject):
    code = own_subject.code("value")
    first = own_subject.run(code)
    assert first.reply["content"]["execution_count"] == 1
    assert [m["content"]["execution_count"] for m in first.of("execute_input") + first.of("execute_result")] == [1, 1]
    assert own_subject.run(code).reply["content"]["execution_count"] == 2
    assert own_subject.run(own_subject.code("error")).reply["content"]["execution_count"] == 3


def test_silent(own_subject):
    code = own_subject.code("value")
    own_subject.run(code)
    silent = own_subject.run(own_subject.code("value"), silent=True)
    assert silent.status == "ok"
    assert [m["msg_type"] for m in silent.messages] == ["status", "status"]
    assert own_subject.run(code).reply["content"]["execution_count"] == 2


def test_without_history_the_count_stays(own_subject):
    code = own_subject.code("value")
    own_subject.run(code)
    assert own_subject.run(code, store_history=False).status == "ok"
    assert own_subject.run(code).reply["content"]["execution_count"] == 2


def test_user_expressions(subject):
    expressions = {"good": subject.code("value"), "bad": "no_such_name_123"}
    result = subject.run(subject.code("variable"), user_expressions=expressions)
    assert result.status == "ok"
    answers = result.reply["content"]["user_expressions"]
    assert answers["good"]["status"] == "ok"
    assert answers["good"]["data"]["text/plain"] == subject.code("value text")
    assert answers["bad"]["status"] == "error" and answers["bad"]["ename"] and answers["bad"]["traceback"]
    assert not result.of("error")


def test_an_error_aborts_what_waits(subject):
    ids = [subject.send(subject.code("sleep then error"))]
    ids += [subject.send(subject.code("print", text="never")) for _ in range(5)]
    replies = [subject.reply(i)["content"]["status"] for i in ids]
    assert replies == ["error"] + ["aborted"] * 5
    for msg_id in ids:
        messages = subject.until_idle(msg_id)
        assert not [m for m in messages if m["msg_type"] == "stream"]
    assert subject.works()


def test_what_was_sent_together_is_aborted_with_a_cell_that_fails_at_once(subject):
    for _ in range(10):
        began = time.monotonic()
        ids = [subject.send(subject.code("error"))] + [subject.send(subject.code("value")) for _ in range(20)]
        took = time.monotonic() - began
        replies = [subject.reply(i)["content"]["status"] for i in ids]
        # On a busy machine the sender may be held up between two of them; then they were not sent together.
        if took < 0.02:
            break
    assert replies == ["error"] + ["aborted"] * 20


def test_what_is_sent_after_an_error_runs(subject):
    for _ in range(5):
        assert subject.run(subject.code("error")).status == "error"
        assert subject.works()


def test_without_stop_on_error_what_waits_runs(subject):
    first = subject.send(subject.code("sleep then error"), stop_on_error=False)
    second = subject.send(subject.code("value"))
    assert subject.reply(first)["content"]["status"] == "error"
    assert subject.finish(second).status == "ok"
