"""pattern-gan: seamless packaging patterns by class, style and palette."""
