// A post of Nuxt Content as remark can read it: its components' heads taken out, and the indentation that a
// component within another one gives its content, which is none to Nuxt and code to CommonMark.
const LINE = /^([ \t]*)(?:(`{3,}|~{3,})|(:{2,})[ \t]*([A-Za-z][\w-]*)?)?([^\n]*)$/
const HEAD_LIMIT = 500

// -> {text: as many lines as before, heads: [{text, line}]}
export function flattened(content) {
  const lines = content.split('\n')
  const heads = []
  const open = []
  let fence = ''
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i].replace(/\r$/, '')
    const [, indent, ticks, colons, name, rest] = LINE.exec(line)
    const closing = colons !== undefined && name === undefined && !rest.trim()
    const depth = open.length
    if (!fence && closing) {
      const at = open.findLastIndex((one) => one.colons === colons.length)
      lines[i] = dedented(line, open)
      if (at >= 0) open.length = at
    } else if (!fence && colons !== undefined && (name !== undefined || rest.trim())) {
      open.push({ colons: colons.length, indent: indent.length })
      lines[i] = dedented(line, open)
      i = head(lines, i, heads)
    } else if (depth) lines[i] = dedented(line, open)
    if (ticks && !fence && !(ticks[0] === '`' && rest.includes('`'))) fence = ticks
    else if (ticks?.startsWith(fence) && fence && !rest.trim()) fence = ''
  }
  return { text: lines.join('\n'), heads }
}

function dedented(line, open) {
  if (open.length < 2) return line
  const base = open[0].indent
  const width = /^[ \t]*/.exec(line)[0].length
  return line.slice(0, base) + line.slice(Math.max(base, Math.min(width, open[open.length - 1].indent)))
}

// Blanks the YAML behind the opening line `at`; -> the last line of it.
function head(lines, at, heads) {
  if (lines[at + 1]?.trim() !== '---') return at
  const end = lines.findIndex((one, index) => index > at + 1 && one.trim() === '---')
  if (end < 0 || end - at > HEAD_LIMIT) return at
  heads.push({ text: lines.slice(at + 2, end).join('\n'), line: at + 3 })
  lines.fill('', at + 1, end + 1)
  return end
}
