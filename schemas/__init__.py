"""The shapes: frozen values that everything else takes and returns."""
