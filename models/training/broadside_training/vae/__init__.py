"""mood-vae: soft backgrounds and colour moods."""
