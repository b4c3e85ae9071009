"""YAML text and positions: sources, trees, paths, comments, edits; knows no Kubernetes."""
