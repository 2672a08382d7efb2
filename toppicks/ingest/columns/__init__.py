"""What the columns of a table are, and what their cells say."""
