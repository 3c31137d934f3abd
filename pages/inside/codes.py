"""The codes of all test images, computed once for everybody."""

import numpy as np
import streamlit as st

from aecore.data import Images
from ui import cache
from ui.coder import Coder
from ui.i18n import _

SEEN = 10_000  # test images
BATCH = 500  # of them between two reports

_CODES: cache.Kept[np.ndarray] = cache.Kept(8)


def codes_of(through: Coder, shown: Images) -> np.ndarray:
    """Codes (N, d) of up to SEEN test images; a bar shows how far it is, and any click ends it."""
    key = (through.key, cache.identity(shown))
    found = _CODES.get(key)
    if found is not None:
        return found
    bar, parts, n = st.empty(), [], min(SEEN, len(shown))
    for begin in range(0, n, BATCH):
        parts.append(through.encode(shown.pixels[begin : min(n, begin + BATCH)]))
        bar.progress(min(1.0, (begin + BATCH) / n), _("Looking at all test images …"))
    bar.empty()
    return _CODES.keep(key, np.nan_to_num(np.concatenate(parts)))
