"""Digits in photographs of paper: found, in order, and as good as MNIST's; all else is told."""

import io

import numpy as np
import paper
import pytest
from own_images import scene
from PIL import Image, ImageDraw

from aecore import checkpoint, metrics
from aecore.evaluation import reconstruct
from aecore.messages import Problem
from aecore.photograph import SIDE, digits_in, photograph

RULINGS = ("", "lined", "squared")


@pytest.fixture(scope="module")
def singles(mnist_test):
    """What is found in 60 photographs of one test digit each."""
    rng = np.random.default_rng(0)
    places = rng.permutation(len(mnist_test))[:60]
    return [
        (written, digits_in(written.image))
        for n, place in enumerate(places)
        for written in [paper.photograph(mnist_test.pixels[place, 0], rng, RULINGS[n % 3])]
    ]


def inside(place, box):
    left, top, right, bottom = box
    return left < place[0] < right and top < place[1] < bottom


def test_one_digit_is_found_in_each_photograph(singles):
    assert [len(found) for _written, found in singles] == [1] * 60
    assert all(inside(written.places[0], found[0].box) for written, found in singles)


@pytest.mark.parametrize("name", ["conv-32", "deep-32"])
def test_models_copy_them_as_well_as_test_digits(singles, name):
    model, card = checkpoint.load(checkpoint.shipped()[name])
    pixels = np.array([found[0].pixels for _written, found in singles])[:, None]
    mse = metrics.mse(reconstruct(model, pixels), pixels.astype(np.float32) / 255)
    assert mse.mean() <= 1.25 * card.metrics["mse"]  # 2 would do; 0.8 to 0.9 was seen


def test_they_have_mnists_form(singles):
    for _written, (digit,) in singles:
        pixels = digit.pixels
        assert pixels.shape == (28, 28) and pixels.dtype == np.uint8 and pixels.max() == 255
        rows, columns = np.flatnonzero(pixels.any(1)), np.flatnonzero(pixels.any(0))
        assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
        middle = np.array([pixels.sum(1) @ np.arange(28), pixels.sum(0) @ np.arange(28)])
        assert np.abs(middle / pixels.sum() - 14).max() <= 0.51


@pytest.mark.parametrize("ruling", RULINGS)
@pytest.mark.parametrize("count", [20, 24, 30])
def test_a_page_is_read_line_after_line(mnist_test, ruling, count):
    rng = np.random.default_rng(count)
    places = rng.permutation(len(mnist_test))[:count]
    written = paper.page(mnist_test.pixels[places, 0], rng, ruling)
    found = digits_in(written.image)
    assert len(found) == count
    # held askew by the hand that took the photograph, as well
    askew = digits_in(written.image.rotate(4, Image.Resampling.BICUBIC, fillcolor=190))
    for digit, turned, place in zip(found, askew, written.places, strict=True):
        assert inside(place, digit.box)
        assert np.abs(digit.pixels / 255.0 - turned.pixels / 255.0).mean() < 0.1


@pytest.fixture
def digit(mnist_test):
    """The ink of a 7 in the middle of a sheet, and the sheet's coordinates, -1…1."""
    ink = np.zeros((600, 800))
    stroke = paper.strokes(mnist_test.pixels[0, 0], 180, 0)
    top, left = (600 - stroke.shape[0]) // 2, (800 - stroke.shape[1]) // 2
    ink[top : top + stroke.shape[0], left : left + stroke.shape[1]] = stroke
    y, x = np.mgrid[-1:1:600j, -1:1:800j]
    return ink, x, y


def seen(tones):
    noisy = tones + np.random.default_rng(0).normal(0, 4, tones.shape)
    return Image.fromarray(noisy.clip(0, 255).astype(np.uint8))


def the_light(kind, ink, x, y):
    shadow = np.clip(0.7 + 2.5 * (x + 0.3 * y), 0.45, 1)
    table = (np.abs(x + 0.1 * y) > 0.8) | (np.abs(y) > 0.85)
    return {
        "pencil": 190 - 50 * ink + 40 * x,
        "shadow of a hand": (210 - 170 * ink) * shadow,
        "sheet on a dark table": np.where(table, 60, 210 - 170 * ink),
        "lamp of a desk": (230 - 190 * ink) * (0.35 + 0.65 * np.exp(-1.5 * (x**2 + y**2))),
        "chalk": 45 + 130 * ink + 30 * x,
    }[kind]


