"""The lessons' words: alike in all languages, open to a teacher's changes, listings that run."""

import hashlib
import json
import logging
import os
import re
import struct
import time
from pathlib import Path

import numpy as np
import pytest
from listing import run

from aecore import checkpoint, evaluation, handwriting, metrics, placing, projection
from aecore.map_file import load_map
from pages import SCREENS
from ui import i18n, lesson_file, lessons
from ui.lesson_file import HEADINGS, NAMES

EVERY = [screen.name for screen in SCREENS]
TRANSLATED = [code for code in i18n.LANGUAGES if code != "en"]
BOTH = [(name, code) for name in EVERY for code in TRANSLATED]


def raw(name: str, language: str) -> str:
    return (lessons.OURS / name / f"{language}.md").read_text(encoding="utf-8")


def prompts(name: str, language: str) -> list[str]:
    return re.findall(r"^- ", lessons.of(name, language).try_this.text, re.M)


def formulas(text: str) -> set[str]:
    """Its formulas; words within them and the punctuation of the sentence may differ."""
    found = re.findall(r"\$\$.+?\$\$|\$.+?\$", text, re.S)
    plain = [re.sub(r"\\text\{.*?\}", "", " ".join(each.strip("$").split())) for each in found]
    return {each.rstrip(" ,.;") for each in plain}


def test_every_screen_has_a_lesson_in_every_language_and_there_are_no_others():
    found = {(path.parent.name, path.name) for path in lessons.OURS.glob("*/*") if path.is_file()}
    files = [*(f"{code}.md" for code in i18n.LANGUAGES), "code.py"]
    assert found == {(name, file) for name in EVERY for file in files}


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_a_lesson_has_all_sections_under_the_same_headings(name, language):
    found, faults = lesson_file.sections(raw(name, language), language)
    assert faults == [] and set(found) == set(NAMES)
    for each, words in HEADINGS.items():
        assert found[each].heading == i18n.translations(language).gettext(words)


@pytest.mark.parametrize(("name", "language"), BOTH)
def test_a_translation_has_as_many_prompts_and_the_same_formulas_and_figures(name, language):
    assert len(prompts(name, language)) == len(prompts(name, "en")) >= 3
    assert formulas(raw(name, language)) == formulas(raw(name, "en"))
    figures = [set(lesson_file.FIGURE.findall(raw(name, code))) for code in (language, "en")]
    assert figures[0] == figures[1]


@pytest.mark.parametrize(("name", "language"), BOTH)
def test_a_translation_was_made_from_the_english_of_today(name, language):
    digest = hashlib.sha256(raw(name, "en").encode()).hexdigest()[:6]
    first = raw(name, language).partition("\n")[0]
    assert first == f"<!-- en {digest} -->", (
        f"lessons/{name}/{language}.md was made from another English text ({first}). Compare them "
        f"and write <!-- en {digest} --> into its first line."
    )


def test_formulas_are_compared():
    assert formulas("$a$ and $$b_{\\text{loss}},$$") == formulas("$b_{\\text{Verlust}}$, $a$")
    assert formulas("$a$") != formulas("$b$")


# --- what a teacher changes


@pytest.fixture
def own(tmp_path, monkeypatch, caplog):
    """A teacher's folder: ``own(name, language, words)`` writes a lesson into it."""
    caplog.set_level(logging.WARNING, lessons.__name__)
    folder = tmp_path / "own"
    folder.mkdir()
    monkeypatch.setenv("AECORE_LESSONS_DIR", str(folder))

    def write(name: str, language: str, words: str | bytes) -> None:
        path = folder / name / f"{language}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(words if isinstance(words, bytes) else words.encode())

    write.folder = folder
    return write


def test_a_section_of_ones_own_takes_the_place_of_ours_and_the_others_stay(own, caplog):
    ours = lessons.of("plane", "de")
    own("plane", "de", "## Zum Ausprobieren\n\n- Suche deine Lieblingsziffer.\n")
    mixed = lessons.of("plane", "de")
    assert mixed.try_this.text == "- Suche deine Lieblingsziffer."
    assert mixed.try_this.heading == ours.try_this.heading
    assert (mixed.question, mixed.lead, mixed.how_it_works) == (
        (ours.question, ours.lead, ours.how_it_works)
    )
    assert lessons.of("plane", "en").try_this.text.startswith("- Put pin A")
    lessons.of("plane", "de")  # told once
    assert len(caplog.messages) == 1 and "there is no how_it_works" in caplog.text


