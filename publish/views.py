"""What is published of the explorer: its screens, each with a model or with a run."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from aecore.course import shelf
from aecore.messages import N_, Problem
from aecore.training.run import runs
from pages import SCREENS
from pages.sketch import SCREEN as SKETCH
from pages.sketch import here
from ui import cache
from ui.screens import Address, Screen

TIME_MACHINE = "time-machine"  # what is published of the screen that shows runs
COURSE, SHEET = "course", "print"  # a screen, and the word of its address for a chapter's sheet
NEW_ONLY = ("map",)  # screens that make something new of a model, which needs a server


@dataclass(frozen=True)
class View:
    """A screen as it is published; ``name`` is that of its files, ``title`` to be translated.

    ``address`` is what an address in the app says to show it; ``shown`` the part, the model, the
    run or the chapter that this names, "" for what the screen shows by itself. ``label``: what
    ``shown`` is called beside the others, to be translated.
    """

    screen: Screen
    name: str
    title: str
    address: Address = field(default_factory=dict)
    shown: str = ""
    label: str = ""


def of_site(
    models: Sequence[str] = (), found: Sequence[str] = (), chapters: Sequence[str] = ()
) -> list[list[View]]:
    """The views of each screen that is published: with these models, of the runs ``found``, and of
    the course's chapters.

    A screen that takes none of the models shows what it shows by itself. Raises Problem for what is
    not on this machine.
    """
    all_known(models, list(cache.cards()))
    all_known(found, [run.name for run in runs()])
    all_known(chapters, shelf.names())
    views = []
    for screen in SCREENS:
        if screen.published:
            shown = [_showing(screen, name) for name in models if _takes(screen, name)]
            views.append(_parts_of(screen, shown or [_by_itself(screen)]))
        if screen.run and found:
            views.append([_time_machine(screen, name) for name in found])
        if screen.name == COURSE and chapters:
            views.append([_chapter(screen, *each) for each in enumerate(chapters, 1)])
    return views


def of_page(name: str, model: str = "", run: str = "", address: Address | None = None) -> View:
    """The view of a page alone; ``address`` is what else an address in the app says to show it.

    Raises Problem for what is not on this machine, or is not to be published.
    """
    screens = {screen.name: screen for screen in SCREENS if screen.published}
    all_known([name], [*screens, TIME_MACHINE])
    if name == TIME_MACHINE:
        if not run:
            raise Problem(N_("A time machine shows a run: name it by --run."))
        all_known([run], [one.name for one in runs()])
        view = next(_time_machine(screen, run) for screen in SCREENS if screen.run)
    elif model:
        all_known([model], _models_of(screens[name]))
        view = _showing(screens[name], model)
    else:
        view = _by_itself(screens[name])
    return replace(view, address={**(address or {}), **view.address})


def _by_itself(screen: Screen) -> View:
    return View(screen, screen.name, screen.title)


def _showing(screen: Screen, model: str) -> View:
    return View(screen, screen.name, screen.title, {screen.model: model}, model, model)


def _parts_of(screen: Screen, shown: list[View]) -> list[View]:
    """The views of each part of a screen, with the first model; the first part with the others."""
    if screen.parts is None:
        return shown
    parts, first = screen.parts, shown[0]
    found = [
        replace(first, address={**first.address, parts.word: value}, shown=value, label=title)
        for value, title in parts.titles.items()
    ]
    return [*found, *shown[1:]]


def _chapter(screen: Screen, number: int, name: str) -> View:
    return View(screen, COURSE, screen.title, {SHEET: name}, name, str(number))


def _time_machine(screen: Screen, run: str) -> View:
    return View(screen, TIME_MACHINE, N_("Time machine"), {screen.run: run}, run, run)


def _models_of(screen: Screen) -> list[str]:
    return [name for name in cache.cards() if _takes(screen, name)]


def _takes(screen: Screen, model: str) -> bool:
    """Whether the screen can show that model without a server."""
    path = cache.checkpoints()[model]
    if not screen.model or screen.name in NEW_ONLY or not screen.takes(cache.card(path)):
        return False
    return screen is not SKETCH or here.small_enough(path)


def all_known(wanted: Sequence[str], names: Sequence[str]) -> None:
    """Raises Problem for the first that is none of these names."""
    for name in wanted:
        if name not in names:
            raise Problem(
                N_("There is no {name} to be published. There are: {names}."),
                name=name,
                names=", ".join(names) or "–",
            )
