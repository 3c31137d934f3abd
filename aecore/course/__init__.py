"""The course: chapters of steps, each with words, a view of a screen and perhaps a question.

A chapter is one Markdown file a language, see chapter.py. What is right is computed from the
models where it can be, see values.py. Nothing here draws; a classroom, a printed page and the
command line ask the same questions.
"""
