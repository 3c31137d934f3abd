"""What a server's first visitor would wait for, done before anybody comes."""

import inspect
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from importlib import import_module

import browser
from aecore.messages import Problem
from pages.start import MODEL, properties, walkthrough
from pages.start.model import walked
from ui import cache
from ui.i18n import LANGUAGES, number

# what Streamlit and Start import at their first run
LATER = (
    "pandas",
    "segno",
    "streamlit.emojis",
    "streamlit.material_icon_names",
    "pages.start.kinds",
    "pages.start.on_this_machine",
    "pages.start.questions",
)


@asynccontextmanager
async def first(_app: object) -> AsyncIterator[None]:
    """A server that is made ready before it answers, for ``st.App``."""
    _make_ready()
    yield


def _make_ready() -> None:
    for name in LATER:
        import_module(name)
    # Streamlit asks once who has called it; Python then looks through all modules for their files
    inspect.stack()
    browser.digest()
    for language in LANGUAGES:
        number(0.5, 1, language)  # how it writes numbers is read
    with suppress(Problem):  # it will be told where it is shown
        path = cache.checkpoints()[MODEL]
        cache.cards()
        digits = cache.test_digits()
        walked(path, walkthrough.examples(digits, 1))
        properties.html(path, digits)
