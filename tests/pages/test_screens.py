"""Every screen in every language, with and without MNIST, and with bad addresses."""

import json

import pytest
from apptest import complaints, opened

from pages import SCREENS
from ui import lessons
from ui.i18n import LANGUAGES

EVERY = [screen.name for screen in SCREENS]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EVERY)
def test_screen_opens_in_every_language(name, language, mnist_folder):
    app = opened(name, lang=language)
    assert complaints(app) == []
    assert [title.value for title in app.title] == [lessons.of(name, language).question]


@pytest.mark.parametrize("name", EVERY)
def test_screen_works_without_mnist_and_says_what_it_shows(name, monkeypatch, tmp_path):
    monkeypatch.setenv("AECORE_DATA_DIR", str(tmp_path / "empty"))
    app = opened(name)
    assert complaints(app) == []
    words = [element.proto.body for element in app.get("html")]
    # the sidebar says which images are in use; not every screen shows those of MNIST
    if any("<b>Data:</b> MNIST" in text for text in words):
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


def test_names_and_questions_are_all_different():
    names, titles = EVERY, [screen.title for screen in SCREENS]
    for values in (names, titles, [lessons.of(name).question for name in names]):
        assert len(set(values)) == len(values) == len(SCREENS)


def test_a_teachers_words_and_language_are_on_the_screen(monkeypatch, tmp_path, mnist_folder):
    lesson = tmp_path / "models" / "fr.md"
    lesson.parent.mkdir()
    lesson.write_text("# Quoi ?\n\n**Tout.**\n\n## Essais\n\n- Ceci.\n\n## Comment\n\nPar $x$.\n")
    monkeypatch.setenv("AECORE_LESSONS_DIR", str(tmp_path))
    app = opened("models", lang="fr")
    assert complaints(app) == []
    assert [title.value for title in app.title] == ["Quoi ?"]
    assert {"**Tout.**", "**Essais**\n\n- Ceci."} <= {each.value for each in app.markdown}
    assert [each.label for each in app.expander][-1] == "Comment"
    assert "Par $x$." not in [each.value for each in app.markdown]  # sent once it is opened
    app.session_state["how-models"] = True
    assert "Par $x$." in [each.value for each in app.run().markdown]
    (around,) = (one for one in app.get("bidi_component") if one.key == "presenter-keys")
    languages = json.loads(around.proto.json)["languages"]
    assert [name for _code, name in languages] == ["English", "Deutsch", "Русский", "Français"]
    assert [title.value for title in opened("models", lang="de").title] != ["Quoi ?"]
