"""Tools for readers of the book who type its classes themselves."""
