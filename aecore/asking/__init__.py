"""What a class is asked and answers, kept in one file that several server processes share.

class_file.py keeps the file whole, rounds.py asks and takes answers, followed.py keeps the address
that the class follows, tally.py counts. Nothing here knows of pages or of requests.
"""
