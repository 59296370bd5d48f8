"""Who speaks: passwords, sessions, tickets, resume tokens, and how often one may try."""
