"""Sketch in the browser: a drawing's form, its neighbours, and what models that run there say."""

import base64

import numpy as np
import pytest

from aecore import handwriting, network_halves
from aecore.handwriting import Drawing
from aecore.placing import NEIGHBOURS, Nearest, place
from pages.sketch import compared, here
from ui import cache, coder, drawing

pytestmark = pytest.mark.browser

READY = handwriting.ready()


def told(made: Drawing) -> dict[str, object]:
    """A drawing as the pad tells it."""
    return {"strokes": made.strokes, "width": made.width, "centred": made.centred}


def scribbles() -> list[Drawing]:
    """The ready digits with pens of some widths, and lines of no sense."""
    found = [
        Drawing(one.strokes, width, centred)
        for one in READY
        for width in (8, 24, 48)
        for centred in (True, False)
    ]
    dice = np.random.default_rng(0)
    for _ in range(30):
        steps = dice.integers(-12, 13, (40, 2)).cumsum(0) + 140
        stroke = tuple((int(x), int(y)) for x, y in steps.clip(0, 280))
        found.append(Drawing((stroke, stroke[::-3]), int(dice.integers(8, 49))))
    return found


@pytest.mark.parametrize("side", [28, 33])
def test_a_drawing_has_the_form_that_python_gives_it(modules, side):
    made = scribbles()
    found = modules.evaluate(
        """async ([drawings, side]) => {
          const { form } = await import("/shared/form.js");
          return drawings.map((drawing) => Array.from(form(drawing, 280, side)));
        }""",
        [[told(one) for one in made], side],
    )
    here_, there = np.array(found, float), np.array([handwriting.image(one, side) for one in made])
    apart = abs(here_ - there.reshape(len(made), -1))
    # at the edge of the ink grey levels differ; where its size or middle lies between two pixels
    # the whole digit may be shifted by one
    same = apart.max(1) < 25
    assert same.mean() > 0.9
    assert apart[same].mean() < 1


def test_a_drawing_for_a_model_of_another_shape(modules):
    shape = (3, 20, 31)
    found = modules.evaluate(
        """async ([drawing, shape]) => {
          const { form, placed } = await import("/shared/form.js");
          return Array.from(placed(form(drawing, 280, 20), shape));
        }""",
        [told(READY[7]), shape],
    )
    there = drawing.pixels(READY[7], shape).astype(float)
    assert abs(np.reshape(found, shape) - there).mean() < 1
    assert not modules.evaluate(
        """async () => (await import("/shared/form.js")).form(
          { strokes: [], width: 24, centred: true }, 280).some(Boolean)"""
    )


def test_neighbours_and_place_on_the_map_are_those_of_python(modules):
    shipped, dice = cache.shipped_map(), np.random.default_rng(0)
    codes = shipped.codes[:50] + dice.normal(0, 1, (50, 32)).astype(np.float32)
    near, distances = Nearest(shipped.codes).of(codes, NEIGHBOURS)
    found = modules.evaluate(
        """async ([known, positions, codes]) => {
          const { nearest, place } = await import("/sketch/neighbours.js");
          const all = Float32Array.from(known);
          return codes.map((code) => {
            const near = nearest(all, code, 10);
            return { ...near, mark: place(near, positions) };
          });
        }""",
        [shipped.codes.ravel().tolist(), shipped.positions.ravel().tolist(), codes.tolist()],
    )
    assert np.array_equal([one["places"] for one in found], near)
    assert np.allclose([one["distances"] for one in found], distances, atol=1e-4)
    marks = place(near, distances, shipped.positions)
    assert np.array_equal([one["mark"] for one in found], marks)


@pytest.mark.parametrize("name", ["deep-32", "vae-16", "simple-32", "recurrent-32"])
def test_what_the_browser_sees_is_what_torch_sees(modules, mnist_folder, name):
    digit = drawing.pixels(READY[4])
    known = compared.known()
    map_halves, plane_halves, halves = (
        network_halves.packed(compared.path_of(each), here.MOST_WORK)
        for each in (compared.MAP_MODEL, compared.PLANE_MODEL, name)
    )
    parts = [*halves, *map_halves, plane_halves[0], known.digits, known.on_plane]
    seen = modules.evaluate(
        """async ([parts, digit]) => {
          const { unpack } = await import("/shared/tensors.js");
          const [chosen, map, plane, digits, places] = [["0", "1"], ["2", "3"], "4", "5", "6"];
          const models = { chosen, map, plane, digits, places, shape: [1, 28, 28] };
          const worker = new Worker("/sketch/seeing.js", { type: "module" });
          const image = Uint8Array.from(digit);
          worker.postMessage({ models });
          return new Promise((done) => {
            const question = { digit: image, image };
            const ask = () => worker.postMessage({ question, about: null });
            worker.onmessage = ({ data: { seen, wanted } }) => {
              if (wanted) {
                const bytes = Uint8Array.from(atob(parts[wanted]), (one) => one.charCodeAt(0));
                const { facts, arrays } = unpack(bytes);
                worker.postMessage({ came: { address: wanted, facts, arrays } });
                return ask();
              }
              if (!(seen.copy && seen.plane && seen.map && seen.digits)) return;
              worker.terminate();
              const [code, copy] = [seen.code, seen.copy].map((one) => Array.from(one));
              const pixels = seen.digits.pixels.map((one) => Array.from(one));
              done({ ...seen, code, copy, pixels });
            };
            ask();
          });
        }""",
        [[base64.b64encode(part).decode() for part in parts], digit.ravel().tolist()],
    )
    model = coder.of_model(name, compared.path_of(name))
    code = model.encode(digit[None])
    assert np.allclose(seen["code"], code[0], atol=1e-4)
    assert np.allclose(seen["copy"], model.decode(code).ravel(), atol=1e-4)
    on_plane = compared.shipped_coder(compared.PLANE_MODEL).encode(digit[None])[0]
    assert np.allclose(seen["plane"]["at"], on_plane, atol=1e-4)
    shipped = cache.shipped_map()
    own = compared.shipped_coder(compared.MAP_MODEL).encode(digit[None])
    near, distances = Nearest(shipped.codes).of(own, NEIGHBOURS)
    at = shipped.positions[place(near, distances, shipped.positions)[0]]
    assert np.allclose(seen["map"]["at"], at)
    assert seen["digits"]["labels"] == shipped.labels[near[0, :9]].tolist()
    drawn = compared.shipped_coder(compared.MAP_MODEL).decode(shipped.codes[near[0, :9]])
    assert np.allclose(seen["pixels"], drawn.reshape(9, -1), atol=1e-4)
    assert 0 <= seen["digits"]["rank"] < 0.99
