"""Identifiers in AWS's shapes, which depend on the seed and a counter only."""

from __future__ import annotations

import hashlib

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
#: Every sampled real id starts with one of these after the dash [recorded: ANS, C7N, NB, FLUID].
_FIRST_TWO = ("ff", "fg", "fh")
_STRIDE = 4_021_948_127  # coprime to 36, as any odd number is that 3 does not divide


#: An odd number near the size divided by the golden ratio, so that neighbours look unrelated.
_LONG_STRIDE, _SIZE = 0x9E3779B97F4A7C15F39CC0605CEDC835, 2**128


def base36(number: int, length: int) -> str:
    """Return ``number`` in ``length`` characters of ``[a-z0-9]``; only the low digits where it is larger."""
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 36)
        digits.append(_ALPHABET[digit])
    return "".join(digits)


class IdFactory:
    """A source of ids: the same seed and the same order of calls make the same ids."""

    def __init__(self, seed: int, counter: int = 0) -> None:
        self._refusals = 0
        self.reset(seed, counter)

    def reset(self, seed: int, counter: int) -> None:
        """Continue from another seed and counter."""
        self.seed = seed
        self.counter: int = counter
        self._key = str(seed).encode()[:64]
        self._offset = int.from_bytes(self.derive("offset"), "big")
        self._low = self._offset & 0xFFFFFFFF
        digits = self.derive("request").hex()
        self._request_tail = f"-{digits[:4]}-4{digits[4:7]}-a{digits[7:10]}-{digits[10:22]}"
        digits = self.derive("refusal").hex()
        self._refusal_tail = f"-{digits[:4]}-4{digits[4:7]}-a{digits[7:10]}-{digits[10:22]}"

    def _next(self, purpose: str) -> bytes:
        self.counter += 1
        return self.derive(f"{purpose}:{self.counter}")

    def derive(self, text: str) -> bytes:
        """Return sixteen bytes that depend on the seed and ``text`` alone."""
        return hashlib.blake2b(text.encode(), digest_size=16, key=self._key).digest()

    def physical(self, prefix: str) -> str:
        """Return an id such as ``dxcon-fg4k2m9x`` for a prefix such as ``dxcon``."""
        self.counter += 1
        # Multiplying by a number coprime to the size of the range permutes it: ids look random, and none
        # comes twice in a world before all 3 * 36**6 (6.5 billion) of them have been used.
        place = (self.counter * _STRIDE + self._offset) % (3 * 36**6)
        first, rest = divmod(place, 36**6)
        return f"{prefix}-{_FIRST_TWO[first]}{base36(rest, 6)}"

    def uuid(self, purpose: str) -> str:
        """Return a lower-case version 4 UUID, as gateways, associations, tests and requests have."""
        self.counter += 1
        # It need not depend on its purpose: the counter is never the same twice.
        digits = f"{(self.counter * _LONG_STRIDE + self._offset) % _SIZE:032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def request(self) -> str:
        """Return the id of a request; for speed, only the first eight digits of the UUID ever change."""
        self.counter += 1
        return f"{(self.counter * 0x9E3779B1 + self._low) & 0xFFFFFFFF:08x}{self._request_tail}"

    def refusal(self) -> str:
        """Return the id of a request that was refused: it has changed nothing, not even the next id."""
        self._refusals += 1
        return f"{(self._refusals * 0x9E3779B1 + self._low) & 0xFFFFFFFF:08x}{self._refusal_tail}"

    def text(self, purpose: str, alphabet: str, length: int) -> str:
        """Return ``length`` characters of ``alphabet``, for authentication keys and the like."""
        number = int.from_bytes(self._next(purpose), "big")
        letters = []
        for _ in range(length):
            number, index = divmod(number, len(alphabet))
            letters.append(alphabet[index])
        return "".join(letters)
