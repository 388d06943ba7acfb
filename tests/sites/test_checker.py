"""What is wrong with a built site is found; what only looks wrong is not."""

import pytest

from sites.built import Built
from sites.checker import problems

PAGE = '<html lang="{lang}"><body><main><h1>{title}</h1>{body}</main></body></html>'


@pytest.fixture
def site(tmp_path):
    """A sound site: two posts and a picture, the posts in Spanish too, and `notes` in English only."""

    def write(path, lang, title, body):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(PAGE.format(lang=lang, title=title, body=body))

    for lang, home, up in (("en", "", ""), ("es", "es/", "../")):
        links = f'<a href="café/#b">b</a> <a href="{up}notes.html">notes</a> <img src="{up}pic.png">'
        write(f"{home}index.html", lang, f"Home ({lang})", links + "<pre><code>x &lt; 1</code></pre>")
        back = f'<h2 id="b">b</h2> <a href="/base/{home}">home</a>'
        write(f"{home}café/index.html", lang, f"Café ({lang})", back)
    elsewhere = '<a href="https://elsewhere.example/gone">out</a> <a href="mailto:a@b.example">mail</a>'
    write("notes.html", "en", "Notes", elsewhere)
    (tmp_path / "pic.png").write_bytes(b"")
    return tmp_path


def found(folder):
    return problems(Built(folder, "/base/", ("es",)))


def change(folder, path, old, new):
    text = (folder / path).read_text()
    assert old in text
    (folder / path).write_text(text.replace(old, new))


def test_a_sound_site_has_no_problems(site):
    assert found(site) == []


@pytest.mark.parametrize(
    "same",
    [
        "caf%c3%a9/#b",
        "caf%C3%A9/index.html#b",
        "/base/es/café/#b",
        "https://example.org/base/es/caf%c3%a9/#b",
        "./café?x=1#b",
        "café/#%62",
        "#top",
        "",
    ],
)
def test_a_link_may_be_written_in_many_ways(site, same):
    change(site, "es/index.html", 'href="café/#b"', f'href="{same}"')
    assert found(site) == []


@pytest.mark.parametrize(
    ("path", "old", "new", "told"),
    [
        ("es/index.html", "café/#b", "cafe/#b", "there is no /base/es/cafe/"),
        ("es/index.html", "café/#b", "caf%25c3%25a9/", "there is no /base/es/caf%c3%a9/"),
        ("es/index.html", "café/#b", "/es/café/#b", "there is no /es/café/"),
        ("es/index.html", "café/#b", "/base/index.md", "there is no /base/index.md"),
        ("es/index.html", "../pic.png", "pic.png", "<img> pic.png: there is no /base/es/pic.png"),
        ("es/index.html", 'src="../pic.png"', 'srcset="../pic.png, ../big.png 2x"', "no /base/big.png"),
        ("es/index.html", "<pre>", '<script src="s.js"></script><pre>', "<script> s.js"),
        ("es/index.html", "café/#b", "café/#c", "has no anchor 'c'"),
        ("es/index.html", "café/#b", "#b", "/base/es/ has no anchor 'b'"),
        ("es/index.html", "café/#b", "/base/caf%c3%a9/#b", "leads to 'en', although there is /base/es/café/"),
        ("es/café/index.html", "/base/es/", "/base/", "leads to 'en', although there is /base/es/"),
        ("es/index.html", ' lang="es"', "", "<html lang> is None, not 'es'"),
        ("es/index.html", 'lang="es"', 'lang="en"', "<html lang> is 'en', not 'es'"),
        ("index.html", 'lang="en"', 'lang="es"', "<html lang> is 'es', not 'en'"),
        ("es/index.html", "x &lt; 1", "⟦x⟧", "its code is ['⟦x⟧'], that of /base/ is ['x < 1']"),
        ("es/index.html", "<pre><code>x &lt; 1</code></pre>", "", "its code is []"),
        ("es/index.html", "<pre>", "⟦see [b](café)⟧<pre>", "'](' stands in its text"),
        ("es/index.html", "<pre>", "⟦:::nöté⟧<pre>", "':::' stands in its text"),
        ("index.html", "<body>", '<link hreflang="es" href="/base/"><body>', "says 'es', but"),
        ("notes.html", "<body>", '<meta http-equiv="refresh" content="0; url=gone"><body>', "no /base/gone"),
    ],
)
def test_what_is_wrong_is_found(site, path, old, new, told):
    change(site, path, old, new)
    (problem,) = found(site)
    assert told in problem


def test_a_page_at_an_address_of_its_own_is_found(site):
    (site / "es/es").mkdir()
    (site / "es/café/index.html").rename(site / "es/es/index.html")
    change(site, "es/index.html", "café/#b", "es/")
    assert found(site) == ["/base/es/es/: there is no such page in 'en'"]


def test_a_menu_may_lead_to_another_language(site):
    change(site, "es/index.html", "<main>", '<nav><a hreflang="en" href="/base/">English</a></nav><main>')
    assert found(site) == []
