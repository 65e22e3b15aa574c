"""Interrupts by message, in every state; heartbeat meanwhile."""

import time

import pytest
import zmq

STATES = {
    "synchronous loop": "console.log('go'); while (true) {}",
    "loop after await": "await null; console.log('go'); while (true) {}",
    "pending await": "console.log('go'); await new Promise(() => {})",
    "pending timer": "console.log('go'); await new Promise((r) => setTimeout(r, 1e6))",
    "endless async loop": "console.log('go'); for (;;) await new Promise((r) => setImmediate(r))",
    "endless microtasks": "console.log('go'); await new Promise((r) => setTimeout(r, 50)); for (;;) await null",
    "timer callback": "console.log('go'); setTimeout(() => { while (true) {} }, 50); await new Promise(() => {})",
    "catching loop": "console.log('go'); for (;;) { try { await new Promise((r) => setTimeout(r, 10)); } catch {} }",
    "timers/promises": "import { setTimeout as sleep } from 'node:timers/promises'; console.log('go'); for (;;) await sleep(10)",
}


@pytest.mark.parametrize("code", STATES.values(), ids=STATES.keys())
def test_interrupt_ends_the_cell(kernel, code):
    kernel.run("var kept = 123")
    msg_id = kernel.send(code)
    kernel.wait_for(msg_id, "go")
    time.sleep(0.2)
    start = time.monotonic()
    assert kernel.interrupt()["content"]["status"] == "ok"
    result = kernel.finish(msg_id)
    took = time.monotonic() - start
    (error,) = result.of("error")
    assert error["content"]["ename"] == "KeyboardInterrupt"
    assert result.reply["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.run("kept").value == "123"
    assert took < 5, took


@pytest.mark.parametrize("delay", [0, 0.1, 0.5, 2])
def test_interrupt_ends_the_first_cell(own_kernel, delay):
    msg_id = own_kernel.send("for(;;){}")
    time.sleep(delay)
    own_kernel.interrupt()
    result = own_kernel.finish(msg_id, timeout=30)
    (error,) = result.of("error")
    assert error["content"]["ename"] == "KeyboardInterrupt"
    assert result.reply["content"]["ename"] == "KeyboardInterrupt"
    assert own_kernel.run("1+1").value == "2"


def test_a_cell_that_is_interrupted_while_it_compiles_does_not_begin(own_kernel):
    msg_id = own_kernel.send("console.log('begun'); var begun = true; await new Promise(() => {})")
    own_kernel.interrupt()
    result = own_kernel.finish(msg_id, timeout=30)
    assert result.reply["content"]["ename"] == "KeyboardInterrupt"
    assert "begun" not in result.text()
    assert "Cannot find name" in own_kernel.run("begun").reply["content"]["evalue"]
    assert own_kernel.run("const begun: number = 1; begun").value == "1"


def test_heartbeat_answers_while_a_cell_blocks(kernel):
    kernel.run("var before = 'here'")
    msg_id = kernel.send("console.log('go'); const end = Date.now() + 5000; while (Date.now() < end) {}; console.log('over')")
    kernel.wait_for(msg_id, "go")
    connection = kernel.client.get_connection_info()
    socket = zmq.Context.instance().socket(zmq.REQ)
    socket.connect(f"tcp://{connection['ip']}:{connection['hb_port']}")
    times = []
    for _ in range(10):
        start = time.perf_counter()
        socket.send(b"ping")
        assert socket.poll(5000) and socket.recv() == b"ping"
        times.append(time.perf_counter() - start)
        time.sleep(0.05)
    socket.close(0)
    kernel.interrupt()
    result = kernel.finish(msg_id)
    assert "over" not in result.text()
    assert result.of("error")
    assert sorted(times)[len(times) // 2] < 0.05, times
    assert kernel.run("before").value == "'here'"


def test_timers_of_an_interrupted_cell_are_cleared(kernel):
    msg_id = kernel.send("var n = 0; setInterval(() => n++, 5); console.log('go'); await new Promise(() => {})")
    kernel.wait_for(msg_id, "go")
    kernel.interrupt()
    kernel.finish(msg_id)
    kernel.silent_for(0.1)
    first = kernel.run("n").value
    time.sleep(0.2)
    assert kernel.run("n").value == first


@pytest.mark.parametrize("step", ["up++; twice += 2", "count()"])
def test_the_variables_of_a_loop_keep_their_last_values(kernel, step):
    declare = "let up = 0, twice = 0; const count = () => { up++; twice += 2 }; up;"
    msg_id = kernel.send(f"{declare} console.log('go'); while (true) {{ {step} }}")
    kernel.wait_for(msg_id, "go")
    kernel.interrupt()
    kernel.finish(msg_id)
    # Between the two steps at the most.
    assert kernel.run("up > 1000 && [0, 2].includes(up * 2 - twice)").value == "true"


def test_a_background_loop_of_another_cell_goes_on(kernel):
    kernel.run("var turns = 0; (async () => { for (;;) { await new Promise((r) => setTimeout(r, 5)); turns++; } })(); 0")
    msg_id = kernel.send("console.log('go'); await new Promise(() => {})")
    kernel.wait_for(msg_id, "go")
    kernel.interrupt()
    kernel.finish(msg_id)
    first = int(kernel.run("turns").value)
    time.sleep(0.3)
    assert int(kernel.run("turns").value) > first


HOST = "const host = (globalThis as any)[Symbol.for('gradoscope.host')];\n"

TRAINER = """
var steps = 0, half = 0;
async function fit() {
  let stop = false;
  const watch = host.onInterrupt(() => { stop = true; });
  try {
    for (;;) {
      host.stepping(true);
      half++;
      for (const end = Date.now() + 150; Date.now() < end; );
      half--; steps++;
      host.stepping(false);
      host.pump();
      if (stop || host.interrupted()) return 'stopped';
      if (steps % 10 === 0) await new Promise((r) => setImmediate(r));
    }
  } finally { watch.dispose(); }
}
"""


def test_a_trainer_stops_at_its_step_boundary(kernel):
    kernel.run("const host = (globalThis as any)[Symbol.for('gradoscope.host')];")
    kernel.run(TRAINER)
    msg_id = kernel.send("console.log('go'); await fit()")
    kernel.wait_for(msg_id, "go")
    time.sleep(0.4)
    kernel.interrupt()
    result = kernel.finish(msg_id)
    assert result.reply["content"]["ename"] == "KeyboardInterrupt"
    assert kernel.run("half").value == "0"
    assert int(kernel.run("steps").value) > 0


def test_a_step_without_a_handler_is_not_cut(kernel):
    code = """
    var inside = 0, whole = 0;
    console.log('go');
    while (true) {
      host.stepping(true); inside++;
      for (const end = Date.now() + 200; Date.now() < end; );
      inside--; whole++; host.stepping(false);
    }"""
    for _ in range(3):
        msg_id = kernel.send("const host = (globalThis as any)[Symbol.for('gradoscope.host')];" + code)
        kernel.wait_for(msg_id, "go")
        time.sleep(0.3)
        kernel.interrupt()
        assert kernel.finish(msg_id).reply["content"]["ename"] == "KeyboardInterrupt"
        assert kernel.run("inside").value == "0"


def test_guards_are_put_back_after_a_termination(kernel):
    before = int(kernel.run("import { restored } from 'fixture-probe'; restored()").value)
    msg_id = kernel.send("console.log('go'); while (true) {}")
    kernel.wait_for(msg_id, "go")
    kernel.interrupt()
    kernel.finish(msg_id)
    assert int(kernel.run("restored()").value) == before + 1


def test_without_a_cell_all_handlers_are_called(kernel):
    kernel.run("var asked = 0; const host2 = (globalThis as any)[Symbol.for('gradoscope.host')]; host2.onInterrupt(() => asked++); 0")
    kernel.interrupt()
    time.sleep(0.3)
    assert kernel.run("asked").value == "1"


def test_blocking_background_code_is_ended(kernel):
    kernel.run("setTimeout(() => { while (true) {} }, 50); 0")
    time.sleep(0.3)
    kernel.interrupt()
    assert kernel.run("1 + 1", timeout=30).value == "2"


def test_what_a_cell_made_before_it_was_ended_is_still_there(kernel):
    msg_id = kernel.send("const made = { before: 1 }; console.log('go'); await new Promise(() => {})")
    kernel.wait_for(msg_id, "go")
    kernel.interrupt()
    kernel.finish(msg_id)
    assert kernel.run("made.before").value == "1"
    assert kernel.run("function late() { return 7 } const kept = 2; throw new Error('x')").status == "error"
    assert kernel.run("kept + late()").value == "9"
    assert kernel.run("const kept: string = 5").status == "error"
    assert kernel.run("kept").value == "2"
