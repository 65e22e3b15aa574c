"""Interrupts by message, in every state; heartbeat meanwhile."""

import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest
import zmq
from client import Kernel
from conftest import NODE, ROOT
from states import LATER, STATES

FULL = os.environ.get("GRADOSCOPE_FULL") == "1"

MORE_STATES = {
    "pending timer": "console.log('go'); await new Promise((r) => setTimeout(r, 1e6))",
    "endless microtasks": "console.log('go'); await new Promise((r) => setTimeout(r, 50)); for (;;) await null",
    "catching loop": "console.log('go'); for (;;) { try { await new Promise((r) => setTimeout(r, 10)); } catch {} }",
    "timers/promises": "import { setTimeout as sleep } from 'node:timers/promises'; console.log('go'); for (;;) await sleep(10)",
}
ALL = {**STATES, **MORE_STATES}


def wait_for_busy(kernel, msg_id):
    """The kernel has the request. An interrupt, which travels on another channel, can be there before."""
    while kernel.iopub()["parent_header"].get("msg_id") != msg_id:
        pass


@pytest.mark.parametrize("code", ALL.values(), ids=ALL.keys())
def test_interrupt_ends_the_cell(kernel, code):
    kernel.run("var kept = 123")
    msg_id = kernel.send(LATER + code if "import" not in code else code, allow_stdin=True)
    kernel.wait_for(msg_id, "go")
    time.sleep(0.2)
    queued = [kernel.send("console.log('must not run')") for _ in range(2)]
    start = time.monotonic()
    assert kernel.interrupt()["content"]["status"] == "ok"
    result = kernel.finish(msg_id)
    took = time.monotonic() - start
    assert [kernel.reply(waiting)["content"]["status"] for waiting in queued] == ["aborted", "aborted"]
    (error,) = result.of("error")
    assert error["content"]["ename"] == "KeyboardInterrupt"
    assert result.reply["content"]["ename"] == "KeyboardInterrupt"
    start = time.monotonic()
    assert kernel.run("kept").value == "123"
    following = time.monotonic() - start
    print(f"ended after {1000 * took:.0f} ms, next cell {1000 * following:.0f} ms")
    assert took < 5 and following < 5, (took, following)
    assert [m for m in kernel.silent_for(0.5) if m["msg_type"] == "stream"] == []


@pytest.mark.parametrize("delay", [0, 0.1, 0.5, 2])
def test_interrupt_ends_the_first_cell(own_kernel, delay):
    msg_id = own_kernel.send("for(;;){}")
    wait_for_busy(own_kernel, msg_id)
    time.sleep(delay)
    own_kernel.interrupt()
    result = own_kernel.finish(msg_id, timeout=30)
    (error,) = result.of("error")
    assert error["content"]["ename"] == "KeyboardInterrupt"
    assert result.reply["content"]["ename"] == "KeyboardInterrupt"
    assert own_kernel.run("1+1").value == "2"


# Takes seconds to compile: the interrupt must be there before, also on a busy machine.
LONG = "\n".join(
    f"interface A{i} {{ a: string; b: A{max(0, i - 1)} }} function f{i}(x: A{i}) {{ return {{ ...x, c: {i} }}; }}" for i in range(6000)
)


@pytest.mark.parametrize("delay", [0, 0.3])
def test_a_cell_that_is_interrupted_while_it_compiles_does_not_begin(own_kernel, delay):
    msg_id = own_kernel.send("console.log('begun'); var begun = true; await new Promise(() => {})\n" + LONG)
    wait_for_busy(own_kernel, msg_id)
    time.sleep(delay)
    own_kernel.interrupt()
    result = own_kernel.finish(msg_id, timeout=60)
    assert result.reply["content"]["ename"] == "KeyboardInterrupt"
    assert "begun" not in result.text()
    assert "Cannot find name" in own_kernel.run("begun").reply["content"]["evalue"]
    assert own_kernel.run("const begun: number = 1; begun").value == "1"


