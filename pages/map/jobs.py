"""Maps computed on request: asking for one, watching it, stopping it."""

import streamlit as st

from aecore import map_file, mapping, projection
from aecore.checkpoint import Card
from aecore.data import DATASETS, dataset
from aecore.job import ALIVE
from aecore.mapping import MapJob, MapRequest, ask_for, maps
from aecore.messages import Problem
from pages.map import points
from pages.map.explorer import HEIGHT
from pages.map.points import Panel, Points
from pages.map.shown import ShownMap, class_names, shown_map, source_id
from ui import cache, states, teacher
from ui.controls import choose
from ui.frame import data_title
from ui.guard import guarded
from ui.i18n import _, duration, number, percent, tell

SHIPPED = "shipped"  # the shipped map's id in the address
PLACE = "place-of-the-map"  # what stands there while there is no map
FEWEST, MOST = 500, 100_000  # points
USUAL = 2000
SECONDS = 40 / 10_000  # a point, roughly, on two cores
EVERY_SECONDS = 0.9  # between two looks at a map in the making: the points glide from one to next


def title(key: str, job: MapJob | None) -> str:
    """A map in a line: its checkpoint, what it shows of, its settings and its state."""
    words = _("{name} · {data} · {points} points · perplexity {perplexity} · seed {seed}")
    if job is None:
        facts = cache.shipped_map().facts
        name, data, points = facts["name"], facts["dataset"], facts["points"]
        perplexity, seed = facts["perplexity"], facts["seed"]
    else:
        try:
            asked = job.request()
        except Problem as problem:
            return tell(problem)
        name, data, points = asked.name, asked.dataset, asked.points
        perplexity, seed = asked.perplexity, asked.seed
    line = words.format(
        name=name,
        data=data_title(data),
        points=number(points),
        perplexity=number(perplexity),
        seed=seed,
    )
    return line if job is None else states.titled(line, job.state())


def ask() -> None:
    """The button that opens the settings of a new map; "map" in the address follows its start."""
    # under another key it is a new one, which is closed
    key = f"new-map-{st.session_state.setdefault('maps-asked', 0)}"
    if "map_model" in st.query_params:  # a link from another screen
        st.session_state.setdefault(key, True)
    # filled only while open: a list that waits in a closed one forgets what is chosen in it
    opened = st.popover(
        _("New map"), icon=":material/add:", width="stretch", key=key, on_change="rerun"
    )
    if not opened.open:
        return
    with opened, guarded():
        cards = cache.cards()
        names = list(cards)
        name = choose(_("Checkpoint"), "map_model", names, default=_first(names, "deep-32"))
        fitting = _fitting(cards[name])
        trained_on = cards[name].dataset
        if trained_on not in fitting:
            st.caption(
                _("{data}, which it was trained on, is not on this machine.").format(
                    data=data_title(trained_on)
                )
            )
        if not fitting:
            st.info(_("No data set here has images of the size that this model takes."))
            return
        data = choose(
            _("Images"), "map_data", fitting, data_title, default=_first(fitting, trained_on)
        )
        available, split = len(cache.images(data, "test")), "test"
        if dataset(data).on_this_machine("train") and st.checkbox(
            _("Training images too"), key="map_all", bind="query-params"
        ):
            available, split = available + len(cache.images(data, "train")), mapping.ALL
        wanted = available
        if available > FEWEST:
            most = min(MOST, available)
            wanted = st.slider(
                _("Number of points"),
                FEWEST,
                most,
                min(USUAL, most),
                step=100 if most % 100 == 0 else 1,
                key="map_points",
                bind="query-params",
            )
        left, right = st.columns(2)
        perplexity = left.number_input(
            _("Perplexity"),
            5,
            100,
            30,
            key="map_perplexity",
            bind="query-params",
            help=_("Roughly the number of neighbours that count for each point."),
        )
        seed = right.number_input(
            _("Seed"),
            0,
            2**31 - 1,
            0,
            key="map_seed",
            bind="query-params",
            help=_("The same seed gives the same map."),
        )
        path = str(cache.checkpoints()[name].resolve())
        request = MapRequest(name, path, data, wanted, float(perplexity), int(seed), split)
        try:
            request.check(available)
        except Problem as problem:
            st.error(tell(problem))
            return
        st.caption(
            _("About {time} on two cores.").format(time=duration(5 + SECONDS * request.points))
        )
        if st.button(_("Compute the map"), type="primary", width="stretch"):
            st.session_state["map"] = ask_for(request).name
            st.session_state["method"] = ""  # the default: what was asked for is t-SNE
            st.session_state["maps-asked"] += 1
            st.rerun()


def _first(options: list[str], wanted: str) -> str:
    return wanted if wanted in options or not options else options[0]


