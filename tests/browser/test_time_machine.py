"""The time machine's modules: loss chart, frames, gliding codes."""

import numpy as np
import pytest

from browser import pack

pytestmark = pytest.mark.browser


def test_a_loss_between_two_epochs_lies_between_theirs(modules):
    values = modules.evaluate(
        """async () => {
          const { valueAt } = await import("/train/loss_chart.js");
          const curve = { values: [4, 2, null, 1] };
          return [0.5, 1, 1.25, 2, 2.5, 3.5, 4, 9].map((epoch) => valueAt(curve, epoch));
        }"""
    )
    # none before the first and where it wasn't measured; of the last no more is known
    assert values == [None, 4, 3.5, 2, 2, None, 1, None]


def test_the_chart_names_the_epoch_under_a_pointer_and_draws_each_curve(modules):
    epochs, colours = modules.evaluate(
        """async () => {
          const { LossChart } = await import("/train/loss_chart.js");
          const canvas = document.createElement("canvas");
          canvas.style.cssText = "position: fixed; left: 0; top: 0; width: 400px; height: 200px";
          document.body.append(canvas);
          const chart = new LossChart(canvas);
          chart.epochs = 10;
          const curve = (colour, last) => ({ name: colour, colour, dash: "solid",
            values: Array.from({ length: 10 }, (_, i) => last + 1 / (i + 1)) });
          const curves = [curve("#ff0000", 1), curve("#0000ff", 2)];
          chart.chart = { title: "", digits: 2, curves };
          chart.show(null);
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const seen = new Set();
          for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] === 255) seen.add([data[i], data[i + 1], data[i + 2]].join());
          }
          const pointer = (x) => ({ clientX: x, clientY: 0 });
          const epochs = [0, 66, 228, 390, 400].map((x) => chart.epochAt(pointer(x)));
          canvas.remove();
          return [epochs, [...seen]];
        }"""
    )
    assert epochs == [0, 0, 5, 10, 10]
    assert {"255,0,0", "0,0,255"} <= set(colours)


FRAME = """
  const { Frame } = await import("/train/frames.js");
  const { unpack } = await import("/shared/tensors.js");
  const frame = ([epoch, bytes], rows) =>
    new Frame(epoch, unpack(Uint8Array.from(bytes)), Int32Array.of(0, 1, 1), 2, rows);
"""


def packed(places: list[list[float]], box: list[float]) -> list[int]:
    """A frame as pages/train/time_machine.py sends it: places as shares of its box."""
    left, right, bottom, top = box
    shares = (np.array(places) - (left, bottom)) / (right - left, top - bottom)
    steps = ((shares + 1) / 3 * 65535).round().astype(np.uint16)
    pictures = np.zeros((1, 1, 2, 2), np.uint8)
    return list(pack({"box": box, "outside": 1.0}, places=steps, pictures=pictures))


def test_places_of_a_frame_come_back_and_codes_of_one_number_get_a_row_each(modules):
    places = [[-2, 1], [0, 0], [5, -1]]  # the last outside of the box
    found, middles, rows = modules.evaluate(
        "async (packed) => {"
        + FRAME
        + """
          const [one, other] = [frame(packed, false), frame(packed, true)];
          return [[...one.x].map((x, i) => [x, one.y[i]]), one.middles, [...other.y]];
        }""",
        [1, packed(places, [-3, 3, -2, 2])],
    )
    assert np.allclose(found, places, atol=1e-3)
    assert np.allclose(middles, [[-2, 1], [5, 0]], atol=1e-3)  # medians, the upper of two
    assert np.allclose(rows, [1, -1, -1])


def test_frames_are_found_by_epoch_and_those_not_here_by_their_neighbours(modules):
    found = modules.evaluate(
        """async () => {
          const { Frames } = await import("/train/frames.js");
          const all = new Frames(() => {});
          all.list([0, 0.5, 1, 4].map((epoch) => ({ epoch, url: `at-${epoch}` })));
          all.here.set("at-0.5", "half").set("at-4", "end");
          all.failed.add("at-1");
          const near = [0, 1, 2, 3].map((place) => all.near(place));
          const nearest = [0.2, 0.6, 2.4, 99].map((epoch) => all.nearest(epoch));
          all.list(all.listed);
          return { near, nearest, left: all.listed.map(({ epoch }) => epoch) };
        }"""
    )
    assert found["near"] == ["half", "half", "half", "end"]  # earlier ones first
    assert found["nearest"] == [0, 1, 2, 3]
    assert found["left"] == [0, 0.5, 4]  # one that cannot be fetched is left out


def test_codes_glide_halfway_and_keep_the_colours_of_their_classes(modules):
    box = [-1, 1, -1, 1]
    start, end = packed([[-0.5, 0]] * 3, box), packed([[0.5, 0]] * 3, box)
    centres = modules.evaluate(
        "async ([start, end]) => {"
        + FRAME
        + """
          const { GlidingCodes } = await import("/train/gliding_codes.js");
          const canvas = document.createElement("canvas");
          canvas.style.cssText = "position: fixed; left: 0; top: 0; width: 200px; height: 200px";
          document.body.append(canvas);
          const codes = new GlidingCodes(canvas);
          codes.written = () => "";
          const kind = (colour) => ({ name: "", colour, ink: "#000000" });
          const kinds = ["#ff0000", "#00ff00"].map(kind);
          codes.colour(kinds, Int32Array.of(0, 1, 1));
          const [from, to] = [frame([0, start], false), frame([1, end], false)];
          from.middles = to.middles = []; // no names in the way
          const centres = [0, 0.5, 1].map((share) => {
            codes.show(from, to, share);
            const { width, height } = canvas;
            const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
            let [sum, count] = [0, 0];
            for (let i = 0; i < width * height; i++) {
              const green = data[4 * i + 1] > 200 && data[4 * i] < 60;
              if (green) [sum, count] = [sum + (i % width), count + 1];
            }
            return sum / count / width; // of the second class, drawn on top
          });
          canvas.remove();
          return centres;
        }""",
        [start, end],
    )
    assert centres == pytest.approx([0.25, 0.5, 0.75], abs=0.01)