def test_english_headings_are_known_in_every_language(own):
    own("plane", "ru", "## How it works\nПросто.\n")
    found = lessons.of("plane", "ru").how_it_works
    assert (found.heading, found.text) == ("How it works", "Просто.")


def test_what_changes_is_read_anew(own):
    own("map", "en", "# One?\n")
    assert lessons.of("map").question == "One?"
    own("map", "en", "# Another one?\n")
    assert lessons.of("map").question == "Another one?"
    (own.folder / "map" / "en.md").unlink()
    assert lessons.of("map").question.startswith("Can you see")


FRENCH = """\ufeff# Que reste-t-il ?\r
\r
Une image passe par un code.\r
\r
## À essayer\r
\r
1. Montre les pires : {deep-32.mse:.4f}.\r
\r
## Comment ça marche\r
\r
Ça marche.\r
"""


def test_a_language_of_ones_own_is_offered_under_its_own_name_and_its_headings(own, caplog):
    own("reconstruct", "fr", FRENCH)
    assert lessons.languages() == {**i18n.LANGUAGES, "fr": "Français"}
    found = lessons.of("reconstruct", "fr")
    assert found.question == "Que reste-t-il ?"
    assert found.try_this == lesson_file.Section("À essayer", "1. Montre les pires : 0,0035.")
    assert found.how_it_works.heading == "Comment ça marche"
    assert lessons.of("map", "fr") == lessons.of("map", "en")  # not translated yet
    assert caplog.messages == []


@pytest.mark.parametrize("code", ["xx", "en-GB", "..", "fr.old", "FR", "README"])
def test_what_is_no_language_is_not_offered(own, code):
    own("plane", code, FRENCH)
    own("no-screen-of-ours", "fr", FRENCH)
    assert lessons.languages() == i18n.LANGUAGES


def test_a_language_without_a_readable_file_is_not_offered(own):
    own("plane", "fr", "no heading")
    assert lessons.languages() == i18n.LANGUAGES


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (b"# Quoi\xff ?\n", "no text in UTF-8"),
        ("# Quoi ?\n".encode("utf-16"), "no text in UTF-8"),
        (b"", "there is no question"),
        ("# A?\n\nlead\n\n# B?\n", "no other such line"),
        ("words before\n# A?\n", "must begin with"),
        ("## Try this\n\n- a\n\n# A?\n", "must begin with"),
        ("# A?\n" + "x" * 300_000, "more than 200000 bytes"),
        ("## How it works\n\n```\ncode\n", "doesn't end"),
        ("## How it works\n\n$$x$\n", "a $ without its second"),
        ("## How it works\n\n$$\nx\n", "a $ without its second"),
        ("## How it works\n\n", "it is empty"),
        ("## Try this\n\nDo something.\n", "it must be a list"),
        ("## Homework\n\n- a\n", "“Homework” is none of our headings"),
        ("## How it works\n\n{no-model.mse:.4f}\n", "no figure {no-model.mse:.4f}"),
        ("## How it works\n\n{deep-32.kl:.4f}\n", "no figure {deep-32.kl:.4f}"),
        ("## How it works\n\n{map.dataset:.1f}\n", "no figure {map.dataset:.1f}"),
    ],
)
def test_what_is_broken_falls_back_to_ours_with_a_line_in_the_log(own, caplog, words, told):
    ours = lessons.of("plane")
    caplog.clear()
    own("plane", "en", words)
    assert lessons.of("plane") == lessons.of("plane") == ours
    assert len(caplog.messages) == 1 and told in caplog.text and "en.md" in caplog.text
    assert "\n" not in caplog.messages[0]


def test_the_good_sections_of_a_file_with_a_broken_one_are_taken(own):
    own("plane", "en", "# Mine?\n\nCosts 5$.\n\n## Try this\n\n- This \\$1, and `$`.\n")
    found = lessons.of("plane")
    assert (found.question, found.try_this.text) == ("Mine?", "- This \\$1, and `$`.")
    assert found.lead.startswith("Move over the plane")


