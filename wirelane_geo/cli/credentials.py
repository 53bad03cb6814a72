"""`wirelane-geo credentials`."""

import json
from contextlib import closing

import click


@click.command(short_help="Print what opens the embedded API.")
@click.option("--json", "as_json", is_flag=True, help="As a JSON object, for scripts.")
def credentials(as_json: bool) -> None:
    """Print what to sign in to the embedded Wirelane API with, and the secret that a sender of webhooks has to know.

    They are made for this installation the first time, and kept in its data directory for your user only. Keep them
    to yourself.

    \b
    Examples:
      wirelane-geo credentials
      wirelane-geo credentials --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["client_id"])'
    """
    from wirelane_geo import settings
    from wirelane_geo.live.webhook import load_or_create_secret
    from wirelane_geo.server.credentials import load_or_create
    from wirelane_geo.store.shared_state import open_shared_state

    found = settings.load()
    with closing(open_shared_state(found.database, found.data)) as shared:
        shown = load_or_create(shared).shown()
        shown["webhook_secret"] = found.webhook_secret or load_or_create_secret(shared)
    if as_json:
        click.echo(json.dumps(shown))
        return
    for name, value in shown.items():
        click.echo(f"{name:<14} {value}")
