"""Streams of positions → the roads driven, the speeds learned from them, and how far off an ETA is."""