def test_code_and_comments_have_no_headings(own):
    words = "<!-- en 123456\n# no -->\n## How it works\n\n```\n# x\n## y\n```\nend\n"
    own("plane", "en", words)
    assert lessons.of("plane").how_it_works.text == "```\n# x\n## y\n```\nend"


def test_links_out_of_the_folder_and_what_is_no_file_are_not_read(own, tmp_path, caplog):
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret?\n")
    (own.folder / "plane").mkdir()
    (own.folder / "plane" / "en.md").symlink_to(secret)
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "en.md").write_text("# Secret?\n")
    (own.folder / "map").symlink_to(tmp_path / "map")
    (own.folder / "train").mkdir()
    (own.folder / "train" / "en.md").symlink_to("en.md")  # to itself
    (own.folder / "sketch" / "en.md").mkdir(parents=True)
    (own.folder / "models").mkdir()
    os.mkfifo(own.folder / "models" / "en.md")
    for name in ("plane", "map", "train", "sketch", "models"):
        assert "Secret" not in lessons.of(name).question and lessons.of(name).lead
    assert len(caplog.messages) == 5
    assert lessons.of("plane", "../../own/plane/en").question  # no such file


def test_a_folder_that_links_within_itself_is_read(own, tmp_path, monkeypatch):
    own("plane", "en", "# Mine?\n")
    own("map", "fr", FRENCH)
    (own.folder / "map" / "en.md").symlink_to("fr.md")
    (tmp_path / "link").symlink_to(own.folder)
    monkeypatch.setenv("AECORE_LESSONS_DIR", str(tmp_path / "link"))
    assert lessons.of("plane").question == "Mine?"
    assert lessons.of("map").question == "Que reste-t-il ?"


def test_a_folder_that_is_not_there_is_told_once(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("AECORE_LESSONS_DIR", str(tmp_path / "nowhere"))
    assert lessons.of("plane", "de").question == lessons.of("plane", "de").question
    assert len(caplog.messages) == 1 and "nowhere" in caplog.text


def test_figures_are_those_of_the_card_in_the_language_of_the_words(own):
    own("plane", "en", "## How it works\n{deep-32.mse:.4f}, {map.knn_accuracy:.1%}, {x}, $2^{10}$")
    own("plane", "de", (own.folder / "plane" / "en.md").read_bytes())
    mse = checkpoint.describe(checkpoint.shipped()["deep-32"]).metrics["mse"]
    share = 100 * load_map().facts["knn_accuracy"]
    told = f"{mse:.4f}, {share:.1f}%, {{x}}, $2^{{10}}$"
    assert lessons.of("plane", "en").how_it_works.text == told
    german = f"{mse:.4f}, {share:.1f}\xa0%".replace(".", ",")
    assert lessons.of("plane", "de").how_it_works.text.startswith(german)


def test_reading_a_lesson_again_takes_no_time(own):
    own("plane", "de", FRENCH)
    lessons.of("plane", "de")
    started = time.perf_counter()
    for _ in range(100):
        lessons.of("plane", "de")
        lessons.languages()
    assert time.perf_counter() - started < 5  # 0.1 s on a quiet machine


# --- listings: each runs with the names below around it, and does what the app does


@pytest.fixture(scope="module")
def torch():
    import torch

    return torch


def pixels(n: int, side: int = 28) -> np.ndarray:
    """Random images, uint8 (n, 1, side, side), light blots on black."""
    draw = np.random.default_rng(0).random((n, 1, side, side))
    return (255 * (draw > 0.8) * draw).astype(np.uint8)


def tiny(family: str, side: int = 28, **settings):
    """A small model that has learned nothing, ready for use."""
    from aecore.models import build

    return build(family, image_shape=(1, side, side), **settings).eval().requires_grad_(False)


def test_every_lesson_has_a_test_that_runs_its_listing():
    """Here, or among the screen's own tests."""
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.rglob("test_*.py"))
    assert set(EVERY) <= set(re.findall(r"^def test_listing_of_(\w+)", tests, re.M))


