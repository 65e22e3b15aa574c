"""Measures kernels side by side, in alternation: `measure.py CONFIG`; one JSON line a measurement on stdout."""

import json
import random
import re
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from jupyter_client.manager import KernelManager

LIMIT = 120
# A loop that takes so long in all is not run more than three times.
SLOW_MS = 3000
# Not a kernel: the loops in a module of their own.
PLAIN = "plain node module"

TFJS = "import * as tf from '@tensorflow/tfjs';\nconst total = tf.tensor1d([1, 2, 3]).sum().dataSync()[0]; total"
LATER = [
    "const y0 = tf.scalar(0).square()",
    "const y1 = tf.tensor2d([[1, 2], [3, 4]]).matMul(tf.eye(2))",
    "const m = tf.sequential({layers: [tf.layers.dense({units: 1, inputShape: [1]})]})",
    "m.compile({optimizer: tf.train.sgd(0.1), loss: 'meanSquaredError'})",
    "const xs = tf.tensor2d([1, 2, 3, 4], [4, 1]); const ys = xs.mul(2)",
    "function square(a: tf.Tensor, b: tf.Tensor) { return a.sub(b).square().mean() }",
    "const l = square(y0, y1)",
    "const v = await l.data(); v[0]",
    "for (let i = 0; i < 3; i++) { tf.tidy(() => tf.scalar(i).add(1)) }",
    "const z = [1, 2, 3].map(x => x * 2); z.length",
]
# What a notebook is made of, so that the 300th cell has a past.
PAST = [
    "const a{0} = {0}; a{0}",
    "function f{0}(x: number) {{ return x + {0} }}",
    "const t{0} = tf.scalar({0}).add(1)",
    "interface P{0} {{ n: number }}\nconst p{0}: P{0} = {{ n: {0} }}",
    "let s{0} = 0; for (const v of [1, 2, 3]) s{0} += v; s{0}",
]
LOOPS = {
    "sum": "let sum{0} = 0;\nfor (let i = 0; i < 5e6; i++) {{ sum{0} += i; }}",
    "math": "let math{0} = 0;\nfor (let i = 0; i < 5e6; i++) {{ math{0} += Math.sqrt(i); }}",
    "call": "function g{0}(x: number) {{ return x * 0.5 + 1; }}\nlet call{0} = 0;\nfor (let i = 0; i < 5e6; i++) {{ call{0} += g{0}(i); }}",
    "push": "const push{0}: number[] = [];\nfor (let i = 0; i < 5e6; i++) {{ push{0}.push(i); }}",
}
LINES = {
    "python": "for i in range(100_000): print(str(i).rjust(60, '.'))",
    "typescript": "for (let i = 0; i < 100_000; i++) console.log(String(i).padStart(60, '.'));",
}
COMMS = """{
  const comm = globalThis[Symbol.for('gradoscope.host')].comm('bench', 'bench', () => {});
  const data = 'x'.repeat(1000);
  for (let i = 0; i < 20_000; i++) comm.send({ i, data });
  comm.close();
}"""


class Kernel:
    def __init__(self, name, cwd):
        self.manager = KernelManager(kernel_name=name)
        self.began = time.perf_counter()
        self.manager.start_kernel(cwd=cwd)
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=LIMIT)
        self.ready = time.perf_counter() - self.began

    def run(self, code, hook=lambda message: None):
        began = time.perf_counter()
        reply = self.client.execute_interactive(code, output_hook=hook, timeout=LIMIT)
        took = time.perf_counter() - began
        if reply["content"]["status"] != "ok":
            raise RuntimeError(f"{code!r} failed: {reply['content'].get('evalue')}")
        return took

    def complete(self, code):
        began = time.perf_counter()
        reply = self.client.complete(code, len(code), reply=True, timeout=LIMIT)
        return time.perf_counter() - began, len(reply["content"]["matches"])

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)


def tfjs_code(name):
    return TFJS.replace("'@tensorflow", "'npm:@tensorflow") if name == "deno" else TFJS


def warm(kernel, prefix=""):
    """A cell that has been run before, and cells that have not."""
    return {
        f"{prefix}warm 1+2": median(kernel.run("1+2") for _ in range(30)),
        f"{prefix}warm, new text": median(kernel.run(f"{i}+2") for i in range(100, 130)),
    }


