"""A file of a visitor's own as melody A or B: handing it over, and choosing two bars of it."""

import streamlit as st

from aecore.melodies import handed
from aecore.melodies.handed import Handed, Piece
from aecore.messages import Problem
from ui import address
from ui.i18n import _, literal, ngettext, number, tell

MAX_UPLOAD = 10  # megabytes; what is too large for a melody is told in a sentence of its own


def choose_piece(end: str) -> str:
    """The field that takes a file, and the pieces in the last good one; the chosen one as a word,
    "" as long as there is none. ``end``: "a" or "b". The address keeps the word."""
    word, kept = f"melody_{end}", f"music-handed-{end}"

    def keep() -> None:
        file = st.session_state[f"music-file-{end}"]
        if file is None:  # what was made of it stays
            st.session_state.pop(f"music-complaint-{end}", None)
        else:
            _take(file.getvalue(), file.name, end)

    found: Handed | None = st.session_state.get(kept)
    if found is not None and word not in st.query_params and not st.session_state.get(word):
        st.session_state[word] = found.pieces[0].word  # another melody was looked at meanwhile
    with st.popover(
        literal(_title(end)) or _("Choose a file …"),
        icon=":material/upload_file:",
        width="stretch",
    ):
        st.file_uploader(
            _("A melody: MIDI (.mid) or ABC (.abc)"),
            key=f"music-file-{end}",
            on_change=keep,
            max_upload_size=MAX_UPLOAD,
        )
        if (problem := _complaint(end)) is not None:
            st.error(tell(problem))
        if found is not None:
            _list(found, end)
    return address.field(word)


def _complaint(end: str) -> Problem | None:
    """Why the last file was not taken."""
    found: Problem | None = st.session_state.get(f"music-complaint-{end}")
    return found


def title(end: str) -> str:
    """What the chosen piece is, for people."""
    return _title(end) or _("two bars of a file")


def remarks(end: str) -> list[str]:
    """What is to be said of the file and of the piece."""
    found: Handed | None = st.session_state.get(f"music-handed-{end}")
    piece = _chosen(end)
    if found is None or piece is None:
        return []
    shift = [_shifted(piece.shift)] if piece.shift else []
    return [tell(one) for one in found.said] + shift


def _take(content: bytes, name: str, end: str) -> None:
    """Keep what is in the file and choose its first piece; of a bad one keep why it is bad."""
    try:
        found = handed.read(content, name)
    except Problem as problem:
        st.session_state[f"music-complaint-{end}"] = problem
        return
    st.session_state.pop(f"music-complaint-{end}", None)
    st.session_state[f"music-handed-{end}"] = found
    st.session_state[f"melody_{end}"] = found.pieces[0].word


def _list(found: Handed, end: str) -> None:
    """The pieces, to choose from."""
    words = [piece.word for piece in found.pieces]
    now = st.session_state.get(f"melody_{end}")
    st.session_state[f"music-piece-{end}"] = words.index(now) if now in words else None

    def keep() -> None:
        place = st.session_state[f"music-piece-{end}"]
        if place is not None:
            st.session_state[f"melody_{end}"] = words[place]

    st.selectbox(
        _("Two bars of it"),
        range(len(words)),
        format_func=lambda place: _piece_title(found.pieces[place]),
        key=f"music-piece-{end}",
        on_change=keep,
    )


def _chosen(end: str) -> Piece | None:
    """The piece that the word means, if it is of the file that is kept."""
    found: Handed | None = st.session_state.get(f"music-handed-{end}")
    now = st.session_state.get(f"melody_{end}")
    pieces = found.pieces if found is not None else ()
    return next((one for one in pieces if one.word == now), None)


def _title(end: str) -> str:
    piece = _chosen(end)
    return _piece_title(piece) if piece is not None else ""


def _piece_title(piece: Piece) -> str:
    words = _("{title}, from bar {n}").format(title=piece.title, n=number(piece.bar))
    return words.removeprefix(", ")


def _shifted(semitones: int) -> str:
    words = ngettext(
        "Moved by {n} semitone to C major or A minor, the only keys that the model has heard.",
        "Moved by {n} semitones to C major or A minor, the only keys that the model has heard.",
        abs(semitones),
    )
    return words.format(n=f"{semitones:+d}".replace("-", "−"))
