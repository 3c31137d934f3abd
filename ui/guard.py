"""The one place where what goes wrong becomes a sentence on the screen."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from aecore.messages import Problem
from ui.i18n import _, tell

_LOG = logging.getLogger(__name__)


@contextmanager
def guarded() -> Iterator[None]:
    """Tell what goes wrong inside in one sentence; the rest of the page goes on.

    app.py runs every page in it. A fragment runs without app.py, so it needs its own::

        @st.fragment
        @guarded()
        def picture() -> None: ...
    """
    try:
        yield
    except Problem as problem:
        st.error(tell(problem))
    # Streamlit's own signals to stop or rerun are no Exceptions and pass
    except Exception:  # whatever it is: the visitor gets a sentence, the log the traceback
        _LOG.exception("A page failed")
        st.error(
            _(
                "Something went wrong that should not have. "
                "Reload the page; the details are in the server's log."
            )
        )
