"""What the browser tests look for: axe's rules, sizes of targets, what scrolls sideways."""

from importlib.resources import files

from playwright.async_api import Page

_AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_TOO_SMALL = """() => ["button", "[role=tab]", ".card", "summary", ".text", ".numbers a"]
    .flatMap((kind) => [...document.querySelectorAll(kind)])
    .filter((each) => each.checkVisibility() && !each.closest("[aria-hidden]"))
    .map((each) => [each, each.getBoundingClientRect()])
    .filter(([each, box]) => box.height < 44 || box.width < 44)
    .map(([each, box]) => `${each.outerHTML.slice(0, 80)} ${box.width}x${box.height}`)"""


async def violations(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA and its own good practice."""
    await page.evaluate(_AXE)
    found = await page.evaluate(
        """async (rules) => {
            const found = await axe.run(document, { runOnly: rules });
            if (found.passes.length < 15) return ["axe looked at nothing"];
            return found.violations.map((each) =>
                `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
        }""",
        _RULES,
    )
    return [str(each) for each in found]


async def too_small(page: Page) -> list[str]:
    """Targets under 44 by 44 pixels."""
    return [str(each) for each in await page.evaluate(_TOO_SMALL)]


async def scrolls_sideways(page: Page) -> bool:
    """Whether the page is wider than the window."""
    return bool(
        await page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
    )


async def focused(page: Page) -> str:
    """The id of what has the focus."""
    return str(await page.evaluate("document.activeElement.id"))
