"""What the README says of adding things: a toy of each kind, and the tests follow by themselves.

The toys lie in ``tests/toys`` as they would in a checkout. They come into a copy of it, which has
no other changes than those that the README's table names.
"""

import filecmp
import os
import re
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
TOYS = ROOT / "tests" / "toys"
COPIED = (
    ".streamlit",
    "aecore",
    "autoencoder_explorer",
    "benchmarks",
    "browser",
    "lessons",
    "locale",
    "pages",
    "tests",
    "ui",
    "classroom",
    "publish",
    "docs",
)
NO_CODE = shutil.ignore_patterns("__pycache__", "toys", "test_adding.py")
# which name takes the place of NAME in a row of the README's table, by the row's first words
ROWS = {
    "a family": "toyfamily",
    "a corruption": "toyfog",
    "a data set": "toybars",
    "a screen": "toyscreen",
    "a component": "toycounter",
}

FOG = """\
def _toyfog(x: Tensor, strength: Tensor, source: Source) -> Tensor:
    return x.lerp(torch.ones_like(x), strength)


"""
FOG_ENTRY = """\
    Corruption(
        "toyfog",
        N_("Toy fog"),
        N_("share of white"),
        _toyfog,
        compared_at=0.5,
        random=False,
        slider=N_("Density of the toy fog"),
    ),
"""
# file: what goes before what (regular expressions that fit once); a group is kept
ENTRIES = {
    "aecore/models/__init__.py": [
        (r"(?=from aecore\.registry)", "from aecore.models.toyfamily import ToyFamily\n"),
        (r",?\s*\):\n    MODELS\.add", ", ToyFamily):\n    MODELS.add"),
    ],
    "aecore/data/__init__.py": [
        (r"(?=from aecore\.messages)", "from aecore.data.toybars import TOYBARS\n"),
        (r",?\s*\):\n    DATASETS\.add", ", TOYBARS):\n    DATASETS.add"),
    ],
    "aecore/corruption.py": [
        (r"(?=for _corruption in)", FOG),
        (r"(?=\):\n    CORRUPTIONS\.add)", FOG_ENTRY),
    ],
    "pages/__init__.py": [
        (r"(?=from ui\.)", "from pages import toyscreen\n"),
        (r"(?=\)\n\Z)", "    toyscreen.SCREEN,\n"),
    ],
}
WORDS = {  # English: German, Russian
    "Toy family": ("Spielfamilie", "Игрушечное семейство"),
    "A toy: its codes are kept small.": (
        "Ein Spielzeug: Seine Codes bleiben klein.",
        "Игрушка: её коды остаются малыми.",
    ),
    "Toy weight": ("Spielgewicht", "Игрушечный вес"),
    "Squared size of a toy code": (
        "Quadrat der Größe eines Spielcodes",
        "Квадрат величины игрушечного кода",
    ),
    "Toy bars": ("Spielbalken", "Игрушечные полосы"),
    "Bars of a toy, 28×28 pixels, grey.": (
        "Balken eines Spielzeugs, 28×28 Pixel, grau.",
        "Полосы игрушки, 28×28 пикселей, серые.",
    ),
    "Toy fog": ("Spielnebel", "Игрушечный туман"),
    "share of white": ("Anteil des Weißen", "доля белого"),
    "Density of the toy fog": ("Dichte des Spielnebels", "Плотность игрушечного тумана"),
    "Toy screen": ("Spielseite", "Игрушечный экран"),
    "Toy count": ("Spielanzahl", "Игрушечное число"),
}
CATALOGUES = [f"locale/{code}/LC_MESSAGES/explorer.po" for code in ("de", "ru")]

