"""The health report: what is wrong is seen, what is right is not, and mending helps."""

import io

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from aecore.data import health, load
from aecore.data.health import examine, mended, report
from aecore.data.pictures import looks_inverted, read_picture
from aecore.messages import Problem


def kinds(pixels: np.ndarray) -> dict[str, tuple[int, ...]]:
    names = [f"{n}.png" for n in range(len(pixels))]
    return {each.kind: each.indices for each in report(examine(pixels), names)}


@pytest.fixture(scope="module")
def digits() -> np.ndarray:
    """Two hundred of scikit-learn's digits."""
    return load("digits", "test").pixels[:200]


def photo(seed: int, size: tuple[int, int] = (400, 300)) -> Image.Image:
    """Something that fills its frame, as a photograph does."""
    coarse = np.random.default_rng(seed).integers(0, 256, (4, 5, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize(size, Image.Resampling.BICUBIC)


def fitted(image: Image.Image, quality: int = 90) -> np.ndarray:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality)
    return read_picture(file.getvalue(), (3, 32, 32)).pixels


def test_mnist_is_in_good_health(mnist_test):
    found = kinds(mnist_test.pixels)
    assert found.keys() <= {"near_copy"} and len(found.get("near_copy", ())) < 20  # of 10,000


def test_photographs_are_not_judged_as_drawings():
    assert kinds(np.stack([fitted(photo(n)) for n in range(60)])) == {}


@pytest.mark.parametrize("channels", [1, 3])
def test_the_inverted_ones_are_found_and_mended(digits, channels):
    pixels = np.repeat(digits, channels, axis=1)
    wrong = np.arange(0, 200, 7)
    pixels[wrong] = 255 - pixels[wrong]
    signs = examine(pixels)
    assert np.flatnonzero(signs.inverted).tolist() == wrong.tolist()
    assert [looks_inverted(each) for each in pixels] == signs.inverted.tolist()
    whole = mended(pixels, signs, ("invert",))
    assert np.array_equal(whole, np.repeat(digits, channels, axis=1))


def test_drawings_that_touch_the_edge_follow_the_others(digits):
    pixels = 255 - digits
    pixels[:20, :, :9] = 0  # a broad mark over the upper edge and a third of two others
    assert kinds(pixels)["inverted"] == tuple(range(200))
    assert "inverted" not in kinds(255 - pixels)


@pytest.mark.parametrize("side", [16, 28, 33, 64])
def test_what_stands_in_a_corner_is_centred(side):
    square = np.zeros((60, 1, side, side), np.uint8)
    size = side // 4
    square[:, :, -size:, :size] = np.arange(100, 160, dtype=np.uint8)[:, None, None, None]
    square[:, :, -size, 0] = np.arange(60)[:, None] * 4  # so that they aren't copies
    signs = examine(square)
    assert signs.shift.any(axis=1).all()
    whole = mended(square, signs, ("centre",))
    place = np.argwhere(whole[0, 0] > health.INK)
    assert abs(place.mean(axis=0) - (side - 1) / 2).max() <= 1
    assert whole.astype(int).sum() == square.astype(int).sum()  # nothing is cut off
    assert not examine(whole).shift.any()


def test_centring_cuts_nothing_off():
    rng = np.random.default_rng(0)
    pixels = np.zeros((60, 1, 28, 28), np.uint8)
    pixels[:, :, 4:24, 4:6] = 255  # a heavy bar at the left …
    pixels[:, :, 4:24, 24] = rng.integers(100, 255, (60, 1, 20))  # … and a light one at the right
    whole = mended(pixels, examine(pixels), ("centre",))
    assert np.array_equal(np.sort(whole.reshape(60, -1)), np.sort(pixels.reshape(60, -1)))
    assert not examine(whole).shift.any()  # mended twice is mended once


def test_nearly_empty_pictures(digits):
    pixels = digits.copy()
    pixels[3] = 0
    pixels[5] = 255
    pixels[7] = np.random.default_rng(0).integers(90, 110, (1, 28, 28))  # a sheet of paper
    pixels[9] = 0
    pixels[9, :, 14, 14:17] = 255  # a speck
    assert kinds(pixels)["empty"] == (3, 5, 7, 9)
    assert "copy" not in kinds(pixels) and "inverted" not in kinds(pixels)


def test_copies_exact_and_near():
    pictures = [fitted(photo(n)) for n in range(60)]
    pictures[10] = pictures[2]
    pictures[11] = fitted(photo(2), quality=40)
    pictures[12] = fitted(photo(3, (200, 150)))
    pictures[13] = fitted(ImageEnhance.Brightness(photo(4)).enhance(0.8))
    found = kinds(np.stack(pictures))
    assert found == {"copy": (10,), "near_copy": (11, 12, 13)}
    signs = examine(np.stack(pictures))
    assert signs.first[[10, 11, 12, 13]].tolist() == [2, 2, 3, 4]
    assert not set(signs.sound) & {10, 11, 12, 13} and len(signs.sound) == 56


def test_of_a_burst_those_that_differ_stay():
    across = np.arange(28)
    # a light that wanders a tenth of a pixel from picture to picture
    lights = [np.exp(-((across - 4 - 0.1 * n) ** 2) / 8) for n in range(200)]
    burst = np.stack([np.outer(light, np.ones(28))[None] * 255 for light in lights])
    signs = examine(burst.round().astype(np.uint8))
    assert 5 < len(signs.sound) < 100
    assert set(signs.first[signs.first >= 0]) <= set(signs.sound.tolist())


def test_colours_tell_pictures_apart():
    one, other = np.zeros((2, 3, 28, 28), np.uint8)
    one[0, 8:20, 8:20] = other[2, 8:20, 8:20] = 255
    assert kinds(np.stack([one, other])).keys() == {"few"}


def test_among_very_many_only_exact_copies_are_looked_for(digits, monkeypatch):
    monkeypatch.setattr(health, "NEAR_LIMIT", 100)
    pixels = np.concatenate([digits, digits[:2]])
    pixels[201, 0, 0, 0] = 1
    assert kinds(pixels)["copy"] == (200,) and "near_copy" not in kinds(pixels)


def test_the_report_names_some_and_counts_all(digits):
    names = [f"{n}.png" for n in range(200)]
    told = {each.kind: each for each in report(examine(255 - digits), names, ["x.png", "\udcff"])}
    assert "200 of 200. 0.png, 1.png" in str(told["inverted"])
    assert "(+195)" in str(told["inverted"]) and len(told["inverted"].names) == 200
    assert str(told["unreadable"]).endswith("left out: 2. x.png, ?")
    assert (told["inverted"].mend, told["unreadable"].mend) == ("invert", "")
    assert "few" not in told
    few = report(examine(digits[:20]), names[:20])
    assert "Few pictures: 20." in str(few[0])


def test_unknown_mends_are_refused():
    with pytest.raises(Problem, match="called “sharpen”"):
        health.check_mends(["invert", "sharpen"])
