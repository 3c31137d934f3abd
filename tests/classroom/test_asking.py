"""Asking the class through a real server: who may, what is refused, what everybody is told."""

import csv
import hashlib
import io
import itertools
import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
import requests
from itsdangerous import TimestampSigner
from machine import running_app

from aecore.asking import rounds
from aecore.asking.class_file import NAME, ClassFile
from classroom import asked, listening, visitors
from classroom.visitors import KEY, TEACHER, VISITOR
from ui import i18n

SECRET = "apple cake 17"
CHAPTER = """# Numbers

## Which one
```question
form: choose
ask: <b>Which</b> one is it?
- <img src=x onerror="document.title='broken'">
- [x] =right
- neither
```

## How many
```question
form: number
ask: How many?
right: 0.4
tolerance: 0.1
from: 0
to: 1
```

## No question
"""
GERMAN = CHAPTER.replace("<b>Which</b> one is it?", "Welche ist es?")
ONE, MANY = "a-class/2", "a-class/3"


_visits = itertools.count()


def token(name: str) -> str:
    return (name * 43)[:43]


def newcomer(name: str) -> str:
    """A visitor who has not been here in another test: how often somebody answers is limited."""
    return f"{name}{next(_visits)}-"


@pytest.fixture(scope="module")
def lessons(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lessons")
    chapter = folder / "course" / "a-class"
    chapter.mkdir(parents=True)
    (chapter / "en.md").write_text(CHAPTER)
    (chapter / "de.md").write_text(GERMAN)
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    return tmp_path_factory.mktemp("class-runs")


@pytest.fixture(scope="module")
def server(runs, lessons):
    environment = {KEY: SECRET, "AECORE_RUNS_DIR": str(runs), "AECORE_LESSONS_DIR": str(lessons)}
    with running_app(**environment) as (address, _):
        yield address


@pytest.fixture
def keyed(monkeypatch):
    monkeypatch.setenv(KEY, SECRET)


@pytest.fixture
def file(runs):
    """What the server keeps, looked at from beside it; empty at first."""
    kept = ClassFile(runs / NAME)
    kept.delete_all()
    yield kept
    kept.close()


class Browser:
    """What one visitor's browser sends."""

    def __init__(self, server: str, name: str, teacher: bool = False) -> None:
        self.server = server
        self.id = hashlib.sha256(token(name).encode()).hexdigest()[:16]
        self.cookies = {VISITOR: token(name)}
        if teacher:
            signer = TimestampSigner(SECRET, salt="teacher", digest_method=hashlib.sha256)
            self.cookies[TEACHER] = signer.sign(self.id).decode()
        self.headers = {"Origin": server}

    def post(self, what: str, said: object = None, **headers: str) -> requests.Response:
        body = said if isinstance(said, bytes) else json.dumps(said or {}).encode()
        return requests.post(
            f"{self.server}/class/{what}",
            data=body,
            cookies=self.cookies,
            headers={**self.headers, **headers},
            timeout=10,
        )

    def answers(self, round: int, answer: object) -> int:
        return self.post("answer", {"round": round, "answer": answer}).status_code

    @contextmanager
    def listening(self, language: str = "en") -> Iterator["Heard"]:
        with requests.get(
            f"{self.server}/class/events?lang={language}",
            cookies=self.cookies,
            stream=True,
            timeout=20,
        ) as stream:
            assert stream.status_code == 200
            yield Heard(stream)


class Heard:
    """The events of a stream, the last of each name."""

    def __init__(self, stream: requests.Response) -> None:
        self.stream = stream
        self.lines = stream.iter_lines(chunk_size=1)
        self.last: dict[str, dict] = {}
        self.names: list[str] = []

    def until(self, name: str, wanted) -> dict:
        """The next event of that name of which ``wanted`` is true."""
        heard = ""
        for line in self.lines:
            if line.startswith(b"event: "):
                heard = line[7:].decode()
            elif line.startswith(b"data: "):
                self.names.append(heard)
                self.last[heard] = json.loads(line[6:])
                if heard == name and wanted(self.last[name]):
                    return self.last[name]
        raise AssertionError("the stream has ended")


@pytest.fixture
def teacher(server, file):
    return Browser(server, newcomer("t"), teacher=True)


@pytest.fixture
def anna(server):
    return Browser(server, newcomer("a"))


def ask(teacher: Browser, file: ClassFile, question: str = ONE) -> int:
    assert teacher.post("ask", {"question": question}).status_code == 204
    return rounds.current(file).id


def test_a_class_is_asked_answers_and_is_shown_what_is_right(teacher, anna, file):
    ben = Browser(anna.server, newcomer("b"))
    with anna.listening("de") as hers, ben.listening() as his, teacher.listening() as ours:
        assert hers.until("round", lambda told: True) == {"round": None}
        now = ask(teacher, file)
        told = hers.until("round", lambda told: told["round"])
        assert told["round"] == {"id": now, "turn": 1, "state": "open"}
        assert told["question"]["ask"] == "Welche ist es?" and told["answer"] is None
        assert "right" not in told["question"] and told["revealed"] is None
        assert his.until("round", lambda told: told["round"])["question"]["ask"].startswith("<b>")
        assert anna.answers(now, [0]) == 204
        ours.until("count", lambda told: told["rounds"] == [{"n": 1, "tally": [1, 0, 0]}])
        assert anna.answers(now, [1]) == 204 and ben.answers(now, [2]) == 204
        counted = ours.until("count", lambda told: told["rounds"] == [{"n": 2, "tally": [0, 1, 1]}])
        assert (counted["answered"], counted["present"]) == (2, 2)
        assert teacher.post("close", {"round": now}).status_code == 204
        closed = hers.until("round", lambda told: told["round"]["state"] == "closed")
        assert closed["answer"] == [1] and closed["rounds"] == []
        assert anna.answers(now, [0]) == 409
        assert teacher.post("again", {"round": now}).status_code == 204
        second = hers.until("round", lambda told: told["round"]["turn"] == 2)["round"]["id"]
        assert anna.answers(second, [1]) == 204 and ben.answers(second, [1]) == 204
        assert teacher.post("reveal", {"round": second}).status_code == 204
        shown = his.until("round", lambda told: told["revealed"])
        assert shown["revealed"]["right"] == [1] and shown["revealed"]["verdict"] is True
        assert [each["tally"] for each in shown["rounds"]] == [[0, 1, 1], [0, 2, 0]]
        assert teacher.post("stop", {"round": second}).status_code == 204
        assert his.until("round", lambda told: not told["round"]) == {"round": None}
        assert "count" not in hers.names + his.names


def test_who_comes_later_or_again_sees_the_question_and_the_own_answer(teacher, anna, file):
    now = ask(teacher, file)
    assert anna.answers(now, [2]) == 204
    with anna.listening() as heard:
        told = heard.until("round", lambda told: told["round"])
    assert told["answer"] == [2] and told["round"]["state"] == "open"
    with Browser(anna.server, newcomer("c")).listening() as heard:
        assert heard.until("round", lambda told: told["round"])["answer"] is None


@pytest.mark.parametrize(
    "answer",
    [[3], [-1], [0, 0], [0, 1], [True], ["0"], [0.0], [], None, "0", {"a": 1}, 10**400, [[]]],
    ids=str,
)
def test_what_is_no_answer_is_refused(teacher, anna, file, answer):
    now = ask(teacher, file)
    assert anna.answers(now, answer) == 409
    assert rounds.answers(file, now) == {}


@pytest.mark.parametrize(
    "body",
    [b'{"round": ROUND, "answer": NaN}', b'{"round": ROUND, "answer": Infinity}',
     b'{"round": ROUND, "answer": 1e999}', b'{"round": ROUND, "answer": 1.01}', b"[" * 5000,
     b"\xff\xfe", b'"text"', b'{"round": "ROUND", "answer": 0.5}', b'{"answer": 0.5}',
     b'{"round": ROUND.0, "answer": 0.5}', b'{"round": ROUND, "answer": 0.5, "x": "' + b"y" * 9000
     + b'"}'],
)  # fmt: skip
def test_a_body_that_no_page_of_ours_sends_is_refused(teacher, anna, file, body):
    now = ask(teacher, file, MANY)
    sent = anna.post("answer", body.replace(b"ROUND", str(now).encode()))
    assert sent.status_code in (400, 409, 413)
    assert rounds.answers(file, now) == {}
    assert anna.answers(now, 0.5) == 204


def test_an_answer_is_to_the_question_on_the_screens_alone(teacher, anna, file):
    old = ask(teacher, file, MANY)
    now = ask(teacher, file)
    for other in (old, now + 1, 0, -1, 2**60):
        assert anna.answers(other, [1]) == 409
    assert rounds.answers(file, now) == {} and rounds.answers(file, old) == {}


@pytest.mark.parametrize("what", ["ask", "close", "reveal", "again", "stop", "delete"])
def test_only_the_teacher_commands(teacher, anna, file, what, keyed):
    now = ask(teacher, file)
    said = {"round": now, "question": MANY}
    forged = Browser(anna.server, newcomer("f"))
    stolen = Browser(anna.server, newcomer("s"))
    stolen.cookies[TEACHER] = teacher.cookies[TEACHER]  # without the teacher's other cookie
    forged.cookies[TEACHER] = forged.id + ".aaaaaa." + "b" * 43
    nobody = Browser(anna.server, newcomer("n"))
    nobody.cookies = {TEACHER: teacher.cookies[TEACHER]}
    for sender in (anna, forged, stolen, nobody):
        assert sender.post(what, said).status_code == 403
    assert teacher.post(what, said, Origin="http://elsewhere.example").status_code == 403
    assert teacher.post(what, said, Origin="null").status_code == 403
    assert rounds.current(file) == rounds.Round(now, ONE, 1, "open")


def test_nobody_answers_from_elsewhere_or_without_a_cookie(teacher, anna, file):
    now = ask(teacher, file)
    said = {"round": now, "answer": [1]}
    for headers in ({"Origin": "http://elsewhere.example"}, {"Origin": ""}):
        assert anna.post("answer", said, **headers).status_code == 403
    anna.cookies = {VISITOR: "short"}
    assert anna.post("answer", said).status_code == 403
    assert requests.get(f"{anna.server}/class/events", timeout=10).status_code == 403
    assert rounds.answers(file, now) == {}


@pytest.mark.parametrize(
    "question",
    ["a-class/4", "a-class/99", "a-class/0", "a-class", "../a-class/2", "nothing/1", "", 3, None,
     "x" * 5000, "a-class/2\n"],
)  # fmt: skip
def test_what_is_no_question_is_not_asked(teacher, file, question):
    assert teacher.post("ask", {"question": question}).status_code == 409
    assert rounds.current(file) is None


def test_problems_are_told_in_the_language_of_the_page(teacher, anna, file):
    said = anna.post("answer?lang=de", {"round": 1, "answer": [1]}).json()["said"]
    assert said.startswith("Diese Frage ist nicht mehr")
    assert "no longer" in anna.post("answer?lang=../x", {"round": 1}).json()["said"]


def test_a_visitor_who_floods_is_held_up_and_nobody_else(teacher, anna, file):
    now = ask(teacher, file)
    ben = Browser(anna.server, newcomer("b"))
    over = threading.Event()
    seen: list[int] = []

    def flood() -> None:
        with requests.Session() as session:
            while not over.is_set():
                sent = session.post(
                    f"{anna.server}/class/answer",
                    data=json.dumps({"round": now, "answer": [0]}),
                    cookies=anna.cookies,
                    headers=anna.headers,
                    timeout=20,
                )
                seen.append(sent.status_code)

    with ThreadPoolExecutor(32) as pool:
        try:
            for _ in range(32):
                pool.submit(flood)
            time.sleep(1.5)
            waits = []
            for _ in range(5):
                begun = time.monotonic()
                assert ben.answers(now, [1]) == 204
                waits.append(time.monotonic() - begun)
                time.sleep(0.1)
        finally:
            over.set()
    assert sorted(waits)[2] < 2  # 10 ms on a quiet machine, 4 s without a limit
    assert set(seen) == {204, 429} and seen.count(204) < 60
    assert len(rounds.answers(file, now)) == 2


def test_while_the_file_is_locked_pages_come_and_no_answer_is_lost(teacher, file, runs):
    now = ask(teacher, file)
    pupils = [Browser(teacher.server, newcomer("l")) for _ in range(50)]
    other = sqlite3.connect(runs / NAME, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with ThreadPoolExecutor(50) as pool:
        answers = [pool.submit(pupil.answers, now, [1]) for pupil in pupils]
        time.sleep(0.5)  # all wait for the file
        begun = time.monotonic()
        assert requests.get(teacher.server, timeout=10).ok
        assert time.monotonic() - begun < 3  # it was 4.3 s
        other.execute("ROLLBACK")
        assert {each.result() for each in answers} == {204}
    other.close()
    assert len(rounds.answers(file, now)) == 50


def test_a_visitor_listens_with_so_many_pages_and_no_more(server, file):
    greedy = Browser(server, "g")
    streams = []
    try:
        for _ in range(14):
            streams.append(requests.get(
                f"{server}/class/events", cookies=greedy.cookies, stream=True, timeout=10
            ))  # fmt: skip
        assert [one.status_code for one in streams] == [200] * 12 + [429] * 2
    finally:
        for one in streams:
            one.close()


def test_all_answers_are_exported_to_the_teacher(teacher, anna, file):
    now = ask(teacher, file)
    assert anna.answers(now, [1]) == 204
    url = f"{anna.server}/class/export.csv"
    assert requests.get(url, cookies=anna.cookies, timeout=10).status_code == 403
    sent = requests.get(url, cookies=teacher.cookies, timeout=10)
    table = list(csv.DictReader(io.StringIO(sent.content.decode("utf-8-sig"))))
    assert [(row["question"], row["turn"], row["visitor"], row["answer"]) for row in table] == [
        (ONE, "1", "1", "[1]")
    ]
    assert table[0]["words"] == "'=right"  # no formula
    assert anna.id not in sent.text and "attachment" in sent.headers["content-disposition"]
    assert teacher.post("delete").status_code == 204
    sent = requests.get(url, cookies=teacher.cookies, timeout=10)
    assert len(sent.text.splitlines()) == 1


def test_a_killed_server_loses_nothing_and_a_stopped_one_ends_its_streams(tmp_path, lessons, keyed):
    environment = {
        KEY: SECRET, "AECORE_RUNS_DIR": str(tmp_path), "AECORE_LESSONS_DIR": str(lessons)
    }  # fmt: skip
    file = ClassFile(tmp_path / NAME)
    with running_app(**environment) as (address, process):
        teacher, anna = Browser(address, "t", teacher=True), Browser(address, "a")
        now = ask(teacher, file)
        assert anna.answers(now, [1]) == 204
        process.kill()
        process.wait()
    with running_app(**environment) as (address, process):
        anna = Browser(address, "a")
        with anna.listening() as heard:
            told = heard.until("round", lambda told: True)
            assert told["answer"] == [1] and told["round"]["id"] == now
            begun = time.monotonic()
            process.terminate()
            assert b"".join(heard.stream.iter_content()) is not None
            process.wait(timeout=5)
            assert time.monotonic() - begun < 5
    file.close()


def test_two_servers_share_a_class(server, runs, lessons, teacher, anna, file):
    environment = {KEY: SECRET, "AECORE_RUNS_DIR": str(runs), "AECORE_LESSONS_DIR": str(lessons)}
    with running_app(**environment) as (second, _):
        ben = Browser(second, "b")
        with ben.listening() as his, anna.listening() as hers, teacher.listening() as ours:
            now = ask(teacher, file)
            for heard in (his, hers):
                assert heard.until("round", lambda told: told["round"])["round"]["id"] == now
            assert ben.answers(now, [1]) == 204
            ours.until("count", lambda told: told["answered"] == 1 and told["present"] == 2)


def test_what_cannot_be_shown_stands_in_the_log_once(tmp_path, monkeypatch, caplog):
    file = ClassFile(tmp_path / NAME)
    rounds.ask(file, "gone/1")
    monkeypatch.setattr(listening, "read", lambda file: [][0])
    watcher = listening.Watcher(file)
    for _ in range(3):
        watcher._look(0)
    assert len(caplog.records) == 1
    rounds.ask(file, "gone/2")
    watcher._look(0)
    assert len(caplog.records) == 2
    file.close()


def test_without_a_key_there_is_no_class(tmp_path, monkeypatch):
    with running_app(AECORE_RUNS_DIR=str(tmp_path), **{KEY: ""}) as (address, _):
        teacher = Browser(address, "t", teacher=True)
        assert teacher.post("ask", {"question": ONE}).status_code == 403
        sent = requests.get(f"{address}/class/events", cookies=teacher.cookies, timeout=10)
        assert sent.status_code == 404
    assert not (tmp_path / NAME).exists()


def test_ids_of_visitors_are_those_of_their_cookies(keyed):
    assert Browser("", "a").id == visitors._visitor(token("a"), "").id


def test_who_has_no_drawing_is_told_of_it_in_no_reproach(mnist_folder):
    with i18n.speaking("de"):
        told = asked.revealed(asked.asked("05-plane/4"), None)
    assert told["right"] is None and told["verdict"] is None
    assert "eigenen Zeichnung" in told["said"]
