"""Who goes: plans, what they cost others, and who is asked again."""
