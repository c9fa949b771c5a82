"""The texts and tasks to learn from: the Penn Treebank, an embedded toy text, or any file."""