def test_listing_of_start(torch):
    from torch import nn
    from torch.nn import functional as F

    from aecore.models import build
    from aecore.models.layers import mlp
    from aecore.recipe import Recipe

    x = torch.from_numpy(pixels(16)).float() / 255
    made = run("start", torch=torch, nn=nn, F=F, mlp=mlp, batches=[x] * 30)
    # nothing of the image at first: ½ for every pixel
    assert made["loss"].item() < 0.5 * 784 * np.log(2)
    assert made["x_hat"].shape == x.shape
    model = build("deep", image_shape=(1, 28, 28), latent_dim=32)
    for part in ("encoder", "decoder"):
        ours = [tuple(weight.shape) for weight in getattr(model, part).state_dict().values()]
        assert [tuple(w.shape) for w in made[part].state_dict().values()] == ours
    group = made["optimizer"].param_groups[0]
    assert (group["lr"], group["weight_decay"]) == (model.learning_rate, Recipe().weight_decay)


def test_listing_of_reconstruct(torch):
    from aecore.pca import PrincipalComponents

    images = pixels(60)
    model = tiny("simple", latent_dim=32)
    pca = PrincipalComponents.fit(images, 40)
    names = {"encoder": model.encoder, "decoder": model.decoder}
    mean, components = torch.from_numpy(pca.mean), torch.from_numpy(pca.components)
    x = torch.from_numpy(images).float() / 255
    made = run("reconstruct", torch=torch, x=x, mean=mean, components=components, **names)
    drawn = evaluation.reconstruct(model, images)
    assert made["mse"].numpy() == pytest.approx(metrics.mse(drawn, x.numpy()), rel=1e-4)
    straight = pca.reconstruct(x.numpy(), 32)
    assert made["x_hat"].reshape(x.shape).numpy() == pytest.approx(straight, abs=1e-4)


def test_listing_of_plane(torch):
    from torch.nn import functional as F

    model = tiny("vae", latent_dim=2, widths=(32, 16), beta=0.5)
    x = torch.from_numpy(pixels(8)).float() / 255
    names = {"encoder": model.encoder, "decoder": model.decoder, "beta": model.beta}
    torch.manual_seed(3)
    made = run("plane", torch=torch, F=F, x=x, z1=0.6, z2=-1.0, **names)
    losses = model.losses(x, x, torch.Generator().manual_seed(3))
    assert float(made["recon"]) == pytest.approx(float(losses["recon"]), rel=1e-5)
    assert float(made["kl"]) == pytest.approx(float(losses["kl"]), rel=1e-5)
    assert float(made["loss"]) == pytest.approx(float(model.objective(losses)), rel=1e-5)
    drawn = evaluation.decode(model, np.array([[0.6, -1.0]], np.float32))
    assert 255 * made["picture"].numpy() == pytest.approx(drawn, abs=0.51)  # whole grey levels


def test_listing_of_map(torch):
    from openTSNE import TSNE
    from sklearn.neighbors import KNeighborsClassifier

    model = tiny("simple", latent_dim=32)
    images, labels = pixels(150), np.arange(150) % 10
    x = torch.from_numpy(images).float() / 255
    names = {"TSNE": TSNE, "KNeighborsClassifier": KNeighborsClassifier, "labels": labels}
    made = run("map", torch=torch, model=model, x=x, **names)
    positions = projection.tsne(evaluation.encode(model, images))
    assert np.asarray(made["y"]) == pytest.approx(positions, rel=1e-3, abs=1e-3)
    accuracy = metrics.knn_accuracy(np.asarray(made["y"]), labels)
    assert made["accuracy"] == pytest.approx(accuracy)


def test_listing_of_denoise(torch):
    from torch.nn import functional as F

    from aecore.corruption import corrupt

    model = tiny("conv", latent_dim=8, channels=(4, 4), width=16)
    x = torch.from_numpy(pixels(8)).float() / 255
    torch.manual_seed(3)
    made = run("denoise", torch=torch, F=F, model=model, x=x)
    # as the training loop damages a batch
    generator = torch.Generator().manual_seed(3)
    strength = 0.7 * torch.rand(len(x), generator=generator)
    damaged = corrupt(x, "gaussian", strength, generator)
    assert torch.equal(made["damaged"], damaged)
    losses = model.losses(damaged, x)
    assert float(made["loss"]) == pytest.approx(float(losses["recon"]), rel=1e-5)
    psnr = metrics.psnr(made["restored"].numpy(), x.numpy())
    assert made["psnr"].numpy() == pytest.approx(psnr, rel=1e-4)


