"""Checks of the chapter poddisruptionbudget (PDB)."""
