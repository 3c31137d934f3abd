"""Arrays and plain facts in one piece of bytes, as browsers take them."""

import json
from typing import Any

import numpy as np
from safetensors.numpy import save


def pack(facts: Any, **arrays: np.ndarray) -> bytes:
    """A safetensors file with ``facts`` as JSON in its header; ``unpack`` in tensors.js takes it
    apart.

    Streamlit hands bytes over as they are only where they are all that is sent.
    """
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    return save(contiguous, metadata={"facts": json.dumps(facts)})
