"""What every screen sees now: rows by rights, numbered changes, log lines, positions, units' outboxes."""
