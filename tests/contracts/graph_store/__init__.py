"""The contract of `kg.store.GraphStore` as plain tests, bound by the fixtures `store` and `place`.

Nothing here knows a backend. What only a persistent store can do asks for `place`.
"""
