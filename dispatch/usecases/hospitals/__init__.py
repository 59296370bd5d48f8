"""Which hospital: what speaks for and against each, told and kept."""
