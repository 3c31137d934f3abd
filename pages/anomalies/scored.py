"""Scores of normal and strange images, computed once for everybody."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from aecore import checkpoint, detection
from aecore.detection import Areas
from aecore.pca import PrincipalComponents
from pages.anomalies.choices import Group, Normal
from ui import cache, coder, images, machine
from ui.coder import Coder
from ui.i18n import _

if TYPE_CHECKING:
    from aecore.anomalies import Strangeness

ROUNDS = 300  # of the bootstrap: about 0.15 s for 10,000 images
AT_ONCE = 500  # images that are scored between two reports

Report = Callable[[float], object]
"""Called with the share that is done, 0…1; what it raises, such as Streamlit's own signal that
somebody has clicked, stops the work."""

_FITTED: "cache.Kept[Strangeness]" = cache.Kept(24)
_SCORES: cache.Kept[np.ndarray] = cache.Kept(64)


def _silent(share: float) -> None:
    pass


@dataclass(frozen=True, eq=False)
class Guard:
    """A score that has learned what is normal, and what rebuilds images beside it: the model, or
    where there is none PCA. ``key`` tells it from all others."""

    score: str
    normal: Normal
    model: Path | None

    @property
    def key(self) -> str:
        """For caches: a score that needs no model is the same beside any."""
        digest = checkpoint.digest(self.model) if self.model is not None and self._needs() else ""
        return f"{self.score} {self.normal.judged.identity} {len(self.normal.known)} {digest}"

    def _needs(self) -> bool:
        from aecore.anomalies import SCORES

        return SCORES[self.score].by_model

    def judge(self, strange: Group, report: Report) -> None:
        """Score normal and strange images, so that their scores are known. Raises Problem, and
        what ``report`` raises; what is scored by then stays."""
        normal = self.normal.judged
        share = len(normal.places) / (len(normal.places) + len(strange.places))
        self.scores(normal, lambda done: report(share * done))
        self.scores(strange, lambda done: report(share + (1 - share) * done))

    def scores(self, group: Group, report: Report = _silent) -> np.ndarray:
        """How strange each image is, float64 (N,). Raises Problem."""
        key = f"{self.key} {group.identity}"
        found = _SCORES.get(key)
        if found is None:
            judge = self._fitted(report)
            pixels, parts = group.pixels, []
            for start in range(0, len(pixels), AT_ONCE):
                report(start / len(pixels))
                parts.append(judge(pixels[start : start + AT_ONCE]).astype(np.float64))
            found = _SCORES.keep(key, np.concatenate(parts))
        return found

    def _fitted(self, report: Report) -> "Strangeness":
        from aecore import anomalies

        machine.compute_with_one_thread()
        found = _FITTED.get(self.key)
        if found is None:
            report(0.0)
            model = None if self.model is None else cache.model(self.model)[0]
            normal = anomalies.Normal(self.normal.known, model)
            found = _FITTED.keep(self.key, anomalies.SCORES[self.score].fit(normal))
        return found

    def areas(self, strange: Group) -> Areas:
        """How well it tells normal from these."""
        return _areas(self.key, strange.identity, self, strange)

    def rebuilder(self) -> Coder:
        """What rebuilds the images whose error is looked at."""
        if self.model is not None:
            return coder.of_model(cache.card(self.model).name, self.model)
        normal = self.normal
        return _principal(f"{normal.judged.identity} {len(normal.known)}", normal)


@st.cache_resource(max_entries=256, show_spinner=False)
def _areas(key: str, strange: str, _guard: Guard, _strange: Group) -> Areas:
    return detection.areas(
        _guard.scores(_guard.normal.judged), _guard.scores(_strange), rounds=ROUNDS
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _principal(key: str, _normal: Normal) -> Coder:
    from aecore import network_layers
    from aecore.anomalies import PCA_NUMBERS

    pca, shape = PrincipalComponents.fit(_normal.known, PCA_NUMBERS), _normal.shape
    size = len(pca.components)
    return Coder(
        _("PCA"),
        f"pca {key}",
        size,
        lambda pixels: pca.encode(images.unit(pixels), size),
        lambda codes: pca.decode(codes.astype(np.float32)).reshape(-1, *shape),
        lambda: network_layers.of_pca_decoder(pca, size, shape),
    )
