"""What the class is asked, on every page; and the teacher's buttons that ask it.

The components talk to the routes of classroom/asking.py and classroom/events.py. Where no class
shares the server, none of them is there.
"""

from typing import TypedDict

import streamlit as st

from aecore import ownership
from browser import component
from classroom import questions
from ui.i18n import _, language

# of every page: out of its flow, a place without height would still have gaps around it
STYLE = ".st-key-class-room { position: absolute; }"


class RoomFacts(TypedDict):
    """What the component on every page is told; see browser/asking/room.js."""

    teacher: bool
    words: dict[str, str]


class AskFacts(TypedDict):
    """What the button in a lesson is told; see browser/asking/ask.js."""

    id: str
    words: dict[str, str]


class LeadFacts(TypedDict):
    """What the button that lets the class follow is told; see browser/asking/lead.js."""

    words: dict[str, str]


class TableFacts(TypedDict):
    """What the buttons beside the key are told; see browser/asking/table.js."""

    words: dict[str, str]


def show() -> None:
    """Show this visitor what the class is asked, from now on and without further runs."""
    visitor = ownership.acting()
    if visitor is None or not visitor.id:
        return
    with st.container(key="class-room"):
        facts = RoomFacts(teacher=visitor.teacher, words={**questions.words(), **words()})
        component("asking/room")(key="class-asked", data=facts)


def ask_button(id: str) -> None:
    """Let the teacher ask the class the question of a step, "CHAPTER/STEP"."""
    visitor = ownership.acting()
    if visitor is not None and visitor.teacher:
        component("asking/ask")(key=f"class-ask-{id}", data=AskFacts(id=id, words=words()))


def kept() -> None:
    """Let the teacher take all answers home as a table, or delete them."""
    visitor = ownership.acting()
    if visitor is not None and visitor.teacher:
        component("asking/table")(key="class-table", data=TableFacts(words=words()))


def lead_button() -> None:
    """Let the teacher take along whoever follows."""
    visitor = ownership.acting()
    if visitor is not None and visitor.teacher:
        component("asking/lead")(key="class-lead", data=LeadFacts(words=words()))


def words() -> dict[str, str]:
    """What a page says of a question to the class, beside what its form says."""
    return {
        "language": language(),
        "asked": _("A question to the class"),
        "askedAgain": _("Once more, now that you have talked about it"),
        "fold": _("Fold away"),
        "unfold": _("Show the question"),
        "send": _("Send my answer"),
        "change": _("Send the change"),
        "unsent": _("It can be changed until the question is closed."),
        "sent": _("Sent. It can be changed until the question is closed."),
        "changed": _("The change has not been sent yet."),
        "closed": _("Closed. Your answer has arrived."),
        "missed": _("Closed. No answer of yours has arrived."),
        "lost": _("The server can't be reached; this page goes on trying."),
        "unreached": _("The server can't be reached. Try again in a moment."),
        "refused": _("The server has refused that. Load the page anew."),
        "tooOften": _("That was too often. Wait a second."),
        "answered": _("{n} of {all} have answered"),
        "open": _("open"),
        "over": _("closed"),
        "shown": _("revealed"),
        "secondRound": _("second round"),
        "close": _("Close"),
        "askAgain": _("Ask again after talking"),
        "reveal": _("Reveal"),
        "stop": _("End the question"),
        "ask": _("Ask the class"),
        "export": _("All answers as a table"),
        "deleteAll": _("Delete all answers"),
        "goes": _("All questions and answers of the class go, nothing else."),
        "gone": _("All answers are deleted."),
        "following": _("The teacher’s screen"),
        "lead": _("Let the class follow my screen"),
        "leads": _("Who follows sees this screen"),
        "noMore": _("End it"),
        "follow": _("Follow the teacher"),
        "follows": _("You see the teacher’s screen"),
        "letGo": _("Let go"),
        "followAgain": _("Follow again"),
    }
