"""Covers drawn for anything that has a title."""

from toppicks.web.covers.drawing import draw_cover

__all__ = ["draw_cover"]
