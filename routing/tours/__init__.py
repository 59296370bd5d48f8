"""Work that is known beforehand: who takes whom when, over a day."""
