"""What came live, for a training: events, items and tombstones from the site's store."""
