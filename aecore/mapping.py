"""Maps of a checkpoint's codes: made here, or on request by a job that is found again.

A map's directory is ``runs_dir()/maps/KEY``; ``request.json`` says what was asked for,
``map.safetensors`` is what came of it, ``status.json`` and the rest see :mod:`aecore.job`.
"""

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from aecore import checkpoint, projection
from aecore.data import Images, load
from aecore.files import write_json
from aecore.job import ALIVE, STATUS_SECONDS, Job, jobs, newest_first, writing_to
from aecore.map_file import Map, MovingMap
from aecore.messages import N_, Problem, out_of_range
from aecore.seeds import check_seed
from aecore.storage import maps_dir

ALL = "all"  # a split for maps: the training images, then the test images
MOVING = "moving.safetensors"

OnMove = Callable[[MovingMap], bool]
"""Called with the map in the making, at its start and every ten steps; True stops and keeps it."""


def load_split(dataset: str, split: str) -> Images:
    """A split of a data set, or all of it in one piece. Raises Problem."""
    if split != ALL:
        return load(dataset, "train" if split == "train" else "test")
    train, test = load(dataset, "train"), load(dataset, "test")
    if not isinstance(train.pixels, np.ndarray):  # in one piece it may not fit into memory
        raise Problem(
            N_("“{name}” is too large to be mapped in one piece; choose its test examples."),
            name=dataset,
        )
    labels = None
    if train.labels is not None and test.labels is not None:
        labels = np.concatenate([train.labels, test.labels])
    pixels = np.concatenate([train.pixels, test.pixels])
    return Images(pixels, labels, dataset, ALL, decoded=train.decoded or test.decoded)


def make(
    maker: Path,
    images: Images,
    points: int | None = None,
    perplexity: float = 30.0,
    seed: int = 0,
    on_move: OnMove = lambda moving: False,
) -> Map:
    """The map of the codes that the checkpoint ``maker`` gives to images, with its figures.

    ``points`` of the images, chosen by ``seed``, or all; ``perplexity`` is roughly the number of
    neighbours that count, 2 to a third of the points. Stopped by ``on_move``, the map is the one
    so far, and its ``iterations`` tell how far that is. Without two classes at least there are no
    figures of them. Raises Problem for a file that is no checkpoint, images that it doesn't take,
    settings outside their range, all before work begins, and for codes of which there is no map.
    """
    from aecore import metrics, neighbours
    from aecore.evaluation import check_codes, check_fits, encode

    model, card = checkpoint.load(maker)
    check_fits(card, images)
    total = len(images)
    check_settings(total, points, perplexity, seed)
    if points is not None:
        images = images.take(projection.sample(total, points, seed))
    codes = encode(model, images.pixels)
    check_codes(codes)
    projection.check_differ(codes)
    straight = projection.first_two_components(codes)
    labels = np.zeros(len(images), np.uint8)
    if images.labels is not None:
        labels = images.labels.astype(np.uint8)
    facts = {
        "name": card.name,
        "family": card.family,
        "latent_dim": card.latent_dim,
        "checkpoint": checkpoint.digest(maker),
        "dataset": images.dataset,
        "split": images.split,
        "decoded": images.decoded,
        "images": total,
        "points": len(images),
        "seed": seed,
        "perplexity": perplexity,
        "different_codes": projection.different(codes),
    }
    done = 0

    def on_step(iteration: int, positions: np.ndarray, sample: int = projection.SAMPLE) -> bool:
        nonlocal done
        done = iteration
        at = {"iteration": iteration, "sample": 0 if iteration else sample}
        return on_move(MovingMap(positions, labels, {**facts, **at}))

    started = time.monotonic()
    if on_step(0, straight, sample=0):  # t-SNE starts from there
        positions = straight
    else:
        positions = projection.tsne(codes, perplexity, seed, on_step)
    facts |= {
        "iterations": done,
        "seconds": round(time.monotonic() - started, 2),
        "trustworthiness": metrics.trustworthiness(codes, positions),
        "pca_trustworthiness": metrics.trustworthiness(codes, straight),
    }
    if metrics.several_classes(labels):
        facts |= {
            "knn_accuracy": metrics.knn_accuracy(positions, labels),
            "pca_knn_accuracy": metrics.knn_accuracy(straight, labels),
            "code_knn_accuracy": metrics.knn_accuracy(codes, labels),
        }
    return Map(codes, positions, labels, facts, neighbours.misplaced(codes, positions))


def steps(made: Map | MovingMap) -> int:
    """How many iterations a map of so many points takes, if nobody stops it."""
    return sum(projection.phases(len(made.positions)))


def check_settings(total: int, points: int | None, perplexity: float, seed: int) -> None:
    """Raise Problem unless ``points`` (None: all) of ``total`` images can be mapped so."""
    low, most = projection.MIN_POINTS, projection.MAX_POINTS
    if points is not None and total >= low and not low <= points <= most:
        raise out_of_range(N_("number of points"), points, low, min(total, most))
    projection.check_size(total if points is None else min(points, total), perplexity)
    check_seed(seed)


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
        check_settings(available, self.points, self.perplexity, self.seed)

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

    def teller(self) -> OnMove:
        """What tells in the directory how far ``make`` is, and whether it is asked to stop."""
        began: float | None = None
        said = 0.0

        def tell(moving: MovingMap) -> bool:
            nonlocal began, said
            now = time.monotonic()
            if began is None:
                began = now
            elif now - said <= STATUS_SECONDS:
                return False
            said = now
            moving.save(self.moving)
            share = moving.facts["iteration"] / steps(moving)
            if share:
                left = (now - began) * (1 / share - 1)
                self.say("running", share=share, seconds_left=left)
            return self.stop_requested()

        return tell

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
        self.start(
            [
                "project",
                asked.checkpoint,
                "--dataset",
                asked.dataset,
                "--split",
                asked.split,
                "--points",
                str(asked.points),
                "--perplexity",
                str(asked.perplexity),
                "--seed",
                str(asked.seed),
                "--job",
                str(self.path),
                "--out",
                str(self.file),
            ]
        )


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
