"""What a class is asked and answers: counted, kept through kills and damage, and forgotten."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lacking import lacking

from aecore.asking import presence, rounds
from aecore.asking.class_file import ASIDE, NAME, ClassFile, set_aside
from aecore.asking.followed import address, put_address
from aecore.asking.tally import tally
from aecore.messages import Problem

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "03-bottleneck/2"


@pytest.fixture
def file(runs_folder):
    kept = ClassFile(patience=0.2)
    yield kept
    kept.close()


def asides(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob(f"{ASIDE}*.sqlite"))


# --- rounds


def test_a_question_is_asked_answered_closed_and_revealed(file):
    assert rounds.current(file) is None and not file.path.exists()  # to look leaves no trace
    first = rounds.ask(file, QUESTION)
    assert rounds.current(file) == first == rounds.Round(first.id, QUESTION, 1, "open")
    rounds.answer(file, first.id, "anna", [0])
    rounds.answer(file, first.id, "ben", [1])
    rounds.answer(file, first.id, "anna", [2])  # changed her mind
    assert rounds.answers(file, first.id) == {"anna": [2], "ben": [1]}
    rounds.close(file, first.id)
    with pytest.raises(Problem, match="closed"):
        rounds.answer(file, first.id, "anna", [0])
    rounds.reveal(file, first.id)
    rounds.close(file, first.id)  # a click too late closes nothing again
    assert rounds.current(file).state == "revealed"
    rounds.stop(file, first.id)
    assert rounds.current(file) is None
    assert rounds.answers(file, first.id) == {"anna": [2], "ben": [1]}


def test_a_second_click_asks_nothing_anew(file):
    now = rounds.ask(file, QUESTION)
    rounds.answer(file, now.id, "anna", [0])
    assert rounds.ask(file, QUESTION) == now
    rounds.close(file, now.id)
    assert rounds.ask(file, QUESTION).id > now.id


def test_a_second_round_stands_beside_the_first(file):
    first = rounds.ask(file, QUESTION)
    rounds.answer(file, first.id, "anna", [0])
    rounds.close(file, first.id)
    second = rounds.again(file, first.id)
    assert (second.turn, second.state) == (2, "open") and second.id > first.id
    rounds.answer(file, second.id, "anna", [1])
    assert [one.id for one in rounds.turns(file, second.id)] == [first.id, second.id]
    assert rounds.answers(file, first.id) == {"anna": [0]}
    with pytest.raises(Problem, match="can't be asked again"):
        rounds.again(file, second.id)
    other = rounds.ask(file, "01-first/1")
    assert [one.id for one in rounds.turns(file, other.id)] == [other.id]


def test_what_is_said_of_another_round_changes_nothing(file):
    old = rounds.ask(file, QUESTION)
    now = rounds.ask(file, "04-noise/2")
    for late in (rounds.close, rounds.reveal, rounds.stop, rounds.again):
        with pytest.raises(Problem, match="no longer on the screens"):
            late(file, old.id)
    with pytest.raises(Problem, match="no longer on the screens"):
        rounds.answer(file, old.id, "anna", 1)
    assert rounds.current(file) == now and rounds.answers(file, old.id) == {}
    assert rounds.rows(file) == []


def test_a_round_takes_only_so_many_answers(file, monkeypatch):
    monkeypatch.setattr(rounds, "MOST_ANSWERS", 2)
    now = rounds.ask(file, QUESTION)
    rounds.answer(file, now.id, "anna", 1)
    rounds.answer(file, now.id, "ben", 1)
    with pytest.raises(Problem, match="2 have answered"):
        rounds.answer(file, now.id, "invented", 1)
    rounds.answer(file, now.id, "ben", 2)
    assert rounds.answers(file, now.id) == {"anna": 1, "ben": 2}


def test_rows_number_visitors_and_do_not_name_them(file):
    first = rounds.ask(file, QUESTION)
    rounds.answer(file, first.id, "b-digest", [0])
    second = rounds.again(file, first.id)
    rounds.answer(file, second.id, "a-digest", [1])
    rounds.answer(file, second.id, "b-digest", [1])
    found = rounds.rows(file)
    assert [(row[0], row[2], row[4], row[5]) for row in found] == [
        (first.id, 1, 1, [0]), (second.id, 2, 2, [1]), (second.id, 2, 1, [1])]  # fmt: skip
    assert "digest" not in str(found)


def test_all_is_deleted_by_one_call_and_ids_go_on(file, runs_folder):
    before = rounds.ask(file, QUESTION)
    rounds.answer(file, before.id, "anna", "a-rather-telling-answer")
    put_address(file, "/plane")
    (runs_folder / f"{ASIDE}1.sqlite").write_bytes(b"an older one")
    file.delete_all()
    assert (rounds.current(file), rounds.rows(file), address(file)) == (None, [], "")
    left = b"".join(path.read_bytes() for path in runs_folder.iterdir())
    assert b"telling" not in left and asides(runs_folder) == []
    assert rounds.ask(file, QUESTION).id > before.id


def test_many_answer_at_once_from_two_processes(file, runs_folder):
    now = rounds.ask(file, QUESTION)
    other = ClassFile()
    with ThreadPoolExecutor(8) as pool:
        for n in range(100):
            pool.submit(rounds.answer, (file, other)[n % 2], now.id, f"v{n}", n)
    assert len(rounds.answers(file, now.id)) == 100
    other.close()


def test_a_change_by_another_process_is_seen_and_a_look_is_none(file):
    now = rounds.ask(file, QUESTION)
    seen = file.version()
    rounds.answers(file, now.id)
    assert file.version() == seen
    other = ClassFile()
    rounds.answer(other, now.id, "anna", 1)
    other.close()
    assert file.version() != seen


def test_the_address_that_is_followed(file):
    assert address(file) == ""
    put_address(file, "/plane?at=0.5~1")
    put_address(file, "/map")
    assert address(file) == "/map"
    put_address(file, "")
    assert address(file) == ""


def test_visitors_of_all_processes_count_until_theirs_has_ended(file, monkeypatch):
    presence.put_present(file, "one", 12)
    presence.put_present(file, "one", 13)
    presence.put_present(file, "two", 4)
    assert presence.present(file) == 17
    later = time.monotonic() + presence.GONE + 1
    monkeypatch.setattr("aecore.asking.presence.time.monotonic", lambda: later)
    presence.put_present(file, "two", 5)
    assert presence.present(file) == 5


# --- counting


CHOOSE = {"form": "choose", "options": ["a", "b", "c"]}


@pytest.mark.parametrize(
    ("facts", "answers", "counted"),
    [
        (CHOOSE, [[0], [2], [0, 2]], [2, 0, 2]),
        (CHOOSE, [], [0, 0, 0]),
        ({"form": "order", "options": ["a", "b"]}, [[0, 1], [1, 0], [1, 0]], [[1, 2], [2, 1]]),
        ({"form": "number", "from": 0.0, "to": 1.0}, [0.0, 0.049, 0.05, 1.0],
         [2, 1, *[0] * 16, 1]),
        ({"form": "point"}, [[0.5, 1.5]], [[0.5, 1.5]]),
        ({"form": "drawing"}, ["MAUBAg"], ["MAUBAg"]),
    ],
)  # fmt: skip
def test_answers_are_counted(facts, answers, counted):
    found = tally(facts, answers)
    assert found == counted or facts["form"] == "number" and sum(found) == len(answers)


def test_clouds_and_drawings_are_no_endless_list():
    assert len(tally({"form": "point"}, [[0.0, 0.0]] * 2000)) == 300
    assert len(tally({"form": "drawing"}, ["MAUBAg"] * 2000)) == 60


# --- faults


def test_no_acknowledged_answer_is_lost_by_a_kill(file, runs_folder):
    now = rounds.ask(file, QUESTION)
    script = f"""
