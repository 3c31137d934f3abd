"""What Python tells a component is what its JSDoc says it is told: name by name, type by type."""

import re
import types
from collections.abc import Sequence
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from browser import HERE
from classroom import key, presenter, questions, room
from pages.anomalies import scene, series_picture
from pages.compress import pays, rates
from pages.course import panel
from pages.denoise import picture as denoise_picture
from pages.features import clicks
from pages.generate import arithmetic, walk
from pages.generate import here as generate_here
from pages.inside import dial, layers, numbers
from pages.map import points
from pages.music import picture as music_picture
from pages.plane import picture
from pages.reconstruct import picture as reconstructed
from pages.sketch import answer, compared, pad
from pages.start import walkthrough
from pages.swap import slanted
from pages.train import here as train_here
from pages.train import time_machine
from pages.wall import picture as wall_picture

# each component with the type of what it is told
COMPONENTS: dict[str, Any] = {
    "anomalies/scene": scene.Facts,
    "anomalies/series": series_picture.Facts,
    "asking/ask": room.AskFacts,
    "asking/lead": room.LeadFacts,
    "asking/room": room.RoomFacts,
    "asking/step": questions.Facts,
    "asking/table": room.TableFacts,
    "class/enter": key.Facts,
    "class/presenter": presenter.Facts,
    "compress/pays": pays.Facts,
    "compress/rates": rates.Facts,
    "course/open": panel.Facts,
    "denoise/denoise": denoise_picture.Facts,
    "features/groups": clicks.Facts,
    "generate/drawn": generate_here.Facts,
    "generate/sum": arithmetic.Facts,
    "generate/walk": walk.Facts,
    "inside/dial": dial.Facts,
    "inside/layers": layers.Facts,
    "inside/numbers": numbers.Facts,
    "map/map": points.Facts,
    "music/music": music_picture.Facts,
    "plane/plane": picture.Facts,
    "reconstruct/codes": reconstructed.CodeFacts,
    "reconstruct/rows": reconstructed.Facts,
    "sketch/answer": answer.Facts,
    "sketch/sketchpad": pad.Facts,
    "start/walkthrough": walkthrough.Facts,
    "swap/slanted": slanted.Facts,
    "train/here": train_here.Facts,
    "train/time_machine": time_machine.Facts,
    "wall/wall": wall_picture.Facts,
}
# of several components in a folder, the modules that have its types
TYPES_OF = {
    "anomalies/scene": "anomalies/facts",
    "anomalies/series": "anomalies/series_facts",
    "asking/ask": "asking/ask",
    "asking/lead": "asking/lead",
    "asking/room": "asking/room",
    "asking/step": "asking/step asking/question",
    "asking/table": "asking/table",
    "class/enter": "class/enter",
    "class/presenter": "class/presenter",
    "compress/pays": "compress/pays",
    "compress/rates": "compress/rates",
    "generate/drawn": "generate/drawn",
    "generate/sum": "generate/sum",
    "generate/walk": "generate/walk",
    "inside/dial": "inside/dial",
    "inside/layers": "inside/layers",
    "inside/numbers": "inside/numbers_facts",
    "reconstruct/codes": "reconstruct/codes",
    "reconstruct/rows": "reconstruct/rows",
    "sketch/answer": "sketch/answer sketch/places sketch/seeing",
    "sketch/sketchpad": "sketch/sketchpad",
    "train/here": "train/here train/drawings train/gliding_codes train/loss_chart",
    "train/time_machine": "train/time_machine train/frames train/gliding_codes train/loss_chart",
}
WORDS = {
    "anomalies": lambda: {**scene._words("", ""), **series_picture._words()},
    "asking": lambda: {**questions.words(), **room.words()},
    "class": lambda: {**key._words(), **presenter._words()},
    "compress": lambda: {**pays._words(), **rates._words()},
    "denoise": lambda: denoise_picture._words("", "", ""),
    "features": clicks._words,
    "generate": lambda: {
        **walk._words(),
        **arithmetic._words(("", "")),
        **generate_here._words(),
    },
    "inside": lambda: {**dial._words(""), **layers._words(), **numbers._words(False)},
    "map": points._words,
    "music": music_picture._words,
    "plane": picture._words,
    "sketch": lambda: {
        **pad._pad_words(),
        **answer._words(compared.path_of("deep-32"), answer.DRAWN),
    },
    "start": lambda: walkthrough._words(1, 1),
    "swap": lambda: slanted._words("", ""),
    "train": lambda: {**time_machine.words(2), **train_here.words()},
    "wall": wall_picture._words,
}


