"""Composition root: the only room that knows every other. Nothing is built when it is imported."""

from dispatch.app.centre import Centre, running_centre, serve_centre

__all__ = ["Centre", "running_centre", "serve_centre"]
