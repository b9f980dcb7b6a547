"""The routing rules from a file to production, and back in one command.

`check`, `diff` and `plan` are made for pull requests: they change nothing, and end with
exit code 4 when there is something to see.
"""

from pathlib import Path
from typing import Annotated

import typer

from shipfrom._errors import InvalidField
from shipfrom._policies import WEEK
from shipfrom._policy_values import Canary, Severity
from shipfrom.cli import golden, options, reports, versions
from shipfrom.cli.policy_options import (
    Against,
    Author,
    Days,
    DryRun,
    Named,
    Note,
    Orders,
    Prices,
    Version,
)
from shipfrom.cli.problems import CHECK_FAILED
from shipfrom.cli.show import put_json, put_text, say
from shipfrom.cli.sources import etag_of, instant_of, read, simulated, source_of

app = typer.Typer(no_args_is_help=True, help="Routing rules: versions of the policy.")
app.add_typer(golden.app, name="golden")
app.command()(versions.history)
app.command(name="list")(versions.list_versions)


@app.command()
def pull(
    name: Annotated[str, typer.Argument(metavar="VERSION")] = "published",
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Write this file.")
    ] = None,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """The policy as YAML: a version, published or draft."""
    with options.connect(address) as client:
        found = client.policies.pull(name)
    if json:
        put_json(found)
    elif out is not None:
        reports.keep(out, found)
    else:
        put_text(found.yaml.rstrip("\n"))


