"""Browser components: our own ES modules, served to the page as they are.

``component("plane/plane")`` gives the function that puts ``plane/plane.js`` on the page; its
default export draws into ``parentElement`` and may import other modules of this folder by relative
path: those beside it, and ``shared``. The folder holds nothing but what browsers may read.
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit import config
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest
from streamlit.runtime import get_instance
from streamlit.url_util import make_url_path

from aecore.packing import pack as pack

HERE = Path(__file__).resolve().parent
MEDIA = "media"  # folder of a record's files
PACKED = "application/octet-stream"  # what ``pack`` makes, deflated or not
ENDINGS = {PACKED: ".bin", "image/png": ".png", "application/json": ".json"}


@dataclass(frozen=True)
class Mounted:
    """A component on a page: of which module, and what Python told it, plain or packed."""

    module: str
    data: Any


@dataclass
class Record:
    """What screens give to the browser: components by their keys, files by their addresses.

    ``alone``: it will be one file, in which what browsers fetch by themselves, such as a picture,
    lies in its address.
    """

    alone: bool = False
    mounted: dict[str, Mounted] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def mount(self, module: str, component: Callable[..., Any], **given: Any) -> Any:
        """Put the component on the page and note it."""
        self.mounted[given["key"]] = Mounted(module, given.get("data"))
        return component(**given)

    def keep(self, content: bytes, kind: str = PACKED) -> str:
        """The address of content that a page will fetch; the same content has one only."""
        if self.alone and kind != PACKED:
            return f"data:{kind};base64,{b64encode(content).decode()}"
        address = f"{MEDIA}/{hashlib.sha256(content).hexdigest()[:16]}{ENDINGS[kind]}"
        self.files[address] = content
        return address


_record: Record | None = None


def without_server() -> bool:
    """Whether what is made now will be shown where nobody answers a gesture.

    Then a screen leaves out what would go on telling of the first view.
    """
    return _record is not None


@contextmanager
def recorded(alone: bool = False) -> Iterator[Record]:
    """Note what screens give to the browser meanwhile, to show it elsewhere without a server.

    For a process that serves nobody: the addresses of files are those within the record.
    """
    global _record
    _record = Record(alone)
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
    package = f"explorer-{digest()}"
    title = name.rpartition("/")[2]
    entry = ComponentConfig(title, ".")
    manager.register_from_manifest(ComponentManifest(package, "1", [entry]), HERE)
    css = f"{name}.css" if (HERE / f"{name}.css").is_file() else None
    mounted: Callable[..., Any] = st.components.v2.component(
        f"{package}.{title}", js=f"{name}.js", css=css
    )
    return mounted


@cache
def digest() -> str:
    """Eight hexadecimal digits of all that the browser loads from here."""
    digest = hashlib.sha256()
    for path in sorted(HERE.rglob("*.[cj]s*")):
        digest.update(path.relative_to(HERE).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()[:8]


def served(content: bytes, name: str, kind: str = PACKED) -> str:
    """The address on our own server where a page fetches ``content`` of that MIME type.

    For large pieces that stay the same while a component's facts change: every browser loads them
    once. They are there as long as a session's page asks for them under this ``name``. The address
    begins with the path below which the app lives, if it has one.
    """
    if _record is not None:
        return _record.keep(content, kind)
    address = get_instance().media_file_mgr.add(content, kind, name)
    return make_url_path(config.get_option("server.baseUrlPath") or "", address)
