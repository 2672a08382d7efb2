"""The site and its API."""

from toppicks.web.application import create_app

__all__ = ["create_app"]
