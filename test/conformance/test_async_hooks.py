"""Interrupts while user code has async hooks enabled: there, ending code from outside would abort node, and the kernel must not."""

import time

import pytest
from client import Kernel

ALS = "import { AsyncLocalStorage } from 'node:async_hooks'; const store = new AsyncLocalStorage<number>(); store.enterWith(1);"
HOOK = "import { createHook } from 'node:async_hooks'; const hook = createHook({ init() {}, before() {}, after() {} }).enable();"

# All of these call something of the kernel's sooner or later.
COOPERATIVE = {
    "pending await": "console.log('go'); await new Promise(() => {})",
    "endless async loop": "console.log('go'); for (;;) await new Promise((r) => setImmediate(r))",
    "endless microtasks": "console.log('go'); await new Promise((r) => setTimeout(r, 50)); for (;;) await null",
    "loop that prints": "console.log('go'); for (let i = 0; ; i++) if (i % 1e7 === 0) console.log('more')",
    "loop after await that prints": "await null; console.log('go'); for (let i = 0; ; i++) if (i % 1e7 === 0) console.log('more')",
    "timer callback that prints": "console.log('go'); setTimeout(() => { for (let i = 0; ; i++) if (i % 1e7 === 0) console.log('more'); }, 50); await new Promise(() => {})",
    "loop that sets timers": "console.log('go'); for (let i = 0; ; i++) if (i % 1e7 === 0) clearTimeout(setTimeout(() => {}, 1))",
    "input": "console.log('go'); await input('name? ')",
}


@pytest.fixture(scope="module", params=[ALS, HOOK], ids=["AsyncLocalStorage", "createHook"])
def hooked(request, kernel_name, tmp_path_factory):
    running = Kernel(kernel_name, cwd=str(tmp_path_factory.mktemp("notebook")))
    assert running.run(request.param).status == "ok"
    major = int(running.run("Number(process.versions.node.split('.')[0])").value)
    running.blocked = major < 24 or request.param == HOOK
    running.hooks = request.param
    yield running
    running.close()


@pytest.mark.parametrize("code", COOPERATIVE.values(), ids=COOPERATIVE.keys())
def test_a_cell_ends_and_the_kernel_lives(hooked, code):
    hooked.run("var kept = 123")
    for _ in range(2):
        msg_id = hooked.send(code, allow_stdin=True)
        hooked.wait_for(msg_id, "go")
        time.sleep(0.3)
        start = time.monotonic()
        hooked.interrupt()
        result = hooked.finish(msg_id)
        assert result.reply["content"]["ename"] == "KeyboardInterrupt"
        assert time.monotonic() - start < 10
        assert hooked.run("kept").value == "123"
    assert hooked.manager.is_alive()


def test_a_loop_that_calls_nothing_is_told_of_and_not_ended(hooked):
    msg_id = hooked.send("console.log('go'); for (const end = Date.now() + 4000; Date.now() < end; );")
    hooked.wait_for(msg_id, "go")
    start = time.monotonic()
    hooked.interrupt()
    if hooked.blocked:
        assert "restart the kernel" in hooked.wait_for(msg_id, "restart the kernel")
    result = hooked.finish(msg_id)
    took = time.monotonic() - start
    assert result.reply["content"]["ename"] == "KeyboardInterrupt"
    assert took > 3 if hooked.blocked else took < 3, took
    assert hooked.manager.is_alive()
    assert hooked.run("kept").value == "123"


def test_a_loop_is_ended_again_once_the_hook_is_off(hooked):
    hooked.run("store.disable();" if hooked.hooks == ALS else "hook.disable();")
    msg_id = hooked.send("console.log('go'); while (true) {}")
    hooked.wait_for(msg_id, "go")
    hooked.interrupt()
    assert hooked.finish(msg_id).reply["content"]["ename"] == "KeyboardInterrupt"
    assert hooked.run("kept").value == "123"


def test_the_kernel_restarts_from_an_endless_loop(own_kernel):
    assert own_kernel.run(ALS).status == "ok"
    msg_id = own_kernel.send("console.log('go'); while (true) {}")
    own_kernel.wait_for(msg_id, "go")
    own_kernel.client.stop_channels()
    own_kernel.manager.restart_kernel(now=False)
    own_kernel.client = own_kernel.manager.client()
    own_kernel.client.start_channels()
    own_kernel.client.wait_for_ready(timeout=60)
    assert own_kernel.run("1 + 1").value == "2"
