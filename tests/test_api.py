"""docs/api.md tells what the docstrings tell."""

import runpy
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = runpy.run_path(str(ROOT / "docs" / "api.py"))


def test_the_page_is_up_to_date():
    written = (ROOT / "docs" / "api.md").read_text("utf-8")
    assert written == SCRIPT["made"](), "run: python docs/api.py"


def test_everything_on_it_is_explained():
    for chapter in SCRIPT["made"]().split("```python\n")[1:]:
        signature, _fence, words = chapter.partition("\n```\n")
        assert words.strip() and not words.strip().startswith("#"), signature
