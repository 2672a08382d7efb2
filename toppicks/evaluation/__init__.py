"""How good it is, told honestly: splits, metrics, the contest and its report."""
