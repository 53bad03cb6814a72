"""Charge points are changed and made: nothing that was typed is lost."""

from playwright.sync_api import Dialog, Page, expect

from tests.browser.conftest import Server, Visit
from tests.browser.operator.pages import opens
from wirelane_geo.api import WirelaneClient
from wirelane_geo.model import ChargePoint


def test_a_change_is_shown_before_it_is_saved_and_on_the_map_at_once(
    enter: Visit, visit: Visit, demo: Server, client: WirelaneClient
) -> None:
    point = client.points(limit=1, order_by="evseid")[0]
    page = enter("charge-points")
    page.get_by_label("Search").first.fill(str(point.evseid))
    page.keyboard.press("Enter")
    page.locator(".wl-of-points").get_by_role("button", name=f"Edit {point.charge_point_id}", exact=True).click()
    page.get_by_label("Power, kW").fill("minus")
    page.get_by_label("Operator (CPO)").fill("Neustrom <b>")
    page.get_by_label("Operator (CPO)").press("Tab")
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("Power, kW: expected a number.")).to_be_visible()
    page.get_by_label("Power, kW").fill("77,5")
    page.get_by_label("Power, kW").press("Tab")
    page.get_by_role("button", name="Review changes").click()
    expect(page.locator(".wl-changes tbody tr")).to_have_count(2)
    expect(page.locator(".wl-changes ins")).to_have_text(["Neustrom <b>", "77.5"])
    assert client.point(str(point.id)).power == point.power
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    saved = client.point(str(point.id))
    assert (saved.power, saved.cpo, saved.latitude, saved.owner) == (77.5, "Neustrom <b>", point.latitude, point.owner)
    link = str(page.get_by_role("link", name="See it on the map").get_attribute("href"))
    public = visit(f"{demo.url}/{link.removeprefix('./')}")
    expect(public.locator(".wl-points")).to_contain_text("77.5 kW")


def test_a_new_point_is_made_where_the_cross_is(enter: Visit, client: WirelaneClient) -> None:
    page = enter("charge-points")
    page.get_by_role("button", name="New charge point").click()
    expect(page.get_by_text("Under the cross:")).to_be_visible()
    page.get_by_label("Operator (CPO)").fill("Typed before")
    page.get_by_role("button", name="Take this place").click()
    expect(page.get_by_label("Latitude, degrees")).not_to_have_value("")
    expect(page.get_by_label("Operator (CPO)")).to_have_value("Typed before")
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("Label (charge_point_id): is needed.")).to_be_visible()
    page.get_by_label("Label (charge_point_id)").fill("BRAND-NEW-1")
    page.get_by_label("Label (charge_point_id)").press("Tab")
    lat, lon = (float(page.get_by_label(label).input_value()) for label in ("Latitude, degrees", "Longitude, degrees"))
    page.get_by_role("button", name="Review changes").click()
    expect(page.locator(".wl-changes")).to_contain_text("BRAND-NEW-1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    made = client.point("BRAND-NEW-1", type="charge_point_id")
    assert (made.latitude, made.longitude, made.cpo) == (lat, lon, "Typed before")


def edits(page: Page, demo: Server, point: ChargePoint) -> Page:
    """The page, with the form of a point."""
    page.goto(f"{demo.url}/charge-points?point={point.id}")
    expect(page.get_by_text("Under the cross:")).to_be_visible()
    return page


def test_the_second_of_two_editors_is_told_and_chooses_and_nothing_is_lost(
    enter: Visit, demo: Server, client: WirelaneClient
) -> None:
    point = client.points(limit=1, order_by="evseid", order_direction="desc")[0]
    page = edits(enter("charge-points"), demo, point)
    other = edits(page.context.new_page(), demo, point)
    other.get_by_label("Power, kW").fill("33")
    other.get_by_label("Street").fill("Their Street")
    page.get_by_label("Power, kW").fill("44")
    page.get_by_label("City").fill("My City")
    for each in (other, page):
        each.get_by_role("button", name="Review changes").click()
        expect(each.locator(".wl-changes tbody tr")).to_have_count(2)
    other.get_by_role("button", name="Save").click()
    expect(other.get_by_text("Saved.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Not saved: somebody else has changed this charge point meanwhile")).to_be_visible()
    assert (client.point(str(point.id)).power, client.point(str(point.id)).city) == (33, point.city)
    expect(page.get_by_text("Theirs: 33")).to_be_visible()
    expect(page.get_by_text("Yours: 44")).to_be_visible()
    expect(page.locator(".wl-others ins")).to_have_text(["Their Street"])
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Choose one of the two values.")).to_be_visible()
    page.get_by_text("Yours: 44").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    saved = client.point(str(point.id))
    assert (saved.power, saved.city, saved.street) == (44, "My City", "Their Street")


def test_what_is_wrong_stands_at_its_field_and_the_first_one_has_the_focus(
    enter: Visit, demo: Server, client: WirelaneClient
) -> None:
    points = client.points(limit=2, order_by="evseid")
    page = edits(enter("charge-points"), demo, points[0])
    for label, text in (("Power, kW", "much"), ("Opening hours", "Mo-Fr 25:00-30:00"), ("EVSE ID", "nonsense")):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("Nothing is saved yet: 3 fields need another look.")).to_be_visible()
    for name, label in (("power", "Power, kW"), ("opening_hours", "Opening hours"), ("evseid", "EVSE ID")):
        expect(page.locator(f".st-key-field-{name} .wl-wrong")).to_contain_text(label)
        expect(page.locator(f".st-key-field-{name} input")).to_have_attribute("aria-invalid", "true")
        expect(page.locator(f".st-key-field-{name} input")).to_have_attribute("aria-describedby", f"wl-wrong-{name}")
    expect(page.get_by_label("EVSE ID", exact=True)).to_be_focused()
    for label, text in (("Power, kW", "11"), ("Opening hours", "on request"), ("EVSE ID", str(points[1].evseid))):
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("another charge point has this EVSE ID")).to_be_visible()
    expect(page.locator(".wl-wrong")).to_have_count(1)
    expect(page.locator(".st-key-field-power input")).not_to_have_attribute("aria-invalid", "true")


