"""Data sets and models that are on this machine, and data sets that may come."""

from aecore.data import DATASETS, SPLITS
from ui import cache, downloads, frame
from ui.i18n import _, number


def show() -> None:
    """A table of each, and buttons for the data sets that are missing."""
    rows = []
    for source in DATASETS.values():
        here = [split for split in SPLITS if source.on_this_machine(split)]
        names = {"train": _("training images"), "test": _("test images")}
        absent = _("not here; can be downloaded") if source.downloadable else _("not here")
        found = ", ".join(names[split] for split in here) or absent
        rows.append((_(source.title), _(source.summary), found))
    heads = [_("Data set"), _("What it is"), _("On this machine")]
    frame.table(heads, rows, _("What is on this machine"))
    downloads.offer(DATASETS.values(), "start")
    frame.table(
        [_("Model"), _("Numbers in a code"), _("Trained on"), _("Mean squared error")],
        [
            (
                card.name,
                number(card.latent_dim),
                frame.data_title(card.dataset),
                number(card.metrics["mse"], 4) if "mse" in card.metrics else "–",
            )
            for card in cache.cards().values()
        ],
    )
