"""Where the time of a step goes, by TensorFlow's profiler.

python where.py FILE        a step of ours, as `node ours.mjs MODEL graph 10 FILE` wrote it; needs g++, for our operations
python where.py keras MODEL THREADS SIZE_JSON

Prints the operations by the time that they take in a step, and the step's time; two threads may compute at once.
"""

import collections
import glob
import os
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow.core.framework import function_pb2  # noqa: E402
from tensorflow.python.eager import context, execute  # noqa: E402
from tensorflow.tsl.profiler.protobuf import xplane_pb2  # noqa: E402

STEPS = 20
# As compile-step.ts has it.
CONFIG = b"\x52\x06\x52\x04\x18\x02\x38\x02"


def load_operations(folder):
    native = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../lib/native")
    library = os.path.join(folder, "ops.so")
    flags = [*"-std=c++17 -O3 -fPIC -shared -ffp-contract=off -fno-math-errno -fno-trapping-math".split(), *tf.sysconfig.get_compile_flags()]
    subprocess.run(["g++", *flags, *glob.glob(f"{native}/op*.cc"), "-o", library, *tf.sysconfig.get_link_flags()], check=True)
    tf.load_op_library(library)


def ours(file):
    with tempfile.TemporaryDirectory() as folder:
        load_operations(folder)
    definition = function_pb2.FunctionDef()
    with open(file, "rb") as data:
        definition.ParseFromString(data.read())
    context.ensure_initialized()
    context.context().add_function_def(definition)
    rng = np.random.default_rng(0)
    inputs = []
    for i, argument in enumerate(definition.signature.input_arg):
        shape = [d.size for d in definition.arg_attr[i].attr["_output_shapes"].list.shape[0].dim]
        dtype = tf.as_dtype(argument.type)
        values = 0.05 * np.abs(rng.standard_normal(shape)) if dtype.is_floating else np.zeros(shape)
        inputs.append(tf.constant(values, dtype))
    attributes = ("config_proto", CONFIG, "executor_type", "")
    name, outputs = definition.signature.name, len(definition.signature.output_arg)
    return lambda i: execute.execute(name, outputs, inputs, attributes, context.context())[0].numpy()


def profiled(step):
    for i in range(10):
        step(i)
    began = time.perf_counter()
    for i in range(STEPS):
        step(i)
    took = (time.perf_counter() - began) / STEPS
    with tempfile.TemporaryDirectory() as folder:
        tf.profiler.experimental.start(folder)
        for i in range(STEPS):
            step(i)
        tf.profiler.experimental.stop()
        space = xplane_pb2.XSpace()
        with open(glob.glob(f"{folder}/**/*.xplane.pb", recursive=True)[0], "rb") as data:
            space.ParseFromString(data.read())
    return took, space


def table(space):
    times = collections.defaultdict(list)
    for plane in space.planes:
        names = plane.event_metadata
        for line in plane.lines:
            for event in line.events:
                name = names[event.metadata_id].name
                # An operation is recorded as `name:type`.
                if ":" in name and "::" not in name:
                    times[name.split(":")[-1]].append(event.duration_ps / 1e9)
    return sorted(times.items(), key=lambda item: -sum(item[1]))


def main():
    if sys.argv[1] == "keras":
        sys.argv[1:2] = ["keras"]
        import peers

        step = peers.keras_step(False)
    else:
        step = ours(sys.argv[1])
    took, space = profiled(step)
    rows = table(space)
    print(f"{1000 * took:.2f} ms a step; operations together {sum(sum(t) for _, t in rows) / STEPS:.2f} ms")
    for name, each in rows[:24]:
        print(f"  {sum(each) / STEPS:8.3f} ms  {len(each) / STEPS:6.1f} ×  {name}")


main()
