"""The command line, each test through a real process."""
