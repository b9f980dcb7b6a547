"""The file's names and the names under which one replay sends them.

All cases share one server, so every replay gets names of its own: no case sees the
stock of another, and no name of a file can break the rules for ids.
"""

import re
from dataclasses import dataclass, field
from hashlib import sha256
from uuid import UUID


@dataclass(slots=True)
class Names:
    """Two-way names of one replay, made at first use. `tag` is unique to the replay."""

    tag: str
    _sent: dict[tuple[str, str], str] = field(default_factory=dict)
    _read: dict[str, str] = field(default_factory=dict)

    def send(self, kind: str, name: str) -> str:
        """The name on the wire, for example `c7-node-berlin`; sorted as in the file."""
        key = kind, name
        if key not in self._sent:
            sent = f"{self.tag}-{kind}-{_plain(name)}"
            while sent in self._read:
                sent += "."
            self._sent[key] = sent
            self._read[sent] = name
        return self._sent[key]

    def node(self, name: str) -> str:
        """A node id."""
        return self.send("node", name)

    def sku(self, name: str) -> str:
        """A SKU."""
        return self.send("sku", name)

    def group(self, name: str) -> str:
        """A node tag."""
        return self.send("group", name)

    def pickup(self) -> str:
        """The tag of nodes where customers collect."""
        return self.send("tag", "pickup")

    def read(self, sent: str) -> str:
        """The file's name again; a name that was never sent stays as it is."""
        return self._read.get(sent, sent)

    def skus(self) -> tuple[str, ...]:
        """Every SKU sent so far, as sent."""
        return tuple(v for (kind, _), v in self._sent.items() if kind == "sku")

    def id(self, *parts: object) -> str:
        """An id of our own making: the same parts, the same id."""
        return f"{self.tag}-{self._digest(*parts).hex()[:16]}"

    def request_id(self, *parts: object) -> str:
        """A UUID4 in form, so that the same step of the same replay repeats its id."""
        return str(UUID(bytes=self._digest(*parts)[:16], version=4))

    def _digest(self, *parts: object) -> bytes:
        return sha256(repr((self.tag, *parts)).encode()).digest()


def _plain(name: str) -> str:
    """The name in the characters of an id, short enough to be one."""
    return re.sub(r"[^A-Za-z0-9._:-]", ".", name)[:32]
