"""The graph in a Neo4j server or cluster; the only folder of the graph that speaks Cypher."""

from kg.stores.neo4j.store import Neo4jGraphStore

__all__ = ["Neo4jGraphStore"]
