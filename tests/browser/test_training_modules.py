"""Training in the browser: gradients and steps as PyTorch's, frames as a run's record has them."""

from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load
from torch import Tensor, nn

from aecore import checkpoint
from aecore.draws import Draws
from aecore.map_file import MAP, load_map
from aecore.training import record
from pages.train import here
from pages.train.here import RECIPES, packed_digits

pytestmark = pytest.mark.browser

BATCH = 32
MODELS = [[784, *recipe.hidden, here.NUMBERS] for recipe in RECIPES.values()]


def in_torch(widths: list[int], seed: int) -> nn.Sequential:
    """The same autoencoder with the same first weights, in double precision."""
    sizes = [*widths, *widths[-2::-1]]
    draws, layers = Draws(seed), []
    for place, (inputs, outputs) in enumerate(zip(sizes, sizes[1:], strict=False)):
        linear = nn.Linear(inputs, outputs, dtype=torch.float64)
        for drawn in (linear.weight, linear.bias):
            drawn.data = torch.from_numpy(draws.uniform(drawn.numel())).double().view_as(drawn)
            drawn.data = (2 * drawn.data - 1) / inputs**0.5
        layers.append(linear)
        if place not in (len(widths) - 2, len(sizes) - 2):
            layers.append(nn.SiLU())
    return nn.Sequential(*layers)


def loss_of(model: nn.Sequential, x: Tensor) -> Tensor:
    """Nats per image."""
    return nn.functional.binary_cross_entropy_with_logits(model(x), x, reduction="sum") / len(x)


@pytest.mark.parametrize("widths", MODELS, ids=str)
def test_gradients_are_those_of_pytorch(modules, mnist_test, widths):
    pixels = mnist_test.pixels[:BATCH].reshape(BATCH, -1)
    model = in_torch(widths, 3)
    expected = loss_of(model, torch.from_numpy(pixels / 255))
    expected.backward()
    loss, gradients = modules.evaluate(
        """async ([widths, pixels, n]) => {
          const { Autoencoder } = await import("/train/autoencoder.js");
          const model = new Autoencoder(widths, n, 3);
          const loss = model.learn(Float64Array.from(pixels, (byte) => byte / 255), n);
          return [loss, model.parameters.map(({ gradient }) => Array.from(gradient))];
        }""",
        [widths, pixels.ravel().tolist(), BATCH],
    )
    assert loss == pytest.approx(expected.item(), rel=1e-9)
    for found, parameter in zip(gradients, model.parameters(), strict=True):
        right = parameter.grad.numpy().ravel()
        assert abs(right).max() > 1e-3
        assert abs(found - right).max() < 1e-4 * min(1, abs(right).max())


def test_adam_moves_the_weights_as_pytorch_does(modules, mnist_test):
    pixels = mnist_test.pixels[: 4 * BATCH].reshape(4, BATCH, -1)
    widths = [784, 16, 4]
    model = in_torch(widths, 5)
    adam = torch.optim.Adam(model.parameters(), lr=0.01)
    for batch in pixels:
        adam.zero_grad()
        loss_of(model, torch.from_numpy(batch / 255)).backward()
        adam.step()
    found = modules.evaluate(
        """async ([widths, batches, n]) => {
          const { Adam } = await import("/train/adam.js");
          const { Autoencoder } = await import("/train/autoencoder.js");
          const model = new Autoencoder(widths, n, 5);
          const adam = new Adam(model.parameters);
          for (const batch of batches) {
            model.learn(Float64Array.from(batch, (byte) => byte / 255), n);
            adam.step(0.01);
          }
          return model.parameters.map(({ values }) => Array.from(values));
        }""",
        [widths, pixels.reshape(4, -1).tolist(), BATCH],
    )
    for values, parameter in zip(found, model.parameters(), strict=True):
        assert np.allclose(values, parameter.detach().numpy().ravel(), atol=1e-9)


LEARN = """
  const { Training } = await import("/train/training.js");
  const { decoded } = await import("/train/examples.js");
  const { unpack } = await import("/shared/tensors.js");
  const [digits, decoder] = files.map((bytes) => unpack(Uint8Array.from(bytes)));
  const pixels = decoded(digits, decoder, Array.from({ length: count }, (_, i) => i));
  const x = Float64Array.from(pixels, (byte) => byte / 255);
  const plan = { widths, batch: 32, rate: 0.01, epochs: 4, seed: 0 };
  const epochs = (training, numbers) => numbers.map((number) => {
    let step, steps = training.epoch(number);
    do step = steps.next(); while (!step.done);
    return [step.value, training.tested()];
  });
"""


@pytest.fixture(scope="module")
def files() -> list[list[int]]:
    """The digits' codes and the decoder, as the browser fetches them."""
    halves = here.network_halves.packed(here.DECODER)
    return [list(packed_digits(checkpoint.digest(MAP))), list(halves.decoder)]


def learned(modules, files: list[list[int]], code: str, **told: Any) -> Any:
    names = ", ".join(told)
    return modules.evaluate(
        f"async ([files, {names}]) => {{ {LEARN} {code} }}", [files, *told.values()]
    )


def test_it_learns_and_goes_on_as_if_it_had_not_been_broken_off(modules, files):
    unbroken, broken = learned(
        modules,
        files,
        """
        const unbroken = epochs(new Training(plan, x, 1600), [1, 2, 3, 4]);
        const first = new Training(plan, x, 1600);
        const start = epochs(first, [1, 2]);
        const state = structuredClone(first.state);
        return [unbroken, [...start, ...epochs(new Training(plan, x, 1600, state), [3, 4])]];
        """,
        widths=[784, 32],
        count=2000,
    )
    assert broken == unbroken
    train, test = np.array(unbroken).T
    assert (np.diff(train) < 0).all() and (np.diff(test) < 0).all()
    assert test[-1] < 0.12


