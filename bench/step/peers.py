"""One measurement of a peer: python peers.py PEER MODEL THREADS SIZE_JSON; prints JSON.

PEER: keras, keras-jit, torch, torch-compile. The same models, batches and optimizer as ours.mjs; each step's loss is read before the next.
"""

import json
import os
import statistics
import sys
import time

PEER, NAME, THREADS, SIZE = sys.argv[1], sys.argv[2], int(sys.argv[3]), json.loads(sys.argv[4])
STEPS = SIZE["steps"]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402

rng = np.random.default_rng(0)
BATCHES = [
    (rng.standard_normal([SIZE["batch"], *SIZE["shape"]]).astype("float32"), rng.integers(0, 10, SIZE["batch"])) for _ in range(8)
]


def keras_step(jit):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(THREADS)
    tf.config.threading.set_inter_op_parallelism_threads(THREADS)
    import keras

    L = keras.layers
    inputs = L.Input(SIZE["shape"])
    if NAME == "mlp":
        x = L.Dense(128, activation="relu")(inputs)
    elif NAME == "cnn":
        x = inputs
        for layer in (
            L.Conv2D(32, 3, activation="relu"),
            L.MaxPooling2D(2),
            L.Conv2D(64, 3, activation="relu"),
            L.MaxPooling2D(2),
            L.Flatten(),
            L.Dense(128, activation="relu"),
        ):
            x = layer(x)
    elif NAME.startswith("lstm"):
        x = L.LSTM(SIZE["units"])(inputs)
    else:
        x = L.Dense(SIZE["width"])(inputs)
        for _ in range(SIZE["depth"]):
            n = L.LayerNormalization(epsilon=1e-5)(x)
            x = x + L.MultiHeadAttention(SIZE["heads"], SIZE["width"] // SIZE["heads"])(n, n)
            n = L.LayerNormalization(epsilon=1e-5)(x)
            x = x + L.Dense(SIZE["width"])(L.Dense(SIZE["hidden"], activation="relu")(n))
        x = L.GlobalAveragePooling1D()(x)
    model = keras.Model(inputs, L.Dense(10)(x))
    optimizer = keras.optimizers.Adam(1e-3)
    optimizer.build(model.trainable_variables)
    loss_of = keras.losses.CategoricalCrossentropy(from_logits=True)

    @tf.function(jit_compile=jit)
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    data = [(tf.constant(x), tf.one_hot(y, 10)) for x, y in BATCHES]
    return lambda i: float(step(*data[i % len(data)]).numpy())


def torch_step(compiled):
    import torch
    from torch import nn
    from torch.nn import functional as F

    torch.set_num_threads(THREADS)

    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm = nn.LSTM(SIZE["shape"][1], SIZE["units"], batch_first=True)
            self.out = nn.Linear(SIZE["units"], 10)

        def forward(self, x):
            return self.out(self.lstm(x)[0][:, -1])

    class Encoder(nn.Module):
        def __init__(self):
            super().__init__()
            self.input = nn.Linear(SIZE["features"], SIZE["width"])
            layer = nn.TransformerEncoderLayer(
                SIZE["width"], SIZE["heads"], SIZE["hidden"], dropout=0.0, batch_first=True, norm_first=True
            )
            self.encoder = nn.TransformerEncoder(layer, SIZE["depth"], enable_nested_tensor=False)
            self.out = nn.Linear(SIZE["width"], 10)

        def forward(self, x):
            return self.out(self.encoder(self.input(x)).mean(1))

    if NAME == "mlp":
        model = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10))
    elif NAME == "cnn":
        model = nn.Sequential(
            *(nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2)),
            *(nn.Flatten(), nn.Linear(1600, 128), nn.ReLU(), nn.Linear(128, 10)),
        )
    else:
        model = Recurrent() if NAME.startswith("lstm") else Encoder()
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    run = torch.compile(model) if compiled else model
    channels_first = (lambda x: x.transpose(0, 3, 1, 2).copy()) if NAME == "cnn" else (lambda x: x)
    data = [(torch.from_numpy(channels_first(x)), torch.from_numpy(y)) for x, y in BATCHES]

    def step(i):
        x, y = data[i % len(data)]
        loss = F.cross_entropy(run(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def main():
    step = keras_step(PEER == "keras-jit") if PEER.startswith("keras") else torch_step(PEER == "torch-compile")
    began = time.perf_counter()
    step(0)
    first = time.perf_counter() - began
    for i in range(1, 1 + STEPS // 4):
        step(i)
    times = []
    loss = 0.0
    for i in range(STEPS):
        start = time.perf_counter()
        loss = step(i)
        times.append(time.perf_counter() - start)
    print(json.dumps({"ms": 1000 * statistics.median(times), "first": first, "loss": loss}))


if __name__ == "__main__":
    main()
