"""What many sessions ask a model at the same time, answered in one batch."""

from collections.abc import Callable
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Generic, TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


class Together(Generic[Question, Answer]):
    """Asks ``answer`` for everybody who is waiting: it gets their questions, the first one first.

    To a small model ten images are hardly more work than one: most of it is to fetch the weights
    and to call the layers. While one batch is computed the next one gathers; who is alone does
    not wait. ``answer`` gives one answer for each question; what it raises, all of them get.
    """

    def __init__(self, answer: Callable[[list[Question]], list[Answer]]) -> None:
        self._answer = answer
        self._waiting: SimpleQueue[tuple[Question, Future[Answer]]] = SimpleQueue()
        self._turn = Lock()

    def __call__(self, question: Question) -> Answer:
        mine: Future[Answer] = Future()
        self._waiting.put((question, mine))
        with self._turn:
            if not mine.done():  # nobody before has answered it along with theirs
                self._answer_all()
        return mine.result()

    def _answer_all(self) -> None:
        questions: list[Question] = []
        futures: list[Future[Answer]] = []
        while True:
            try:
                question, future = self._waiting.get_nowait()
            except Empty:
                break
            questions.append(question)
            futures.append(future)
        try:
            answers = self._answer(questions)
        except Exception as error:
            for future in futures:
                future.set_exception(error)
            return
        for future, answer in zip(futures, answers, strict=True):
            future.set_result(answer)
