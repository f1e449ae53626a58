"""copy-lm: a small language model that writes lines of copy from a structured brief, in English and Chinese."""
