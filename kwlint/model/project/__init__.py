"""All objects together: `inventory` is for everybody, the rest is mostly its own."""
