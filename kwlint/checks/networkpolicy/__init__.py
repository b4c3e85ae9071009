"""Checks of the chapter networkpolicy (NET)."""
