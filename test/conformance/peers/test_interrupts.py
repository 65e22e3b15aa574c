"""An interrupt ends the cell in every state; variables survive and the next cell runs."""

import time

import pytest
from snippets import PYTHON

LIMIT = 15


@pytest.mark.parametrize("state", PYTHON["loops"])
def test_interrupt(own_subject, state):
    own_subject.run(own_subject.code("variable"))
    msg_id = own_subject.send(own_subject.code("loops")[state])
    own_subject.wait_for(msg_id, "go")
    time.sleep(0.3)
    own_subject.interrupt()
    try:
        result = own_subject.finish(msg_id, timeout=LIMIT)
        assert result.status == "error"
        assert own_subject.run(own_subject.code("read variable"), timeout=LIMIT).text().strip() == "123"
    except BaseException:
        own_subject.manager.shutdown_kernel(now=True)
        raise


def test_an_interrupt_aborts_what_waits(own_subject):
    first = own_subject.send(own_subject.code("sleep", seconds=30))
    second = own_subject.send(own_subject.code("value"))
    own_subject.wait_for(first, "go")
    own_subject.interrupt()
    assert own_subject.reply(first, timeout=LIMIT)["content"]["status"] == "error"
    assert own_subject.reply(second, timeout=LIMIT)["content"]["status"] == "aborted"


def test_an_interrupt_without_a_cell_does_no_harm(own_subject):
    own_subject.interrupt()
    time.sleep(0.3)
    assert own_subject.works()
