"""Covers drawn for anything that has a title."""

from toppicks.covers.drawing import draw_cover

__all__ = ["draw_cover"]
