"""The door for gunicorn: `gunicorn app:app`."""

import sys

from toppicks.errors import TopPicksError
from toppicks.web import create_app

try:
    app = create_app()
except TopPicksError as error:
    sys.exit(f"error: {error}")
