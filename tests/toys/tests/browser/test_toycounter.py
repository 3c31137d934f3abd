"""The toy counter."""

import pytest

pytestmark = pytest.mark.browser


def test_toycounter_draws_as_many_strokes_as_it_is_told(modules):
    drawn = modules.evaluate(
        """async () => {
          const { default: toycounter } = await import("/toycounter/toycounter.js");
          const parentElement = document.createElement("div");
          toycounter({ parentElement, data: 4 });
          return parentElement.textContent;
        }"""
    )
    assert drawn == "||||"
