"""Scores, ranks and their meaning: the same code in the contest and on the site."""
