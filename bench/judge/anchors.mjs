// Edits made on purpose: a heading whose translation changes its generated id gets the old one pinned, or the
// links to it follow. These, and nothing else, are taken back before two posts are compared.
import Slugger from 'github-slugger'
import { toString } from 'mdast-util-to-string'
import { visit } from 'unist-util-visit'

// Also before the line that underlines a heading. In escaped braces it is text; Docusaurus alone takes that for an
// id too, but only where it ends the heading, which ours then does.
const PIN = /\s*(?:(?<!\\)\{:?\s*#([^\s{}]+)\s*\}|\{\/\*\s*#?([^\s*]+)\s*\*\/\})(?=[ \t]*(?:\r?\n[ \t>]*(?:=+|-+)[ \t]*)?$)/
// Written into the attributes that a heading has.
const AMONG = /(\{:?)#([^\s{}]+) (?=[^{}\n]*\}[ \t]*$)/
const LIST = /\{:?[^{}\n]*\}\s*$/
const ANCHOR = /[ \t]*<a (?:id|name)=["']([^"']+)["']\s*(?:\/>|>\s*<\/a>)[ \t]*/g
const ABOVE = new RegExp(`(?:^|\\n)[ \\t>]*${ANCHOR.source}\\r?\\n(?:[ \\t>]*\\r?\\n)?[ \\t>]*$`)

// What a site has words of its own for, or puts a value in place of.
const ODD = /[\p{So}{$]/u
const LINK = /(?:\]\(|\]:[ \t]*<?|href=["'])#([^\s()"'<>]+)/g

// The headings in order: {start, end, pin, slug, site}; offsets into the text. `site`: its id is the site's secret.
export function headings(text, tree) {
  const slugger = new Slugger()
  const out = []
  visit(tree, 'heading', (node) => {
    const { start, end } = node.position
    const raw = text.slice(start.offset, end.offset).replace(/[ \t]+#+[ \t]*$/, '')
    const pin = PIN.exec(raw)
    // Where the brace is escaped, what a reader sees looks like an id or a list, and is none.
    const bare = raw[raw.lastIndexOf('{') - 1] !== '\\'
    const all = toString(node, { includeHtml: false })
    const shown = (bare ? all.replace(PIN, '').replace(LIST, '') : all).trim()
    const site = ODD.test(raw) && !raw.includes('{/*')
    out.push({ start: start.offset, end: end.offset, pin: pin && (pin[1] ?? pin[2]), slug: slugger.slug(shown), site })
  })
  return out
}

// The target's text without the ids that were pinned for the sake of old links.
export function unpinned(text, ours, theirs) {
  if (ours.length !== theirs.length) return text
  let out = text
  for (let k = theirs.length - 1; k >= 0; k--) {
    const was = ours[k]
    // Python-Markdown takes ASCII alone, and numbers the headings without any: `_1`.
    const ascii = was.slug.replace(/[^\x00-\x7f]/g, '')
    const bare = (id) => was.pin === null && (alike(id, ascii) || (/^(-\d+)?$/.test(ascii) && /^_\d+$/.test(id)))
    const old = (id) =>
      id !== undefined && id !== null && (alike(id, was.pin ?? was.slug) || bare(id) || id === was.called)
    let { start, end } = theirs[k]
    let raw = out.slice(start, end)
    if (was.pin === null && old(theirs[k].pin)) raw = raw.replace(PIN, '')
    if (was.pin === null) raw = raw.replace(AMONG, (all, before, id) => (old(id) ? before : all))
    if (!was.anchored) raw = raw.replace(ANCHOR, (all, id) => (old(id) ? (/^\s/.test(all) ? ' ' : '') : all))
    const before = out.slice(0, start)
    const line = ABOVE.exec(before)
    if (line && old(line[1]) && !was.anchored) start -= line[0].length - (line[0].startsWith('\n') ? 1 : 0)
    out = out.slice(0, start) + raw + out.slice(end)
  }
  return out
}

// Whether an `<a id>` already stands at a source heading: then it is no pin of ours.
export function anchored(text, list) {
  for (const one of list) {
    const before = text.slice(Math.max(0, one.start - 300), one.start)
    const raw = text.slice(one.start, one.end)
    one.anchored = ANCHOR.test(raw) || /<a (?:id|name)=["'][^"']+["']\s*(?:\/>|>\s*<\/a>)\s*$/.test(before)
    ANCHOR.lastIndex = 0
  }
  return list
}

// What a heading answers to. One whose id is the site's secret is called by a link that leads nowhere else and holds
// the heading's words in their order.
export function answering(text, list) {
  const links = [...new Set([...text.matchAll(LINK)].map(([, id]) => id))]
  const loose = links.filter((id) => !list.some(({ pin, slug }) => alike(id, pin ?? slug)))
  for (const one of list.filter(({ site, pin }) => site && pin === null)) {
    const words = one.slug.split('-').filter((word) => /[\p{L}\p{N}]/u.test(word))
    const at = loose.findIndex((id) => words.length && holds(id.split('-'), words))
    if (at >= 0) one.called = loose.splice(at, 1)[0]
  }
  return list.map(({ pin, slug, called }) => [pin, slug, called].filter((id) => id !== null && id !== undefined))
}

function holds(all, words) {
  let at = 0
  for (const word of all) if (at < words.length && alike(word, words[at])) at++
  return at === words.length
}

// -> a function from a URL to what it is compared as: the number of the heading that it leads to.
// `ids`: what each heading answers to. For a target, `before` is the source's: a link that stands as it was means
// the heading that it meant there, and `lost(url)` is told when it doesn't lead to it any more.
export function resolver(ids, before, lost) {
  const find = (all, id) => {
    const exact = all.findIndex((own) => own.includes(id))
    return exact >= 0 ? exact : all.findIndex((own) => own.some((one) => alike(one, id)))
  }
  return (url) => {
    if (!url || !url.startsWith('#') || url.length < 2) return url
    const id = decoded(url.slice(1))
    const now = find(ids, id)
    const was = before ? find(before, id) : now
    if (was >= 0 && was !== now) lost(url)
    const at = was >= 0 ? was : now
    return at >= 0 ? `#heading ${at}` : url
  }
}

function decoded(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

// Equal but for what slug rules differ in: case, accents, signs.
function alike(a, b) {
  const fold = (text) => decoded(text).normalize('NFKD').toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
  return fold(a) !== '' && fold(a) === fold(b)
}
