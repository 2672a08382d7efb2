"""Top Picks: bring a file of who liked what, get a recommender."""
