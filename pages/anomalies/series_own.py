"""A visitor's own signal: handing it over, saying what is normal in it, and training on that."""

import streamlit as st

from aecore.data.own_signal import MOST_EVERY, OwnSignal
from aecore.job import ALIVE
from aecore.messages import Problem
from aecore.recipe import Recipe, usual_batch_size
from aecore.signals import kept
from aecore.signals.case import Case
from aecore.signals.csv_file import MOST_ROWS
from aecore.signals.windows import NUMBERS
from aecore.training.plan import Plan
from aecore.training.run import Run, runs
from ui import states, teacher
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, duration, number, tell
from ui.screens import OWN

UPLOAD = "upload"
NEXT = "anomaly-series-next"  # in the session: what is chosen when the page is drawn next
FAMILIES = {"recurrent": {"width": 64}, "conv": {"width": 128}}
NUMBERS_IN_CODE = 16
LOOKS = 140_000  # at windows, in all epochs: a minute or two on two cores
EPOCHS = (3, 100)
LEAST_NORMAL = 5  # hundredths of a signal


def take_what_is_new() -> None:
    """Choose what came of an upload or a training; before the controls that show the choice."""
    st.session_state.update(st.session_state.pop(NEXT, {}))


def signals() -> dict[str, str]:
    """The data sets of the signals that are kept, by their word in the address."""
    return {f"{OWN}{name}": OwnSignal(path).name for name, path in kept.kept().items()}


def words(chosen: str) -> str:
    """What is said of one of ``signals``, or of the one that is to come."""
    return _("Own signal …") if chosen == UPLOAD else chosen.removeprefix(OWN)


def upload() -> None:
    """The field that takes a table of times and values."""
    file = st.file_uploader(
        _("A table (.csv) with a time in seconds and a value in each line"),
        key="anomaly-series-file",
        max_upload_size=kept.MAX_UPLOAD,
    )
    st.caption(
        _("Up to {rows} million rows. It is read in pieces and kept on this machine.").format(
            rows=number(MOST_ROWS // 1_000_000)
        )
    )
    if file is None:
        return
    bar = st.progress(0.0, _("Reading the signal …"))

    def report(share: float) -> None:
        bar.progress(share, _("Reading the signal …"))

    try:
        name = kept.add(file, file.name, file.size, report)
    except Problem as problem:
        bar.empty()
        st.error(tell(problem))
        return
    st.session_state[NEXT] = {"anomaly_series": f"{OWN}{name}"}
    st.rerun()


def windows(chosen: str, name: str) -> str:
    """Let people say how long a window is and what is normal; the data set that this makes."""
    own = OwnSignal.named(name)
    signal = own.signal
    longest = max(1, min(MOST_EVERY, len(signal) // (8 * NUMBERS)))
    lengths = [str(2**n) for n in range(longest.bit_length())]
    with st.popover(_("Windows"), icon=":material/width:", width="stretch"):
        every = choose(
            _("A window lasts"),
            "anomaly_series_every",
            lengths,
            lambda each: _("{n} s").format(n=f"{NUMBERS * int(each) / signal.rate:.3g}"),
            help=_("As long as two or three turns of what repeats itself in the signal."),
        )
        start, end = st.slider(
            _("Normal part of the signal, %"),
            0,
            100,
            own.normal,
            LEAST_NORMAL,
            key="anomaly_series_normal",
            bind="query-params",
            help=_("Judges learn from this part alone, so nothing strange should be in it."),
        )
    start = min(start, 100 - LEAST_NORMAL)  # both ends may stand at 100
    return OwnSignal(own.path, int(every), (start, max(end, start + LEAST_NORMAL))).name


@st.fragment
@guarded()
def train(name: str, of: Case) -> None:
    """The button that trains a model on the normal part; in its place the training that goes on."""
    last = _last(name)
    if last is not None and last.state() in ALIVE:
        st.fragment(guarded()(_watch), run_every=1.0)(last)
        return
    if last is not None:
        _tell_trouble(last)
    from aecore.models import MODELS  # torch with them
    from aecore.training.cost import expected_seconds

    left, right = st.columns([2, 3], vertical_alignment="bottom")
    with left:
        family = choose(
            _("Family"),
            "anomaly_series_family",
            list(FAMILIES),
            lambda each: _(MODELS[each].title),
            kind="row",
            label_visibility="collapsed",
        )
    plan = _plan(name, of, family)
    takes = duration(expected_seconds(plan))
    with right:
        words = _("Train it on the normal part: about {time}").format(time=takes)
        if st.button(words, icon=":material/play_arrow:", type="primary"):
            Run.begin(plan)
            st.rerun()


def _plan(name: str, of: Case, family: str) -> Plan:
    count = len(of.normal)
    least, most = EPOCHS
    epochs = max(least, min(most, LOOKS // count))
    recipe = Recipe(epochs=epochs, batch_size=min(128, usual_batch_size(count)))
    settings = {"latent_dim": NUMBERS_IN_CODE, **FAMILIES[family]}
    return Plan(family, settings, name, recipe)


def _last(name: str) -> Run | None:
    """The newest training on these windows, if there is one."""
    for run in runs():
        try:
            if run.plan().dataset == name:
                return run
        except Problem:  # damaged, or of another version
            continue
    return None


def _tell_trouble(run: Run) -> None:
    """Say why a training came to nothing."""
    status = run.status()
    if status["state"] == "failed":
        st.error(tell(Problem(status["sentence"], **status.get("values", {}))))
    elif status["state"] == "died":
        st.error(_("The process ended without a word, as when a computer is switched off."))


def _watch(run: Run) -> None:
    """How far a training is, and its stop."""
    from aecore.models import MODELS

    status = run.status()
    if status["state"] not in ALIVE:
        if run.checkpoint.is_file():
            st.session_state[NEXT] = {"anomaly_judge": run.name}
        st.rerun()
    plan = run.plan()
    done = (len(run.epochs()) + float(status.get("share", 0.0))) / plan.recipe.epochs
    left, right = st.columns([4, 1], vertical_alignment="center")
    said = states.titled(_(MODELS[plan.family].title), status["state"])
    if "seconds_left" in status:
        said += " · " + _("{time} left").format(time=duration(status["seconds_left"]))
    left.progress(min(1.0, done), said)
    with right:
        teacher.stop_button(run, "anomaly-series-stop")
