"""Models that others have made, as ONNX files: examined, measured and kept beside ours."""

import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import torch

from aecore import data, evaluation, library
from aecore.checkpoint import Card
from aecore.corruption import check_suits
from aecore.exchange import room
from aecore.messages import N_, Problem, out_of_range
from aecore.models import FAMILIES, Autoencoder, configure
from aecore.models.guest import Guest
from aecore.recipe import NAMES

QUICK = 1.0  # seconds for so many images; measuring a slower model would take minutes
TIMED = 250

# what people may say of a model, beside its settings
OUTPUTS = ("code", "spread_output", "reconstruction")
TOLD = (
    *("image_shape", "layout", "drawn_layout", "pixels", "drawn", "mean", "std"),
    *OUTPUTS,
)
LEAST = {"image_shape": (1, 1, 1), "latent_dim": 1, "encoder_bytes": 1, "decoder_bytes": 1}


def add(
    files: Sequence[tuple[str, bytes]],
    told: Mapping[str, Any],
    dataset: str = "",
    corruption: str = "none",
    strength: float = 0.0,
) -> str:
    """Keep the model in one or two ONNX files, each with its name; return its name here.

    ``told``: what can't be seen in them, by the names of TOLD, see :mod:`aecore.exchange.intake`;
    ``dataset``: what it has learned from, "" where that is unknown or isn't known here;
    ``corruption`` up to ``strength`` 0…1: what it restores. It is measured on that set's test
    images if they are here. Raises Problem.
    """
    unknown = sorted(set(told) - set(TOLD))
    if unknown:
        raise Problem(
            N_("There is no setting “{name}” of {family}. There are: {known}."),
            name=unknown[0],
            family=Guest.family,
            known=", ".join(TOLD),
        )
    # what people say is checked before the files are opened with it
    settings = {name: value for name, value in told.items() if name not in OUTPUTS}
    configure(Guest.family, **{**LEAST, **settings})
    if dataset:
        data.dataset(dataset)
    check_suits(corruption, symbols=False)
    if not 0 <= strength <= 1:
        raise out_of_range(NAMES["strength"], strength, 0, 1)
    opened = room.opened(files, told)
    config = configure(Guest.family, **opened.config)
    model = FAMILIES[Guest.family](config).eval()
    assert isinstance(model, Guest)
    for place, content in (
        (model.encoder_file, opened.encoder),
        (model.decoder_file, opened.decoder),
    ):
        place.data = torch.from_numpy(np.frombuffer(content, np.uint8).copy())
    card = Card(
        name=files[0][0],
        family=Guest.family,
        config=config.to_json(),
        dataset=dataset,
        corruption=corruption,
        strength=strength,
        metrics=figures(model, dataset, corruption, strength),
        created=datetime.now(UTC).date().isoformat(),
    )
    return library.keep(files[0][0], model, card)


def figures(model: Autoencoder, dataset: str, corruption: str, strength: float) -> dict[str, float]:
    """What the cards of our own models tell; nothing where the images aren't here, or would take
    minutes."""
    if not dataset:
        return {}
    try:
        images = data.load(dataset, "test")
    except Problem:
        return {}
    if images.shape != model.config.image_shape:
        return {}
    began = time.perf_counter()
    evaluation.reconstruct(model, images.pixels[:TIMED])
    if time.perf_counter() - began > QUICK:
        return {}
    return evaluation.card_metrics(model, images.pixels, corruption, strength, images.labels)