def _fitting(card: Card) -> list[str]:
    """Data sets on this machine whose test images the model takes."""
    names = list(DATASETS)
    if card.dataset not in DATASETS:
        names.insert(0, card.dataset)
    fitting = []
    for name in names:
        try:
            one = dataset(name)
        except Problem:  # the card names a data set that this version doesn't know
            continue
        if one.on_this_machine("test") and one.shape == card.image_shape:
            fitting.append(name)
    return fitting


def in_place_of_the_map(job: MapJob) -> None:
    """Where the map will be: its points as they move; or why there is none."""
    if job.state() in ALIVE:
        st.fragment(guarded()(_at_work), run_every=EVERY_SECONDS)(job)
        return
    points.hold_room(PLACE, HEIGHT)
    with st.container(key=PLACE, border=True):
        status = job.status()
        if status["state"] == "failed":
            st.error(tell(Problem(status["sentence"], **status.get("values", {}))))
        elif status["state"] == "stopped":
            st.info(_("Stopped before there was anything to see."))
        else:
            st.error(_("The process ended without a word, as when a computer is switched off."))
        if teacher.may_change(job.path) and st.button(
            _("Compute it again"), icon=":material/refresh:"
        ):
            ask_for(job.request())
            st.rerun()


def _at_work(job: MapJob) -> None:
    if job.state() not in ALIVE:
        st.rerun()
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _show_moving(job)
    with right:
        _progress(job)


def _show_moving(job: MapJob) -> None:
    """The points where t-SNE has them now."""
    hint = _("The images of the points follow when the map is done.")
    try:
        moving = map_file.load_moving(job.moving)
    except Problem:  # not there yet
        words = _("The first points appear as soon as the images have their codes.")
        before = _before(job)
        if before is None:
            points.hold_room(PLACE, HEIGHT)
            with st.container(key=PLACE, border=True):
                st.markdown(words)
        else:  # its points will glide to their new places
            panel = Panel(before.map.positions, caption=words, alt=_("The map before"))
            points.show("map-points", before.points(), [panel], HEIGHT, hint=hint)
        return
    facts = moving.facts
    n = len(moving.positions)
    ids = None
    if n < facts["images"]:
        ids = projection.sample(facts["images"], n, facts["seed"])
    moved = Points(
        source_id(facts["dataset"], facts["split"]),
        facts["images"],
        moving.labels,
        class_names(facts["dataset"], moving.labels),
        ids,
    )
    if facts["iteration"]:
        words = _("t-SNE after {n} steps").format(n=number(facts["iteration"]))
    elif facts["sample"]:
        words = _(
            "{n} points find their places first; the others stand where the nearest of these is."
        ).format(n=number(facts["sample"]))
    else:
        words = _("The start: PCA of the codes. Now the nearest neighbours of each are looked for.")
    panel = Panel(moving.positions, caption=words, alt=_("Points of a map in the making"))
    points.show("map-points", moved, [panel], HEIGHT, hint=hint)


def _before(job: MapJob) -> ShownMap | None:
    """A finished map of the same images, as there is one when only perplexity or seed change."""
    asked = job.request()
    for name, other in {SHIPPED: None, **maps()}.items():
        try:
            found = shown_map(name, other)
        except Problem:  # not finished, or damaged
            continue
        facts = found.map.facts
        same = facts["dataset"] == asked.dataset and facts["split"] == asked.split
        if same and len(found.map.positions) == asked.points:
            return found
    return None


def _progress(job: MapJob) -> None:
    status = job.status()
    share = status.get("share")
    early, late = projection.phases(job.request().points)
    at = 0 if share is None else 1 if share < early / (early + late) else 2 if share < 1 else 3
    if status["state"] == "waiting":
        st.progress(0.0, _("Another map is being made; this one is next in line."))
    elif share is None:
        st.progress(0.0, _("Starting"))
    else:
        left = duration(status["seconds_left"])
        st.progress(
            float(share), _("{share} done, {left} left").format(share=percent(share), left=left)
        )
    steps = (
        _("The encoder turns images into codes, and the nearest neighbours of each are found."),
        _("Pulled together harder than is right, neighbours gather into islands."),
        _("At their true strength, attraction and repulsion shape the islands."),
        _("The figures are computed."),
    )
    lines = [f"**{step}**" if i == at else step for i, step in enumerate(steps)]
    st.markdown("\n".join(f"{i}. {line}" for i, line in enumerate(lines, 1)))
    teacher.stop_button(job, "map-stop", _("Stop and keep what is there"))


def tell_of_others(jobs: list[MapJob]) -> None:
    """One line about maps that are being made while another one is looked at."""
    if jobs:
        st.fragment(guarded()(_line), run_every=2.0)(jobs[0])


def _line(job: MapJob) -> None:
    status = job.status()
    if status["state"] not in ALIVE:
        st.rerun()

    def show() -> None:
        st.session_state["map"] = job.name

    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(
            float(status.get("share", 0.0)),
            _("A map is being made: {name}").format(name=job.request().name),
        )
        if st.button(_("Show it"), on_click=show, key="map-show"):
            st.rerun()  # the whole page, not this line alone
