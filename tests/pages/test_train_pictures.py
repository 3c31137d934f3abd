"""Train with own pictures: handing them over, the check-up, the choice and its mending."""

import io

import apptest
import numpy as np
from apptest import click, complaints, words
from PIL import Image
from streamlit.testing.v1 import AppTest

from aecore import uploads
from aecore.data import dataset
from aecore.training.run import Run, runs
from pages.train import own_pictures


def png(pixels: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def drawings(count: int, colour: bool = False) -> list[tuple[str, bytes]]:
    """Squares of any content on white paper; the first one twice."""
    rng = np.random.default_rng(0)
    files = []
    for n in range(count):
        pixels = np.full((40, 40, 3), 255, np.uint8)
        pixels[12:28, 12:28] = (
            rng.integers(0, 200, (4, 4, 3 if colour else 1)).repeat(4, 0).repeat(4, 1)
        )
        files.append((f"{n}.png", png(pixels)))
    return [*files, ("again.png", files[0][1])]


def opened(**address: str) -> AppTest:
    return apptest.opened("train", **address)


def chosen(app: AppTest, name: str) -> str:
    return str(app.selectbox(key=f"choose-{name}").value)


def hand_over(app: AppTest, files: list[tuple[str, bytes]]) -> AppTest:
    uploader = app.file_uploader(key="train-upload")
    for name, content in files:
        uploader.upload(name, content, "image/png")
    return app.run()


def test_pictures_are_handed_over_checked_mended_and_trained_on(monkeypatch):
    app = opened(train_data=own_pictures.UPLOAD)
    assert "Up to 200 MB together, up to 20,000 files" in words(app)
    hand_over(app, drawings(20))
    assert complaints(app) == []
    assert app.selectbox(key="choose-train_data").value == f"{own_pictures.OWN}0-21"
    assert (chosen(app, "side"), chosen(app, "tones")) == ("28", "grey")
    assert "Dark on light, while MNIST is light on dark: 21 of 21" in words(app)
    assert "The same picture once more: 1 of 21. again.png" in words(app)
    click(app, "Mend all that can be mended")
    assert complaints(app) == []
    assert app.session_state["mend"] == "invert~drop"
    app.selectbox(key="choose-side").set_value("20").run()
    monkeypatch.setattr(Run, "launch", lambda self: self.say("done"))
    click(app, "Start training")
    (run,) = runs()
    plan = run.plan()
    assert plan.dataset.endswith("0-21.zip?side=20&mend=invert,drop")
    assert (plan.recipe.batch_size, plan.recipe.epochs) == (8, 200)  # shown as such beforehand
    source = dataset(plan.dataset)
    assert source.shape == (1, 20, 20)
    train, test = source.load("train"), source.load("test")
    assert len(train) + len(test) == 20 and train.pixels[:, 0, 0, 0].max() == 0


def test_a_link_carries_the_whole_choice():
    name = uploads.add(drawings(20, colour=True))
    app = opened(
        train_data=f"{own_pictures.OWN}{name}", side="40", colour="rgb", mend="drop~invert"
    )
    assert complaints(app) == []
    assert (chosen(app, "side"), chosen(app, "tones")) == ("40", "rgb")
    assert app.session_state["mend"] == "drop~invert"


def test_coloured_pictures_are_proposed_in_colour():
    app = opened(train_data=own_pictures.UPLOAD)
    rng = np.random.default_rng(1)
    photographs = [rng.integers(0, 256, (30, 40, 3), dtype=np.uint8) for _ in range(12)]
    hand_over(app, [(f"{n}.png", png(pixels)) for n, pixels in enumerate(photographs)])
    assert complaints(app) == []
    assert (chosen(app, "side"), chosen(app, "tones")) == ("32", "rgb")


def test_when_mending_leaves_too_few_the_screen_says_so():
    content = drawings(1)
    name = uploads.add(content)
    app = opened(train_data=f"{own_pictures.OWN}{name}", mend="drop")
    assert len(app.error) == 1 and "too few pictures (1)" in app.error[0].value
    start = next(button for button in app.button if button.label == "Start training")
    assert start.disabled


def test_a_folder_beside_the_uploads_is_offered(runs_folder):
    folder = runs_folder / "images" / "class 5b"
    folder.mkdir(parents=True)
    for name, content in drawings(5):
        (folder / name).write_bytes(content)
    assert own_pictures.data_sets()[f"{own_pictures.OWN}class 5b"] == f"folder:{folder}"


def test_two_pictures_are_too_few_to_train_on():
    """One of them is for testing; batch norm cannot do with a single one."""
    name = uploads.add(drawings(1))
    app = opened(train_data=f"{own_pictures.OWN}{name}", family="deep")
    assert complaints(app) == []
    click(app, "Start training")
    (sentence,) = complaints(app)
    assert sentence.startswith("Too few examples to train on: 1.")
    assert runs() == []


def test_a_data_set_is_handed_over_and_its_split_is_told():
    app = opened(train_data=own_pictures.UPLOAD)
    rng = np.random.default_rng(2)
    file = io.BytesIO()
    np.savez(
        file,
        x_train=rng.integers(0, 256, (30, 28, 28), dtype=np.uint8),
        y_train=np.arange(30) % 3,
        x_test=rng.integers(0, 256, (9, 28, 28), dtype=np.uint8),
        y_test=np.arange(9) % 3,
    )
    hand_over(app, [("мои цифры.npz", file.getvalue())])
    assert complaints(app) == []
    assert app.selectbox(key="choose-train_data").value == f"{own_pictures.OWN}мои цифры"
    assert "Split as it came: 30 pictures to train, 9 to test." in words(app)


def test_what_cannot_be_read_is_told_by_its_own_name():
    app = opened(train_data=own_pictures.UPLOAD)
    hand_over(app, [(".my notes.txt", b"nothing to see")])
    assert ".my notes.txt is nothing that can be read here" in app.error[0].value
