"""Whose things are: others see and use them, only their owner and the teacher change them."""

import pytest
from made import flat, zipped

from aecore import library, ownership, quota, uploads
from aecore.checkpoint import shipped
from aecore.job import Job
from aecore.messages import Problem
from aecore.ownership import Visitor
from aecore.recipe import Recipe
from aecore.training.plan import Plan
from aecore.training.run import Run, runs

ANNA, BEN, TEACHER = Visitor("a" * 16), Visitor("b" * 16), Visitor("c" * 16, teacher=True)


@pytest.fixture
def acts():
    """Lets a visitor act from then on, or with None nobody in particular."""

    def now(visitor: Visitor | None) -> None:
        ownership.ask(lambda: visitor)

    yield now
    ownership.ask(None)


@pytest.fixture
def quiet(monkeypatch):
    """Jobs are started, but no process works on them."""
    monkeypatch.setattr("aecore.job.subprocess.Popen", lambda *_, **__: _Nothing())


class _Nothing:
    def poll(self) -> int:
        return 0


@pytest.fixture(scope="module")
def pictures_zip() -> bytes:
    return zipped({f"{n}.png": flat(10 * n) for n in range(20)})


def plan() -> Plan:
    return Plan("simple", {"latent_dim": 4}, "digits", Recipe(epochs=1))


def begun() -> Run:
    return Run.begin(plan())


def test_on_ones_own_machine_everything_is_allowed(quiet):
    run = begun()
    run.request_stop()
    run.say("stopped")
    run.launch()
    run.say("stopped")
    run.delete()
    assert not run.path.exists() and not list(run.path.parent.glob(".*.owner"))


@pytest.mark.parametrize("deed", ["request_stop", "launch", "delete"])
def test_only_its_owner_and_the_teacher_change_a_run(acts, quiet, deed):
    acts(ANNA)
    run = begun()
    if deed != "request_stop":
        run.say("stopped")
    acts(BEN)
    assert [one.name for one in runs()] == [run.name]  # seen by all
    with pytest.raises(Problem, match="somebody else"):
        getattr(run, deed)()
    assert run.path.is_dir() and not run.stop_requested()
    acts(TEACHER)
    getattr(run, deed)()


def test_what_was_made_before_is_the_teachers(acts, quiet):
    run = begun()  # in a shell, perhaps
    acts(ANNA)
    with pytest.raises(Problem, match="somebody else"):
        run.request_stop()
    acts(TEACHER)
    run.request_stop()


def test_a_name_that_is_given_anew_has_a_new_owner(acts, quiet):
    acts(ANNA)
    run = begun()
    run.say("stopped")
    run.delete()
    acts(BEN)
    other = Run.prepared(plan(), run.path)
    other.launch()
    assert ownership.owner(other.path) == BEN.id


def test_loaded_models_and_pictures_have_owners(acts, pictures_zip):
    acts(ANNA)
    model = library.add("mine.safetensors", shipped()["simple-32"].read_bytes())
    pictures = uploads.add([("pets.zip", pictures_zip)])
    assert uploads.add([("pets.zip", pictures_zip)]) == pictures
    acts(BEN)
    assert uploads.add([("pets.zip", pictures_zip)]) == pictures  # the same: still Anna's
    for remove in (lambda: library.remove(model), lambda: uploads.remove(pictures)):
        with pytest.raises(Problem, match="somebody else"):
            remove()
    acts(ANNA)
    library.remove(model)
    uploads.remove(pictures)
    assert pictures not in uploads.uploads() and model not in library.checkpoints()


def test_a_browser_that_hides_its_id_starts_nothing(acts, quiet):
    acts(Visitor(""))
    with pytest.raises(Problem, match="cookie"):
        begun()
    assert runs() == [] and not ownership.may_change(shipped()["simple-32"])


def test_so_many_jobs_at_once_and_no_more(acts, quiet, monkeypatch):
    monkeypatch.setenv("AECORE_VISITOR_JOBS", "2")
    acts(ANNA)
    first, _second = begun(), begun()
    with pytest.raises(Problem, match="2 trainings or maps of yours"):
        begun()
    assert len(runs()) == 2  # nothing is left of the third
    acts(BEN)
    begun()
    acts(ANNA)
    first.say("stopped")
    begun()


def test_so_many_bytes_of_one_and_of_all(acts, pictures_zip, monkeypatch):
    monkeypatch.setenv("AECORE_VISITOR_MB", str(2.5 * len(pictures_zip) / 1e6))
    acts(ANNA)
    for name in ("one.zip", "two.zip"):
        uploads.add([(name, pictures_zip)])
    with pytest.raises(Problem, match="a visitor may have"):
        uploads.add([("three.zip", pictures_zip)])
    acts(BEN)
    uploads.add([("three.zip", pictures_zip)])
    monkeypatch.setenv("AECORE_ALL_MB", str(3.5 * len(pictures_zip) / 1e6))
    with pytest.raises(Problem, match="All visitors together"):
        uploads.add([("four.zip", pictures_zip)])
    acts(TEACHER)
    uploads.add([("four.zip", pictures_zip)])


def test_so_many_files_a_minute(acts, pictures_zip, monkeypatch):
    monkeypatch.setenv("AECORE_VISITOR_UPLOADS", "3")
    acts(Visitor("d" * 16))
    for at in range(3):
        uploads.add([(f"{at}.zip", pictures_zip)])
    with pytest.raises(Problem, match="3 files in a minute"):
        uploads.add([("more.zip", pictures_zip)])


def test_a_limit_that_is_no_number_is_told(acts, monkeypatch):
    monkeypatch.setenv("AECORE_VISITOR_MB", "plenty")
    with pytest.raises(Problem, match="“plenty”; it must be a number"):
        quota.limit("AECORE_VISITOR_MB")


def test_no_training_begins_on_a_full_disk(quiet, monkeypatch):
    monkeypatch.setattr(quota, "LEAST_FREE", 10**18)
    with pytest.raises(Problem, match="are free on the disk"):
        begun()
    assert runs() == []


def test_owners_notes_are_no_jobs_and_no_pictures(acts, quiet, pictures_zip):
    acts(ANNA)
    run = begun()
    pictures = uploads.add([("pets.zip", pictures_zip)])
    assert list(uploads.uploads()) == [pictures]
    assert set(ownership.owned(run.path.parent)) == {run.path, uploads.files()[pictures]}
    assert Job(run.path).state() == "starting"
