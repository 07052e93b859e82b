"""Pure: a plan or report in, text out."""
