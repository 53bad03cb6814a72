"""Lists that an upstream serves page by page."""

from tests.api.upstream import points, reply


def listing(ids, *, count=True, pages=True, cap=1_000_000):
    """Serve a list of points page by page, as the contract has it; its headers can be left out."""

    def rule(asked):
        size, number = min(int(asked.query["page_size"]), cap), int(asked.query["page"])
        said = {"x_total_count": len(ids)} if count else {}
        if pages:
            said["x_total_pages"] = -(-len(ids) // size)
        return reply(points(*ids[size * (number - 1): size * number]), **said)

    return rule


IDS = [f"{number:03}" for number in range(95)]


def ids_of(found):
    return [point.id for point in found]