def sources(folder: str) -> str:
    """All modules of a folder."""
    return "\n".join(path.read_text("utf-8") for path in sorted((HERE / folder).glob("*.js")))


def typedefs(source: str) -> dict[str, dict[str, str] | str]:
    """The types that JSDoc defines: their properties, or what they stand for."""
    found: dict[str, dict[str, str] | str] = {}
    for part in re.split(r"@typedef ", source)[1:]:
        kind, name = re.match(r"\{(.*?)\} (\w+)", part, re.DOTALL).groups()
        comment = part.split("*/")[0]
        if kind == "Object":
            found[name] = {
                prop: " ".join(kind.split())
                for kind, prop in re.findall(r"@property \{(.+?)\} (\w+)", comment, re.DOTALL)
            }
        elif not kind.startswith("import("):  # that is another module's
            found[name] = kind
    return found


def in_javascript(kind: Any) -> str:
    """How JSDoc calls what becomes of a Python type on its way."""
    origin, inside = get_origin(kind), get_args(kind)
    if origin is Literal:
        return " | ".join(f'"{word}"' for word in inside)
    if origin in (Union, types.UnionType):
        return " | ".join(in_javascript(part) for part in inside)
    if origin is tuple and inside[-1] is not ...:
        return f"[{', '.join(map(in_javascript, inside))}]"
    if origin in (list, tuple, Sequence):
        each = in_javascript(inside[0])
        return f"({each})[]" if " | " in each else f"{each}[]"
    if origin is dict:
        return f"Record<{', '.join(map(in_javascript, inside))}>"
    if is_typeddict(kind):
        return str(kind.__name__)
    plain = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}
    return plain[kind]


def spelt_out(kind: str) -> str:
    """A type of JSDoc without the addresses and short names of others."""
    kind = re.sub(r"import\(\"[^\"]+\"\)\.", "", kind)
    return re.sub(r"\b(Pair|Point)\b", "[number, number]", kind)


@pytest.mark.parametrize("component", COMPONENTS)
def test_facts_are_the_same_on_both_sides(component):
    modules = TYPES_OF.get(component, "").split()
    texts = [(HERE / f"{module}.js").read_text("utf-8") for module in modules]
    defined = typedefs("\n".join(texts) or sources(component.split("/")[0]))
    expected = COMPONENTS[component]
    if not is_typeddict(expected):
        assert defined["Facts"] == in_javascript(expected)
        return
    waiting = [("Facts", expected)]
    while waiting:
        name, kind = waiting.pop()
        hints = get_type_hints(kind)
        documented = {prop: spelt_out(words) for prop, words in defined[name].items()}
        assert documented == {prop: in_javascript(hint) for prop, hint in hints.items()}, name
        waiting += [(one.__name__, one) for hint in hints.values() for one in parts(hint)]


def parts(kind: Any) -> list[Any]:
    """The typed dictionaries inside a type."""
    if is_typeddict(kind):
        return [kind]
    return [one for inside in get_args(kind) for one in parts(inside)]


def test_every_component_is_here():
    called = re.compile(r'component\("([\w/]+)"\)')
    houses = [HERE.parent / name for name in ("pages", "ui", "classroom")]
    paths = [path for house in houses for path in house.rglob("*.py")]
    found = {name for path in paths for name in called.findall(path.read_text("utf-8"))}
    assert found == set(COMPONENTS)


@pytest.mark.parametrize("folder", WORDS)
def test_every_word_that_a_component_says_is_sent(folder):
    said = set(re.findall(r"\bwords\.(\w+)", sources(folder)))
    assert said and said <= WORDS[folder]().keys()
