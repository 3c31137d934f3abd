"""What all sessions share."""

from ui.cache import Kept


def test_the_newest_are_kept():
    kept: Kept[str] = Kept(2)
    assert kept.get("a") is None
    for name in ("a", "b", "c"):
        assert kept.keep(name, name.upper()) == name.upper()
    assert [kept.get(name) for name in ("a", "b", "c")] == [None, "B", "C"]


def test_what_is_kept_anew_counts_as_new():
    kept: Kept[int] = Kept(2)
    for value, name in enumerate(("a", "b", "a", "c")):
        kept.keep(name, value)
    assert [kept.get(name) for name in ("a", "b", "c")] == [2, None, 3]