COUNTING = {
    "for": "for (;;) { n++; list.push(n); }",
    "while, calls": "const f = (x: number) => x + 1; while (true) { n = f(n); list.push(n); }",
    "inner loop": "outer: do { for (let i = 0; ; i++) { n += 1; list.push(n); if (i > 1e9) continue outer; } } while (true)",
    "catches": "for (;;) { try { n++; list.push(n); JSON.parse('{'); } catch {} }",
    "after await": "await null; for (;;) { n++; list.push(n); }",
    "between awaits": "for (;;) { for (let i = 0; i < 5; i++) { n++; list.push(n); } await new Promise((r) => setTimeout(r, 1)); }",
    "blocked": "const w = new Int32Array(new SharedArrayBuffer(4)); for (;;) { n++; list.push(n); Atomics.wait(w, 0, 0, 1e7); }",
}


@pytest.mark.parametrize("loop", COUNTING.values(), ids=COUNTING.keys())
def test_variables_have_what_an_interrupted_loop_gave_them(kernel, loop):
    kernel.run("var n = -1, list: number[] = []")
    msg_id = kernel.send(f"n = 0; list = []; console.log('go'); {{ {loop} }}")
    kernel.wait_for(msg_id, "go")
    time.sleep(0.1)
    kernel.interrupt()
    assert kernel.finish(msg_id).reply["content"]["ename"] == "KeyboardInterrupt"
    counted, listed = (int(kernel.run(what).value) for what in ("n", "list.length"))
    # It may have ended between the two statements.
    assert counted > 0 and counted - listed in (0, 1)


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


def test_what_a_cell_has_started_ends_with_it(kernel):
    msg_id = kernel.send("""
    import { spawn } from 'node:child_process';
    import { Worker } from 'node:worker_threads';
    const child = spawn('sleep', ['1000']);
    const worker = new Worker('for (;;) {}', { eval: true });
    console.log('pid', child.pid, 'go');
    await new Promise(() => {});""")
    text = kernel.wait_for(msg_id, "go")
    pid = int(text.split("pid ")[1].split()[0])
    os.kill(pid, 0)
    kernel.interrupt()
    kernel.finish(msg_id)
    assert kernel.run("while (child.exitCode === null && child.signalCode === null) await new Promise((r) => setTimeout(r, 20)); child.signalCode").value == "'SIGTERM'"
    assert kernel.run("while (worker.threadId !== -1) await new Promise((r) => setTimeout(r, 20)); worker.threadId").value == "-1"
    # Those of a cell that has ended by itself go on.
    kernel.run("const second = spawn('sleep', ['1000']); 0")
    msg_id = kernel.send("console.log('go'); await new Promise(() => {})")
    kernel.wait_for(msg_id, "go")
    kernel.interrupt()
    kernel.finish(msg_id)
    assert kernel.run("await new Promise((r) => setTimeout(r, 100)); const code = second.signalCode; second.kill(); String(code)").value == "'null'"


@pytest.mark.parametrize(
    "wait",
    [
        "execSync('echo begun; sleep 1000')",
        "execSync('trap \"\" INT; echo begun; sleep 1000; sleep 1000')",
        "execFileSync('sleep', ['1000'], { stdio: 'inherit' })",
        "spawnSync('sleep', ['1000'])",
    ],
)
def test_a_child_that_is_waited_for_ends_and_others_do_not(own_kernel, wait):
    kernel = own_kernel
    kernel.run("import { execFileSync, execSync, spawn, spawnSync } from 'node:child_process'; const other = spawn('sleep', ['1000']); let kept = 1")
    msg_id = kernel.send(f"kept = 2; console.log('go'); {wait}; kept = 3; console.log('too far')")
    kernel.wait_for(msg_id, "go")
    time.sleep(0.5)
    start = time.monotonic()
    kernel.interrupt()
    result = kernel.finish(msg_id)
    assert time.monotonic() - start < 4
    assert result.of("error")[0]["content"]["ename"] == "KeyboardInterrupt"
    assert "too far" not in result.text()
    assert kernel.run("[kept, other.exitCode, other.signalCode]").value == "[ 2, null, null ]"
    assert kernel.run("other.kill(); execSync('echo again').toString()").value == "'again\\n'"


