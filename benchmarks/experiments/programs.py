"""MathOpt by one name: its typed package does not export what it offers."""

from __future__ import annotations

from typing import Any

from ortools.math_opt.python import mathopt as _mathopt

mathopt: Any = _mathopt
