"""Ways to decide who goes: one policy per file, chosen by name, all under the contract of `contract`."""
