"""Learning by heart on request: ``python -m aecore.compression.by_heart_job IMAGES SEED FOLDER``.

The folder is ``runs_dir()/by-heart/IMAGES-SEED``; ``result.safetensors`` is what came of it, the
rest is told in aecore/job.py.
"""

import sys
from pathlib import Path

from aecore import data
from aecore.compression import by_heart
from aecore.compression.by_heart import COUNTS, STEPS
from aecore.job import ALIVE, Job
from aecore.messages import N_, Problem
from aecore.seeds import check_seed
from aecore.storage import runs_dir


class ByHeartJob(Job):
    """A folder of it."""

    @property
    def file(self) -> Path:
        """The result, once it is there: also after a stop, as far as it came."""
        return self.path / "result.safetensors"


def job_of(images: int, seed: int) -> ByHeartJob:
    """The folder for so many images and that seed. Raises Problem for a bad seed or number."""
    check_seed(seed)
    if images not in COUNTS:
        known = ", ".join(map(str, COUNTS))
        raise Problem(
            N_("There are no {images} images to learn; choose one of {known}."),
            images=images,
            known=known,
        )
    return ByHeartJob(runs_dir().resolve() / "by-heart" / f"{images}-{seed}")


def ask_for(images: int, seed: int) -> ByHeartJob:
    """Start it, unless it is at work already. Raises Problem."""
    job = job_of(images, seed)
    if job.state() not in ALIVE:
        job.start([str(images), str(seed), str(job.path)], module="aecore.compression.by_heart_job")
    return job


def work(images: int, seed: int, job: ByHeartJob) -> None:
    """Learn, and tell in the job's folder how far it is. Raises Problem."""

    def on_way(share: float, curves: dict[str, list[list[float]]]) -> bool:
        job.say("running", share=share, curves=curves)
        return job.stop_requested()

    with job.work():
        train, test = data.load("mnist", "train"), data.load("mnist", "test")
        learned = by_heart.learn(train.pixels[:images], test.pixels, STEPS, seed, on_way)
        learned.save(job.file)


if __name__ == "__main__":
    work(int(sys.argv[1]), int(sys.argv[2]), ByHeartJob(Path(sys.argv[3])))