@pytest.mark.parametrize(
    "kind", ["pencil", "shadow of a hand", "sheet on a dark table", "lamp of a desk", "chalk"]
)
def test_the_same_digit_in_any_light(digit, kind):
    (found,) = digits_in(seen(the_light(kind, *digit)))
    (plain,) = digits_in(seen(220 - 180 * digit[0]))
    assert np.abs(found.pixels / 255.0 - plain.pixels / 255.0).mean() < 0.01


def test_a_fine_pen_gives_strokes_as_digits_have_them(mnist_test):
    image = Image.new("L", (800, 600), 215)
    ImageDraw.Draw(image).line([(300, 150), (480, 150), (380, 420)], fill=40, width=4)
    (found,) = digits_in(image)
    grey = found.pixels[found.pixels > 0]
    usual = mnist_test.pixels[mnist_test.pixels > 0]
    assert np.median(grey) > 0.7 * np.median(usual)


def test_parts_of_a_digit_are_joined_and_neighbours_are_not():
    image = Image.new("L", (800, 600), 215)
    draw = ImageDraw.Draw(image)
    draw.line([(200, 215), (200, 300), (260, 320), (260, 380), (190, 400)], fill=40, width=14)
    draw.line([(212, 190), (270, 185)], fill=40, width=14)  # a 5 whose bar stands apart
    draw.line([(320, 190), (316, 400)], fill=40, width=14)  # a 1 close by
    draw.ellipse([(400, 388), (412, 400)], fill=40)  # a full stop
    five, one = digits_in(image)
    assert five.box[1] < 195 and five.box[2] < one.box[0]


RNG = np.random.default_rng(0)
Y, X = np.mgrid[-1:1:600j, -1:1:800j]
NO_DIGIT = {
    "blank": np.full((600, 800), 230.0),
    "blank paper": np.asarray(paper.taken(np.zeros((600, 800)), RNG), float),
    "lined paper": np.asarray(paper.taken(np.zeros((600, 800)), RNG, "lined"), float),
    "squared paper": np.asarray(paper.taken(np.zeros((600, 800)), RNG, "squared"), float),
    "sky": 128 + 100 * Y,
    "sky and meadow": np.where(Y < 0.1, 200 + 40 * Y, 90 + 30 * Y) + RNG.normal(0, 3, Y.shape),
    "noise": RNG.integers(0, 256, (600, 800)).astype(float),
    "a disc": np.where(np.hypot(X, Y) < 0.15, 30, 220.0),
}


@pytest.mark.parametrize("name", NO_DIGIT)
def test_what_holds_no_digit_is_told(name):
    image = Image.fromarray(NO_DIGIT[name].clip(0, 255).astype(np.uint8))
    with pytest.raises(Problem, match="Expected: dark digits on plain, light paper"):
        digits_in(image)


def test_too_dark_too_small_too_many():
    with pytest.raises(Problem, match="too dark"):
        digits_in(Image.new("RGB", (800, 600), (9, 9, 9)))
    with pytest.raises(Problem, match="28×28 pixels; .* at least 60 a side"):
        digits_in(Image.new("L", (28, 28)))
    full = Image.new("L", (1600, 1200), 220)
    draw = ImageDraw.Draw(full)
    for x in range(20, 1580, 60):
        for y in range(20, 1180, 60):
            draw.line([(x, y), (x + 8, y + 30)], fill=30, width=5)
    with pytest.raises(Problem, match="holds 520 marks .* up to 200"):
        digits_in(full)


def test_any_picture_gives_digits_or_a_problem():
    rng = np.random.default_rng(0)
    for size in [(60, 60), (61, 900), (1600, 60), (300, 200)]:
        noise = rng.integers(0, 256, size[::-1], np.uint8)
        for picture in (scene(rng).resize(size), Image.fromarray(noise)):
            try:
                assert all(digit.pixels.any() for digit in digits_in(picture))
            except Problem:
                pass


def test_a_file_is_opened_upright_and_not_too_large():
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # held by a quarter turn
    Image.new("L", (4000, 3000), 200).save(file, "JPEG", exif=exif)
    image = photograph(file.getvalue())
    assert image.size == (SIDE * 3 // 4, SIDE) and image.mode == "RGB"
    with pytest.raises(Problem, match="more than 1 million pixels"):
        photograph(file.getvalue(), 1_000_000)
    with pytest.raises(Problem, match="not a picture"):
        photograph(b"no picture")
