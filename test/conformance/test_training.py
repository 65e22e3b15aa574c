"""Training in a cell: types and one TensorFlow.js, interrupts in steps, the run's comm. With the preload that ships."""

import os
import subprocess
import time

import pytest
from client import Kernel
from conftest import ROOT

NAME = "gradoscope-training"


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    prefix = tmp_path_factory.mktemp("prefix")
    command = ["node", str(ROOT / "kernel/bin/gradoscope-kernel.cjs"), "install", "--prefix", str(prefix), "--name", NAME]
    subprocess.run([*command, "--preload", str(ROOT / "lib/dist/preload.js")], check=True)
    before = os.environ.get("JUPYTER_PATH", "")
    os.environ["JUPYTER_PATH"] = f"{prefix}/share/jupyter{os.pathsep}{before}"
    running = Kernel(NAME, cwd=str(tmp_path_factory.mktemp("empty")))
    os.environ["JUPYTER_PATH"] = before
    assert running.run(SETUP).status == "ok"
    yield running
    running.close()


SETUP = """
import * as tf from '@tensorflow/tfjs';
import { loadTensorFlow, Trainer } from 'gradoscope';
const backend = await loadTensorFlow();
const model = tf.sequential({ layers: [tf.layers.dense({ units: 64, activation: 'relu', inputShape: [32] }), tf.layers.dense({ units: 2, activation: 'softmax' })] });
const rows = Array.from({ length: 512 }, (_, i) => Array.from({ length: 32 }, (_, j) => Math.sin(i * 32 + j)));
const data = { x: rows, y: rows.map((_, i) => i % 2) };
const engine = () => { const { state } = tf.engine() as any; return JSON.stringify([state.scopeStack.length, state.activeScope?.id ?? null, state.activeTape ?? null, state.gradientDepth, state.kernelDepth, tf.memory().numTensors]); };
const newTrainer = () => new Trainer({ model, loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
"""

FIT = "{ const t = newTrainer(); const run = await t.fit(data, { epochs: 2 }); t.dispose(); console.log(run.status); }"


def value(kernel, code):
    result = kernel.run(code)
    assert result.status == "ok", result.reply["content"]
    return result.value


def test_types_reach_cells_in_any_folder(kernel):
    assert kernel.run("const good: tf.Tensor2D = tf.zeros([2, 2]);").status == "ok"
    wrong = kernel.run("const bad: number = tf.zeros([2, 2]);")
    assert wrong.status == "error"
    assert "not assignable to type 'number'" in wrong.reply["content"]["evalue"] + "".join(wrong.reply["content"]["traceback"])
    wrong = kernel.run("new Trainer({ model, loss: 5 });")
    assert wrong.status == "error"
    assert "LossFunction" in "".join(wrong.reply["content"]["traceback"])


def test_every_name_of_tensorflow_is_one_module(kernel):
    names = ["@tensorflow/tfjs", "@tensorflow/tfjs-node", "@tensorflow/tfjs-node-gpu"]
    code = "; ".join(f"import * as m{i} from '{name}'" for i, name in enumerate(names))
    assert value(kernel, f"{code}; [m1, m2].every((m) => m === m0) && backend.tf === m0") == "true"


def test_completion_knows_layers(kernel):
    message = kernel.client.complete("tf.layers.den", 13)
    assert "dense" in kernel.reply(message)["content"]["matches"]


@pytest.mark.parametrize("seconds", [0.3, 0.41, 0.57])
def test_an_interrupt_in_a_loop_of_steps_leaves_the_engine_as_it_was(kernel, seconds):
    before = value(kernel, "engine()")
    loop = """
    { const w = tf.variable(tf.zeros([64, 64])); const o = tf.train.sgd(0.1); console.log('go');
      for (;;) o.minimize(() => tf.tidy(() => tf.square(tf.sub(tf.matMul(w, w), 1)).mean().asScalar())); }"""
    msg_id = kernel.send(loop)
    kernel.wait_for(msg_id, "go")
    time.sleep(seconds)
    kernel.interrupt()
    assert kernel.finish(msg_id).reply["content"]["ename"] == "KeyboardInterrupt"
    after = value(kernel, "engine()")
    # The loop's own zeros, variable and optimizer's constant stay, as they would after any error; nothing of the steps does.
    assert after.rsplit(",", 1)[0] == before.rsplit(",", 1)[0]
    count = [int(text.rsplit(",", 1)[1].strip("]'")) for text in (before, after)]
    assert count[1] - count[0] == 3
    assert kernel.run(FIT).text() == "finished\n"


def test_an_interrupt_in_fit_ends_it_at_a_step_and_keeps_what_it_learned(kernel):
    before = value(kernel, "engine()")
    msg_id = kernel.send("var t1 = newTrainer(); console.log('go'); await t1.fit(data, { epochs: 100000, batchSize: 16 });")
    kernel.wait_for(msg_id, "go")
    time.sleep(1.5)
    began = time.monotonic()
    kernel.interrupt()
    result = kernel.finish(msg_id)
    assert time.monotonic() - began < 10
    assert result.reply["content"]["ename"] == "KeyboardInterrupt"
    updates = result.of("update_display_data")
    run = updates[-1]["content"]["data"]["application/vnd.gradoscope.run.v1+json"]
    assert run["status"] == "interrupted"
    assert run["progress"]["step"] > 0
    assert kernel.run("t1.dispose()").status == "ok"
    assert value(kernel, "engine()") == before
    assert kernel.run(FIT).text() == "finished\n"


