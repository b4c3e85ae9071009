"""The schemas of CustomResourceDefinitions: `definitions` is for others, the rest is its own."""
