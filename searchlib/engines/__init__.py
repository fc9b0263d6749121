"""What answers plans. `base` is the interface; only the modules here know what is behind it."""
