"""poster-upscaler: ×2 and ×4 super-resolution of flat illustration, type and thin lines."""