from aecore.asking import rounds
from aecore.asking.class_file import ClassFile
file, n = ClassFile(), 0
while True:
    rounds.answer(file, {now.id}, f"visitor-{{n}}", n)
    print(n, flush=True)
    n += 1
"""
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as server:
        told = [int(server.stdout.readline()) for _ in range(200)][-1]
        server.kill()
        told = max([told, *map(int, server.stdout.read().split())])
    kept = rounds.answers(file, now.id)
    assert [kept[f"visitor-{n}"] for n in range(told + 1)] == list(range(told + 1))
    rounds.answer(file, now.id, "after", 1)  # it has left no lock


@pytest.mark.parametrize("damage", ["garbage", "header", "middle", "foreign", "short"])
def test_a_damaged_file_is_set_aside_told_and_a_new_one_begun(file, runs_folder, damage):
    now = rounds.ask(file, QUESTION)
    for n in range(300):
        rounds.answer(file, now.id, f"visitor-{n}", "x" * 500)
    file.close()
    path = runs_folder / NAME
    content = path.read_bytes()
    if damage == "foreign":
        path.unlink()
        with sqlite3.connect(path) as other:
            other.execute("CREATE TABLE rounds (something TEXT)")
        other.close()
    else:
        wrong = {
            "garbage": os.urandom(20_000),
            "header": b"no database" + content[11:],
            "middle": content[:4096] + b"\xff" * (len(content) - 4096),
            "short": content[:6000],
        }
        path.write_bytes(wrong[damage])
    begun = rounds.ask(file, "04-noise/2")
    assert rounds.current(file) == begun and asides(runs_folder) == [f"{ASIDE}1.sqlite"]
    assert "was damaged" in str(set_aside(file)) and f"{ASIDE}1.sqlite" in str(set_aside(file))
    rounds.ask(file, QUESTION)
    assert set_aside(file) is None  # it has been told


def test_damage_while_it_is_open_is_met_too(file, runs_folder):
    now = rounds.ask(file, QUESTION)
    rounds.answer(file, now.id, "anna", 1)
    with (runs_folder / NAME).open("r+b") as out:
        out.write(b"\0" * 100_000)
    (runs_folder / f"{NAME}-wal").write_bytes(b"")
    rounds.ask(file, "04-noise/2")
    assert rounds.current(file).question == "04-noise/2"


def test_a_locked_file_is_set_aside_by_one_of_two_processes(file, runs_folder):
    rounds.ask(file, QUESTION)
    other = ClassFile(patience=0.2)
    assert rounds.current(other).question == QUESTION
    lock = sqlite3.connect(runs_folder / NAME, isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(rounds.ask, one, "04-noise/2") for one in (file, other)]
    assert all(one.result().question == "04-noise/2" for one in asked)
    lock.close()
    assert asides(runs_folder) == [f"{ASIDE}1.sqlite"]
    assert rounds.current(file) == rounds.current(other)
    assert set_aside(file) is None or "locked" in str(set_aside(file))
    other.close()


def test_a_lock_that_does_not_last_is_waited_for(runs_folder):
    file = ClassFile(patience=5)
    now = rounds.ask(file, QUESTION)
    lock = sqlite3.connect(runs_folder / NAME, isolation_level=None, check_same_thread=False)
    lock.execute("BEGIN EXCLUSIVE")
    threading.Timer(0.3, lock.close).start()
    rounds.answer(file, now.id, "anna", 1)
    assert rounds.answers(file, now.id) == {"anna": 1} and asides(runs_folder) == []
    file.close()


def test_a_file_deleted_by_hand_is_begun_anew(file, runs_folder):
    rounds.ask(file, QUESTION)
    for path in list(runs_folder.glob(f"{NAME}*")):
        path.unlink()
    assert rounds.current(file) is None
    assert rounds.current(file) is None and rounds.ask(file, QUESTION).turn == 1


def test_a_clock_that_is_set_back_changes_nothing(file, monkeypatch):
    first = rounds.ask(file, QUESTION)
    real = time.time()
    monkeypatch.setattr("time.time", lambda: real - 10 * 86_400)
    second = rounds.ask(file, "04-noise/2")
    rounds.answer(file, second.id, "anna", 1)
    assert second.id > first.id and rounds.current(file) == second


def test_a_full_disk_is_told_and_nothing_is_half_written(runs_folder):
    runs_folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=512k", "none", runs_folder]).returncode:
        lacking("needs the right to mount")
    file = ClassFile()
    try:
        now = rounds.ask(file, QUESTION)
        kept = 0
        with pytest.raises(Problem, match="[Dd]isk") as told:
            for kept in range(100_000):
                rounds.answer(file, now.id, f"visitor-{kept % 2000}-{kept}", "x" * 3000)
        assert "\n" not in str(told.value)
        assert len(rounds.answers(file, now.id)) == kept and asides(runs_folder) == []
        assert all(len(one) == 3000 for one in rounds.answers(file, now.id).values())
    finally:
        file.close()
        subprocess.run(["umount", runs_folder], check=True)


def test_a_folder_that_cannot_be_written_is_told(runs_folder):
    runs_folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "none", runs_folder]).returncode:
        lacking("needs the right to mount")
    file = ClassFile()
    try:
        assert rounds.current(file) is None
        with pytest.raises(Problem, match="can't be kept in .*AECORE_RUNS_DIR"):
            rounds.ask(file, QUESTION)
        assert list(runs_folder.iterdir()) == []
    finally:
        subprocess.run(["umount", runs_folder], check=True)


def test_a_file_in_the_folders_place_is_told(runs_folder):
    runs_folder.write_text("no folder")
    with pytest.raises(Problem, match="can't be kept in"):
        rounds.ask(ClassFile(), QUESTION)


def test_an_answer_that_is_no_json_is_not_kept(file):
    now = rounds.ask(file, QUESTION)
    with pytest.raises(ValueError):
        rounds.answer(file, now.id, "anna", float("nan"))
    assert rounds.answers(file, now.id) == {}
    assert json.dumps(rounds.rows(file)) == "[]"
