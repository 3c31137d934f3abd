"""Map: can you see ten digits without knowing the labels?"""

import streamlit as st

from aecore.job import ALIVE
from aecore.mapping import MapJob, maps
from pages.map import jobs, three_maps
from pages.map.explorer import explorer, images_in_use, made_by, shown
from ui import cache, frame
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, number

CODE = """\
with torch.inference_mode():
    z = model.encode(x).numpy()                # (N, 32): one code an image

tsne = TSNE(perplexity=30, negative_gradient_method="bh", theta=0.8, random_state=0)
y = tsne.prepare_initial(z)                                 # openTSNE: neighbours, PCA start
y = y.optimize(n_iter=150, exaggeration=12, momentum=0.8)   # islands gather
y = y.optimize(n_iter=300, exaggeration=1, momentum=0.8)    # and take their shape: (N, 2)

knn = KNeighborsClassifier(n_neighbors=10).fit(y, labels)   # labels only judge the map
accuracy = (knn.predict(None) == labels).mean()             # each point without itself
"""

frame.page(
    _("Can you see ten digits without knowing the labels?"),
    _(
        "An encoder turns images into codes; t-SNE lays these out so that neighbours stay "
        "neighbours."
    ),
)
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
        one = shown(key, job)
        facts = one.map.facts
        if job is not None and job.state() == "stopped":
            st.info(
                _("Stopped after {n} steps: the islands are not finished.").format(
                    n=number(facts["iterations"])
                )
            )
        maker = made_by(facts["checkpoint"])
        frame.in_use([cache.card(maker)] if maker else [], images_in_use(one))
        explorer(one, method)

frame.try_this(
    [
        _(
            "Zoom in until points become digits, then draw a loop around the bridge between the 4s "
            "and the 9s: could you tell them apart?"
        ),
        _("Colour by what is torn apart: where does the map have to cut through the codes?"),
        _("Switch to PCA: the same codes, only straight lines. Which digits still stand apart?"),
    ]
)
frame.how_it_works(
    _(
        r"""t-SNE first says how much two codes $z_i, z_j$ are neighbours,

$$
p_{j|i} = \frac{\exp(-\lVert z_i - z_j\rVert^2 / 2\sigma_i^2)}
{\sum_{k \ne i} \exp(-\lVert z_i - z_k\rVert^2 / 2\sigma_i^2)}, \qquad
p_{ij} = \frac{p_{j|i} + p_{i|j}}{2N},
$$

then moves the points $y_i$ of the map, whose own neighbourhoods are

$$
q_{ij} = \frac{(1 + \lVert y_i - y_j\rVert^2)^{-1}}
{\sum_{k \ne l} (1 + \lVert y_k - y_l\rVert^2)^{-1}},
$$

until $\mathrm{KL}(P \,\Vert\, Q) = \sum_{i \ne j} p_{ij} \log \frac{p_{ij}}{q_{ij}}$ is small.

- $z_i$: the code of image $i$; $y_i$: its place on the map; $N$: the number of images
- $\sigma_i$: how far image $i$ looks, chosen so that about as many neighbours count as the
  *perplexity* says
- $p_{ij}, q_{ij}$: how much $i$ and $j$ are neighbours among the codes and on the map
- *kNN accuracy*: how often the ten nearest points vote for a point's own class
- *Trustworthiness*: how far neighbours on the map are neighbours among the codes, 1 at best
- *Torn apart*: how many of an image's ten nearest codes are not among the hundred nearest points;
  *falsely close*: how many of its ten nearest points are not among the hundred nearest codes

t-SNE wants data of moderate dimension, hence first the autoencoder: 784 pixels to 32 numbers."""
    ),
    CODE,
)
