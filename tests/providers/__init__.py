"""Lists, served on loopback."""
