"""Pan, zoom and pinch, which the plane and the map share."""

import pytest

pytestmark = pytest.mark.browser


def test_what_is_under_the_pointer_stays_there_while_it_zooms(modules):
    before, after = modules.evaluate(
        """async () => {
          const { placeOf, zoomed } = await import("/shared/view.js");
          const [view, size, at] = [{ x: 0.3, y: 0.6, scale: 500 }, [400, 300], [350, 20]];
          const away = [at[0] - size[0] / 2, at[1] - size[1] / 2];
          return [view, zoomed(view, 1700, away)].map((each) => placeOf(each, at, size));
        }"""
    )
    assert after == pytest.approx(before)


def test_a_dragged_place_follows_and_pixels_and_places_are_each_others_inverse(modules):
    moved, again = modules.evaluate(
        """async () => {
          const { panned, pixelsOf, placeOf } = await import("/shared/view.js");
          const [view, size] = [{ x: 0.3, y: 0.6, scale: 500 }, [400, 300]];
          const place = placeOf(view, [120, 80], size);
          return [pixelsOf(panned(view, 15, -7), place, size), pixelsOf(view, place, size)];
        }"""
    )
    assert moved == pytest.approx([135, 73])
    assert again == pytest.approx([120, 80])


def told(modules, events: str) -> list[list]:
    """What ``listen`` tells of these events on a frame of 200×100 pixels."""
    found: list[list] = modules.evaluate(
        """async (events) => {
          const { listen } = await import("/shared/view.js");
          const frame = document.createElement("div");
          frame.style.cssText = "position: fixed; inset: 20px auto auto 10px; width: 200px";
          frame.style.height = "100px";
          frame.setPointerCapture = () => {}; // events of no real pointer
          document.body.append(frame);
          const told = [];
          const names = ["hover", "leave", "press", "pinch", "drag", "tap", "pan", "zoom", "reset",
                         "end"];
          const plain = (values) => values.filter((value) => !(value instanceof Event));
          const actions = names.map((name) => [name, (...all) => told.push([name, ...plain(all)])]);
          listen(frame, Object.fromEntries(actions));
          for (const [kind, ...numbers] of events) {
            const [pointerId, x, y] = numbers.map(Number);
            const at = { pointerId, clientX: 10 + x, clientY: 20 + y };
            frame.dispatchEvent(
              kind === "wheel"
                ? new WheelEvent(kind, { ...at, deltaY: -1000, cancelable: true })
                : new PointerEvent(kind, at),
            );
          }
          frame.remove();
          return told;
        }""",
        [event.split() for event in events.strip().splitlines()],
    )
    return found


def test_a_short_way_is_a_tap_and_a_long_one_a_drag(modules):
    tap = told(modules, "pointerdown 1 50 50\npointermove 1 52 50\npointerup 1 52 50")
    assert [each[0] for each in tap] == ["press", "drag", "tap", "end"]
    assert tap[2] == ["tap", [52, 50]]
    drag = told(modules, "pointerdown 1 50 50\npointermove 1 80 90\npointerup 1 80 90")
    assert drag[1:] == [["drag", [80, 90], [30, 40], 50], ["end"]]


def test_two_fingers_pan_by_their_middle_and_zoom_by_their_distance(modules):
    found = told(
        modules,
        """pointerdown 1 80 50
        pointerdown 2 120 50
        pointermove 2 160 50
        pointerup 1 80 50
        pointermove 2 170 60
        pointerup 2 170 60""",
    )
    assert found == [
        ["press", [80, 50]],
        ["pinch"],
        ["pan", 20, 0],
        ["zoom", [120, 50], 2],
        ["pan", 10, 10],  # the finger that stays; it is no tap at the end
        ["end"],
    ]


def test_a_pointer_that_the_system_takes_is_no_tap(modules):
    found = told(modules, "pointerdown 1 50 50\npointercancel 1 50 50\npointermove 1 60 50")
    assert found == [["press", [50, 50]], ["end"], ["hover", [60, 50]]]


def test_the_wheel_zooms_around_the_pointer(modules):
    found = told(modules, "wheel 1 30 40")
    assert found == [["zoom", [30, 40], pytest.approx(4.4817, abs=1e-4)], ["end"]]
