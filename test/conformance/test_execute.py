"""Cells: results, errors, order of output, imports."""

import json
import os
import subprocess
import time
from pathlib import Path

import pytest
from client import Kernel


def test_20000_lines_arrive_in_order_before_idle(kernel):
    result = kernel.run("for (let i = 0; i < 20000; i++) console.log('line', i)")
    assert result.status == "ok"
    assert result.text().split("\n") == [f"line {i}" for i in range(20000)] + [""]


def test_streams_keep_their_order_with_other_output(kernel):
    code = """
    import * as tslab from 'tslab';
    console.log('a'); console.error('b'); console.log('c');
    tslab.display.text('d');
    process.stdout.write('e');
    'f'"""
    result = kernel.run(code)
    kinds = [(m["msg_type"], m["content"].get("text")) for m in result.messages if m["msg_type"] != "status"]
    assert kinds == [
        ("execute_input", None),
        ("stream", "a\n"),
        ("stream", "b\n"),
        ("stream", "c\n"),
        ("display_data", None),
        ("stream", "e"),
        ("execute_result", None),
    ]


@pytest.mark.parametrize("behind_a_server", [True, False])
def test_a_million_lines_do_not_crash(kernel_name, tmp_path, monkeypatch, behind_a_server):
    if behind_a_server:
        monkeypatch.setenv("JPY_SESSION_NAME", "a.ipynb")
    running = Kernel(kernel_name, cwd=str(tmp_path))
    msg_id = running.send("for (let i = 0; i < 1e6; i++) console.log('0123456789'.repeat(6))")
    running.wait_for(msg_id, "0123")
    time.sleep(1)
    running.interrupt()
    result = running.finish(msg_id)
    assert result.reply["content"]["ename"] == "KeyboardInterrupt"
    assert "left out" in result.text("stderr") or not behind_a_server
    assert running.run("1 + 1").value == "2"
    running.close()


def test_type_errors_are_one_error_message_that_points_at_the_line(kernel):
    result = kernel.run("const ok = 1;\nconst s: number = 'a';")
    (error,) = result.of("error")
    assert error["content"]["ename"] == "TypeScriptError"
    assert error["content"]["evalue"].startswith("2:7 - Type 'string' is not assignable")
    assert "> 2 | const s: number = 'a';" in error["content"]["traceback"]
    assert not result.of("stream")


def test_the_traceback_names_cell_line_and_column(kernel):
    kernel.run("interface A { a: number }\n\nfunction fail(a: A): never {\n\n  throw new RangeError('too ' + a.a);\n}")
    result = kernel.run("// first\n\nfail({ a: 1 })")
    content = result.reply["content"]
    assert (content["ename"], content["evalue"]) == ("RangeError", "too 1")
    text = "\n".join(content["traceback"])
    count = content["execution_count"]
    assert f"at fail (In[{count - 1}]:5:" in text
    assert f"In[{count}]:3:" in text
    assert "node:" not in text and "dist" not in text


@pytest.mark.parametrize("code", ["throw 'text'", "throw null", "throw { a: 1 }", "await Promise.reject(undefined)"])
def test_other_thrown_values(kernel, code):
    (error,) = kernel.run(code).of("error")
    assert error["content"]["ename"] == "Uncaught"


def test_for_await_as_the_only_await_of_a_cell(kernel):
    kernel.run("async function* numbers() { yield 1; await null; yield 2; }")
    result = kernel.run("let total = 0;\nfor await (const n of numbers()) { total += n; console.log(n); }\ntotal")
    assert (result.text(), result.value) == ("1\n2\n", "3")
    inside = "var sum = async () => { let s = 0; for await (const n of numbers()) s += n; return s; }; total + 1"
    assert kernel.run(inside).value == "4"
    assert kernel.run("{ for await (const n of [sum()]) console.log(n) }").text() == "3\n"
    error = kernel.run("\nfor await (const n of numbers()) throw new RangeError('at ' + n)").reply["content"]
    assert (error["ename"], error["evalue"]) == ("RangeError", "at 1")
    assert f"In[{error['execution_count']}]:2:" in "\n".join(error["traceback"])


