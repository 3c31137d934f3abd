strokes = "|" * n  # as many as there are
