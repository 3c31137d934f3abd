"""What is wrong in a chapter's file, and in which line."""

from aecore.messages import Problem


class Misprint(Problem):
    """A Problem of a file that people write; ``line`` counts from 1."""

    def __init__(self, line: int, sentence: str, **values: object) -> None:
        super().__init__(sentence, **values)
        self.line = line

    @classmethod
    def at(cls, line: int, problem: Problem) -> "Misprint":
        """Another problem, of this line."""
        return cls(line, problem.sentence, **problem.values)
