"""`wirelane-geo credentials`."""

import json

import click


@click.command(short_help="Print what opens the embedded API.")
@click.option("--json", "as_json", is_flag=True, help="As a JSON object, for scripts.")
def credentials(as_json: bool) -> None:
    """Print what to sign in to the embedded Wirelane API with.

    They are made for this installation the first time, and kept in its data directory for your user only. Keep them
    to yourself.

    \b
    Examples:
      wirelane-geo credentials
      wirelane-geo credentials --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["client_id"])'
    """
    from wirelane_geo import settings
    from wirelane_geo.server.credentials import load_or_create

    shown = load_or_create(settings.load().data).shown()
    if as_json:
        click.echo(json.dumps(shown))
        return
    for name, value in shown.items():
        click.echo(f"{name:<14} {value}")
