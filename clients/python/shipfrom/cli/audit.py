"""`shipfrom audit`: do the books agree with themselves? Exit code 4 if not."""

import asyncio
import inspect
from typing import TYPE_CHECKING, Annotated

import typer

from shipfrom.cli import options
from shipfrom.cli.problems import CHECK_FAILED, CliError
from shipfrom.cli.server import Config, need
from shipfrom.cli.show import put_json, put_table, put_text, say

if TYPE_CHECKING:
    from inventory.audit import AuditReport

INVARIANTS = ("I1", "I2", "I3", "I4", "I5", "I6", "I7")
