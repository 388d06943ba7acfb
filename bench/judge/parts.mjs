// A post into what is parsed on its own: [{heads: [{kind, text, line}], text, tree, line}]. A deck has a part per
// slide, any other post one. A head of a component says so: `inner`.
import { visit } from 'unist-util-visit'
import { flattened } from './components.mjs'
import { DIALECTS, parse } from './dialects.mjs'
import { TEXT_ATTRIBUTES } from './html.mjs'
import { outdented } from './indented.mjs'
import { slides } from './slides.mjs'

// To kramdown and Python-Markdown a fence may follow: to remark a blank line has to stand between them.
const CLOSING = /<\/[A-Za-z][\w-]*>[ \t]*\r?\n(?=```|~~~)/g

export function parts(content, dialect) {
  const text = content.replace(/^\uFEFF/, '')
  if (DIALECTS[dialect].slides && /^---[ \t]*\r?$/m.test(text)) return slides(text).map((one, index) => slide(one, dialect, index === 0))
  const json = /^\{\s*\n[\s\S]*?\n\}[ \t]*(?:\r?\n|$)/.exec(text)
  if (json && /^\s*"/.test(json[0].slice(1))) {
    return [part([{ kind: 'json', text: json[0], line: 1 }], text, json[0], dialect)]
  }
  const row = DIALECTS[dialect]
  const flush = row.indented ? outdented(text) : text
  const plain = row.closes ? flush.replace(CLOSING, '$&\n') : flush
  const { text: shown, heads: inner } = row.components ? flattened(plain) : { text: plain, heads: [] }
  const only = part([], shown, '', dialect)
  visit(only.tree, ['yaml', 'toml'], (node) => void only.heads.push({ kind: node.type, text: node.value, line: 1 }))
  only.heads.push(...inner.map((head) => ({ kind: 'yaml', ...head, inner: true })))
  return [only]
}

// Which values of a head a reader sees: those of `keys`, in a component's those of text attributes too, in a deck's
// what it says about itself.
export function wanted(keys, { inner, deck }) {
  if (deck) return new Set([...keys, 'info'])
  return inner ? { has: (key) => keys.has(key) || TEXT_ATTRIBUTES.has(key.split('.').at(-1)) } : keys
}

function slide({ head, body, line }, dialect, deck) {
  return { ...part(head === null ? [] : [{ kind: 'yaml', text: head, line, deck }], body, '', dialect), line }
}

// `cut`: what stands before the Markdown; blanked, so that lines keep their numbers.
function part(heads, text, cut, dialect) {
  const shown = cut.replace(/[^\r\n]/g, '') + text.slice(cut.length)
  return { heads, text: shown, tree: parse(shown, dialect), line: 1 }
}
