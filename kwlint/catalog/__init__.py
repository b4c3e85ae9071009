"""The rule catalogue: `catalog` reads it, `facts` is what it says of a rule."""
