"""A half of a model as plain data: its layers in a row, their arrays, and why there is none."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from aecore.messages import N_

UNKNOWN = N_(
    "The {half} has a part “{part}”, which browsers cannot run here; they run fully connected, "
    "convolutional and recurrent layers. The server computes instead, where you click."
)
OTHERWISE = N_(
    "The {half} does more than its layers say, so a browser cannot run it. The server computes "
    "instead, where you click."
)
ENCODER, DECODER = N_("encoder"), N_("decoder")


@dataclass
class NetworkLayers:
    """Layers from numbers of the shape ``taken`` to numbers of the shape ``made``.

    Images are (C, H, W) in 0…1, codes (d,); what a variational encoder makes is (2, d): mean and
    log-variance. ``layers`` are plain facts; where they name an array, it lies in ``arrays`` under
    that name.

    ==============  ============================================================================
    linear          weight (outputs, inputs), scale and shift (outputs,): scale · (W x) + shift, of
                    each of the ``times`` parts of x
    conv            weight (C_out, C_in, h, w), scale and shift (C_out,); shapes ``taken`` and
                    ``made`` (C, H, W); kernel, stride and padding (vertical, horizontal)
    conv_transpose  the same with weight (C_in, C_out, h, w)
    max_pool        ``taken``, ``made``, kernel, stride: the largest of each window, which may
                    reach beyond the end
    upsample        ``taken`` (C, H, W), times (vertical, horizontal): every pixel repeated
    crop            ``taken``, ``made``: rows and columns at the end are left out
    affine          scale and shift (C,), each for ``each`` numbers in a row
    relu, leaky_relu (slope), silu, sigmoid, tanh, clip (to 0…1): every number by itself, or those
                    of a ``part`` (first, end)
    read            ``cell`` "gru" or "lstm", its weights and biases of input and memory as in
                    PyTorch, ``taken`` (C, H, W): the memory after H ``steps``, a row each
    read_both_ways  the same, with further weights and biases ``_back`` that read from the last row
                    on: for each step both memories, one after the other
    write           the same, each step being ``told`` so many numbers, plus its row of ``place``:
                    the memories after all steps. ``begins``: the first memory follows them
    hear            each step being ``told`` its part of a plan and, by a row of ``heard``, the
                    likeliest of ``symbols`` in the step before: how likely each is now
    image           ``made`` (C, H, W) of H rows with their channels one after the other
    ==============  ============================================================================

    ``work``: the multiply-adds of one image.
    """

    taken: tuple[int, ...]
    made: tuple[int, ...]
    layers: list[dict[str, Any]] = field(default_factory=list)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    work: int = 0

    def facts(self) -> dict[str, Any]:
        """All but the arrays, as JSON has it."""
        return {"taken": list(self.taken), "made": list(self.made), "layers": self.layers}

    def add(self, kind: str, arrays: dict[str, np.ndarray] | None = None, **facts: Any) -> None:
        """One layer more. Its arrays get names of their own, and half the bytes where 16 bits
        hold them exactly, as they do the weights of a checkpoint stored with 16."""
        layer: dict[str, Any] = {"kind": kind, **facts}
        for role, array in (arrays or {}).items():
            name = f"{len(self.layers)}.{role}"
            half = array.astype(np.float16)
            self.arrays[name] = half if np.array_equal(half, array) else array.astype(np.float32)
            layer[role] = name
        self.layers.append(layer)
