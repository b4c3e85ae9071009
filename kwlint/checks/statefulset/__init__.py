"""Checks of the chapter statefulset (STS)."""
