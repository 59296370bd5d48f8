"""Who can be where, when: the road graph, travel times over it, and the policies that choose units."""
