"""What the API is asked and what it answers: a model for each, with examples."""
