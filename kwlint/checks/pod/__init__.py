"""Checks of the chapter pod (POD)."""
