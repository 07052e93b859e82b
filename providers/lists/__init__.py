"""The list services that can be declared as sources, one module each."""
