"""What the units that stay behind are worth to those who call next."""
