"""The bridge's pages in a headless Chromium, wide and narrow: what they say, to whom, and what they do not do."""

import json
import os
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from browser import Tab, chromium
from pages_site import LONG_NAME, PagesSite

WIDTHS = (390, 1280)
# `SCREENSHOTS=docs/images` keeps pictures of the pages there.
PICTURES = os.environ.get("SCREENSHOTS")
ADDRESSES = {"overview": "/", "second": "/overview?page=2", "expiring": "/overview?show=expiring", "verify": "/verify",
             "model": "/verify?model=iris", "long": f"/verify?model={LONG_NAME}"}


@pytest.fixture(scope="module")
def site():
    with tempfile.TemporaryDirectory(prefix="pages-", ignore_cleanup_errors=True) as folder:
        started = PagesSite(Path(os.environ["BIN"]), Path(folder))
        try:
            started.start()
            started.bundles = started.populated(Path(folder))
            wait_until(lambda: "tabular-26" in text_of(f"{started.url}/overview?begins=tabular-26"))
            wait_until(lambda: "drift alarm" in (page := text_of(f"{started.url}/verify?model=iris")) or "drifted" in page)
            wait_until(lambda: "fleeting" not in text_of(f"{started.url}/overview?begins=fleet"))
            yield started
        finally:
            print(started.bridge_log())
            started.planectl("down", check=False)


@pytest.fixture(scope="module")
def tab():
    with chromium() as browser:
        opened = Tab(browser)
        yield opened
        opened.close()


def text_of(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode()


def wait_until(is_so, seconds=90):
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to be"
        time.sleep(0.2)


@contextmanager
def no_script(tab):
    tab.script(False)
    try:
        yield
    finally:
        tab.script(True)


def keep_picture(tab, name, width):
    if PICTURES:
        tab.picture(Path(PICTURES) / f"pages-{name}-{width}.png", 900 if width > 600 else 1100)


def expect_sound(tab, site):
    """What holds of every page, whatever it says."""
    assert tab.problems() == []
    assert all(url.startswith(site.url) for url in tab.requested())
    wide = tab.ask("""[...document.querySelectorAll('body *')].filter(e => !e.closest('thead,.skip')
        && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1).map(e => e.outerHTML.slice(0, 80))""")
    assert wide == []
    # Nothing runs out of its cell into the next.
    assert tab.ask("[...document.querySelectorAll('td > div, th')].filter(c => c.scrollWidth > c.clientWidth + 1 "
                   "&& !c.closest('thead')).map(c => c.innerText)") == []
    assert tab.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert tab.ask("document.documentElement.lang") == "en"
    assert tab.ask("document.title").split(" · ")[0] == tab.ask("document.querySelector('h1').innerText")
    expect_outline(tab)
    expect_names(tab)
    assert tab.ask("document.querySelectorAll('script:not([src]),[style],style').length") == 0


def expect_outline(tab):
    levels = tab.ask("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => Number(h.tagName[1]))")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:])), levels
    for landmark in ("header", "nav[aria-label]", "main", "footer"):
        assert tab.ask(f"document.querySelectorAll('{landmark}').length") >= 1, landmark


def expect_names(tab):
    """Whatever is a control, a table or a landmark of its own is called something, and every table has its headers."""
    spoken = tab.spoken()
    for role, name in spoken:
        if role in ("link", "button", "textbox", "table", "navigation", "heading", "columnheader", "rowheader", "search"):
            assert name.strip() or role == "search", (role, spoken)
    tables = tab.ask("document.querySelectorAll('table').length")
    assert [role for role, _ in spoken].count("table") == tables
    assert tab.ask("[...document.querySelectorAll('th')].every(cell => cell.scope)")
    assert tab.ask("[...document.querySelectorAll('input')].every(input => input.labels.length === 1)")


def contrast(first, second):
    """As WCAG 2 has it."""
    light = []
    for colour in (first, second):
        parts = [float(part) / 255 for part in colour.strip("rgb()").split(",")[:3]]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        light.append(0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2])
    return (max(light) + 0.05) / (min(light) + 0.05)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ADDRESSES)
def test_every_page_fits_is_named_and_loads_nothing_from_elsewhere(site, tab, name, width):
    tab.open(site.url + ADDRESSES[name], width)
    if name in ("overview", "verify", "model"):
        keep_picture(tab, name, width)
    expect_sound(tab, site)


