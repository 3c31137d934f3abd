"""The plane's modules: axes, paths, real codes, tiles."""

from statistics import NormalDist

import numpy as np
import pytest

pytestmark = pytest.mark.browser


def test_by_quantiles_equal_shares_hold_equal_parts_of_a_normal_distribution(modules):
    shares, back, even = modules.evaluate(
        """async (values) => {
          const { Axis } = await import("/plane/axis.js");
          const [quantile, linear] = [new Axis("quantile"), new Axis("linear")];
          const shares = values.map((value) => quantile.share(value));
          return [shares, shares.map((share) => quantile.value(share)),
                  values.map((value) => linear.value(linear.share(value)))];
        }""",
        values := [-3, -1.5, -0.2, 0, 0.7, 2.5],
    )
    assert shares == pytest.approx([NormalDist().cdf(value) for value in values], abs=1e-4)
    assert back == pytest.approx(values, abs=1e-4)
    assert even == pytest.approx(values)


@pytest.mark.parametrize("spacing", ["linear", "quantile"])
def test_numbers_on_an_axis_are_round_and_never_too_close(modules, spacing):
    ticks = modules.evaluate(
        """async (spacing) => {
          const { Axis } = await import("/plane/axis.js");
          const axis = new Axis(spacing);
          return axis.ticks(0.5, 600 / axis.home, 600);
        }""",
        spacing,
    )
    values, places = (sorted(tick[name] for tick in ticks) for name in ("value", "at"))
    assert 0 in values and len(values) >= 5
    assert np.allclose(np.array(values) * 20, np.round(np.array(values) * 20))  # of 0.05
    assert min(np.diff(places)) >= 44
    assert places[0] >= -1 and places[-1] <= 601


def test_a_view_stays_inside_the_whole(modules):
    wide, close, corner = modules.evaluate(
        """async () => {
          const { bounded } = await import("/plane/axis.js");
          return [bounded({ x: 0.9, y: 0.2, scale: 10 }, 100, 0.01),
                  bounded({ x: 0.5, y: 0.5, scale: 1e9 }, 100, 0.01),
                  bounded({ x: -3, y: 7, scale: 200 }, 100, 0.01)];
        }"""
    )
    assert wide == {"x": 0.5, "y": 0.5, "scale": 100}
    assert close["scale"] == 10_000
    assert (corner["x"], corner["y"]) == (0.25, 0.75)


def path(modules, start, end, way, stops=9) -> np.ndarray:
    return np.array(
        modules.evaluate(
            """async ([start, end, way, stops]) => {
              const { path } = await import("/plane/axis.js");
              return path(start, end, way, stops);
            }""",
            [start, end, way, stops],
        )
    )


def test_a_straight_path_takes_even_steps_and_a_round_one_keeps_away_from_the_middle(modules):
    straight = path(modules, [-2, 0], [2, 1], "straight")
    assert np.allclose(straight, np.linspace([-2, 0], [2, 1], 9))
    around = path(modules, [2, 0], [0, 4], "round")
    assert np.allclose(np.hypot(*around.T), np.linspace(2, 4, 9))
    assert np.allclose(around[[0, -1]], [[2, 0], [0, 4]])
    # the shorter way around, also across the angle where atan2 begins anew
    assert (path(modules, [-1, 0.5], [-1, -0.5], "round")[:, 0] < 0).all()


def test_the_strips_show_the_path_and_the_cross_fade_of_its_ends(modules):
    decoded, faded = modules.evaluate(
        """async () => {
          const { PathStrips, STOPS } = await import("/plane/path.js");
          const strips = new PathStrips(document.createElement("div"), () => {});
          const bytes = Uint8Array.from({ length: STOPS }, (_, i) => 10 * i);
          bytes[STOPS - 1] = 200;
          strips.draw(bytes, [1, 1, 1]);
          return strips.canvases.map((canvas) => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, 1);
            return Array.from({ length: STOPS }, (_, i) => data[8 * i]); // a pixel's gap between
          });
        }"""
    )
    assert decoded == [0, 10, 20, 30, 40, 50, 60, 70, 200]
    assert faded == [0, 25, 50, 75, 100, 125, 150, 175, 200]


def test_far_and_class_are_those_of_a_search_of_all_codes(modules):
    rng = np.random.default_rng(0)
    codes = np.concatenate([rng.normal((-2, 0), 0.5, (300, 2)), rng.normal((2, 1), 0.5, (300, 2))])
    labels = np.repeat([3, 7], 300)
    places = rng.uniform(-5, 5, (200, 2))
    far, kinds = modules.evaluate(
        """async ([codes, labels, places]) => {
          const { RealCodes } = await import("/plane/real_codes.js");
          const real = new RealCodes(Float32Array.from(codes), Int32Array.from(labels), 0.5);
          return [places.map(([x, y]) => real.isFar(x, y)),
                  places.map(([x, y]) => real.classAt(x, y))];
        }""",
        [codes.ravel().tolist(), labels.tolist(), places.tolist()],
    )
    distances = np.hypot(*(codes[None] - places[:, None]).transpose(2, 0, 1))
    sure = abs(distances.min(1) - 0.5) > 0.05  # it looks distances up on a grid
    assert sure.mean() > 0.9
    assert (np.array(far) == (distances.min(1) > 0.5))[sure].all()
    near = labels[distances.argsort(1)[:, :15]]
    assert kinds == [int(np.bincount(each).argmax()) for each in near]


