"""What objects say of each other: by name, selector, port or address."""
