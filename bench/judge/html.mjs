// A tokenizer for HTML as it stands in Markdown: tags, comments, text; no tree building.
// Attributes that a reader reads: their text may change, but not vanish.
export const TEXT_ATTRIBUTES = new Set(['title', 'alt', 'label', 'placeholder', 'aria-label'])
// Elements whose content is no prose.
export const OPAQUE = new Set(['script', 'style', 'pre', 'code', 'textarea', 'svg', 'kbd', 'samp', 'var', 'math'])
const VOID = new Set([
  ...['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr'],
])
const INLINE = new Set([
  ...['a', 'abbr', 'b', 'bdi', 'bdo', 'br', 'cite', 'code', 'data', 'del', 'dfn', 'em', 'font', 'i', 'img', 'ins'],
  ...['kbd', 'label', 'mark', 'q', 's', 'samp', 'small', 'span', 'strike', 'strong', 'sub', 'sup', 'time', 'tt', 'u'],
  ...['var', 'wbr'],
])
const TOKEN =
  /<!--[\s\S]*?(?:-->|$)|<!\[CDATA\[[\s\S]*?\]\]>|<[!?][^>]*>|<(\/?)([A-Za-z][\w.:-]*)((?:"[^"]*"|'[^']*'|[^'">])*)>/g
const ATTRIBUTE = /([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'=<>`]+))?/g

// `link(url)` says what an in-page URL is to be compared as.
// -> [{kind: 'open' | 'close' | 'void' | 'verbatim' | 'text', name, sig, text, texts, inline}]
// `texts`: the values of text attributes. Consecutive text is one token. Content of OPAQUE elements is part of
// one 'verbatim' token with its tags.
export function tokens(html, link = (url) => url) {
  const out = []
  let position = 0
  TOKEN.lastIndex = 0
  for (let match; (match = TOKEN.exec(html)); ) {
    if (match.index > position) out.push({ kind: 'text', text: html.slice(position, match.index) })
    position = TOKEN.lastIndex
    const [raw, slash, name, rest] = match
    if (name === undefined) {
      out.push({ kind: 'verbatim', name: '!', sig: raw, texts: [], inline: raw.startsWith('<!--') })
      continue
    }
    const lower = name.toLowerCase()
    const inline = INLINE.has(lower) || /[A-Z.:-]/.test(name)
    if (slash) {
      out.push({ kind: 'close', name, sig: `</${name}>`, texts: [], inline })
      continue
    }
    const { sig, texts } = attributes(rest, link)
    if (OPAQUE.has(lower) && !rest.endsWith('/')) {
      const end = html.toLowerCase().indexOf(`</${lower}`, position)
      const close = end < 0 ? html.length : html.indexOf('>', end) + 1 || html.length
      out.push({ kind: 'verbatim', name, sig: `<${name}${sig}>${html.slice(position, close)}`, texts, inline })
      position = TOKEN.lastIndex = close
      continue
    }
    const alone = VOID.has(lower) || rest.endsWith('/')
    out.push({ kind: alone ? 'void' : 'open', name, sig: `<${name}${sig}>`, texts, inline })
  }
  if (position < html.length) out.push({ kind: 'text', text: html.slice(position) })
  return out
}

// A tag's inside -> its attributes with the words taken out, and those words.
export function attributes(rest, link = (url) => url) {
  const texts = []
  let sig = ''
  for (const [, name, quoted] of rest.matchAll(ATTRIBUTE)) {
    const value = quoted === undefined ? undefined : quoted.replace(/^(["'])([\s\S]*)\1$/, '$2')
    if (value !== undefined && TEXT_ATTRIBUTES.has(name)) {
      if (value.trim()) texts.push(value)
      sig += ` ${name}=${value.trim() ? 'words' : ''}`
    } else if (value === undefined) sig += ` ${name}`
    else sig += ` ${name}="${name === 'href' ? link(value) : value}"`
  }
  return { sig, texts }
}
