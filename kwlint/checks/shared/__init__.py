"""Pieces that checks of several chapters share."""
