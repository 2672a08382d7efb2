"""What `data/github_stars.py` is made of: asking GitHub politely, and going on where it stopped."""
