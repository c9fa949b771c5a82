"""The texts and tasks that the chapters learn from: the Penn Treebank, an embedded toy text, or a file of one's own."""
