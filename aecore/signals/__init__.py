"""Signals: values along a time, cut into windows, which models take as they take images."""
