"""How it goes: clocks, comparisons of policies, and looks back."""
