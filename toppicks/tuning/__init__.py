"""What is chosen on validation rows, within a budget: settings, worths, weights."""
