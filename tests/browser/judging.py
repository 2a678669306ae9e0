"""Is a page that a browser shows accessible to everybody, and does it fit a small screen?"""

from pathlib import Path

from playwright.sync_api import Page

from tests.browser.seats import LAPTOP, PHONE

NARROW = 320
TARGET = 44
_AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# All rules; or only those that a change of colours can break.
_ALL = {"runOnly": {"type": "tag", "values": _WCAG}, "rules": {"target-size": {"enabled": True}}}
_COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
# Frames hold letters without scripts: nothing can look inside them from within.
_RUN = """async options => (await axe.run(document, {...options, resultTypes: ['violations'], preload: false, iframes: false}))
    .violations.flatMap(v => v.nodes.map(n => `${v.id} at ${n.target.join(' ')}: ${n.html.slice(0, 160)} `
        + [...n.any, ...n.all].map(c => c.message).join(' ').slice(0, 300)))"""
# What sticks out, by its deepest element; a box that scrolls by itself on purpose may hold wide things.
_STICKS_OUT = """() => {
    if (document.scrollingElement.scrollWidth <= innerWidth) return [];
    const wide = [...document.body.querySelectorAll('*')].filter(e => e.getBoundingClientRect().right > innerWidth + .5);
    const deepest = wide.filter(e => !wide.some(o => o !== e && e.contains(o)));
    return [`the page is ${document.scrollingElement.scrollWidth} px wide: `
        + deepest.slice(0, 4).map(e => e.outerHTML.slice(0, 120)).join(' | ')];
}"""
# A control's target is all that answers a touch: its label too, and what it lays over its surroundings.
_TOO_SMALL = """least => {
    const seen = e => e.checkVisibility({opacityProperty: true, visibilityProperty: true}) && e.getClientRects().length;
    const size = e => {
        const boxes = [e.getBoundingClientRect(), ...[...(e.labels || [])].filter(seen).map(l => l.getBoundingClientRect())];
        const after = getComputedStyle(e, '::after');
        if (after.content !== 'none' && after.position === 'absolute')
            boxes.push({width: parseFloat(after.width), height: parseFloat(after.height)});
        return [Math.max(...boxes.map(b => b.width)), Math.max(...boxes.map(b => b.height))];
    };
    const within = e => {  // a link inside a sentence is as high as its line
        if (e.tagName !== 'A' || !getComputedStyle(e).display.startsWith('inline')) return false;
        for (let n = e; n && n.nodeType === 1; n = n.parentElement) {
            const beside = [...n.parentNode.childNodes].filter(c => c !== n && c.nodeType === 3);
            if (beside.some(c => /[\\p{L}\\p{N}]/u.test(c.data))) return true;
            if (!getComputedStyle(n).display.startsWith('inline')) return false;
        }
    };
    return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
        .filter(e => seen(e) && !e.disabled && !e.matches('.skip, .vh') && !within(e))
        .map(e => [e, ...size(e)])
        .filter(([e, w, h]) => w < least - .5 || h < least - .5)
        .map(([e, w, h]) => `${Math.round(w)} x ${Math.round(h)} px to touch: ${e.outerHTML.replace(/\\s+/g, ' ').slice(0, 160)}`);
}"""


def axe(page: Page, *, colours_only: bool = False) -> list[str]:
    """What axe finds wrong with the page as it is now, by the rules of WCAG 2.2 AA."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_AXE)  # by the debugger's door: the page's policy lets no script in
    found: list[str] = page.evaluate(_RUN, _COLOURS if colours_only else _ALL)
    return found


def fits(page: Page) -> list[str]:
    """What sticks out of a narrow screen, and what is too small for a finger."""
    page.set_viewport_size({"width": NARROW, "height": 640})
    out: list[str] = page.evaluate(_STICKS_OUT)
    small: list[str] = page.evaluate(_TOO_SMALL, TARGET)
    return [*out, *small]


def judge(page: Page) -> list[str]:
    """Everything, in light and dark, on a laptop and a phone, with everything unfolded on the phone."""
    wrong: list[tuple[str, list[str]]] = []
    page.set_viewport_size({"width": LAPTOP, "height": 800})
    page.emulate_media(color_scheme="light")
    wrong.append(("laptop", axe(page)))
    page.emulate_media(color_scheme="dark")
    wrong.append(("laptop, dark", axe(page, colours_only=True)))
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
    wrong.append(("phone, dark", axe(page, colours_only=True)))
    page.emulate_media(color_scheme="light")
    wrong.append(("phone", axe(page)))
    wrong.append((f"{NARROW} px", fits(page)))
    return [f"{where}: {what}" for where, found in wrong for what in found]
