"""Feeds: named sources of points or statuses that are no Wirelane account, followed by the leader and pushed to us.

`config` reads `feeds.toml`, `followers` is the leader's duty, `push` takes what is sent, `state` is what is known of each.
"""
