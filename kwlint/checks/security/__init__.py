"""Checks of chapter security (SEC): the Pod Security Standards, RBAC and service accounts."""
