"""The API server's judgement: what a create would be answered, offline, for a chosen version."""

# The minor versions of Kubernetes 1 that schemas/ knows.
OLDEST, NEWEST = 25, 37
