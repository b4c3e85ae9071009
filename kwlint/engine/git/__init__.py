"""Revisions of a repository that is not trusted: `repository` and `checkout` are for others."""
