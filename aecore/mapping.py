"""Maps made on request: a job each, found again by what it was asked for.

A map's directory is ``runs_dir()/maps/KEY``; ``request.json`` says what was asked for,
``map.safetensors`` is what came of it, ``status.json`` and the rest see :mod:`aecore.job`.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from aecore import checkpoint, projection
from aecore.data import Images, load
from aecore.files import write_json
from aecore.job import ALIVE, Job, jobs, newest_first, writing_to
from aecore.messages import N_, Problem
from aecore.storage import maps_dir

ALL = "all"  # a split for maps: the training images, then the test images
MOVING = "moving.safetensors"


def load_split(dataset: str, split: str) -> Images:
    """A split of a data set, or all of it in one piece. Raises Problem."""
    if split != ALL:
        return load(dataset, "train" if split == "train" else "test")
    train, test = load(dataset, "train"), load(dataset, "test")
    if not isinstance(train.pixels, np.ndarray):  # in one piece it may not fit into memory
        raise Problem(
            N_("“{name}” is too large to be mapped in one piece; choose its test images."),
            name=dataset,
        )
    labels = None
    if train.labels is not None and test.labels is not None:
        labels = np.concatenate([train.labels, test.labels])
    pixels = np.concatenate([train.pixels, test.pixels])
    return Images(pixels, labels, dataset, ALL, decoded=train.decoded or test.decoded)


@dataclass(frozen=True)
class MapRequest:
    """What to map: a checkpoint's codes of ``points`` images of a data set.

    ``name`` is the checkpoint's for people, ``checkpoint`` its file; ``perplexity`` is roughly
    the number of neighbours that count, ``seed`` chooses the images and starts t-SNE; ``split``
    is one that ``load_split`` knows.
    """

    name: str
    checkpoint: str
    dataset: str
    points: int
    perplexity: float
    seed: int
    split: str = "test"

    def check(self, available: int) -> None:
        """Refuse what cannot be mapped when ``available`` images are there. Raises Problem."""
        projection.check_size(min(self.points, available), self.perplexity)

    def key(self) -> str:
        """The same for equal requests; another one when the checkpoint's content changed."""
        asked = [self.dataset, self.points, self.perplexity, self.seed]
        if self.split != "test":  # maps of test images keep the keys that they have had
            asked.append(self.split)
        content = json.dumps([checkpoint.digest(Path(self.checkpoint)), *asked])
        return hashlib.sha256(content.encode()).hexdigest()[:12]


class MapJob(Job):
    """A map's directory."""

    @property
    def file(self) -> Path:
        """The map, once it is there: also after a stop, as far as it came."""
        return self.path / "map.safetensors"

    @property
    def moving(self) -> Path:
        """The map in the making, every second or so another one."""
        return self.path / MOVING

    def request(self) -> MapRequest:
        """What was asked for. Raises Problem when that cannot be read."""
        try:
            return MapRequest(**json.loads((self.path / "request.json").read_text("utf-8")))
        except (OSError, ValueError, TypeError) as error:
            raise Problem(
                N_("The request of the map “{name}” cannot be read. Compute a new one."),
                name=self.name,
            ) from error

    def launch(self) -> None:
        """Compute the map, again if need be, in a process of its own. Raises Problem."""
        asked = self.request()
        with writing_to(self.path):
            self.file.unlink(missing_ok=True)
            self.moving.unlink(missing_ok=True)
        self.start([
            "project", asked.checkpoint, "--dataset", asked.dataset, "--split", asked.split,
            "--points", str(asked.points), "--perplexity", str(asked.perplexity),
            "--seed", str(asked.seed), "--job", str(self.path), "--out", str(self.file),
        ])  # fmt: skip


def maps() -> dict[str, MapJob]:
    """The maps made on request, at work or ended, by key; the newest first."""
    found = newest_first(jobs(maps_dir()), "request.json")
    return {job.name: MapJob(job.path) for job in found}


def ask_for(request: MapRequest) -> MapJob:
    """The job of this request: the one that is there, at work or done, else a new one.

    Raises Problem when nothing can be written or the checkpoint is gone.
    """
    try:
        key = request.key()
    except OSError as error:
        raise Problem(
            N_("The checkpoint “{name}” is no longer there. Choose another one."),
            name=request.name,
        ) from error
    job = MapJob(maps_dir().resolve() / key)
    if job.state() in ALIVE or (job.state() == "done" and job.file.is_file()):
        return job
    with writing_to(job.path):
        job.path.mkdir(parents=True, exist_ok=True)
        write_json(job.path / "request.json", asdict(request))
    job.launch()
    return job
