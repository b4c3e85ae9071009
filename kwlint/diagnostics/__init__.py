"""What is said of manifests, and what would mend it: plain data for everybody."""