@pytest.mark.parametrize("dark", (False, True))
@pytest.mark.parametrize("name", ("overview", "verify", "model"))
def test_text_stands_out_from_what_is_behind_it(site, tab, name, dark):
    tab.open(site.url + ADDRESSES[name], dark=dark)
    pairs = tab.ask("""[...document.querySelectorAll('body *')].filter(e => e.checkVisibility()
        && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())).map(e => {
          let back = e;
          while (back && getComputedStyle(back).backgroundColor === 'rgba(0, 0, 0, 0)') back = back.parentElement;
          return [getComputedStyle(e).color, getComputedStyle(back || document.body).backgroundColor, e.innerText];
        })""")
    assert len(pairs) > 10
    for colour, behind, text in pairs:
        assert contrast(colour, behind) >= 4.5, (colour, behind, text)


def test_the_overview_says_where_each_model_may_run_until_when_and_how_it_behaves(site, tab):
    tab.open(site.url)
    spoken = tab.spoken()
    assert ("heading", "Governed models") in spoken and ("columnheader", "May it run?") in spoken
    assert ("rowheader", "iris") in spoken and ("link", "Next page") in spoken
    row = tab.ask("[...document.querySelectorAll('tbody tr')].find(r => r.innerText.includes('iris')).innerText")
    assert "staging: ✓ may run" in row and "production: ✓ may run" in row and "alice and bob" in row and "drift" in row
    ending = tab.ask("[...document.querySelectorAll('tbody tr')].find(r => r.innerText.includes('churn')).innerText")
    assert "! in 2 days" in ending or "! in 3 days" in ending
    assert tab.ask("document.querySelectorAll('tbody tr').length") == 25
    tab.act(lambda: tab.ask("document.querySelector('a[rel=next]').click()"))
    assert "Page 2 of 2" in tab.ask("document.body.innerText")


def test_a_model_is_told_of_with_every_check_by_name(site, tab):
    tab.open(f"{site.url}/verify?model=iris")
    assert tab.ask("document.querySelector('h1').innerText") == "iris may run in staging and production"
    text = tab.ask("document.querySelector('main').innerText")
    assert "Its word holds until" in text and "alice and bob, and by the governance plane" in text
    for gate in ("trust", "quorum", "validity", "revocation", "lease", "clock", "weights"):
        assert gate in tab.ask("[...document.querySelectorAll('.checks code')].map(c => c.innerText)")


def test_what_it_says_for_programs_works_as_it_stands_there(site, tab):
    tab.open(f"{site.url}/verify?model=iris")
    facts = json.loads(text_of(tab.ask("document.querySelector('a[href*=resolve]').href")))
    assert facts["agent_name"] == "iris" and facts["proof"]["status"] == "VERIFIED"
    commands = tab.ask("[...document.querySelectorAll('li code')].map(c => c.innerText)")
    assert len(commands) == 2
    for command in commands:
        program, *arguments = command.split()
        assert program == "planectl" and json.loads(site.planectl(*arguments).stdout)["payloadType"] == "application/vnd.in-toto+json"


def checked(site, tab, bundle, environment="", width=1280):
    tab.open(f"{site.url}/verify", width)
    tab.choose_file("#bundle", site.bundles[bundle])
    tab.ask(f"document.querySelector('#environment').value = '{environment}'")
    tab.act(lambda: tab.ask("document.querySelector('form[method=post] button').click()"))
    return tab.ask("document.querySelector('h1').innerText"), tab.ask("document.querySelector('main').innerText")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_bundle_is_judged_in_plain_words(site, tab, width):
    title, text = checked(site, tab, "good", width=width)
    assert title == "By these papers iris may run in staging and production"
    assert "Not revoked by what was known at" in text and "lists the model by this very approval" in text
    assert "evidence_witnesses" in text and "gate_quorum" in text
    expect_sound(tab, site)
    keep_picture(tab, "bundle", width)


@pytest.mark.parametrize("width", WIDTHS)
def test_a_revoked_one_may_not_run_and_says_why(site, tab, width):
    title, text = checked(site, tab, "revoked", width=width)
    assert title == "By these papers fleeting may not run in staging and production"
    assert "Revoked, by what was known at" in text
    expect_sound(tab, site)


def test_an_environment_that_was_not_approved_is_refused_alone(site, tab):
    title, _ = checked(site, tab, "good", environment="moon")
    assert title == "By these papers iris may not run in moon"


@pytest.mark.parametrize("bundle, title", [("altered", "These papers are not to be believed"),
                                           ("nothing", "This file is no bundle")])