def test_what_was_typed_is_not_lost_unasked(enter: Visit, client: WirelaneClient) -> None:
    page = enter("charge-points")
    asked: list[str] = []
    answers = {"leave": False}

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept() if answers["leave"] else dialog.dismiss()

    page.on("dialog", answer)
    page.locator(".wl-of-points tbody button").first.click()
    expect(page.get_by_text("Under the cross:")).to_be_visible()
    page.go_back()
    expect(page.locator(".wl-of-points")).to_be_visible()
    assert asked == [], "nothing was typed"
    page.locator(".wl-of-points tbody button").first.click()
    expect(page.get_by_text("Under the cross:")).to_be_visible()
    address, point = page.url, client.point(page.url.rpartition("=")[2])
    power = page.get_by_label("Power, kW")
    power.fill("77")
    ways = (lambda: page.get_by_test_id("stSidebar").get_by_role("link", name="Members", exact=True).click(),
            lambda: page.get_by_role("button", name="Back to the list").click(),
            lambda: page.get_by_role("button", name="Sign out").click(),
            lambda: page.evaluate("history.back()"),
            lambda: page.evaluate("setTimeout(() => location.reload())"))
    for number, way in enumerate(ways, 1):
        with page.expect_event("dialog"):  # some ways ask after they have answered
            way()
        page.get_by_label("City").click()
        assert len(asked) == number, asked
        expect(power).to_have_value("77")
        assert page.url == address
    assert asked == ["confirm"] * 4 + ["beforeunload"]
    answers["leave"] = True
    page.get_by_role("button", name="Back to the list").click()
    expect(page.locator(".wl-of-points")).to_be_visible()
    assert len(asked) == 6
    assert client.point(str(point.id)).power == point.power


def test_back_and_forward_go_through_the_steps_of_editing(enter: Visit, client: WirelaneClient) -> None:
    page = enter("members")
    opens(page, "Charge points")
    page.locator(".wl-of-points tbody button").first.click()
    expect(page.get_by_text("Under the cross:")).to_be_visible()
    page.get_by_label("City").fill("Typed City")
    page.get_by_role("button", name="Review changes").click()
    expect(page.locator(".wl-changes")).to_contain_text("Typed City")
    page.go_back()
    expect(page.get_by_label("City")).to_have_value("Typed City")
    page.once("dialog", lambda dialog: dialog.accept())
    page.go_back()
    expect(page.locator(".wl-of-points")).to_be_visible()
    page.go_back()
    expect(page.get_by_test_id("stMain").get_by_role("heading", level=1)).to_have_text("Members")
    page.go_forward()
    expect(page.locator(".wl-of-points")).to_be_visible()
    page.go_forward()
    expect(page.get_by_text("Under the cross:")).to_be_visible()
    expect(page.get_by_label("City")).not_to_have_value("Typed City")
    page.reload()
    expect(page.get_by_text("Under the cross:")).to_be_visible()
