"""From YAML text and environment to a validated Config."""
