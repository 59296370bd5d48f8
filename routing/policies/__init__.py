"""Ways to decide who goes: one policy per file, chosen by name; the contract is `routing.terms.policy`."""