def test_a_page_gets_the_state_while_the_cell_computes(kernel):
    msg_id = kernel.send("var t2 = newTrainer(); const long = await t2.fit(data, { epochs: 300, batchSize: 16 }); t2.dispose();")
    end = time.monotonic() + 60
    seen, states, comm_id = 0, [], None
    while time.monotonic() < end and not states:
        message = kernel.iopub()
        if message["msg_type"] != "comm_msg":
            continue
        content = message["content"]
        if content["data"]["type"] == "append":
            seen += 1
            if comm_id is None:
                comm_id = content["comm_id"]
                kernel.comm("comm_msg", {"comm_id": comm_id, "data": {"type": "state", "request": "r1"}})
        elif content["data"]["type"] == "state" and content["data"]["request"] == "r1":
            states.append(message)
    assert states and states[0]["buffers"]
    assert states[0]["content"]["data"]["header"]["status"] == "running"
    kernel.comm("comm_msg", {"comm_id": comm_id, "data": {"type": "command", "request": "r2", "command": "stop"}})
    result = kernel.finish(msg_id)
    acks = [m["content"]["data"] for m in result.of("comm_msg") if m["content"]["data"]["type"] == "ack"]
    assert [(ack["request"], ack["ok"]) for ack in acks] == [("r2", True)] or result.status == "ok"
    assert value(kernel, "long.status") == "'stopped'"


def test_a_background_run_goes_on_when_another_cell_is_interrupted_and_pauses_when_none_runs(kernel):
    code = "const t3 = newTrainer(); let ended = ''; const later = t3.fit(data, { epochs: 100000, batchSize: 64 }); later.then((r) => { ended = r.status; }, (e) => { ended = String(e); }); 0"
    assert kernel.run(code).status == "ok"
    for cell in ["for (;;) {}", "await new Promise(() => {})"]:
        msg_id = kernel.send(f"console.log('go'); {cell}")
        kernel.wait_for(msg_id, "go")
        time.sleep(0.4)
        kernel.interrupt()
        assert kernel.finish(msg_id).reply["content"]["ename"] == "KeyboardInterrupt"
        assert kernel.run("await new Promise((r) => setTimeout(r, 300)); ended").value == "''"
    kernel.interrupt()
    end = time.monotonic() + 30
    while time.monotonic() < end:
        message = kernel.iopub()
        data = message["content"].get("data", {})
        status = data.get("chunk", {}).get("header", {}).get("status") if message["msg_type"] == "comm_msg" else None
        if status == "paused":
            comm_id = message["content"]["comm_id"]
            break
    assert status == "paused"
    kernel.comm("comm_msg", {"comm_id": comm_id, "data": {"type": "command", "request": "r9", "command": "stop"}})
    assert kernel.run("await later; ended").value == "'stopped'"
    assert kernel.run("t3.dispose()").status == "ok"


def test_bad_input_names_the_argument(kernel):
    result = kernel.run("await newTrainer().fit({ x: [[1, 2]], y: [0] })")
    content = result.reply["content"]
    assert content["ename"] == "ArgumentError"
    assert content["evalue"].startswith("data.x: got shape [1, 2], expected [examples, 32]")


def test_the_readme_example_runs(kernel):
    readme = (ROOT / "README.md").read_text()
    example = readme.split("```ts\n")[1].split("```")[0]
    smaller = example.replace("train: 20_000", "train: 2_000").replace("epochs: 10", "epochs: 2")
    assert smaller != example
    result = kernel.run(smaller)
    assert result.status == "ok", result.reply["content"]
    assert "trained for 2 epochs" in result.text()
    assert "accuracy" in result.text()


def test_doctor_shows_a_table_and_leaves_the_next_cell_as_it_was(kernel):
    before = value(kernel, "engine()")
    result = kernel.run("import { doctor } from 'gradoscope';\nconst report = await doctor({ speed: false });\nreport")
    assert result.status == "ok", result.reply["content"]
    data = result.of("execute_result")[0]["content"]["data"]
    assert "<table>" in data["text/html"]
    assert "What to do next" in data["text/plain"]
    assert value(kernel, "report.backend.name === backend.name") == "true"
    assert value(kernel, "engine()") == before


@pytest.mark.skipif(os.environ.get("GRADOSCOPE_FULL") != "1", reason="takes ten seconds: the full run")
def test_doctor_measures_in_a_cell(kernel):
    before = value(kernel, "engine()")
    assert value(kernel, "(await doctor()).speed!.steps.map(({ model }) => model).join()") == "'MLP,CNN'"
    assert value(kernel, "engine()") == before