def test_digits_are_decoded_as_python_does(modules, files):
    found = learned(modules, files, "return Array.from(pixels);", widths=[784, 32], count=20)
    some = np.random.default_rng(0).permutation(10_000)[:20]
    model = checkpoint.load(here.DECODER)[0]
    with torch.inference_mode():
        drawn = model.decode(torch.from_numpy(load_map().codes[some])).numpy() * 255
    apart = abs(np.reshape(found, drawn.shape) - drawn)
    assert apart.mean() < 1 and apart.max() < 30  # the codes have 8 bits a number


def test_a_worker_tells_frames_for_the_time_machine(modules, files):
    told = modules.evaluate(
        """async (files) => {
          const { Frame } = await import("/train/frames.js");
          const { unpack } = await import("/shared/tensors.js");
          const [digits, decoder] = files.map((bytes) => unpack(Uint8Array.from(bytes)));
          const worker = new Worker("/train/trainer.js", { type: "module" });
          const heard = await new Promise((resolve, reject) => {
            const all = [];
            worker.onerror = reject;
            worker.onmessage = ({ data }) => (all.push(data), data.done && resolve(all));
            const plan = { widths: [784, 2], batch: 32, rate: 0.01, epochs: 2, seed: 0 };
            worker.postMessage({ plan, count: 300, learned: 200, decode: { digits, decoder },
              drawings: [], done: 0, state: null });
          });
          worker.terminate();
          const [{ test }] = heard.filter(({ test }) => test);
          const frames = heard.flatMap(({ frame }) =>
            frame ? [new Frame(frame.epoch, unpack(frame.bytes), test.labels, 10, false)] : []);
          const { places } = heard.filter(({ epoch }) => epoch).at(-1).epoch.state;
          const { x, y, box, grid, pictures } = frames.at(-1);
          return { epochs: frames.map(({ epoch }) => epoch), places: Array.from(places), box,
            found: Array.from(x, (one, i) => [one, y[i]]), grid: [grid.width, grid.height],
            pictures: pictures.length, rows: heard.filter(({ epoch }) => epoch).length };
        }""",
        files,
    )
    assert told["epochs"] == [0, 1 / 8, 1 / 4, 1 / 2, 1, 2] and told["rows"] == 2
    assert told["grid"] == [12 * 28, 12 * 28] and told["pictures"] == 8
    places = np.reshape(told["places"], (100, 2))
    assert np.allclose(told["found"], places, atol=1e-3 * np.ptp(told["box"]))
    assert np.allclose(told["box"], record._box(places))


def test_places_are_those_of_a_record(modules):
    dice = np.random.default_rng(1)
    codes = dice.normal(0, [3, 1, 2, 0.5], (200, 4)) @ np.linalg.qr(dice.normal(0, 1, (4, 4)))[0]
    flat = record._principal_plane(codes)
    onto = flat @ [[0, -1], [-1, 0]] + dice.normal(0, 0.3, flat.shape)  # a mirror image
    places, turned, box = modules.evaluate(
        """async ([codes, onto]) => {
          const { boxAround, principalPlane, turned } = await import("/train/places.js");
          const places = principalPlane(Float64Array.from(codes.flat()), 4);
          const there = turned(places, Float64Array.from(onto.flat()));
          return [Array.from(places), Array.from(there), boxAround(places)];
        }""",
        [codes.tolist(), onto.tolist()],
    )
    assert np.allclose(np.reshape(places, (-1, 2)), flat, atol=1e-6)
    assert np.allclose(np.reshape(turned, (-1, 2)), record._turned(flat, onto), atol=1e-6)
    assert np.allclose(box, record._box(flat), atol=1e-6)


def test_what_the_browser_packs_is_a_safetensors_file(modules):
    found = modules.evaluate(
        """async () => {
          const { pack } = await import("/shared/tensors.js");
          const arrays = {
            bytes: [Uint8Array.of(1, 2, 3), [3]],
            places: [Uint16Array.of(9, 70), [1, 2]],
            labels: [Int32Array.of(-1, 5), [2]],
            nothing: [Float32Array.of(), [0, 2]],
          };
          return Array.from(pack({ box: [0, 1] }, arrays));
        }"""
    )
    arrays = load(bytes(found))
    assert {name: array.tolist() for name, array in arrays.items()} == {
        "bytes": [1, 2, 3],
        "places": [[9, 70]],
        "labels": [-1, 5],
        "nothing": [],
    }
    assert arrays["places"].dtype == np.uint16 and arrays["nothing"].shape == (0, 2)


def test_drawings_are_varied_in_turn_and_stay_what_they_are(modules):
    drawings = [np.zeros((56, 56), int) for _ in range(2)]
    drawings[0][12:44, 26:30] = 255  # a line upright …
    drawings[1][26:30, 12:44] = 255  # … and one that lies
    pixels, labels = modules.evaluate(
        """async (drawings) => {
          const { varied } = await import("/train/examples.js");
          const { pixels, labels } = varied(drawings.map((one) => Uint8Array.from(one)), 40, 0);
          return [Array.from(pixels), Array.from(labels)];
        }""",
        [drawing.ravel().tolist() for drawing in drawings],
    )
    assert labels == [0, 1] * 20
    images = np.reshape(pixels, (40, 28, 28))
    assert len(np.unique(images, axis=0)) == 40
    upright = images.max(2).mean(1) > images.max(1).mean(1)  # light in more rows than columns
    assert upright.tolist() == [True, False] * 20
    assert abs(4 * images.sum((1, 2)) / drawings[0].sum() - 1).max() < 0.25
