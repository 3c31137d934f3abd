"""Asking the class: what the teacher commands, and what a visitor answers."""

import csv
import io
import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from aecore.asking import rounds
from aecore.asking.class_file import ClassFile
from aecore.messages import Problem
from aecore.ownership import Visitor
from classroom import visitors
from classroom.asked import LONGEST_ID, asked, drawing_in
from classroom.commands import Said, allowed, command, language_of, tell, text, whole
from ui import i18n

COLUMNS = ("round", "question", "turn", "opened", "visitor", "answer", "words")


def routes(file: ClassFile) -> list[Route]:
    """``POST /class/answer`` for everybody; for the teacher ask, close, reveal, again, stop and
    delete, and ``GET /class/export.csv``."""

    def answer(visitor: Visitor, said: Said) -> None:
        now = rounds.current(file)
        if now is None or now.id != whole(said, "round"):
            raise Problem(rounds.GONE)
        question = asked(now.question)
        drawn = drawing_in(said.get("drawing")) if question.needs_drawing else ""
        rounds.answer(file, now.id, visitor.id, question.read(said.get("answer")), drawn)

    def ask(_visitor: Visitor, said: Said) -> None:
        rounds.ask(file, asked(text(said, "question", LONGEST_ID)).id)

    def close(_visitor: Visitor, said: Said) -> None:
        rounds.close(file, whole(said, "round"))

    def reveal(_visitor: Visitor, said: Said) -> None:
        rounds.reveal(file, whole(said, "round"))

    def again(_visitor: Visitor, said: Said) -> None:
        rounds.again(file, whole(said, "round"))

    def stop(_visitor: Visitor, said: Said) -> None:
        rounds.stop(file, whole(said, "round"))

    def delete(_visitor: Visitor, _said: Said) -> None:
        file.delete_all()

    async def export(request: Request) -> Response:
        if allowed(request, teacher=True) is None:
            return Response(status_code=403)
        language = language_of(request)
        try:
            with i18n.speaking(language):
                content = await run_in_threadpool(_csv, file)
        except Problem as problem:
            return JSONResponse({"said": tell(problem, language)}, status_code=409)
        headers = {"Content-Disposition": 'attachment; filename="class.csv"'}
        return Response(content, media_type="text/csv; charset=utf-8", headers=headers)

    teachers = [
        command(do.__name__, do, teacher=True) for do in (ask, close, reveal, again, stop, delete)
    ]
    path = f"{visitors.base()}/class/export.csv"
    return [command("answer", answer), *teachers, Route(path, export)]


def _csv(file: ClassFile) -> str:
    """All answers, a row each; with a mark at its beginning by which Excel knows UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    table = csv.writer(out)
    table.writerow(COLUMNS)
    for id, question, turn, opened, visitor, answer in rounds.rows(file):
        words = _words(question, answer)
        table.writerow([id, question, turn, opened, visitor, json.dumps(answer), words])
    return out.getvalue()


def _words(id: str, answer: Any) -> str:
    """The options that an answer names, in its order; "" where it names none."""
    try:
        options = asked(id).facts().get("options", [])
        words = "; ".join(options[each] for each in answer) if options else ""
    except (Problem, LookupError, TypeError):  # the chapter is another one now
        return ""
    # no table shall take an option for a formula
    return f"'{words}" if words.startswith(("=", "+", "-", "@")) else words
