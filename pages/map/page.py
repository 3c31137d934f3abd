"""Map: can you see ten digits without knowing the labels?"""

import streamlit as st

from aecore.job import ALIVE
from aecore.mapping import MapJob, maps
from pages.map import jobs, three_maps
from pages.map.explorer import explorer
from pages.map.shown import images_in_use, made_by, shown_map
from ui import cache, frame
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, number

frame.page("map")
which, how, new = st.columns([11, 7, 5], vertical_alignment="center")
with new:  # before the list, which then has the map that was asked for
    jobs.ask()
made: dict[str, MapJob | None] = {jobs.SHIPPED: None, **maps()}
with which:
    key = choose(
        _("Map"),
        "map",
        list(made),
        lambda name: jobs.title(name, made[name]),
        label_visibility="collapsed",
    )
with how:
    methods = {"tsne": "t-SNE", "pca": _("PCA"), "bench": _("Three maps")}
    method = choose(
        _("Method"),
        "method",
        list(methods),
        methods.__getitem__,
        kind="row",
        label_visibility="collapsed",
    )

job = made[key]
alive = [other for other in made.values() if other is not None and other.state() in ALIVE]
jobs.tell_of_others([other for other in alive if other is not job])
with guarded():  # a damaged map must not take the rest of the screen with it
    if method == "bench":
        bench = three_maps.shown()
        maker = made_by(bench.maps.facts["checkpoint"])
        frame.in_use([cache.card(maker)] if maker else [], bench.images)
        three_maps.show(bench)
    elif job is not None and (job in alive or not job.file.is_file()):
        frame.in_use([], None)
        jobs.in_place_of_the_map(job)
    else:
        one = shown_map(key, job)
        if job is not None and job.state() == "stopped":
            words = _("Stopped after {n} steps: the islands are not finished.")
            st.info(words.format(n=number(one.map.facts["iterations"])))
        maker = made_by(one.map.facts["checkpoint"])
        frame.in_use([cache.card(maker)] if maker else [], images_in_use(one))
        explorer(one, method)
frame.lesson("map")