def test_undefined_has_no_result_and_leaves_nothing(kernel):
    assert kernel.run("undefined").of("execute_result") == []
    assert kernel.run("null").value == "null"
    assert "Cannot find name" in kernel.run("tsLastExpr").reply["content"]["evalue"]
    # In a cell without a value of its own, which would have that name while it runs.
    kernel.run("var left = Object.keys((globalThis as any).__tslab__?.exports ?? {})")
    assert "tsLastExpr" not in kernel.run("left").value


def test_silent_and_store_history(kernel):
    before = kernel.run("1").reply["content"]["execution_count"]
    silent = kernel.run("console.log('x'); 5", silent=True)
    assert [m["msg_type"] for m in silent.messages] == ["status", "status"]
    assert kernel.run("2", store_history=False).reply["content"]["execution_count"] == before
    assert kernel.run("3").reply["content"]["execution_count"] == before + 1


def test_user_expressions(kernel):
    result = kernel.run("const base = 20", user_expressions={"good": "base + 1", "bad": "nope"})
    answers = result.reply["content"]["user_expressions"]
    assert answers["good"]["data"]["text/plain"] == "21"
    assert answers["bad"]["status"] == "error"


def test_stop_on_error_aborts_what_waits(kernel):
    ids = [kernel.send(code) for code in ("await new Promise((r) => setTimeout(r, 300)); throw 1", "2", "3")]
    replies = [kernel.reply(i)["content"]["status"] for i in ids]
    assert replies == ["error", "aborted", "aborted"]
    kernel.until_idle(ids[-1])
    assert kernel.run("4").value == "4"


def test_without_stop_on_error_the_next_runs(kernel):
    first = kernel.send("await new Promise((r) => setTimeout(r, 200)); throw 1", stop_on_error=False)
    second = kernel.send("2")
    assert kernel.reply(first)["content"]["status"] == "error"
    assert kernel.finish(second).value == "2"


def test_cursor_positions_count_code_points(kernel):
    code = "'😀😀'; process.versio"
    reply = kernel.reply(kernel.client.complete(code, len(code)))["content"]
    assert set(reply["matches"]) == {"version", "versions"}
    assert (reply["cursor_start"], reply["cursor_end"]) == (len(code) - 6, len(code))


def test_inspect_has_text_and_markdown(kernel):
    kernel.run("/** Adds one. */\nfunction addOne(n: number) { return n + 1; }")
    data = kernel.reply(kernel.client.inspect("addOne(1)", 3))["content"]["data"]
    assert "function addOne(n: number): number" in data["text/plain"]
    assert data["text/markdown"].startswith("```typescript")
    assert kernel.reply(kernel.client.inspect("  ", 1))["content"]["found"] is False


def test_background_output_goes_to_its_cell(kernel):
    first = kernel.run("const tick = setInterval(() => console.log('tick'), 20); setTimeout(() => clearInterval(tick), 400); 0")
    second = kernel.send("for (let i = 0; i < 5; i++) { await new Promise((r) => setTimeout(r, 30)); console.log('mine'); }")
    texts = {}
    for message in kernel.silent_for(1.5):
        if message["msg_type"] == "stream":
            parent = message["parent_header"]["msg_id"]
            texts[parent] = texts.get(parent, "") + message["content"]["text"]
    kernel.reply(second)
    assert texts[second] == "mine\n" * 5
    assert set(texts[first.reply["parent_header"]["msg_id"]].split()) == {"tick"}


def test_helpers_of_earlier_cells_print_where_they_are_called(kernel):
    kernel.run("const say = (t: string) => console.log(t); async function later(t: string) { await null; console.log(t); }")
    result = kernel.run("say('one'); await new Promise((r) => setTimeout(r, 5)); say('two'); await later('three')")
    assert result.text() == "one\ntwo\nthree\n"


def test_stray_errors_go_to_stderr_and_the_kernel_lives(kernel):
    result = kernel.run("setTimeout(() => { throw new Error('stray') }, 1); void Promise.reject(new Error('loose')); await new Promise((r) => setTimeout(r, 100))")
    assert result.status == "ok"
    assert "stray" in result.text("stderr") and "loose" in result.text("stderr")
    assert kernel.run("1").value == "1"


