// A post of Python-Markdown as remark can read it: what stands in admonitions and tabs is indented by four
// columns, which is code to CommonMark; and a footnote right behind a link by its label alone hides the link.
const OPENER = /^[ ]*(?:!!!|\?\?\?\+?|===[!+]?)[ ]+\S/
const SHORTCUT = /(?<!\])(\[[^[\]^][^[\]]*\])(?=\[\^)/g
const FENCE = /^[ ]*(`{3,}|~{3,})([^\n]*)$/
const WIDTH = 4

// -> the text, as many lines as before.
export function outdented(content) {
  const open = []
  let fence = ''
  return content
    .split('\n')
    .map((line) => {
      if (!line.trim()) return line
      const width = /^ */.exec(line)[0].length
      while (!fence && open.length && width < open[open.length - 1] + WIDTH) open.pop()
      const cut = WIDTH * open.length
      const ticks = FENCE.exec(line)
      if (!fence && ticks && !(ticks[1][0] === '`' && ticks[2].includes('`'))) fence = ticks[1]
      else if (fence && ticks && ticks[1].startsWith(fence) && !ticks[2].trim()) fence = ''
      else if (!fence && OPENER.test(line)) open.push(width)
      return line.slice(Math.min(cut, width))
    })
    .join('\n')
    .replace(SHORTCUT, '$1[]')
}
