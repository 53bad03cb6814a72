"""How a test goes through the operator's pages."""

from playwright.sync_api import Page, expect

PAGES = ("sessions", "members", "charge-points")


def sign_in(page: Page, username: str, password: str) -> None:
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def opens(page: Page, name: str) -> None:
    """Go to another of the pages, in the same session."""
    page.get_by_test_id("stSidebar").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_test_id("stMain").get_by_role("heading", level=1)).to_have_text(name)
