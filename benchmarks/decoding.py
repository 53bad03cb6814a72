"""Pages of the Wirelane API into charge points: records a second, beside msgspec without types and the json module."""

import json
import time
from collections.abc import Callable
from itertools import islice

import msgspec

from wirelane_geo.api import decode_points, encode_point
from wirelane_geo.demo import demo_points


def rate(work: Callable[[bytes], object], body: bytes, records: int, times: int = 3) -> float:
    """Records a second, the best of some runs; whoever decodes keeps the records, so letting go of them doesn't count."""
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        kept = work(body)
        best = min(best, time.perf_counter() - start)
        del kept
    return records / best


def main(records: int = 50_000) -> list[list[str]]:
    """Rows: decoder, records a second; the first of them the header."""
    body = b"[" + b",".join(encode_point(point) for point in islice(demo_points(), records)) + b"]"
    decoders: dict[str, Callable[[bytes], object]] = {
        "decode_points (typed, checked)": decode_points, "msgspec, untyped": msgspec.json.decode, "json.loads": json.loads}
    rows = [[f"one page of {records:,} records, {len(body) / records:,.0f} bytes each", "records/s"]]
    return rows + [[name, f"{rate(decode, body, records):,.0f}"] for name, decode in decoders.items()]
