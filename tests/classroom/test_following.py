"""What the teacher's page may say of where it is: a screen of ours, and nothing else."""

import pytest

from aecore.asking.class_file import ClassFile
from aecore.asking.followed import address
from classroom.following import _ADDRESS, route


@pytest.mark.parametrize(
    "good",
    [
        "/",
        "/plane",
        "/plane/",
        "/plane?z1=0.6&z2=-1.2",
        "/map?pick=a~b%20c",
        "/sketch?drawing=Ab-_9",
        "/plane?lesson=05-plane&step=2",
    ],
)
def test_screens_and_their_words_are_addresses(good):
    assert _ADDRESS.fullmatch(good)


@pytest.mark.parametrize("bad", ["plane", "//evil.example", "https://evil.example/", "/\\evil",
                                 "/plane#x", "/plane?<script>", "/a b", "javascript:alert(1)",
                                 "/plane\n", "/..//evil.example", "/plane//evil",
                                 "/%2f/evil"])  # fmt: skip
def test_nothing_else_is(bad):
    assert not _ADDRESS.fullmatch(bad)


def test_what_is_followed_is_kept_and_ends(tmp_path):
    from aecore.asking.followed import put_address

    file = ClassFile(tmp_path / "class.sqlite")
    put_address(file, "/plane?z1=1")
    assert address(ClassFile(tmp_path / "class.sqlite")) == "/plane?z1=1"
    put_address(file, "")
    assert address(file) == ""
    assert route(file).path == "/class/here"
