"""The trained model at work: picks, items, people, search. Needs numpy alone."""
