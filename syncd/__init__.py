"""syncd keeps LetsJobIt visits and AgentOS maintenance jobs in agreement."""

from importlib.metadata import version

__version__ = version("syncd")