def cells(kernel, name, cells_before):
    """Times in seconds of one kernel's life."""
    out = {"ready": kernel.ready, "first 1+2": kernel.run("1+2")}
    out["start to 1+2"] = kernel.ready + out["first 1+2"]
    if name != "ipykernel":
        out["first tfjs cell"] = kernel.run(tfjs_code(name))
    # What each does ahead has been done.
    time.sleep(2)
    out |= warm(kernel)
    if name == "ipykernel":
        out["completion"] = median(kernel.complete("import json; json.")[0] for _ in range(5))
        return out
    out |= tfjs(kernel)
    if cells_before:
        for i in range(cells_before):
            kernel.run(PAST[i % len(PAST)].format(i))
        out |= warm(kernel, "late ") | tfjs(kernel, "late ")
        if name == "gradoscope-ts7":
            out |= {f"late {kind}": value for kind, value in loops(kernel, name).items()}
    return out


def completions(kernel, prefix=""):
    """In a new cell, after others have run, as one meets it; and once more in the same place."""
    after = []
    again = []
    for i in range(5):
        kernel.run(f"const before_{prefix.strip()}{i} = tf.scalar({i})")
        after.append(kernel.complete("tf.layers.")[0])
        again.append(kernel.complete("tf.layers.")[0])
    return {f"{prefix}completion": median(after), f"{prefix}completion again": median(again)}


def tfjs(kernel, prefix=""):
    """Cells with types of TensorFlow.js; late ones declare other names."""
    late = [re.sub(r"\b(y0|y1|m|xs|ys|l|v|z|square(?=\(a|\(y))\b", r"\1_late", code) for code in LATER] if prefix else LATER
    return {
        f"{prefix}tfjs cell": median(kernel.run(code) for code in late),
    } | completions(kernel, prefix)


def loops(kernel, name):
    """Milliseconds that the loop itself took, as the cell measures it."""
    out = {}
    kernel.run("1+2")
    time.sleep(2)
    for kind, code in LOOPS.items():
        times = []
        for turn in range(11):
            texts = []
            source = f"const began_{kind}{turn} = performance.now();\n{code.format(turn)}\nconsole.log(performance.now() - began_{kind}{turn});"
            kernel.run(source, lambda m: texts.append(m["content"]["text"]) if m["msg_type"] == "stream" else None)
            times.append(float("".join(texts)))
            if kind == "push":
                # The plain module's process ends after each, too.
                kernel.run(f"push{turn}.length = 0")
            if turn >= 2 and sum(times) > SLOW_MS:
                break
        out[f"loop {kind}"] = median(times)
    return out


def lines(kernel, name):
    """Lines a second until idle; every line must have come."""
    # Not the first cell's own time, nor what each does ahead after the start.
    kernel.run("1+2")
    time.sleep(2)
    seen = []
    took = kernel.run(
        LINES["python" if name == "ipykernel" else "typescript"],
        lambda m: seen.append(m["content"]["text"]) if m["msg_type"] == "stream" else None,
    )
    count = "".join(seen).count("\n")
    return {"lines": count, "seconds": took, "lines a second": count / took}


def comms(kernel, name):
    first = []
    numbers = []
    began = time.perf_counter()

    def hook(message):
        if message["msg_type"] == "comm_msg":
            first.append(time.perf_counter() - began) if not first else None
            numbers.append(message["content"]["data"]["i"])

    took = kernel.run(COMMS, hook)
    return {"comm messages": len(numbers), "in order": numbers == sorted(numbers), "first": first[0] if first else None, "seconds": took}


def plain_loops():
    script = Path(__file__).with_name("plain-loops.mjs")
    return json.loads(subprocess.run(["node", script], check=True, capture_output=True).stdout)


PARTS = {"loops": loops, "lines": lines, "comms": comms}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        config = json.load(file)
    for part, (names, rounds) in config["parts"].items():
        for turn in range(rounds):
            order = list(names)
            random.shuffle(order)
            for name in order:
                kernel = None
                row = {"part": part, "round": turn, "kernel": name}
                try:
                    kernel = None if name == PLAIN else Kernel(name, config["cwd"])
                    if kernel is None:
                        row["values"] = plain_loops()
                    elif part == "cells":
                        row["values"] = cells(kernel, name, config["past"] if turn < config["pastRounds"].get(name, 0) else 0)
                    else:
                        row["values"] = PARTS[part](kernel, name)
                except Exception as error:  # a peer that fails is a row of its own
                    row["error"] = f"{type(error).__name__}: {error}"
                finally:
                    if kernel:
                        kernel.close()
                print(json.dumps(row), flush=True)


main()
