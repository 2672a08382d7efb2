"""What somebody's deeds mean: kinds of events, scales, and one row for each user and item."""
