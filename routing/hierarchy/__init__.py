"""Fastest ways over a road graph by a customizable contraction hierarchy, compiled to machine code."""
