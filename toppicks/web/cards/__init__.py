"""What the pages' templates are given: items and people as they are shown, and the words."""
