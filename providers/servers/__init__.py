"""The media servers that requests are sent to."""
