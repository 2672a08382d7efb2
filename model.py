"""The door for training: `python model.py`."""

import sys

if __name__ == "__main__":
    try:
        # Here, because it takes a second, in which somebody may change their mind.
        from toppicks.cli import main

        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
