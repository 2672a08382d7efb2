"""What `/model` shows: a training run's report, in words and pictures."""