def test_tiles_ask_for_what_is_seen_and_draw_what_has_come(modules):
    found = modules.evaluate(
        """async () => {
          const { Axis } = await import("/plane/axis.js");
          const { Tiles } = await import("/plane/tiles.js");
          const axis = new Axis("linear");
          const tiles = new Tiles([1, 2, 2], axis, 4);
          const canvas = new OffscreenCanvas(64, 64);
          const draw = canvas.getContext("2d");
          const view = { x: 0.5, y: 0.5, scale: 64 / axis.home };
          const missing = tiles.draw(draw, view, 64);
          const places = [...tiles.values(missing)];
          const first = tiles.home()[0];
          tiles.add(first, Uint8Array.of(200, 200, 200, 200), draw, view, 64);
          const seen = [[8, 8], [40, 40]].map(([x, y]) => draw.getImageData(x, y, 1, 1).data[0]);
          const closer = { x: 0.5, y: 0.5, scale: (4 * 64) / axis.home };
          return { home: tiles.home(), missing, places, seen,
                   left: tiles.draw(draw, view, 64), closer: tiles.draw(draw, closer, 64) };
        }"""
    )
    assert set(found["missing"]) == set(found["home"]) and len(found["home"]) == 16
    # middles of a 4×4 grid over −3…3
    places = np.array(found["places"]).reshape(-1, 2)
    assert set(np.unique(places)) == {-2.25, -0.75, 0.75, 2.25}
    assert found["seen"] == [200, 0]
    assert set(found["left"]) == set(found["home"][1:])  # of what has come it asks no more
    assert not set(found["closer"]) & set(found["home"])  # but for finer ones


def test_it_is_all_the_same_in_which_order_tiles_come(modules):
    same = modules.evaluate(
        """async () => {
          const { Axis } = await import("/plane/axis.js");
          const { Tiles } = await import("/plane/tiles.js");
          const axis = new Axis("linear");
          const same = [];
          for (let side = 431; side < 445; side++) { // edges on halves of pixels are among them
            const tiles = new Tiles([1, 2, 2], axis, 20);
            const draw = new OffscreenCanvas(side, side).getContext("2d");
            const view = { x: 0.5, y: 0.5, scale: side / axis.home };
            tiles.draw(draw, view, side).forEach((key, i) =>
              tiles.add(key, new Uint8Array(4).fill((i * 37) % 251), draw, view, side),
            );
            const [before, after] = [0, 1].map((again) => {
              if (again) tiles.draw(draw, view, side);
              return draw.getImageData(0, 0, side, side).data;
            });
            same.push(before.every((value, i) => value === after[i]));
          }
          return same;
        }"""
    )
    assert all(same)


def test_draws_from_a_cloud_have_its_middle_and_width(modules):
    drawn, far, nothing = modules.evaluate(
        """async () => {
          const { Cloud, noise } = await import("/plane/cloud.js");
          const { RealCodes } = await import("/plane/real_codes.js");
          const parent = document.createElement("div");
          const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
          svg.innerHTML = '<path class="ellipses" /><path class="draws" /><path class="points" />';
          const cloud = new Cloud(parent, svg, () => {}, () => {});
          cloud.write({ cloudy: true, own: [5, 5], ownSigma: [1, 1], words: {}, language: "en" });
          cloud.box.checked = true;
          cloud.sigmas = Float32Array.of(0.1, 0.2, 0.3, 0.4);
          const real = new RealCodes(Float32Array.of(-1, 0, 1, 0), null, 1);
          cloud.look([0.8, 0.2], real);
          const { shown } = cloud;
          const points = noise(2000);
          cloud.look([4, 4], real);
          const far = cloud.shown;
          cloud.box.checked = false;
          return [{ shown, points }, far, cloud.draws()];
        }"""
    )
    assert drawn["shown"]["middle"] == [1, 0] and not drawn["shown"]["own"]
    assert drawn["shown"]["sigma"] == pytest.approx([0.3, 0.4])
    points = np.array(drawn["points"])
    assert abs(points.mean(0)).max() < 0.08 and points.std(0) == pytest.approx([1, 1], abs=0.06)
    inside = (np.hypot(*points.T) < 1).mean()
    assert inside == pytest.approx(0.393, abs=0.04)  # of a two-dimensional Gaussian within 1 σ
    assert far["own"] and far["middle"] == [5, 5] and nothing == []
