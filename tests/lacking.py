"""What a machine may lack for some tests: MNIST, Chromium."""

import os
from typing import NoReturn

import pytest


def lacking(reason: str) -> NoReturn:
    """Skip at somebody's desk, who may do without; fail in CI, where a skip would hide that nothing
    ran."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)  # at a desk; in CI it has failed above
