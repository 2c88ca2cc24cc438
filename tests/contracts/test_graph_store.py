"""Every graph store keeps the contract (`graph_store`), on each backend of `backends`."""

from tests.contracts.graph_store.edges import *  # noqa: F403
from tests.contracts.graph_store.feed import *  # noqa: F403
from tests.contracts.graph_store.filters import *  # noqa: F403
from tests.contracts.graph_store.nodes import *  # noqa: F403
from tests.contracts.graph_store.pages import *  # noqa: F403
from tests.contracts.graph_store.persistence import *  # noqa: F403
from tests.contracts.graph_store.questions import *  # noqa: F403
from tests.contracts.graph_store.refusals import *  # noqa: F403
from tests.contracts.graph_store.texts import *  # noqa: F403
from tests.contracts.graph_store.transactions import *  # noqa: F403
from tests.contracts.graph_store.traversals import *  # noqa: F403
