"""What is kept, in PostgreSQL: the log and its answers, the read models, accounts, positions, keys."""
