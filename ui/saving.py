"""What a screen shows as files: tables, arrays and pictures with one click, and the page itself."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from browser import without_server
from ui import images, making
from ui.cache import Kept
from ui.guard import guarded
from ui.i18n import _, language

NOT_KEPT = ("lang", "lesson", "step", "present")  # words of the address that no page alone needs

_PAGES: Kept[bytes] = Kept(8)


@dataclass(frozen=True)
class File:
    """A file, made when it is clicked; ``name`` is a word for its name, ``label`` for people."""

    name: str
    label: str
    suffix: str
    content: Callable[[], bytes]


@dataclass(frozen=True)
class Home:
    """The page itself as one file: which, as ``python -m aecore publish --page`` knows it, of what
    model or run by its digest, and further arguments."""

    page: str
    digest: str
    arguments: Sequence[str] = ()


def table(
    name: str, label: str, heads: Sequence[str], rows: Callable[[], Iterable[Sequence[object]]]
) -> File:
    """Rows as CSV; nothing in them is a formula to a spreadsheet."""

    def content() -> bytes:
        text = io.StringIO()
        written = csv.writer(text, lineterminator="\n")
        written.writerow(heads)
        written.writerows([_written(cell) for cell in row] for row in rows())
        return text.getvalue().encode()

    return File(name, label, "csv", content)


def arrays(name: str, label: str, found: Callable[[], Mapping[str, np.ndarray]]) -> File:
    """Arrays by name, as NumPy's NPZ."""

    def content() -> bytes:
        file = io.BytesIO()
        np.savez_compressed(file, allow_pickle=False, **found())
        return file.getvalue()

    return File(name, label, "npz", content)


def pictures(name: str, label: str, rows: Callable[[], Sequence[np.ndarray]]) -> File:
    """Rows of images (N, C, H, W), uint8 or 0…1, of one size below each other as one PNG."""

    def content() -> bytes:
        lines = [np.concatenate([_in_colour(one) for one in row], axis=1) for row in rows()]
        widest = max(line.shape[1] for line in lines)
        sheet = [np.pad(line, [(0, 0), (0, widest - line.shape[1]), (0, 0)]) for line in lines]
        return images.png(np.concatenate(sheet))

    return File(name, label, "png", content)


def offer(screen: str, *files: File, home: Home | None = None) -> None:
    """A quiet row with a button for each file, named after the screen, and for the page alone."""
    if without_server():
        return
    with st.container(horizontal=True, key=f"saving-{screen}"):
        for file in files:
            st.download_button(
                f"{file.label} · {file.suffix.upper()}",
                file.content,
                f"{screen}-{file.name}.{file.suffix}",
                key=f"save-{screen}-{file.name}-{file.suffix}",
                icon=":material/download:",
                type="tertiary",
                on_click="ignore",
            )
        wanted = home is not None and _home(home)
    if wanted and home is not None:
        with guarded():
            told = ("publish", "--page", home.page, *home.arguments, f"--lang={language()}")
            at = f"--at={_address()}"
            content = making.made(lambda out: [*told, at, str(out)], f"home-{home.page}")
            _PAGES.keep(_key(home), content)
            st.rerun()


def _home(home: Home) -> bool:
    """The button of the page, or once that is made the page; whether it is to be made."""
    content, key = _PAGES.get(_key(home)), f"home-{home.page}"
    if content is None:
        return st.button(
            _("Take home"),
            key=key,
            icon=":material/home:",
            type="tertiary",
            help=_("This page with its model as one file that opens by double click, anywhere."),
        )
    st.download_button(
        _("Download {file}").format(file=f"{home.page}.html"),
        content,
        f"{home.page}.html",
        "text/html",
        key=f"{key}-file",
        icon=":material/home:",
        type="tertiary",
        on_click="ignore",
    )
    return False


def _key(home: Home) -> tuple[object, ...]:
    return (home.page, home.digest, *home.arguments, language(), _address())


def _address() -> str:
    """What the address says, for the page to show the same."""
    said = {word: text for word, text in st.query_params.items() if word not in NOT_KEPT}
    return urlencode(sorted(said.items()))


def _in_colour(image: np.ndarray) -> np.ndarray:
    pixels = images.to_bytes(image)
    return pixels if pixels.ndim == 3 else np.repeat(pixels[..., None], 3, axis=2)


def _written(cell: object) -> object:
    if not isinstance(cell, str) or not cell.startswith(("=", "+", "-", "@")) or _is_number(cell):
        return cell
    return f"'{cell}"


def _is_number(text: str) -> bool:
    """A number is no formula: −23.7 has to stay one."""
    try:
        float(text)
    except ValueError:
        return False
    return True
