"""What kustomizations make of objects: `patches`, `transform` and `images` are stages of `engine.applied`."""
