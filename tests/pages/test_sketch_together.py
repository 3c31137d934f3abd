"""Questions of many threads, answered in one batch."""

from threading import Event, Thread

import pytest

from pages.sketch.together import Together


def test_who_waits_is_answered_in_the_next_batch():
    batches: list[list[int]] = []
    begun, go_on = Event(), Event()

    def double(numbers: list[int]) -> list[int]:
        batches.append(numbers)
        begun.set()
        assert go_on.wait(10)
        return [2 * number for number in numbers]

    ask = Together(double)
    answers: dict[int, int] = {}

    def visitor(number: int) -> Thread:
        thread = Thread(target=lambda: answers.update({number: ask(number)}))
        thread.start()
        return thread

    threads = [visitor(0)]
    assert begun.wait(10)
    threads += [visitor(number) for number in range(1, 20)]
    while ask._waiting.qsize() < 19:
        pass
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert answers == {number: 2 * number for number in range(20)}
    assert batches[0] == [0] and sorted(batches[1]) == [*range(1, 20)] and len(batches) == 2


def test_what_goes_wrong_goes_wrong_for_all_of_the_batch_and_no_longer():
    def halve(numbers: list[int]) -> list[float]:
        return [1 / number for number in numbers]

    ask = Together(halve)
    with pytest.raises(ZeroDivisionError):
        ask(0)
    assert ask(4) == 0.25
