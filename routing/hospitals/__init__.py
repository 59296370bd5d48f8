"""Which hospital for which patient, and what that weighed."""
