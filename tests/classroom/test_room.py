"""What a page says of a question to the class stands beside what its form says."""

from classroom import questions, room


def test_no_word_of_the_class_takes_the_place_of_one_of_the_form():
    assert set(room.words()) & set(questions.words()) == {"language"}
