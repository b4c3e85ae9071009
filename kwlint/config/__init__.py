"""The configuration: `config` reads it, `settings` is what it comes to, `ignore` are its patterns and those of .gitignore."""