def test_imports_and_types_from_any_folder(kernel_name, tmp_path):
    package = tmp_path / "node_modules/local-thing"
    package.mkdir(parents=True)
    (package / "package.json").write_text(json.dumps({"name": "local-thing", "main": "index.js", "types": "index.d.ts"}))
    (package / "index.js").write_text("exports.size = 3;")
    (package / "index.d.ts").write_text("export declare const size: number;")
    (tmp_path / "helper.ts").write_text("import { answer } from 'fixture-probe';\nexport const twice: number = answer * 2;\n")
    running = Kernel(kernel_name, cwd=str(tmp_path))
    try:
        assert running.run("import { size } from 'local-thing'; size + 1").value == "4"
        assert "not assignable" in running.run("const t: string = size").reply["content"]["evalue"]
        # A package of the kernel's own, which the folder does not have.
        assert running.run("import * as zmq from 'zeromq'; typeof zmq.Router").value == "'function'"
        assert running.run("import { EventEmitter } from 'node:events'; new EventEmitter() instanceof EventEmitter").value == "true"
        assert running.run("import { twice } from './helper'; twice").value == "84"
    finally:
        running.close()


def test_preload_gives_module_and_types(kernel):
    assert kernel.run("import { answer } from 'fixture-probe'; answer").value == "42"
    assert "not assignable" in kernel.run("const wrong: string = answer").reply["content"]["evalue"]
    assert kernel.run("require('fixture-probe') === (await import('fixture-probe'))").value == "true"


def test_shutdown_echoes_restart_and_ends_the_process(kernel_name, tmp_path):
    for channel in ("control", "shell"):
        running = Kernel(kernel_name, cwd=str(tmp_path))
        # The compiler has loaded then: the main thread hears the request at once.
        assert running.run("1").value == "1"
        message = running.client.session.msg("shutdown_request", {"restart": True})
        getattr(running.client, f"{channel}_channel").send(message)
        reply = running.reply(message["header"]["msg_id"], channel)
        assert reply["content"] == {"status": "ok", "restart": True}
        end = time.monotonic() + 20
        while running.manager.is_alive() and time.monotonic() < end:
            time.sleep(0.05)
        assert not running.manager.is_alive()
        assert running.manager.provisioner.process.returncode == 0
        running.client.stop_channels()
        running.manager.cleanup_resources()


def test_bad_signatures_are_ignored(kernel_name, tmp_path):
    log = tmp_path / "stderr.log"
    with log.open("wb") as stderr:
        running = Kernel(kernel_name, cwd=str(tmp_path), stderr=stderr)
    session = running.client.session
    good_key = session.key
    session.key = b"wrong"
    bad = running.send("console.log('never')")
    session.key = good_key
    good = running.send("1")
    assert running.reply(good)["content"]["status"] == "ok"
    parents = {m["parent_header"].get("msg_id") for m in running.silent_for(1)}
    running.close()
    assert good in parents and bad not in parents
    assert "dropped a message on shell (1 so far): the signature does not match" in log.read_text()


def test_ipc_transport(kernel_name, tmp_path):
    running = Kernel(kernel_name, cwd=str(tmp_path), transport="ipc", ip=str(tmp_path / "k"))
    assert running.run("1 + 1").value == "2"
    running.close()


def test_install_names_what_is_wrong(tmp_path):
    root = Path(__file__).resolve().parents[2]
    file = tmp_path / "file"
    file.write_text("")
    command = ["node", str(root / "kernel/bin/gradoscope-kernel.cjs"), "install"]
    for arguments, words in (
        (["--prefix", str(file)], "Cannot write the kernel spec"),
        (["--prefix", str(tmp_path), "--preload", str(tmp_path / "none.js")], "does not exist"),
        (["--prefix", str(tmp_path), "--name", "a/b"], "--name"),
    ):
        done = subprocess.run([*command, *arguments], capture_output=True, text=True, env=os.environ)
        assert done.returncode == 1 and words in done.stderr
