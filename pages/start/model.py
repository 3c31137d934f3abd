"""The model that Start shows, without PyTorch: a server's first visitor shall not wait for that."""

from pathlib import Path

import streamlit as st

from aecore import checkpoint
from aecore.fully_connected import FullyConnected


def model(path: Path) -> FullyConnected:
    """That of a checkpoint, read once for everybody. Raises Problem."""
    return _model(checkpoint.digest(path), path)


@st.cache_resource(max_entries=2, show_spinner=False)
def _model(digest: str, _path: Path) -> FullyConnected:
    return FullyConnected.load(_path)
