"""A run, step by step: discover, load, execute, suppress."""
