"""What containers execute: commands, scripts, and the variables in them."""
