"""From files to `Interactions` and item features."""
