"""One module a verb: options, pipeline, render, exit code."""
