"""The command line: `main` is its only entry."""
