"""Finding and matching over the graph: analysis, encoding, exact indexes, ranking, evaluation."""
