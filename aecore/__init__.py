"""Autoencoders on small images: data, models, corruptions, training, checkpoints, projections.

Usable without the app, from a notebook or a shell (``python -m aecore --help``).
"""