# those that follow a registry or go through all files are named for no toy
OF_ALL = (
    "test_every_family_and_damage_has_its_place_in_the_table",
    "test_start_offers_whatever_is_missing",
    "test_no_two_screens_own_one_word",
    "test_what_families_call_their_settings_is_no_other_screens_word",
    "test_names_and_questions_are_all_different",
    "test_ui_holds_only_what_is_shared",
    "test_every_folder_of_pages_is_a_screen_in_the_list",
    "test_a_screen_says_what_it_is_without_anything_heavy",
    "test_every_screen_has_a_lesson_in_every_language_and_there_are_no_others",
    "test_every_lesson_has_a_test_that_runs_its_listing",
    "test_no_translation_is_left_over",
    "test_unknown_names_say_what_there_is",
)
# tests that must have run with each toy, of those that pytest has chosen by its name
FOLLOWING = {
    "toyfamily": (
        "test_models.py::test_overfits_one_batch",
        "test_models.py::test_settings_outside_their_limits_are_refused",
        "test_checkpoint.py::",
        "test_cost.py::",
        "test_network_layers.py::",
        "test_record.py::",
        "test_training.py::",
        "test_toyscreen.py::test_toyfamily_is_offered_with_its_setting",
        "test_house.py::test_who_imports_whom",
    ),
    "toyfog": (
        "test_corruption.py::test_damage_grows_with_strength_and_repeats_with_its_seed",
        "test_restoration.py::",
        "test_denoise.py::test_words_and_buttons_are_those_of_the_damage",
        "test_toyscreen.py::test_toyfog_is_offered_by_denoise_and_train",
    ),
    "toybars": (
        "test_data.py::test_every_data_set_keeps_the_contract",
        "test_idx_dataset.py::test_every_set_is_found_in_every_folder_that_it_names",
        "test_download.py::",
        "test_toyscreen.py::test_toybars_are_offered_by_train_once_they_are_here",
    ),
    "toyscreen": (
        "test_screens.py::test_screen_opens_in_every_language",
        "test_screens.py::test_screen_works_without_mnist_and_says_what_it_shows",
        "test_addresses.py::test_a_screen_owns_the_words_that_it_uses",
        "test_addresses.py::test_its_first_view_is_there",
        "test_lessons.py::test_a_translation_was_made_from_the_english_of_today",
        "test_house.py::test_no_module_is_long",
        "test_toyscreen.py::test_listing_of_toyscreen",
    ),
    "toycounter": (
        "test_house.py::test_modules_of_the_browser_import_their_own_and_the_shared",
        "test_toycounter.py::",
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the checkout with the toys in it."""
    into: Path = tmp_path_factory.mktemp("adding") / "checkout"
    for name in COPIED:
        shutil.copytree(ROOT / name, into / name, ignore=NO_CODE)
    for name in ("app.py", "babel.cfg", "pyproject.toml"):
        shutil.copy2(ROOT / name, into / name)
    (into / "checkpoints").symlink_to(ROOT / "checkpoints")
    shutil.copytree(TOYS, into, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)
    for name, places in ENTRIES.items():
        text = (into / name).read_text("utf-8")
        for place, entry in places:
            text, count = re.subn(place, lambda _found, entry=entry: entry, text)
            assert count == 1, f"{name}: {place}"
        (into / name).write_text(text, "utf-8")
    for number, name in enumerate(CATALOGUES):
        with (into / name).open("a", encoding="utf-8") as file:
            for english, others in WORDS.items():
                file.write(f'\nmsgid "{english}"\nmsgstr "{others[number]}"\n')
    return into


def changed(copy: Path) -> set[str]:
    """The files of the copy that the checkout has not, or has otherwise."""
    found = set()
    for folder, folders, names in os.walk(copy):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for path in (Path(folder) / name for name in names):
            name = path.relative_to(copy).as_posix()
            if not (ROOT / name).is_file() or not filecmp.cmp(ROOT / name, path, shallow=False):
                found.add(name)
    return found


def promised() -> dict[str, list[str]]:
    """The README's table: for each toy the paths that it may touch, ``*`` for what is in a folder.

    What everything needs, its words in the catalogues, stands in the sentence below the table.
    """
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme.partition("| to add | write |")[2].partition("\n\n")[0]
    found = {}
    for start, toy in ROWS.items():
        (row,) = [line for line in table.splitlines() if line.startswith(f"| {start} ")]
        paths = re.findall(r"`([\w./]+)`", row.replace("NAME", toy))
        found[toy] = [f"{path}*" if path.endswith("/") else path for path in paths]
    return found


def test_toys_touch_just_the_files_that_the_readme_names(copy):
    found, patterns = changed(copy), [each for paths in promised().values() for each in paths]
    allowed = {*patterns, *CATALOGUES}
    assert [name for name in found if not any(fnmatchcase(name, each) for each in allowed)] == []
    assert [each for each in allowed if not any(fnmatchcase(name, each) for name in found)] == []


@pytest.mark.training
def test_the_tests_follow_the_toys(copy, mnist_folder):
    before = changed(copy)
    outer = ("PYTEST_", "AECORE_RUNS", "AECORE_CACHE", "AECORE_LESSONS", "PYTHONPATH")
    around = {name: value for name, value in os.environ.items() if not name.startswith(outer)}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n0", "-v", "-p", "no:cacheprovider", "--color=no"]
        # the server's tests are left out: they take as long as all others here
        + ["tests", "--ignore", "tests/browser/test_app.py", "-k", " or ".join(["toy", *OF_ALL])],
        cwd=copy,
        env={**around, "COLUMNS": "300", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=400,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = re.findall(r"^tests/(\S+::.+?) PASSED", done.stdout, re.M)
    for name in OF_ALL:
        assert any(f"::{name}" in one for one in passed), name
    for toy, tests in FOLLOWING.items():
        named = [one for one in passed if toy in one]
        for test in tests:
            assert any(test in one for one in named), f"{test} with {toy}"
    assert changed(copy) == before  # nothing else was written
