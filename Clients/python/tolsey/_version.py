"""The version of the node that this client was made for.

Made from the OpenAPI document of a node by
scripts/python-client.py; not to be edited.
"""

VERSION = "0.1.0"
