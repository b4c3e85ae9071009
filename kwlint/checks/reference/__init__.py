"""Checks of chapter reference (REF): configuration that other objects name."""
