// Signs of a dialect that remark has no plugin for, found in the text outside code: shortcodes, Liquid,
// `:::` lines, attribute lists, wiki links and the like. They are compared beside the tree.
import { visit } from 'unist-util-visit'
import { attributes, TEXT_ATTRIBUTES } from './html.mjs'

const words = (text) => (/\S/.test(text ?? '') ? 'words' : '')
const ARGUMENT = /([\w-]+)=("[^"\n]*"|'[^'\n]*'|`[^`\n]*`)/g
// Of Hexo's links: the second argument.
const TITLE = /^(\{%\s*(?:post|asset)_link\s+\S+\s+)(?:"[^"\n]+"|'[^'\n]+')/
// Arguments that a reader reads may change, but not vanish.
const plain = (raw) =>
  raw.replace(TITLE, '$1words').replace(ARGUMENT, (all, name, value) =>
    TEXT_ATTRIBUTES.has(name) || name === 'caption' ? `${name}=${words(value.slice(1, -1))}` : all)

// `[[#Part#Heading]]`: each part names a heading of the post by its source, where remark tells what a reference
// in it stands for.
const headings = (page, link) =>
  page.replace(/&(?:lt|amp);/g, ' ').slice(1).split('#').map((part) => link(`#${part}`)).join('')

// name -> [expression, what of a match is compared]. Those of UNESCAPED are found before Markdown's escapes are read.
export const SIGNS = {
  shortcode: [/\{\{[<%][\s\S]*?[>%]\}\}/g, ([raw]) => plain(raw)],
  // One that is never closed is an error to Liquid: it counts too.
  liquid: [
    /\{%[\s\S]*?%\}|\{\{(?![<%])(?:(?!\n[ \t>]*\n)[\s\S])*?\}\}|\{[{%](?![<%])/g,
    ([raw]) => plain(raw),
  ],
  colons: [
    /^[ \t>]*(:{2,})[ \t]*([\w.-]*)(\[[^\]\n]*\])?(\{[^\n]*\})?([^\n]*)$/gm,
    ([, colons, name, label, given, title]) =>
      `${colons}${name} ${plain(given ?? '')} ${words((label ?? '[]').slice(1, -1) + title)}`,
  ],
  bangs: [/^[ \t]*(!!!|\?\?\?\+?)[ \t]+([\w-]+)([^\n]*)$/gm, ([, sign, name, title]) => `${sign} ${name} ${words(title)}`],
  slot: [/^[ \t]*#[a-z][\w-]*(?:\{[^\n]*\})?[ \t]*$/gm, ([raw]) => raw.trim()],
  component: [/(?<![^\s*_(\[]):[a-z][\w-]*(?:(?=\[)|\{[^{}\n]*\}|(?=\s|$))/gm, ([raw]) => plain(raw)],
  // kramdown's lists stand anywhere; others on a line of their own, end a heading (or with `blockEnd` any block),
  // or stand right behind inline markup.
  kramdown: [/\{:[^{}\n]*\}/g, ([raw]) => plain(raw)],
  headingEnd: [
    /(?<=^[ \t>]*(?:#{1,6}[ \t][^\n]*)?)\{(?:[#.][^{}\n\uFFFB\uFFFC]*|[\w-]+=[^{}\n\uFFFB\uFFFC]*)\}(?=[ \t]*\r?$)/gm,
    ([raw]) => plain(raw),
  ],
  blockEnd: [/\{(?:[#.][^{}\n\uFFFB\uFFFC]*|[\w-]+=[^{}\n\uFFFB\uFFFC]*)\}(?=[ \t]*\r?$)/gm, ([raw]) => plain(raw)],
  behind: [/(?<=[\])*_\uFFFC])\{[^{}\n\uFFFB\uFFFC]+\}/g, ([raw]) => plain(raw)],
  callout: [/^[ \t]*>[ \t>]*(\[![^\]\n]+\][+-]?)/gm, ([, sign]) => sign],
  // In a cell the bar is escaped.
  wiki: [
    /!?\[\[([^\]\n|\uFFFB]+)(?:(?:\||\uFFFB\uFFFB)([^\]\n]*))?\]\]/g,
    ([, page, shown], link) => `[[${page.startsWith('#') ? headings(page, link) : page}|${words(shown)}]]`,
  ],
  toc: [/^[ \t]*(?:\[\[toc\]\]|\[toc\]|\{:toc\})[ \t]*$/gim, ([raw]) => raw.trim()],
  emoji: [/(?<![\w:]):[a-z0-9+-][a-z0-9_+-]*:(?![\w:/])/g, ([raw]) => raw],
  dollars: [/(?<![\w$])\$(?=[^\s$])[^$\n]*?(?<=[^\s$\\])\$(?![\w$])/g, ([raw]) => raw],
  // Vue's tags that are none to CommonMark: `@click`, `#slot`.
  tag: [
    /<([A-Za-z][\w.-]*)((?=[^<>]*\s[@#])\s(?:"[^"]*"|'[^']*'|[^'"<>])*)>/g,
    ([, name, rest]) => `<${name}${attributes(rest).sig}>`,
  ],
  highlight: [/(?<!=)==(?=[^\s=])(?:(?!==)[^\n])+==(?!=)/g, () => '==words=='],
}
const UNESCAPED = new Set(['shortcode', 'liquid'])
// What stands for code, and for an escaped character.
const OPAQUE = '\uFFFC'
const ESCAPED = '\uFFFB'
const ESCAPE = /\\[!-/:-@[-`{-~]/g
// Vue finds these after Markdown is done: in the text as it is then, and in HTML.
export const MUSTACHE = /\{\{[\s\S]*?\}\}/g

const VERBATIM = new Set(['code', 'inlineCode', 'math', 'inlineMath', 'yaml', 'toml', 'mdxjsEsm'])
// Where Markdown isn't read.
const HTML = new Set(['html'])
const TEXT = new Set(['text'])
const LEAVES = new Set(['paragraph', 'heading', 'tableCell', 'html'])

// -> [{name, match}] over the text with code filled up, in no order.
export function found(text, tree, row) {
  const raw = without(text, tree, VERBATIM)
  const shown = without(raw, tree, HTML).replace(ESCAPE, ESCAPED + ESCAPED)
  const texts = row.signs.includes('behind') ? without(shown, tree, TEXT) : ''
  return row.signs.flatMap((name) =>
    [...(UNESCAPED.has(name) ? raw : shown).matchAll(SIGNS[name][0])]
      // A sign in text (`17_{b}`) closes nothing.
      .filter(({ index }) => name !== 'behind' || !'*_)'.includes(shown[index - 1]) || texts[index - 1] !== OPAQUE)
      .map((match) => ({ name, match })),
  )
}

// -> [{sig, line}]: one entry per block that holds signs, in order; within it in any order. `link`: see shape.mjs.
export function signs(text, tree, row, link) {
  const leaves = []
  visit(tree, (node) => {
    if (LEAVES.has(node.type) && node.position) leaves.push([node.position.start.offset, node.position.end.offset])
  })
  const held = found(text, tree, row).map(({ name, match }) => ({
    at: match.index,
    sig: `${name} ${SIGNS[name][1](match, link)}`,
  }))
  return grouped(held, leaves, text).concat(row.vue ? mustaches(tree) : [])
}

// The text with all nodes of `types` filled up.
function without(text, tree, types) {
  const parts = []
  let position = 0
  visit(tree, (node) => {
    if (!types.has(node.type) || !node.position) return
    const { start, end } = node.position
    if (start.offset < position) return
    parts.push(text.slice(position, start.offset), text.slice(start.offset, end.offset).replace(/[^\r\n]/g, OPAQUE))
    position = end.offset
  })
  return parts.join('') + text.slice(position)
}

function grouped(list, leaves, text) {
  list.sort((a, b) => a.at - b.at)
  const out = []
  let number = 0
  let last = -1
  for (const { at, sig } of list) {
    while (number < leaves.length && leaves[number][1] <= at) number++
    const within = number < leaves.length && leaves[number][0] <= at ? number : -1
    if (within >= 0 && within === last) out[out.length - 1].held.push(sig)
    else out.push({ held: [sig], at })
    last = within
  }
  const line = (at) => text.slice(0, at).split('\n').length
  return out.map(({ held, at }) => ({ sig: `signs ${held.sort().join(' ')}`, line: line(at) }))
}

function mustaches(tree) {
  const out = []
  visit(tree, (node) => {
    if (!LEAVES.has(node.type)) return
    let text = node.type === 'html' ? node.value : ''
    visit(node, 'text', (child) => void (text += child.value + '\0'))
    const held = text.match(MUSTACHE)
    if (held) out.push({ sig: `mustaches ${held.sort().join(' ')}`, line: node.position.start.line })
  })
  return out
}
