"""The version of dx_mock."""

__version__ = "0.1.0"
