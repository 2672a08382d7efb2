"""The door for training: `python model.py` writes `model.pkl`."""

import sys

from toppicks.cli import main

if __name__ == "__main__":
    sys.exit(main())
