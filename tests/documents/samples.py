"""One of every document, with something in every place."""