@pytest.mark.parametrize("digit", range(10))
def test_listing_of_sketch(torch, digit):
    from PIL import Image

    rng = np.random.default_rng(0)
    codes, positions = rng.normal(size=(200, 32)), rng.normal(size=(200, 2))
    pad = np.zeros((300, 280), np.uint8)
    pad[5:285] = handwriting.as_drawn(handwriting.ready()[digit], 280)
    rows, columns = np.flatnonzero(pad.any(1)), np.flatnonzero(pad.any(0))
    ends = {"top": rows[0], "bottom": rows[-1] + 1, "left": columns[0], "right": columns[-1] + 1}
    model = tiny("simple", latent_dim=32)

    def encoder(x: np.ndarray) -> np.ndarray:
        return evaluation.encode(model, x[None, None])[0]

    around = {"encoder": encoder, "codes": codes, "positions": positions}
    made = run("sketch", np=np, Image=Image, pad=pad, **ends, **around)
    assert np.array_equal(made["x"], handwriting.normalized(pad))
    near = placing.Nearest(codes).of(made["z"][None], placing.NEIGHBOURS)
    assert np.array_equal(made["place"], positions[placing.place(*near, positions)[0]])


def test_listing_of_train(torch):
    from aecore.corruption import corrupt
    from aecore.models import build
    from aecore.recipe import Recipe, one_cycle
    from aecore.training.loop import fit

    images = pixels(64, 8)
    learning = {"corruption": "gaussian", "strength": 0.5, "precision": "float32"}
    recipe = Recipe(epochs=1, batch_size=16, **learning)

    def fresh():
        torch.manual_seed(1)
        return build("vae", image_shape=(1, 8, 8), latent_dim=2, widths=(16, 8), beta=0.5)

    ours, listed = fresh(), fresh()
    list(fit(ours, images, images, recipe))
    # the loop begins so before the first epoch
    listed.decoder.begin_at(torch.from_numpy(images).float().mean(0) / 255)
    made = run(
        "train",
        torch=torch,
        model=listed.train(),
        images=torch.from_numpy(images),
        peak=listed.learning_rate,
        epochs=1,
        steps=4,
        batch=16,
        corrupt=corrupt,
        corruption="gaussian",
        strength=0.5,
        one_cycle=one_cycle,
        generator=torch.Generator().manual_seed(recipe.seed * 10_007 + 1),
    )
    assert set(made["terms"]) == {"recon", "kl"}
    for (name, weight), (_same, other) in zip(
        ours.state_dict().items(), listed.state_dict().items(), strict=True
    ):
        assert weight.numpy() == pytest.approx(other.numpy(), abs=1e-6), name


def test_listing_of_course(torch):
    model, _card = checkpoint.load(checkpoint.shipped()["deep-32"])
    image = pixels(1)[0]
    around = {"encoder": model.encode, "decoder": model.decode_logits, "torch": torch}
    around["image"] = torch.from_numpy(image)
    made = run("course", guess=0.0, tolerance=0.2, **around)
    back = evaluation.reconstruct(model, image[None])
    error = metrics.mse(back, image[None] / np.float32(255))[0]
    assert made["right"] == pytest.approx(error, rel=1e-4) and not made["verdict"]
    assert run("course", guess=1.1 * made["right"], tolerance=0.2, **around)["verdict"]


def test_listing_of_wall(torch):
    model, _card = checkpoint.load(checkpoint.shipped()["vae-2"])
    codes = torch.from_numpy(evaluation.encode(model, pixels(40)))
    around = {"torch": torch, "codes": codes, "labels": torch.arange(40)}
    made = run("wall", encoder=lambda x: codes[x], drawings=torch.arange(10), **around)
    assert made["read_as"].tolist() == list(range(10))  # each is its own nearest
    apart = codes[:10] - codes[:10].mean(0)
    assert made["spread"].item() == pytest.approx(float((apart**2).sum(1).mean() ** 0.5))


def test_listing_of_models(torch):
    from safetensors.torch import load

    from aecore.models import build

    path = checkpoint.shipped()["simple-32"]
    made = run("models", struct=struct, json=json, build=build, load=load, path=path)
    model, card = checkpoint.load(path)
    assert made["card"]["name"] == card.name and made["card"]["metrics"] == card.metrics
    codes = evaluation.encode(made["model"].eval(), pixels(4))
    assert codes == pytest.approx(evaluation.encode(model, pixels(4)))
