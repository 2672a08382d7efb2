"""Files of any kind as tables of text: nothing is guessed, nothing is converted here."""
