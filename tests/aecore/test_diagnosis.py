"""What goes wrong, made for real, is recognised; and nothing else is."""

from contextlib import suppress
from dataclasses import fields, replace

import numpy as np
import pytest

from aecore import checkpoint, data
from aecore.__main__ import main
from aecore.checkpoint import Card
from aecore.diagnosis import FAULTS, SAMPLE, Finding, findings, of_run, signs_of, signs_of_images
from aecore.messages import Problem
from aecore.models import MODELS, build
from aecore.presets import PRESETS
from aecore.recipe import Recipe
from aecore.training.plan import Plan
from aecore.training.run import Progress, Run

pytestmark = pytest.mark.training

RECIPE = Recipe(epochs=6, batch_size=32, precision="float32")


class Heard(Progress):
    """Keeps what is said while a model learns."""

    def __init__(self) -> None:
        self.faults: list[Finding] = []

    def fault(self, finding: Finding) -> None:
        self.faults.append(finding)


def trained(family: str, recipe: Recipe = RECIPE, **settings) -> tuple[list[str], list[str]]:
    """The faults told while a model of that family learned, and in its card."""
    plan = Plan(family, settings, "digits", recipe)
    run = Run.prepared(plan)
    heard = Heard()
    run.train(heard)
    found = findings(checkpoint.describe(run.checkpoint).metrics)
    assert [each.name for each in of_run(run.epochs(), recipe.epochs, ended=True)] == [
        each.name for each in found
    ]
    return [each.name for each in heard.faults], [each.name for each in found]


def small(family: str) -> dict[str, object]:
    """Settings of a family for a quick training."""
    known = {field.name for field in fields(MODELS[family].config_type)}
    quick = {"channels": [8, 16], "width": 64} if "channels" in known else {"widths": [128]}
    return {name: value for name, value in quick.items() if name in known}


@pytest.mark.parametrize("family", ["vae", "conv_vae", "cvae"])
def test_a_large_beta_lets_the_posterior_collapse(family):
    _during, after = trained(family, replace(RECIPE, epochs=3), beta=100.0, **small(family))
    assert after == ["collapse"]


def test_a_collapse_is_told_while_the_training_goes_on():
    during, _after = trained("vae", replace(RECIPE, epochs=5), beta=100.0, widths=[64])
    assert during == ["collapse"]


@pytest.mark.parametrize("family", ["simple", "contractive"])
def test_a_huge_learning_rate_lets_the_loss_explode(family):
    during, after = trained(family, replace(RECIPE, epochs=3, learning_rate=1.0))
    assert during == after == ["explosion"]


def test_a_high_learning_rate_kills_every_relu_of_a_code():
    relu = {"code_activation": "relu", "activation": "relu", "norm": False}
    _during, after = trained("deep", replace(RECIPE, learning_rate=0.1), **relu)
    assert after == ["alike"]


def test_some_units_die_of_a_penalty_and_are_counted():
    codes = np.random.default_rng(0).random((100, 32))
    codes[:, 4:] = 0
    dense = build("deep", image_shape=(1, 28, 28)).code_signs(codes)
    assert (dense["used"], dense["numbers"]) == (4, 32)
    (found,) = findings(dense)
    assert found.name == "dead" and str(found).startswith("Dead units: 4 of 32 numbers")
    # a sparse code is meant to be silent, as long as enough of it speaks
    sparse = build("sparse", image_shape=(1, 28, 28))
    assert findings(sparse.code_signs(codes))[0].name == "dead"
    codes[:, :8] = np.random.default_rng(1).random((100, 8))
    assert findings(sparse.code_signs(codes)) == []
    assert findings(build("deep", image_shape=(1, 28, 28)).code_signs(codes)) != []


@pytest.mark.parametrize("family", ["conv", "recurrent", "cvae"])
def test_after_one_step_the_mean_image_draws_better(family):
    one_step = Recipe(epochs=1, batch_size=1437, precision="float32")
    during, after = trained(family, one_step)
    assert during == [] and {*after} & {"mean", "alike", "collapse"}
    signs = signs_of_images(
        build(family, image_shape=(1, 28, 28)).eval(), data.load("digits", "test")
    )
    assert signs["mse"] > signs["mean_image_mse"]


