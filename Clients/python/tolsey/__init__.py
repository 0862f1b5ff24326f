"""Tolsey, the market house with a court in it: its program, and a typed client of its nodes.

    import tolsey

    with tolsey.node(market=True) as node, node.client() as client:
        print(client.get_status()["height"])
        receipt = tolsey.verify_receipt("run.receipt")

`Client` and `AsyncClient` have a method for every route of a node's HTTP API. `verify_receipt`
judges a receipt on this machine. `command` and `node` run the program that the wheel brings.
"""

from tolsey import types
from tolsey._asking import FeedEvent
from tolsey._async_client import AsyncClient
from tolsey._client import Client
from tolsey._errors import CommandFailed, Problem, TolseyError, Unreachable, Unverified
from tolsey._node import FundedAccount, Node, node
from tolsey._program import command, examples, program
from tolsey._receipts import Receipt, Station, verify_receipt
from tolsey._version import VERSION as __version__

__all__ = [
    "AsyncClient",
    "Client",
    "CommandFailed",
    "FeedEvent",
    "FundedAccount",
    "Node",
    "Problem",
    "Receipt",
    "Station",
    "TolseyError",
    "Unreachable",
    "Unverified",
    "__version__",
    "command",
    "examples",
    "node",
    "program",
    "types",
    "verify_receipt",
]
