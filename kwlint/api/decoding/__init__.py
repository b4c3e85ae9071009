"""Strict decoding with Go's semantics: `decoder` is for others, the rest is its own."""
