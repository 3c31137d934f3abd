"""The components that look inside a model: their modules, and the screen in a real browser."""

import re

import numpy as np
import pytest
from chromium import SECOND, settled
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

BARS = """
  const { Bars } = await import("/inside/bars.js");
  const pane = document.createElement("div");
  pane.innerHTML = '<canvas style="width: 446px; height: 220px; display: block"></canvas>';
  pane.style.cssText = "position: fixed; left: 0; top: 0; width: 446px";
  document.body.append(pane);
  const told = [];
  const bars = new Bars(pane, {
    choose: (j) => { bars.chosen = j; told.push(["choose", j]); },
    move: (j, value) => { bars.values[j] = value; told.push(["move", j, value]); },
    end: () => told.push(["end"]), press: () => false });
  bars.code = [1, -1, 0.5, 0];
  bars.values = [...bars.code];
  bars.ranges = { low: [-2, -2, -2, -2], mean: [0, 0, 0, 0], high: [2, 2, 2, 2] };
  bars.measure();
  const point = (kind, x, y) => pane.dispatchEvent(
    new PointerEvent(kind, { pointerId: 1, clientX: x, clientY: y, button: 0 }));
  pane.setPointerCapture = () => {};
"""


def test_a_bar_is_chosen_by_a_click_and_moved_by_dragging(modules):
    told, least, most = modules.evaluate(
        "async () => {"
        + BARS
        + """
          point("pointerdown", 46 + 150, 110);
          point("pointermove", 46 + 151, 112);  // a trembling hand
          point("pointerup", 46 + 151, 112);
          point("pointerdown", 46 + 350, 110);
          point("pointermove", 46 + 20, 60);  // also where other bars are
          point("pointerup", 46 + 20, 60);
          pane.remove();
          return [told, bars.least, bars.most];
        }"""
    )
    assert told[:2] == [["choose", 1], ["end"]]
    assert told[2] == ["choose", 3] and told[3][:2] == ["move", 3] and told[4] == ["end"]
    assert told[3][2] == pytest.approx(least + (most - least) * (1 - 50 / 200))


def test_keys_choose_and_move_within_the_axis(modules):
    told, most = modules.evaluate(
        "async () => {"
        + BARS
        + """
          const press = (key, shiftKey = false) =>
            pane.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey }));
          press("ArrowLeft");
          for (let i = 0; i < 20; i++) press("ArrowUp", true);
          pane.remove();
          return [told.filter(([kind]) => kind !== "end"), bars.most];
        }"""
    )
    assert told[0] == ["choose", 3]
    values = [value for _kind, _j, value in told[1:]]
    assert values == sorted(values) and values[-1] == pytest.approx(most)


def test_images_drawn_beforehand_are_those_of_the_nearest_step(modules):
    seen = modules.evaluate(
        """async () => {
          const { Beforehand } = await import("/inside/sources.js");
          const images = Uint8Array.from({ length: 2 * 5 + 1 }, (_, i) => i);
          const ranges = { low: [-1, 0], mean: [0, 0], high: [1, 4] };
          const source = new Beforehand(images, 5, ranges);
          return [source.image([0, 0], 0, false), source.image([-9, 0], 0, true),
                  source.image([0.1, 0], 0, true), source.image([0, 3.2], 1, true)]
            .map((bytes) => [...bytes]);
        }"""
    )
    assert seen == [[10], [0], [2], [8]]


def test_colours_around_zero_are_those_of_the_legend(modules):
    pixels = modules.evaluate(
        """async () => {
          const { paintAround } = await import("/shared/diverging.js");
          const image = new ImageData(4, 1);
          const scale = { negative: [0, 0, 255], zero: [200, 200, 200], positive: [255, 0, 0] };
          paintAround(image, [9, -1, 0, 0.5, 2], 1, [1, 4], 1, scale);
          return [...image.data];
        }"""
    )
    colours = np.array(pixels).reshape(4, 4)
    assert colours[:, 3].tolist() == [255] * 4
    assert colours[:, :3].tolist() == [[0, 0, 255], [200] * 3, [228, 100, 100], [255, 0, 0]]


