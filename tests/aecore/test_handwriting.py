"""Drawings: how they become digits like MNIST's, and how they stand in an address."""

import base64
import zlib

import numpy as np
import pytest

from aecore import handwriting
from aecore.handwriting import MAX_POINTS, MAX_STROKES, MAX_TEXT, SIDE, Drawing, Scan, from_text
from aecore.messages import Problem

SEVEN = Drawing((((80, 60), (200, 60), (130, 220)),), 24)


def moved(drawing: Drawing, across: int, down: int) -> Drawing:
    strokes = tuple(tuple((x + across, y + down) for x, y in each) for each in drawing.strokes)
    return Drawing(strokes, drawing.width, drawing.centred)


def scribble(strokes: int, points: int, seed: int = 0) -> Drawing:
    """A hand that wanders about."""
    steps = np.random.default_rng(seed).normal(0, 6, (strokes, points, 2))
    lines = (140 + steps.cumsum(1)).clip(0, SIDE).round().astype(int)
    return Drawing(tuple(tuple((int(x), int(y)) for x, y in line) for line in lines))


def mass_centre(image: np.ndarray) -> np.ndarray:
    places = np.indices(image.shape).reshape(2, -1)
    return places @ image.ravel() / image.sum(dtype=float)


def test_digits_of_mnist_are_already_in_their_form(mnist_test):
    for image in mnist_test.pixels[:200, 0]:
        photographed = np.pad(np.kron(image, np.ones((7, 7), np.uint8)), ((3, 40), (60, 0)))
        assert np.array_equal(handwriting.normalized(photographed), image)


@pytest.mark.parametrize("digit", range(10))
def test_a_drawing_fills_the_box_and_has_its_mass_in_the_middle(digit):
    form = handwriting.in_mnist_form(handwriting.ready()[digit])
    assert form.shape == (28, 28) and form.dtype == np.uint8
    rows, columns = np.flatnonzero(form.any(1)), np.flatnonzero(form.any(0))
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    assert abs(mass_centre(form) - 14).max() <= 0.5  # as in the data set itself
    assert form.max() == 255 and 0.2 < ((form > 20) & (form < 235)).sum() / (form > 0).sum() < 0.8


def test_ready_digits_look_like_digits_of_their_class(mnist_train):
    from aecore import checkpoint, evaluation
    from aecore.placing import Nearest

    model, _card = checkpoint.load(checkpoint.shipped()["deep-32"])
    forms = np.stack([handwriting.in_mnist_form(each) for each in handwriting.ready()])[:, None]
    codes = evaluation.encode(model, mnist_train.pixels[:10_000])
    places, _distances = Nearest(codes).of(evaluation.encode(model, forms), 9)
    votes = mnist_train.labels[places]
    assert [np.bincount(row).argmax() for row in votes] == list(range(10))


