"""Words into candidates: the grammar of Vietnamese addresses, the gazetteer's keys, the ranking."""
