"""Hostile and unlucky inputs: makes them and says what each does to kwlint (``python -m kwlint.dev.hostile``)."""
