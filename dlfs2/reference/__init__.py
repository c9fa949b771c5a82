"""All that the book has its readers type, once more, in the plainest form that is right.

One thought a line, a cell for each time step, no input checked: to compare one's own code with, and
to take exercises from. It needs NumPy alone, so that it can run beside a reader's own `common`.
Where this and the library's `common` differ, it is in speed; tests hold them to the same numbers.
Letters: N batch, T time steps, D word vectors, H hidden states, V words, C classes.
"""
