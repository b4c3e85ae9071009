"""Files become documents and resources: `discover`, `load` and what it makes, `loaded`."""
