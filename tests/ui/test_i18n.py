"""Words: every sentence is marked, translated and filled with the same values."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from aecore.messages import N_, Problem
from ui import i18n

ROOT = Path(__file__).resolve().parents[2]
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
TRANSLATED = [code for code in i18n.LANGUAGES if code != "en"]


@pytest.fixture(scope="module")
def sentences() -> Catalog:
    """All that the code marks for translation, as ``pybabel extract`` finds it."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)
    catalog = Catalog()
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    for path, line, text, comments, context in found:
        catalog.add(text, None, [(path, line)], auto_comments=comments, context=context)
    return catalog


def catalog_of(language: str) -> Catalog:
    path = i18n.LOCALE / language / "LC_MESSAGES" / f"{i18n.DOMAIN}.po"
    with path.open("rb") as file:
        return read_po(file, locale=language, domain=i18n.DOMAIN)


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def placeholders(text: str) -> set[str]:
    text = re.sub(r"\$.+?\$", "", text, flags=re.S)  # a formula has braces of its own
    return set(re.findall(r"\{(\w*)[^{}]*\}", text))


def test_extraction_finds_the_screens_and_the_core(sentences):
    files = {path.split("/")[0] for message in sentences for path, _line in message.locations}
    assert {"aecore", "classroom", "ui", "pages"} <= files


def test_extraction_finds_what_stands_in_a_formatted_string(sentences):
    lost = []
    for folder in ("aecore", "classroom", "pages", "ui"):
        for path in (ROOT / folder).rglob("*.py"):
            for made in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for node in ast.walk(made) if isinstance(made, ast.JoinedStr) else ():
                    match node:
                        case ast.Call(ast.Name("_"), [ast.Constant(str() as text)]):
                            if sentences.get(text) is None:
                                lost.append(f"{path}:{node.lineno}: {text}")
    assert not lost, "take it out of the f-string: " + "\n".join(lost)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_is_translated(sentences, language):
    catalog = catalog_of(language)
    missing = []
    for message in sentences:
        if not message.id:
            continue
        translated = catalog.get(message.id, message.context)
        if (
            translated is None
            or translated.fuzzy
            or not all(forms(translated.string))
            or len(forms(translated.string)) < (catalog.num_plurals if message.pluralizable else 1)
        ):
            missing.append(forms(message.id)[0])
    assert not missing, f"{len(missing)} without a translation to {language}: {missing[:20]}"


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_values(language):
    wrong = [
        (message.id, form)
        for message in catalog_of(language)
        if message.id
        for form in forms(message.string)
        # the plural's values: in Russian the "singular" also counts 21 and 31
        if form and placeholders(form) != placeholders(forms(message.id)[-1])
    ]
    assert not wrong


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(sentences, language):
    translated = [message.id for message in catalog_of(language) if message.id]
    left = [text for text in translated if text not in sentences]
    assert not left, f"no longer in the code: {left[:20]}"


@pytest.fixture
def german(monkeypatch):
    monkeypatch.setattr(i18n, "language", lambda: "de")


@pytest.fixture
def russian(monkeypatch):
    monkeypatch.setattr(i18n, "language", lambda: "ru")


def test_numbers_in_english():
    assert i18n.number(0.0925, 4) == "0.0925"
    assert i18n.number(10000) == "10,000"
    assert i18n.number(-0.02, 2) == "−0.02" and i18n.number(-0.004, 2) == "0.00"
    assert i18n.percent(0.955, 1) == "95.5%"
    assert i18n.percent(-0.02) == "−2%" and i18n.decimal(-0.3) == "−0.3"
    assert i18n.duration(9.3) == "9 seconds"
    assert i18n.duration(200) == "3 minutes"
    assert i18n.moment("2025-03-01T12:30:00").startswith("Mar 1, 2025, 12:30")
    assert i18n.moment("yesterday") == "yesterday"


def test_numbers_in_german(german):
    assert i18n.number(0.0925, 4) == "0,0925"
    assert i18n.number(10000) == "10.000"
    assert i18n.percent(0.955, 1) == "95,5\xa0%"
    assert i18n.duration(200) == "3 Minuten"


def test_numbers_in_russian(russian):
    assert i18n.number(0.0925, 4) == "0,0925"
    assert i18n.number(-0.5, 1) == "−0,5"
    assert i18n.number(10000).replace("\u202f", "\xa0") == "10\xa0000"


def test_an_unknown_sentence_stays_english(german):
    assert i18n._("This sentence stands nowhere.") == "This sentence stands nowhere."


def test_the_empty_sentence_is_not_the_header_of_the_catalogue(german):
    assert i18n._("") == ""


def test_a_problem_is_told_with_its_values_translated(monkeypatch):
    catalogue = {"“{name}” is bad: {reason}.": "„{name}“ taugt nichts: {reason}.", "cut": "zu kurz"}
    monkeypatch.setattr(i18n, "_", lambda text: catalogue.get(text, text))
    problem = Problem(N_("“{name}” is bad: {reason}."), name="a.png", reason=N_("cut"))
    assert i18n.tell(problem) == "„a.png“ taugt nichts: zu kurz."


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("my_cat.v2-b (1).png", "my_cat.v2-b (1).png"),
        ("![x](https://host/a) .png", "!\\[x\\](https://host/a) .png"),
        ("<b>*a* `b` $c$ ~d~ [e]", "\\<b\\>\\*a\\* \\`b\\` \\$c\\$ \\~d\\~ \\[e\\]"),
        ("folder:red[x]", "folder\\:red\\[x\\]"),
        ("__init__", "\\_\\_init\\_\\_"),
        ("C:\\pictures", "C:\\\\pictures"),
    ],
)
def test_a_name_is_no_markdown(name, told):
    assert i18n.tell(Problem("“{name}” is bad.", name=name)) == f"“{told}” is bad."


def test_a_value_with_braces_is_not_read_as_a_format():
    assert i18n.tell(Problem("“{name}” is bad.", name="{0}{x}")) == "“{0}{x}” is bad."
