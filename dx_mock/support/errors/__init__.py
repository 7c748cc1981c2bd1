"""Every text with which the service refuses a call, by family, with the evidence for its rule and its words.

Keys of sources are explained in docs/fidelity/sources.md.  ``recorded`` wordings are AWS's word for word
(where only a substring is known, the rest follows the style of the others), ``unrecorded`` ones are ours.
"""

from __future__ import annotations

from dx_mock.support.errors.gateway_texts import *
from dx_mock.support.errors.lookup_texts import *
from dx_mock.support.errors.newer_texts import *
from dx_mock.support.errors.port_texts import *
from dx_mock.support.errors.protocol_texts import *
from dx_mock.support.errors.refusals import (
    CLIENT_EXCEPTION,
    EVIDENCE,
    WORDINGS,
    Evidence,
    ServiceError,
    Text,
    Wording,
)
from dx_mock.support.errors.virtual_interface_texts import *

__all__ = [
    "CLIENT_EXCEPTION",
    "EVIDENCE",
    "WORDINGS",
    "Evidence",
    "ServiceError",
    "Text",
    "Wording",
]
