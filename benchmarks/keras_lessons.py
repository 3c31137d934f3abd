"""Autoencoders of the Keras blog in Keras: those that the peer script of lessons.py leaves out.

    PYTHON benchmarks/keras_lessons.py MODEL EPOCHS NPZ      # MODEL: sparse, seq2seq or vae

PYTHON has Keras with a backend; NPZ holds ``xtr`` and ``xte``, uint8 (N, 28, 28). The layers are
those of the preset of that name in ``aecore/presets.py``. Prints lines such as ``sparse epoch 100
train_s 180.0 test_bce 0.1000``: seconds of training, and the cross-entropy in nats per pixel of
the test digits against what their codes give back (of a VAE the codes' means).
"""

import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # TensorFlow's remarks on the processor

import keras
import numpy as np
from keras import layers, ops

PIXELS = 784


def sparse() -> keras.Model:
    """784-32-784 with an L1 penalty on the code."""
    x = keras.Input((PIXELS,))
    penalty = keras.regularizers.L1(1e-4)
    code = layers.Dense(32, activation="relu", activity_regularizer=penalty)(x)
    model = keras.Model(x, layers.Dense(PIXELS, activation="sigmoid")(code))
    model.compile("adam", "binary_crossentropy")
    return model


def seq2seq() -> keras.Model:
    """An LSTM reads 28 rows, its last memory is repeated, another writes; a layer gives pixels."""
    x = keras.Input((28, 28))
    code = layers.LSTM(32)(x)
    written = layers.LSTM(28, return_sequences=True)(layers.RepeatVector(28)(code))
    model = keras.Model(x, layers.Dense(28, activation="sigmoid")(written))
    model.compile("adam", "binary_crossentropy")
    return model


class Sample(layers.Layer):
    """Draws a code while the model learns, takes the mean otherwise; adds the KL divergence."""

    def __init__(self) -> None:
        super().__init__()
        self.noise = keras.random.SeedGenerator(0)

    def call(self, moments: list, training: bool = False) -> object:
        mean, log_variance = moments
        kl = 0.5 * ops.sum(ops.exp(log_variance) + mean**2 - 1 - log_variance, axis=1)
        self.add_loss(ops.mean(kl))
        if not training:
            return mean
        noise = keras.random.normal(ops.shape(mean), seed=self.noise)
        return mean + ops.exp(0.5 * log_variance) * noise


def vae() -> keras.Model:
    """784-64-2-64-784."""
    x = keras.Input((PIXELS,))
    hidden = layers.Dense(64, activation="relu")(x)
    z = Sample()([layers.Dense(2)(hidden), layers.Dense(2)(hidden)])
    drawn = layers.Dense(64, activation="relu")(z)
    model = keras.Model(x, layers.Dense(PIXELS, activation="sigmoid")(drawn))
    model.compile("adam", lambda x, y: PIXELS * keras.losses.binary_crossentropy(x, y))
    return model


MODELS = {"sparse": (sparse, 256), "seq2seq": (seq2seq, 256), "vae": (vae, 32)}  # and batch sizes


def main(name: str, epochs: int, npz: str) -> None:
    with np.load(npz) as pixels:
        train, test = (pixels[key].astype(np.float32) / 255 for key in ("xtr", "xte"))
    keras.utils.set_random_seed(0)
    build, batch_size = MODELS[name]
    model = build()
    train, test = (x.reshape(-1, *model.input_shape[1:]) for x in (train, test))
    seconds = 0.0
    for epoch in range(1, epochs + 1):
        started = time.perf_counter()
        model.fit(train, train, batch_size=batch_size, epochs=1, verbose=0)
        seconds += time.perf_counter() - started
        if epoch in (1, 10, epochs):
            given_back = model.predict(test, batch_size=1000, verbose=0).clip(1e-7, 1 - 1e-7)
            bce = -np.mean(test * np.log(given_back) + (1 - test) * np.log1p(-given_back))
            print(f"{name} epoch {epoch} train_s {seconds:.1f} test_bce {bce:.4f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
