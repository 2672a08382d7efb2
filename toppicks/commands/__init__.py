"""What `python model.py` can do, a command a file."""
