"""Melodies: tunes from notation and MIDI, and the windows of two bars that models take."""