def test_where_and_how_large_it_was_drawn_makes_no_difference():
    form = handwriting.in_mnist_form(SEVEN)
    assert np.array_equal(handwriting.in_mnist_form(moved(SEVEN, 40, -30)), form)
    half = Drawing(tuple(tuple((x // 2, y // 2) for x, y in s) for s in SEVEN.strokes), 12)
    smaller = handwriting.in_mnist_form(half).astype(float)
    assert abs(smaller - form).mean() < 2  # of 255


def test_as_drawn_a_tenth_of_a_step_counts():
    pad = handwriting.as_drawn(SEVEN)
    assert np.array_equal(
        handwriting.as_drawn(moved(SEVEN, 10, -20)), np.roll(pad, (-2, 1), (0, 1))
    )
    assert not np.array_equal(handwriting.as_drawn(moved(SEVEN, 3, 0)), pad)


def test_what_models_see_is_what_the_drawing_says():
    loose = Drawing(SEVEN.strokes, SEVEN.width, centred=False)
    assert np.array_equal(handwriting.image(SEVEN), handwriting.in_mnist_form(SEVEN))
    assert np.array_equal(handwriting.image(loose), handwriting.as_drawn(SEVEN))


def test_a_thicker_pen_leaves_more_ink():
    ink = [handwriting.in_mnist_form(Drawing(SEVEN.strokes, width)).sum() for width in (8, 24, 48)]
    assert ink == sorted(ink) and ink[2] > 2 * ink[0]


@pytest.mark.parametrize("side", [8, 16, 32, 64])
def test_for_models_of_other_sizes(side):
    form = handwriting.in_mnist_form(SEVEN, side)
    assert form.shape == (side, side)
    assert np.ptp(np.flatnonzero(form.any(1))) + 1 == round(side * 20 / 28)
    assert handwriting.as_drawn(SEVEN, side).shape == (side, side)


@pytest.mark.parametrize(
    "stroke",
    [
        ((140, 140),),
        ((0, 0),),
        ((SIDE, SIDE), (SIDE, 0)),
        ((20, 20), (21, 260), (24, 22), (28, 258), (260, 258)),  # all its mass at one side
    ],
    ids=["dot", "corner", "edge", "lopsided"],
)
def test_odd_drawings_stay_whole(stroke):
    drawing = Drawing((stroke,), 8)
    form = handwriting.in_mnist_form(drawing)
    across, down = (np.ptp(np.flatnonzero(form.any(axis))) + 1 for axis in (0, 1))
    assert max(across, down) == 20  # nothing is cut off
    assert handwriting.as_drawn(drawing).any()


def test_without_ink_all_is_black():
    assert Drawing().text() == "" and Drawing.from_text("") == Drawing()
    for image in (handwriting.in_mnist_form(Drawing()), handwriting.as_drawn(Drawing())):
        assert image.shape == (28, 28) and not image.any()
    assert not handwriting.normalized(np.zeros((5, 9), np.uint8)).any()


def test_text_and_back():
    for drawing in (SEVEN, Drawing(SEVEN.strokes, 48, False), *handwriting.ready()):
        text = drawing.text()
        assert text.replace("-", "").replace("_", "").isalnum()
        assert Drawing.from_text(text) == drawing
    assert len(SEVEN.text()) < 20


def test_thinning_keeps_the_digit_and_shortens_its_text():
    drawn = scribble(3, 150)
    thin = drawn.thinned()
    assert len(thin.text()) < len(drawn.text())
    before, after = (handwriting.in_mnist_form(each).astype(float) for each in (drawn, thin))
    assert abs(before - after).max() < 40 and abs(before - after).mean() < 1
    straight = Drawing((tuple((x, 100) for x in range(50, 200)),))
    assert straight.thinned().strokes == (((50, 100), (199, 100)),)


def test_any_drawing_fits_into_an_address():
    for drawing in (scribble(1, 5000), scribble(MAX_STROKES, 100), scribble(MAX_STROKES, 1)):
        thin = drawing.thinned()
        assert len(thin.text()) <= MAX_TEXT and len(thin.strokes) == len(drawing.strokes)
        assert Drawing.from_text(thin.text()) == thin


def test_too_many_strokes_are_told():
    with pytest.raises(Problem, match="up to 100 strokes"):
        scribble(MAX_STROKES + 1, 2)


@pytest.mark.parametrize(
    "text",
    ["!", "M", SEVEN.text()[:-3], "AAAA", "_" * 40, "A" * 40, "ÄÖ", SEVEN.text() * 200, "MQA"],
)
def test_a_damaged_link_is_one_sentence(text):
    with pytest.raises(Problem, match="damaged"):
        Drawing.from_text(text)


def test_a_scan_in_an_address(mnist_test):
    for pixels in mnist_test.pixels[:100, 0]:
        scan = Scan(pixels.tobytes())
        assert len(scan.text()) < 600 and from_text(scan.text()) == scan
        assert np.array_equal(handwriting.image(scan), pixels)
        assert handwriting.image(scan, 32).shape == (32, 32)
    noise = np.random.default_rng(0).integers(0, 256, 784, np.uint8)
    assert len(Scan(noise.tobytes()).text()) < 1100
    assert from_text(SEVEN.text()) == SEVEN


@pytest.mark.parametrize(
    "text",
    [
        "scan-",
        "scan-!",
        Scan(bytes(784)).text()[:-4],
        "scan-" + base64.urlsafe_b64encode(zlib.compress(bytes(783))).decode(),
        "scan-" + base64.urlsafe_b64encode(zlib.compress(bytes(500_000))).decode(),
        "scan-" + "A" * 2000,
    ],
)
def test_a_damaged_link_to_a_scan_is_one_sentence(text):
    with pytest.raises(Problem, match="damaged"):
        from_text(text)


def test_more_points_than_a_drawing_holds_are_told():
    sent = {"strokes": [[[1, 1]] * (MAX_POINTS + 1)], "width": 24, "centred": True}
    with pytest.raises(Problem, match="Undo the last one"):
        Drawing.from_browser(sent)


def test_what_the_pad_sends():
    sent = {"strokes": [[[80, 60], [200, 60], [130, 220]]], "width": 24, "centred": True}
    assert Drawing.from_browser(sent) == SEVEN


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {},
        {"strokes": [[[0]]], "width": 24, "centred": True},
        {"strokes": [[[0, 281]]], "width": 24, "centred": True},
        {"strokes": [[]], "width": 24, "centred": True},
        {"strokes": [], "width": 1000, "centred": True},
    ],
)
def test_what_the_pad_would_not_send(sent):
    with pytest.raises((ValueError, KeyError, TypeError)):
        Drawing.from_browser(sent)
