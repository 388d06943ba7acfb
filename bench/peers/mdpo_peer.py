"""mdpo: md2po, a message for each message, po2md; the PO file stays in memory."""

from mdpo.md2po import markdown_to_pofile
from mdpo.po2md import Po2Md


def roundtrip(content, path, dialect, change):
    del content, dialect  # given a text, it first tries it as a pattern of file names
    messages = markdown_to_pofile([path], location=False)
    for entry in messages:
        entry.msgstr = change(entry.msgid)
    writer = Po2Md([], wrapwidth=0)
    writer.pofiles = [messages]
    return writer.translate(path).encode()
