"""What comes in: commands made ready for the rules, drafts, accounts, a first fleet."""
