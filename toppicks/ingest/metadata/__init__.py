"""What is known of items and people, and the features that it makes."""
