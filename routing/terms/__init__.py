"""What the rooms of routing give each other: questions and answers, what was weighed, what a policy owes."""