def test_what_is_not_genuine_is_told_apart_and_becomes_no_markup(site, tab, bundle, title):
    found, text = checked(site, tab, bundle)
    assert found == title and "may run in" not in text
    assert "\u202e" not in text and tab.ask("document.querySelectorAll('main script').length") == 0
    expect_sound(tab, site)


def test_all_of_it_works_without_script(site, tab):
    with no_script(tab):
        tab.open(f"{site.url}/verify")
        assert not tab.ask("document.querySelector('[data-hint]').checkVisibility()")
        tab.choose_file("#bundle", site.bundles["good"])
        focus(tab, "form[method=post] button")
        tab.act(lambda: tab.press("Enter", 13, "\r"))
        assert "may run" in tab.ask("document.querySelector('h1').innerText")
        expect_sound(tab, site)
        tab.open(f"{site.url}/verify")
        focus(tab, "#model")
        tab.send("Input.insertText", text="iris")
        tab.act(lambda: tab.press("Enter", 13, "\r"))
        assert tab.ask("document.querySelector('h1').innerText").startswith("iris may run")


def focus(tab, selector):
    tab.send("DOM.focus", nodeId=tab.node(selector))


def test_the_keyboard_reaches_everything_in_order_and_the_focus_is_seen(site, tab):
    tab.open(f"{site.url}/verify")
    seen = []
    for _ in range(8):
        tab.press("Tab", 9)
        seen.append(tab.ask("""(() => { const e = document.activeElement, s = getComputedStyle(e);
            return [e.id || e.innerText, e.matches(':focus-visible') && s.outlineStyle !== 'none'] })()"""))
    names = [name for name, _ in seen]
    assert names == ["Skip to the content", "Overview", "Verify", "model", "See whether it may run", "bundle",
                     "environment", "Check the bundle"]
    assert all(is_seen for _, is_seen in seen), seen


DROP = """(name, text) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: 'application/json' }));
  const area = document.querySelector('[data-drop]');
  area.dispatchEvent(new DragEvent('dragover', { dataTransfer: data, bubbles: true, cancelable: true }));
  area.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def test_a_dropped_file_is_checked_and_its_name_is_nowhere(site, tab):
    tab.open(f"{site.url}/verify")
    assert tab.ask("document.querySelector('[data-hint]').checkVisibility()")
    tab.act(lambda: tab.ask(f"({DROP})('<img src=x>.json', '{{}}')"))
    assert tab.ask("document.querySelector('h1').innerText") == "This file is no bundle"
    assert "img src" not in tab.ask("document.documentElement.outerHTML")
    expect_sound(tab, site)


def test_a_file_beyond_the_bound_is_not_even_sent(site, tab):
    tab.open(f"{site.url}/verify")
    tab.ask(f"({DROP})('large.json', 'x'.repeat(17 * 1024 * 1024))")
    assert "larger than this page takes" in tab.ask("document.querySelector('[role=status]').innerText")
    assert not tab.ask("document.querySelector('form[method=post]').checkValidity()")
    assert tab.ask("location.pathname") == "/verify" and tab.problems() == []


def test_on_paper_there_are_no_forms_and_nothing_is_cut_off(site, tab):
    tab.open(f"{site.url}/verify?model=iris")
    tab.send("Emulation.setEmulatedMedia", media="print")
    try:
        assert tab.ask("getComputedStyle(document.querySelector('nav')).display") == "none"
        assert tab.send("Page.printToPDF", preferCSSPageSize=True)["data"]
        assert tab.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    finally:
        tab.send("Emulation.setEmulatedMedia", media="")


# The last of them: it takes the planes away.
def test_what_is_not_known_any_more_is_said_so_and_never_may_run(site, tab):
    tab.open(site.url)
    site.stop_planes()
    # A decision lives a minute at most.
    wait_until(lambda: "may run</span>" not in text_of(site.url), seconds=120)
    tab.open(site.url)
    text = tab.ask("document.querySelector('main').innerText")
    assert "Not everything is known now" in text and "last answer:" in text and "last known, allowed:" in text
    assert "✓ may run" not in text and "? not known now" in text
    expect_sound(tab, site)
    keep_picture(tab, "stale", 1280)
    tab.open(f"{site.url}/verify?model=iris")
    assert tab.ask("document.querySelector('h1').innerText") == "Whether iris may run is not known now"
    assert "nothing follows from it now" in tab.ask("document.querySelector('main').innerText")
