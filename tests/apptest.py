"""What tests of screens share: opening one by AppTest, reading and clicking it."""

import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from safetensors.numpy import load
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import UnknownElement
from streamlit.util import calc_hash

from pages import SCREENS

EVERYWHERE = ("presenter-keys",)


def opened(name: str, **address: str) -> AppTest:
    """The app on this screen with these parameters in its address, after its first run."""
    app = AppTest.from_file("../pages/visit.py", default_timeout=60)
    # ours tell of themselves: to look for components in all that is installed takes AppTest a while
    app._bidi_component_manager = BidiComponentManager()
    for key, value in address.items():
        app.query_params[key] = value
    return on_screen(app, name).run()


def on_screen(app: AppTest, name: str) -> AppTest:
    """The app, to be run next on that screen.

    AppTest's own ``switch_page`` knows a page by its file's name, and ours are all page.py.
    """
    app._page_hash = calc_hash("" if name == SCREENS[0].name else name)
    return app


def complaints(app: AppTest) -> list[str]:
    """What the screen complains about."""
    return [element.value for element in (*app.exception, *app.error, *app.warning)]


def words(app: AppTest) -> str:
    """All that stands on the screen."""
    kinds = ("markdown", "caption", "info", "error")
    text = [element.value for kind in kinds for element in app.get(kind)]
    text += [element.proto.body for element in app.get("html")]
    text += [element.proto.text for element in app.get("progress")]
    return " ".join(text)


def components(app: AppTest) -> list[UnknownElement]:
    """Our components on the screen, without what stands on every page."""
    found = app.get("bidi_component")
    return [one for one in found if one.key not in EVERYWHERE]


def packed(app: AppTest, key: str) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Facts and arrays that the component of that key is told in one piece of bytes."""
    (content,) = (one.proto.bytes for one in components(app) if one.proto.id.endswith(key))
    length = int.from_bytes(content[:8], "little")
    header = json.loads(content[8 : 8 + length])
    return json.loads(header["__metadata__"]["facts"]), load(content)


def click(app: AppTest, label: str) -> AppTest:
    """Press the button of that label and run the screen again."""
    return next(button for button in app.button if button.label == label).click().run()


def wait_for(condition: Callable[[], object], seconds: float = 60) -> None:
    """Poll until ``condition()`` is true; a deadline, not a timing."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen in time")
