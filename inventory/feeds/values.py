"""What a count or a delta says of its origin."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feed:
    """One file of a source, as each of its operations names it.

    `sequence` 0 is none: then only the digest of the whole file tells a repetition.
    `ends` marks the operation after the last row: the file is then whole.
    """

    source: str
    sequence: int = 0
    digest: str = ""
    take_over: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True)
class Document:
    """A receipt, a return or another paper that changes stock once, however often it
    is sent. `content` is a hash of what it says."""

    source: str
    document_id: str
    content: str
