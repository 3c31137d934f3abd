"""What models make of the visitor's drawing, beside the pad that it is drawn on."""

from collections.abc import Mapping
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st

from aecore import metrics
from aecore.handwriting import Drawing
from ui import cache, images, places, similar, sketch
from ui.components import component
from ui.guard import guarded
from ui.i18n import _, ngettext, number, percent
from ui.similar import DENOISER, MAP_MODEL, NEAREST, PLANE_MODEL, Chart, Known, Similar

SIZE = 112  # pixels on the screen: the drawing and what comes back of it
SMALLER = 84  # the same under noise
FAR = 0.99  # further from every known digit than this share of test digits are: like none of them

STYLE = f"""<style>
{places.STYLE}
.similar {{ display: grid; grid-template-columns: repeat(3, max-content); gap: 2px 8px; }}
.similar .picture figcaption {{ margin: 0; line-height: 1.15; }}
.title-16 {{ font-size: max(0.9rem, 16px); line-height: 1.2; margin: 0 0 4px; }}
@media (min-width: 1700px) and (min-height: 850px) {{
  .st-key-sketch :is(.picture img, .waiting) {{ zoom: 1.5; }}
}}
</style>"""


@st.fragment
@guarded()
def show(path: Path) -> None:
    """The pad, and after every stroke what the checkpoint at ``path`` and others make of it."""
    with st.container(key="sketch"):
        left, right = st.columns([1, 2], gap="medium")
    with left:
        made = sketch.from_address()
        sketch.pad(made)
    with right:
        said, through, alike, noise = (st.container() for part in range(4))
        wait = st.empty()
    with wait, st.spinner(_("Getting the models ready …")):
        charts = {PLANE_MODEL: similar.plane_chart(), MAP_MODEL: similar.map_chart()}
        known = similar.known()
        digit = sketch.pixels(made)[None] if made.strokes else None
        found = None if digit is None else known.similar(similar.encode(MAP_MODEL, digit))
    with said:
        words = _("Draw a digit, or press a number key on the pad: the models answer here.")
        component("live")(key="sketch-said", data=_verdict(found) if found else words)
    with through:
        _through(path, made)
    with alike:
        _charts_and_digits(charts, known, digit, found)
    with noise:
        _under_noise(digit)


def _verdict(found: Similar) -> str:
    """What the nearest digits say, and whether that is worth much."""
    digit, votes = found.vote
    words = ngettext(
        "Looks like {digit}: so says {n} of its {total} nearest digits.",
        "Looks like {digit}: so say {n} of its {total} nearest digits.",
        votes,
    ).format(digit=digit, n=number(votes), total=number(len(found.labels)))
    if found.rank < FAR:
        return words
    far = _("But it is further from all digits than {share} of the test digits are.")
    return f"{words} {far.format(share=percent(FAR))}"


def _through(path: Path, made: Drawing) -> None:
    """Drawing → code → reconstruction, by the model that was chosen."""
    arrows = [_("encoder"), _("decoder")]
    if not made.strokes:
        sizes = {"x": SIZE, "z": 180, "x̂": SIZE}
        frames = [images.waiting(width, SIZE, name) for name, width in sizes.items()]
        images.show(images.flow(frames, arrows))
        return
    from aecore import evaluation

    model, card = cache.model(path)
    x = sketch.pixels(made, card.image_shape)
    codes = evaluation.encode(model, x[None])
    x_hat = evaluation.decode(model, codes)[0]
    name = _("x: in MNIST’s form") if made.centred else _("x: as on the pad")
    size = codes.shape[1]
    code = ngettext("z: {n} number", "z: {n} numbers", size).format(n=number(size))
    error = float(metrics.mse(images.unit(x_hat)[None], images.unit(x)[None])[0])
    alt = _("Your drawing as {name} gives it back").format(name=card.name)
    caption = _("x̂: MSE {mse}").format(mse=number(error, 4))
    parts = [
        images.figure(images.picture(x, sketch.words(), name), SIZE),
        images.code_bars(codes[0], code, code, SIZE),
        images.figure(images.picture(x_hat, alt, caption), SIZE),
    ]
    images.show(images.flow(parts, arrows))


def _charts_and_digits(
    charts: Mapping[str, Chart], known: Known, digit: np.ndarray | None, found: Similar | None
) -> None:
    """Where the drawing lies among the test digits, and the digits that lie nearest to it."""
    *left, right = st.columns(3)
    titles = {PLANE_MODEL: _("Plane of {name}"), MAP_MODEL: _("t-SNE map of {name}")}
    for column, (name, title) in zip(left, titles.items(), strict=True):
        words = title.format(name=name)
        with column:
            images.show(_title(words))
            with st.container(key=f"places-{name}"):
                images.show(charts[name].picture.picture(words))
                place = "" if digit is None else charts[name].marks(similar.encode(name, digit))
                images.show(f'<div class="places-marks" aria-hidden="true">{place}</div>')
    with right:
        real = _("Nearest training digits")
        title = _title(_("Nearest test digits, decoded") if known.decoded else real)
        parts = [images.waiting(images.ROW, images.ROW, "–")] * NEAREST
        if found is not None:
            alt = _("A handwritten {digit}")
            parts = [
                images.figure(images.picture(x, alt.format(digit=label), str(label)))
                for x, label in zip(found.pixels, found.labels, strict=True)
            ]
        images.show(title, f'<div class="similar">{"".join(parts)}</div>')


def _title(words: str) -> str:
    return f'<p class="title-16">{escape(words)}</p>'


def _under_noise(digit: np.ndarray | None) -> None:
    """The drawing with noise on it, and what the shipped denoiser takes for it."""
    left, right = st.columns([1, 2], vertical_alignment="center")
    with left:
        strength = st.slider(_("Noise σ"), 0.0, 1.0, 0.5, 0.05, key="noise", bind="query-params")
    with right:
        images.show(_noisy_and_clean(digit, strength))


def _noisy_and_clean(digit: np.ndarray | None, strength: float) -> str:
    names = [_("Noisy"), _("Denoised")]
    if digit is None:
        return images.flow([images.waiting(SMALLER, SMALLER, name) for name in names])
    from aecore import restoration

    noisy = restoration.damage(digit, "gaussian", strength, seed=0)
    clean = restoration.by_model(cache.model(similar.path_of(DENOISER))[0])(noisy)
    parts = [
        images.picture(image, f"{name}: {sketch.words()}", name)
        for name, image in zip(names, (noisy[0], clean[0]), strict=True)
    ]
    return images.flow([images.figure(part, SMALLER) for part in parts])