def test_a_bar_under_the_hand_changes_the_picture_and_the_address(page):
    page.goto("/inside?inside_digit=7")
    pane = page.locator(".inside .pane")
    expect(pane).to_have_attribute("aria-valuetext", re.compile("Number 1"), timeout=30 * SECOND)
    settled(page)
    made = page.locator(".inside canvas.made")
    read = "canvas => canvas.toDataURL()"
    expect(page.locator(".inside .largest")).not_to_have_attribute("width", "300")
    # the decoder's weights may come after the extremes: an unpainted canvas is no picture
    page.wait_for_function(
        """(canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
          .data.some((value) => value)""",
        arg=made.element_handle(),
    )
    before = made.evaluate(read)
    change = page.locator(".inside .change + figcaption > :first-child")
    expect(change).to_have_text("No change yet")
    pane.focus()
    for _ in range(4):
        pane.press("ArrowRight")
    for _ in range(3):
        pane.press("Shift+ArrowUp")
    expect(pane).to_have_attribute("aria-valuetext", re.compile("Number 5"))
    page.wait_for_url("**inside_moved=5*", timeout=10 * SECOND)
    assert made.evaluate(read) != before
    expect(change).to_have_text("Change")
    assert "inside_number=5" in page.url
    page.reload()
    expect(pane).to_have_attribute("aria-valuetext", re.compile("Number 5"), timeout=30 * SECOND)
    pane.press("Escape")
    page.wait_for_url(lambda address: "inside_moved" not in address, timeout=10 * SECOND)
    settled(page)
    assert made.evaluate(read) == before


def test_the_chart_names_the_size_under_a_pointer(modules):
    sizes = modules.evaluate(
        """async () => {
          const { DialChart } = await import("/inside/dial_chart.js");
          const canvas = document.createElement("canvas");
          canvas.style.cssText = "position: fixed; left: 0; top: 0; width: 480px; height: 200px";
          document.body.append(canvas);
          const chart = new DialChart(canvas, () => {});
          const curve = { name: "a", colour: "#ff0000", dash: [], values: [0.1, 0.05, 0.01] };
          chart.set([1, 2, 4], [curve], "en", "numbers");
          chart.draw(1);
          const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          let red = 0;
          for (let i = 0; i < data.length; i += 4) red += data[i] === 255 && data[i + 1] === 0;
          const found = [0, 62, 160, 170, 462, 480].map((x) => chart.sizeAt(x));
          canvas.remove();
          return [found, red];
        }"""
    )
    assert sizes[0] == [0, 0, 0, 1, 2, 2] and sizes[1] > 100


def test_values_are_drawn_as_bars_maps_fields_and_images(modules):
    found = modules.evaluate(
        """async () => {
          const { drawValues } = await import("/inside/drawn_values.js");
          const draw = (shape, image) => {
            const canvas = document.createElement("canvas");
            const n = shape.reduce((a, b) => a * b, 1);
            const numbers = Float32Array.from({ length: n }, (_, i) => (i - 2) / 2);
            const limit = drawValues(canvas, { numbers, shape }, image, 16);
            return [canvas.width, canvas.height, limit];
          };
          return [draw([1, 2, 3], true), draw([30, 2, 2], false), draw([100], false),
                  draw([5, 7], false)];
        }"""
    )
    assert found[0][:2] == [3, 2]
    assert found[1][:2] == [11, 11]  # 16 maps in four rows, a pixel between two
    assert found[2][:2] == [10, 10] and found[2][2] == pytest.approx(48.5)
    assert found[3][:2] == [7, 5]


def test_turning_the_dial_changes_the_copies_and_a_click_enlarges_a_layer(page):
    page.goto("/inside?inside=dial")
    slider = page.locator(".dial input")
    expect(slider).to_have_attribute("aria-valuetext", "8 numbers", timeout=30 * SECOND)
    settled(page)
    copies = page.locator(".dial .rows canvas").nth(1)
    expect(copies).not_to_have_attribute("width", "300", timeout=30 * SECOND)
    before = copies.evaluate("canvas => canvas.toDataURL()")
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "256 numbers")
    page.wait_for_url("**inside_size=256*", timeout=10 * SECOND)
    assert copies.evaluate("canvas => canvas.toDataURL()") != before
    page.get_by_text("Layer by layer", exact=True).click()
    first = page.locator(".layers .encoder button").nth(1)
    first.click(timeout=30 * SECOND)
    expect(first).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".layers .large b")).to_have_text("Linear, 512")
    page.wait_for_url("**inside_step=e0*", timeout=10 * SECOND)
