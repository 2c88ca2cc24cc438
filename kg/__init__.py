"""The graph: model, vocabulary, units, rules and stores. Knows nothing of search or the web."""
