"""Named points at which a test may stop, fail or kill the process.

A crash test is only as good as the points it can hit; naming them in the code keeps the
crash table and the code in step. Outside tests `hook` is None and a point costs a call.
"""

from collections.abc import Callable

hook: Callable[[str], None] | None = None


def failpoint(name: str) -> None:
    """Tell the test, if there is one, that `name` was reached."""
    if hook is not None:
        hook(name)
