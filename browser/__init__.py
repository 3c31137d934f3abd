"""Browser components: our own ES modules, served to the page as they are.

``component("plane/plane")`` gives the function that puts ``plane/plane.js`` on the page; its
default export draws into ``parentElement`` and may import other modules of this folder by relative
path: those beside it, and ``shared``. The folder holds nothing but what browsers may read.
"""

import hashlib
import json
from collections.abc import Callable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from safetensors.numpy import save
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.runtime import get_instance

HERE = Path(__file__).resolve().parent


def component(name: str) -> Callable[..., Any]:
    """What ``st.components.v2.component`` makes of ``NAME.js`` and, if there is one, ``NAME.css``.

    Streamlit serves files, which modules need to import each other, only for packages that it
    finds installed; this says the same of our folder, so that nobody has to install the app.
    """
    return _component(get_bidi_component_manager(), name)


@lru_cache(maxsize=64)  # declaring one anew at every rerun costs as much as showing it
def _component(manager: BidiComponentManager, name: str) -> Callable[..., Any]:
    # the modules' digest is part of their address: no browser keeps an older one after an update
    package = f"explorer-{_digest()}"
    title = name.rpartition("/")[2]
    entry = ComponentConfig(title, ".")
    manager.register_from_manifest(ComponentManifest(package, "1", [entry]), HERE)
    css = f"{name}.css" if (HERE / f"{name}.css").is_file() else None
    mounted: Callable[..., Any] = st.components.v2.component(
        f"{package}.{title}", js=f"{name}.js", css=css
    )
    return mounted


@cache
def _digest() -> str:
    """Eight hexadecimal digits of all that the browser loads from here."""
    digest = hashlib.sha256()
    for path in sorted(HERE.rglob("*.[cj]s*")):
        digest.update(path.relative_to(HERE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:8]


def pack(facts: Any, **arrays: np.ndarray) -> bytes:
    """Arrays and plain facts in one piece of bytes; ``unpack`` in tensors.js takes them apart.

    Streamlit hands bytes over as they are only where they are all that is sent.
    """
    contiguous = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    return save(contiguous, metadata={"facts": json.dumps(facts)})


def served(content: bytes, name: str, kind: str = "application/octet-stream") -> str:
    """The address on our own server where a page fetches ``content`` of that MIME type.

    For large pieces that stay the same while a component's facts change: every browser loads them
    once. They are there as long as a session's page asks for them under this ``name``.
    """
    address: str = get_instance().media_file_mgr.add(content, kind, name)
    return address