@app.command()
def push(
    file: Annotated[Path, typer.Argument(metavar="FILE")],
    version: Annotated[
        int, typer.Option("--version", min=0, help="Write this draft again.")
    ] = 0,
    etag: Annotated[str, typer.Option("--etag", help="Of the draft as read.")] = "",
    author: Author = "",
    note: Note = "",
    dry_run: DryRun = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """A new draft from a file, or a draft again (--version and --etag)."""
    with options.connect(address) as client:
        try:
            made = client.policies.push(
                read(file),
                version=version,
                etag=etag_of(etag),
                author=author,
                note=note,
                validate_only=dry_run,
            )
        except InvalidField as wrong:
            reports.put_mistakes(str(file), wrong)
            raise typer.Exit(CHECK_FAILED) from None
    if json:
        put_json(made)
        return
    reports.put_findings(str(file), made.findings)
    if not dry_run:
        reports.put_version(made)
        say(f"Next: shipfrom rules simulate {made.version}")


@app.command()
def check(
    name: Named, address: options.Address = "", json: options.AsJson = False
) -> None:
    """What is wrong with a policy, as file:line:column; exit code 4 if anything is."""
    with options.connect(address) as client:
        found = client.policies.check(source_of(name))
    if json:
        put_json({"findings": found})
    else:
        reports.put_findings(name, found)
    if found:
        raise typer.Exit(CHECK_FAILED)
    if not json:
        say(f"{name}: nothing is wrong")


@app.command()
def diff(
    name: Named,
    against: Against = "published",
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """What changes, in words; exit code 4 if anything does."""
    with options.connect(address) as client:
        changes = client.policies.diff(source_of(name), source_of(against))
    if json:
        put_json({"changes": changes})
    else:
        for change in changes:
            put_text(reports.sentence(change))
    if changes:
        raise typer.Exit(CHECK_FAILED)
    if not json:
        say(f"{name} and {against} say the same")


@app.command()
def simulate(
    name: Named,
    against: Against = "published",
    days: Days = WEEK.days,
    orders: Orders = None,
    prices: Prices = False,
    author: Author = "",
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """What a policy would have made of the last days' orders, or of a file's."""
    report = simulated(
        name,
        against,
        days,
        author=author,
        address=address,
        quiet=quiet or json,
        orders=orders,
        prices=prices,
    )
    if json:
        put_json(report)
        return
    put_text(reports.markdown(report))
    if not report.orders:
        say("Nothing was tried: place orders first, or look further back with --days.")
    elif name.isdigit():
        say(f"Next: shipfrom rules publish {name}")


@app.command()
def plan(
    file: Named,
    against: Against = "published",
    days: Days = WEEK.days,
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """All that a pull request needs, as Markdown; exit code 4 if a gate fails."""
    source = source_of(file)
    with options.connect(address) as client:
        findings = client.policies.check(source)
        try:
            changes = client.policies.diff(source, source_of(against))
        except InvalidField:
            if not findings:
                raise
            # A text that cannot be read has no differences and no orders.
            reports.put_findings(file, findings)
            raise typer.Exit(CHECK_FAILED) from None
        tried = client.policies.golden(source)
    report = simulated(file, against, days, address=address, quiet=quiet or json)
    failed = [each for each in tried if not each.passed]
    if json:
        told = {"findings": findings, "changes": changes, "golden": tried}
        put_json({**told, "report": report})
    else:
        put_text(reports.plan_text(file, findings, changes, tried, report=report))
    if failed or any(each.severity is Severity.ERROR for each in findings):
        raise typer.Exit(CHECK_FAILED)


@app.command()
def approve(
    name: Version,
    etag: Annotated[str, typer.Option("--etag", help="Default: as it is now.")] = "",
    author: Author = "",
    note: Note = "",
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Say yes to somebody else's draft, as it is now."""
    with options.connect(address) as client:
        found = client.policies.pull(name).version
        wanted = etag_of(etag) or found.etag
        made = client.policies.approve(found.version, wanted, author=author, note=note)
    if json:
        put_json(made)
        return
    by = ", ".join(made.approved_by)
    put_text(f"version {found.version} is approved by {by}, {made.needed} needed")
    if len(made.approved_by) >= made.needed:
        say(f"Next: shipfrom rules publish {found.version}")


@app.command()
def publish(
    name: Version,
    etag: Annotated[str, typer.Option("--etag", help="Default: as it is now.")] = "",
    at: Annotated[str, typer.Option("--at", help="As 2026-12-27T00:00-05:00.")] = "",
    canary: Annotated[
        int, typer.Option("--canary", min=0, max=99, help="Percent of the orders.")
    ] = 0,
    override: Annotated[
        str, typer.Option("--override", help="Why the gates are passed by.")
    ] = "",
    author: Author = "",
    note: Note = "",
    dry_run: DryRun = False,
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Put a version in force: now, at a time, or for a share of the orders."""
    start_at = instant_of(at) if at else None
    with options.connect(address) as client:
        found = client.policies.pull(name).version
        made = client.policies.publish(
            found.version,
            etag_of(etag) or found.etag,
            author=author,
            note=note,
            override_reason=override,
            start_at=start_at,
            canary=Canary(canary * 100) if canary else None,
            validate_only=dry_run,
        )
    if json:
        put_json(made)
        return
    reports.put_version(made)
    if not dry_run:
        say("Next: shipfrom rules rollback takes it back")


@app.command()
def rollback(
    version: Annotated[
        int | None, typer.Argument(metavar="VERSION", help="Default: the one before.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the audit.")] = "",
    author: Author = "",
    address: options.Address = "",
    json: options.AsJson = False,
) -> None:
    """Put the version before in force at once; no gates."""
    with options.connect(address) as client:
        made = client.policies.rollback(version, reason=reason, author=author)
    if json:
        put_json(made)
    else:
        reports.put_version(made)


@app.command()
def coverage(
    name: Named = "published",
    days: Days = WEEK.days,
    address: options.Address = "",
    json: options.AsJson = False,
    quiet: options.Quiet = False,
) -> None:
    """What each rule does to the orders of the last days."""
    report = simulated(
        name, name, days, address=address, quiet=quiet or json, coverage=True
    )
    if json:
        put_json({"orders": report.orders, "coverage": report.coverage})
    else:
        reports.put_coverage(report)
