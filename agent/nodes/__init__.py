"""The nodes of the graph, one file each, in the order of a turn."""