def test_few_images_are_learned_by_heart(tmp_path):
    from aecore.training.loop import fit
    from aecore.training.watch import Watch

    train, test = data.load("digits", "train"), data.load("digits", "test")
    recipe = Recipe(epochs=10, steps=15, images=20, precision="float32")
    model = build("deep", image_shape=(1, 28, 28))
    *_, last = fit(model, train.pixels, test.take(slice(100)).pixels, recipe)
    found = findings(Watch(model, train, test, recipe).look(10, last.train))
    assert [each.name for each in found] == ["by_heart"]


# a recurrent one reads row by row: too slow to learn anything here
@pytest.mark.parametrize("family", [name for name in MODELS if name != "recurrent"])
def test_a_short_sound_training_is_not_accused(family):
    assert trained(family, replace(RECIPE, epochs=5), **small(family)) == ([], [])


def shipped() -> dict[str, Card]:
    """The models that come with the app, by their paths: of all screens, and of one alone."""
    found = {}
    for path in sorted(checkpoint.SHIPPED.rglob("*.safetensors")):
        with suppress(Problem):  # no model
            found[path.relative_to(checkpoint.SHIPPED).as_posix()] = checkpoint.describe(path)
    return found


@pytest.mark.parametrize(
    "name", [name for name, card in shipped().items() if card.dataset == "mnist"]
)
def test_no_shipped_model_has_a_fault(name, mnist_train, mnist_test):
    model, card = checkpoint.load(checkpoint.SHIPPED / name)
    train, test = (images.of_classes(card.classes) for images in (mnist_train, mnist_test))
    signs = signs_of(model, test.pixels[:SAMPLE], mean=train.pixels[:SAMPLE].mean(0) / 255)
    assert signs["mse"] < 0.8 * signs["mean_image_mse"]
    assert findings(signs) == findings(card.metrics) == []


def test_what_is_not_known_accuses_nobody():
    assert findings({}) == [] and findings({"mse": 0.02}) == []
    assert of_run([{"number": 1}], 3, ended=True) == of_run([], 3, ended=False) == []


def test_what_passes_is_not_told_and_what_lasts_is():
    """Codes begin alike: told only after a quarter of the training, when it lasts."""
    bad, good = {"signs": {"spread": 0.0}}, {"signs": {"spread": 0.9}}
    rows = [{"number": n + 1, **(bad if n < 12 else good)} for n in range(40)]
    assert not any(of_run(rows[: n + 1], 40, ended=False) for n in range(40))
    rows = [{"number": n + 1, **bad} for n in range(40)]
    told = [n + 1 for n in range(40) if of_run(rows[: n + 1], 40, ended=False)]
    assert told[0] == 14 and told[-1] == 40
    exploded = [{"number": 1, "signs": {"loss": 3.0}}]
    assert of_run(exploded, 40, ended=False)[0].name == "explosion"


def test_the_gravest_hides_what_follows_from_it():
    signs = {"loss": 9.0, "spread": 0.0, "mse": 1.0, "mean_image_mse": 0.1, "train_mse": 0.1}
    assert [each.name for each in findings(signs)] == ["explosion"]
    del signs["loss"]
    assert [each.name for each in findings(signs)] == ["alike", "by_heart"]
    assert all(hidden in FAULTS for fault in FAULTS.values() for hidden in fault.hides)


def test_the_command_line_says_it(capsys, runs_folder):
    train = "train --family vae --set beta=100 --dataset digits --epochs 2 --batch-size 32 --run"
    assert main([*train.split(), str(runs_folder / "a")]) == 0
    out, err = capsys.readouterr()
    assert "aecore: Posterior collapse: 0 of 2 numbers" in err
    assert out.splitlines()[-1].split() == ["faults", "collapse"]
    model = str(runs_folder / "a" / "model.safetensors")
    assert main(["evaluate", model, "--dataset", "digits", "--json"]) == 0
    out, err = capsys.readouterr()
    assert '"faults": ["collapse"]' in out and err.startswith("aecore: Posterior collapse")


@pytest.mark.parametrize("name", ["simple", "sparse", "deep", "vae"])
def test_published_models_are_not_accused_of_what_their_relus_silence(name):
    preset = PRESETS[f"keras-blog-{name}"]
    assert trained(preset.family, replace(RECIPE, epochs=5), **preset.settings) == ([], [])