def test_what_node_answers_later_wakes_no_interrupted_code(kernel):
    server = """
    import http from 'node:http';
    const answers: (() => void)[] = [];
    const server = http.createServer((_, response) => { answers.push(() => response.end('late')); });
    await new Promise<void>((r) => server.listen(0, '127.0.0.1', () => r()));
    const url = `http://127.0.0.1:${(server.address() as any).port}/`;"""
    assert kernel.run(server).status == "ok"
    msg_id = kernel.send("""
    import { EventEmitter } from 'node:events';
    import { readFile } from 'node:fs/promises';
    var late = 0;
    const emitter = new EventEmitter();
    emitter.on('x', () => { console.log('late event'); });
    fetch(url).then(async (r) => { const text = await r.text(); late++; console.log('late', text); });
    (async () => { await fetch(url); late++; console.log('late'); })();
    (async () => { for (;;) { await readFile('/dev/null'); late++; } })();
    await new Promise((r) => setTimeout(r, 200));
    console.log('go');
    await fetch(url); console.log('late');""")
    kernel.wait_for(msg_id, "go")
    time.sleep(0.2)
    kernel.interrupt()
    assert kernel.finish(msg_id).reply["content"]["ename"] == "KeyboardInterrupt"
    result = kernel.run("const before = late; for (const answer of answers) answer(); await new Promise((r) => setTimeout(r, 300)); console.log(late - before, answers.length)")
    assert result.text() == "0 3\n"
    assert kernel.run("try { emitter.emit('x') } catch (e: any) { console.log(e.name) }").status == "ok"
    assert [m for m in kernel.silent_for(0.3) if m["msg_type"] == "stream"] == []
    kernel.run("server.closeAllConnections(); server.close()")


STORM = [
    "1 + 2",
    "while (true) {}",
    "await null; for (;;) {}",
    "for (;;) await null",
    "for (;;) await new Promise((r) => setImmediate(r))",
    "await new Promise((r) => setTimeout(r, 50)); for (;;) {}",
    "setInterval(() => { for (const end = Date.now() + 30; Date.now() < end; ); }, 5); await new Promise(() => {})",
    "for (let i = 0; ; i++) console.log('line', i)",
    "throw new Error('mine')",
    "const wrong: number = 'text'",
    "await Promise.all([1, 2, 3].map((n) => new Promise((r) => setTimeout(r, n * 20)))); 'done'",
    "try { for (;;) await new Promise((r) => setTimeout(r, 1)); } finally { while (true) {} }",
    "import { readFile } from 'node:fs/promises'; for (;;) await readFile('/dev/null')",
    "await input('? ')",
    "(async () => { for (;;) await new Promise((r) => setTimeout(r, 3)); })(); for (let i = 0; i < 1e8; i++);",
]


def test_a_storm_of_interrupts_leaves_a_kernel_that_works(own_kernel):
    chance = random.Random(11)
    own_kernel.run("var kept = 5")
    interrupts, longest = 0, 0
    while interrupts < (2000 if FULL else 200):
        code = chance.choice(STORM)
        msg_id = own_kernel.send(code, allow_stdin=True)
        wait_for_busy(own_kernel, msg_id)
        for _ in range(chance.choice([1, 1, 2, 3])):
            time.sleep(chance.choice([0, chance.random() * 0.03, chance.random() * 0.25]))
            own_kernel.interrupt()
            interrupts += 1
        start = time.monotonic()
        own_kernel.until_idle(msg_id, timeout=30)
        own_kernel.reply(msg_id)
        longest = max(longest, time.monotonic() - start)
        if chance.random() < 0.2:
            assert own_kernel.run("kept").value == "5"
    print(f"{interrupts} interrupts, longest wait {1000 * longest:.0f} ms")
    assert own_kernel.run("kept").value == "5"
    assert own_kernel.manager.is_alive()


def descendants(pid):
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="needs /proc")
@pytest.mark.parametrize("engine", ["tslab", "ts7"])
def test_a_killed_kernel_leaves_no_process(engine, tmp_path, monkeypatch):
    command = [NODE, str(ROOT / "kernel/bin/gradoscope-kernel.cjs"), "install", "--prefix", str(tmp_path), "--name", "killed", "--engine", engine]
    subprocess.run(command, check=True)
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share/jupyter"))
    killed = Kernel("killed", cwd=str(tmp_path))
    assert killed.run("const x: number = 1; x").value == "1"
    msg_id = killed.send("console.log('go'); while (true) {}")
    killed.wait_for(msg_id, "go")
    pid = killed.manager.provisioner.process.pid
    children = descendants(pid)
    assert children or engine == "tslab"
    os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + 20
    while left := [child for child in children if Path(f"/proc/{child}").exists()]:
        assert time.monotonic() < end, left
        time.sleep(0.1)
    killed.manager.provisioner.process.wait()
    killed.close()
