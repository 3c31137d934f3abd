"""Graphs of ONNX at work, and what lies between their images and ours. Without PyTorch."""

from dataclasses import dataclass
from typing import Any

import numpy as np

LAYOUTS = ("channels_first", "channels_last", "no_channels", "flat")
PIXELS = ("unit", "symmetric", "normalised")
DRAWN = ("same", "unit", "logits")


@dataclass(frozen=True)
class Convention:
    """How images (N, C, H, W) in 0…1 become what a model takes, and back.

    ``layout``, ``drawn_layout``: "channels_first", "channels_last", "no_channels" (N, H, W) or
    "flat", of what it takes and what it draws. ``pixels`` that it takes: "unit" (0…1), "symmetric"
    (-1…1) or "normalised": (x - ``mean``) / ``std``. ``drawn``: its pixels are the "same" as these,
    "unit", or "logits".
    """

    layout: str = "channels_first"
    drawn_layout: str = "channels_first"
    pixels: str = "unit"
    drawn: str = "same"
    mean: float = 0.1307  # of MNIST's pixels
    std: float = 0.3081

    def taken(self, x: np.ndarray) -> np.ndarray:
        """Images (N, C, H, W) in 0…1 as the model takes them."""
        if self.pixels == "symmetric":
            x = x * 2 - 1
        elif self.pixels == "normalised":
            x = (x - self.mean) / self.std
        if self.layout == "channels_last":
            return x.transpose(0, 2, 3, 1)
        return x.reshape(len(x), -1) if self.layout == "flat" else x

    def image(self, x: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
        """What the model drew, as images (N, C, H, W) of this shape, float32 in 0…1."""
        if self.drawn == "logits":
            x = 1 / (1 + np.exp(-np.clip(x, -80, 80)))
        elif self.drawn == "same" and self.pixels == "symmetric":
            x = (x + 1) / 2
        elif self.drawn == "same" and self.pixels == "normalised":
            x = x * self.std + self.mean
        if self.drawn_layout == "channels_last":
            channels, height, width = shape
            x = x.reshape(len(x), height, width, channels).transpose(0, 3, 1, 2)
        unit = np.clip(x.reshape(len(x), *shape), 0, 1)
        return np.ascontiguousarray(unit, np.float32)


def session(content: bytes) -> Any:
    """A graph ready to run, on one thread: many visitors compute at a time."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what goes wrong is raised as well
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def run(graph: Any, batch: np.ndarray) -> list[np.ndarray]:
    """All outputs of a session for a batch, float32; one at a time where it takes no more.

    The batch gets the shape that the graph takes: codes may have several sides.
    """
    (taken,) = graph.get_inputs()
    batch = np.ascontiguousarray(batch, np.float32)
    sides = (taken.shape or [None])[1:]
    if sides and all(isinstance(n, int) for n in sides):
        batch = batch.reshape(len(batch), *sides)
    one_by_one = bool(taken.shape) and taken.shape[0] == 1
    parts = [batch[at : at + 1] for at in range(len(batch))] if one_by_one else [batch]
    made = [graph.run(None, {taken.name: part}) for part in parts]
    return [np.concatenate(each) for each in zip(*made, strict=True)]
