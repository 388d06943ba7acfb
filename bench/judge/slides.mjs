// A deck into its slides, by the rules of @slidev/parser: `---` begins a slide; when the next line isn't blank,
// what follows up to the next `---` is that slide's own head.

// -> [{head: string | null, body, line}], `line` that of the body's first line, 1-based.
export function slides(text) {
  const lines = text.split(/\r?\n/)
  const out = []
  let head = null
  let start = 0
  const close = (end) => out.push({ head, body: lines.slice(start, end).join('\n'), line: start + 1 })
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i].trimEnd()
    if (line.startsWith('---')) {
      if (i > 0) close(i)
      head = null
      start = i + 1
      if (line[3] !== '-' && lines[i + 1]?.trim()) {
        const end = lines.findIndex((one, index) => index > i && one.trimEnd() === '---')
        if (end < 0) continue
        head = lines.slice(i + 1, end).join('\n')
        start = end + 1
        i = end
      }
    } else if (/^\s*```/.test(line)) {
      const fence = line.match(/^\s*`+/)[0]
      const end = lines.findIndex((one, index) => index > i && one.startsWith(fence))
      if (end > 0) i = end
    }
  }
  close(lines.length)
  return out
}
