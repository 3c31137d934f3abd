"""Two models side by side, the better one as ONNX: for programs and devices without PyTorch.

python docs/recipes/export_and_compare.py NEW_FOLDER
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime

from aecore import checkpoint, data, evaluation
from aecore.exchange import onnx_export
from aecore.sklearn import AutoencoderTransformer

folder = Path(sys.argv[1])
folder.mkdir()
train, test = data.load("digits", "train"), data.load("digits", "test")
errors = {}
for family in ("simple", "deep"):
    model = AutoencoderTransformer(family, latent_dim=16, epochs=8, random_state=0).fit(train)
    figures = evaluation.evaluate(model.model_, test.pixels)
    card = checkpoint.Card(
        name=family,
        family=family,
        config=model.model_.config.to_json(),
        dataset="digits",
        metrics=figures,
    )
    checkpoint.save(folder / f"{family}.safetensors", model.model_, card)
    errors[family] = figures["mse"]
    print(f"{family}: MSE {errors[family]:.4f}")

better = min(errors, key=errors.__getitem__)
onnx_export.write(folder / f"{better}.safetensors", folder / f"{better}.onnx")
session = onnxruntime.InferenceSession(folder / f"{better}.onnx")
[copies] = session.run(["reconstruction"], {"image": test.pixels.astype(np.float32) / 255})
print(f"{better}.onnx: MSE {np.mean((copies - test.pixels / 255) ** 2):.4f}")
