"""Travel times over the road graph: weights by vehicle class, matrices and routes from the same weights."""
