"""Every screen in every language, with and without MNIST, and with bad addresses."""

import pytest
from apptest import complaints, opened

from pages import SCREENS
from ui.i18n import LANGUAGES, translations

EVERY = [screen.name for screen in SCREENS]


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    monkeypatch.setenv("AECORE_RUNS_DIR", str(tmp_path / "runs"))
    monkeypatch.setenv("AECORE_CACHE_DIR", str(tmp_path / "cache"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_screen_opens_in_every_language(name, language, mnist_folder):
    app = opened(name, lang=language)
    assert complaints(app) == []
    question = next(screen.question for screen in SCREENS if screen.name == name)
    assert [title.value for title in app.title] == [translations(language).gettext(question)]


@pytest.mark.parametrize("name", EVERY)
def test_screen_works_without_mnist_and_says_what_it_shows(name, monkeypatch, tmp_path):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "empty"))
    app = opened(name)
    assert complaints(app) == []
    if name not in ("train", "models"):  # these show no digits of the test set
        words = [element.proto.body for element in app.get("html")]
        words += [
            element.value for kind in ("caption", "info", "markdown") for element in app.get(kind)
        ]
        assert "decoded from the shipped codes of 32 numbers" in " ".join(words)
        assert any("Download" in button.label for button in app.button)


@pytest.mark.parametrize("name", EVERY)
def test_unknown_language_is_told_and_the_screen_is_there(name, mnist_folder):
    app = opened(name, lang="xx")
    assert app.title and not app.exception and not app.error
    assert len(app.warning) == 1 and "xx" in app.warning[0].value


@pytest.mark.parametrize(
    ("name", "parameter"),
    # the map's word stands behind a button, in the form that asks for another map
    [(one.name, one.model) for one in SCREENS if one.model and one.name != "map"]
    + [("map", "map")],
)
def test_unknown_model_in_the_address_is_told(name, parameter, mnist_folder):
    app = opened(name, **{parameter: "no-such-model"})
    assert app.title and not app.exception
    complaints = [element.value for element in (*app.warning, *app.error)]
    assert len(complaints) == 1 and "no-such-model" in complaints[0]


def test_questions_and_names_are_all_different():
    for field in ("name", "title", "question"):
        values = [getattr(screen, field) for screen in SCREENS]
        assert len(set(values)) == len(values) == len(SCREENS)
