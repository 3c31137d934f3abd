"""Browser components: our own ES modules, served to the page as they are.

``component("plane/plane")`` gives the function that puts ``plane/plane.js`` on the page; its
default export draws into ``parentElement`` and may import other modules of this folder by relative
path: those beside it, and ``shared``. The folder holds nothing but what browsers may read.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from safetensors.numpy import save
from streamlit import config
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.runtime import get_instance
from streamlit.url_util import make_url_path

HERE = Path(__file__).resolve().parent
MEDIA = "media"  # folder of a record's files


@dataclass(frozen=True)
class Mounted:
    """A component on a page: of which module, and what Python told it, plain or packed."""

    module: str
    data: Any


@dataclass
class Record:
    """What screens give to the browser: components by their keys, files by their addresses."""

    mounted: dict[str, Mounted] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def mount(self, module: str, component: Callable[..., Any], **given: Any) -> Any:
        """Put the component on the page and note it."""
        self.mounted[given["key"]] = Mounted(module, given.get("data"))
        return component(**given)

    def keep(self, content: bytes) -> str:
        """The address of content that a page will fetch; the same content has one only."""
        address = f"{MEDIA}/{hashlib.sha256(content).hexdigest()[:16]}.bin"
        self.files[address] = content
        return address


_record: Record | None = None


def without_server() -> bool:
    """Whether what is made now will be shown where nobody answers a gesture.

    Then a screen leaves out what would go on telling of the first view.
    """
    return _record is not None


@contextmanager
def recorded() -> Iterator[Record]:
    """Note what screens give to the browser meanwhile, to show it elsewhere without a server.

    For a process that serves nobody: the addresses of files are those within the record.
    """
    global _record
    _record = Record()
    try:
        yield _record
    finally:
        _record = None


def component(name: str) -> Callable[..., Any]:
    """What ``st.components.v2.component`` makes of ``NAME.js`` and, if there is one, ``NAME.css``.

    Streamlit serves files, which modules need to import each other, only for packages that it
    finds installed; this says the same of our folder, so that nobody has to install the app.
    """
    mounted = _component(get_bidi_component_manager(), name)
    return mounted if _record is None else partial(_record.mount, name, mounted)


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
    once. They are there as long as a session's page asks for them under this ``name``. The address
    begins with the path below which the app lives, if it has one.
    """
    if _record is not None:
        return _record.keep(content)
    address = get_instance().media_file_mgr.add(content, kind, name)
    return make_url_path(config.get_option("server.baseUrlPath") or "", address)
