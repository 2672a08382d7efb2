"""What is learnt offline: LightFM's hybrid and the linear fold-in."""
