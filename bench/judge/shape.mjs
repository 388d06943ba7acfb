// A tree with the human text taken out: [{sig, line}] in order, equal for a post and its translation.
import { tokens, TEXT_ATTRIBUTES } from './html.mjs'
import { said } from './strings.mjs'
import { filling, nest } from './nest.mjs'

// Punctuation alone may move in and out of a mark.
const WORD = /[\p{L}\p{N}]/u
const flag = (value) => (WORD.test(value ?? '') ? 'words' : '')

// `link(url)` says what a URL is to be compared as.
export function shape(tree, link) {
  const out = []
  const put = (sig, node) => out.push({ sig, line: node.position?.start.line ?? 0 })
  const walk = (node, depth) => {
    const pad = '.'.repeat(depth)
    const inner = () => (node.children ?? []).forEach((child) => walk(child, depth + 1))
    switch (node.type) {
      case 'yaml':
      case 'toml':
        put(pad + node.type, node) // compared by head.mjs
        break
      case 'heading':
        put(`${pad}heading ${node.depth} ${lines(node.children, link)}`, node)
        break
      case 'paragraph':
      case 'tableCell':
        put(`${pad}${node.data?.directiveLabel ? 'label' : node.type} ${lines(node.children, link)}`, node)
        break
      case 'html':
        markup(node, pad, put, link)
        break
      case 'mdxJsxFlowElement':
        put(`${pad}<${node.name ?? ''}${jsx(node, link)}>`, node)
        inner()
        put(`${pad}</${node.name ?? ''}>`, node)
        break
      case 'definition':
        put(`${pad}definition ${node.identifier} ${link(node.url)} ${flag(node.title)}`, node)
        break
      default:
        put(pad + block(node), node)
        inner()
    }
  }
  walk(tree, 0)
  return out
}

const FIELDS = ['lang', 'meta', 'value', 'ordered', 'start', 'spread', 'checked', 'identifier', 'name', 'align']

function block(node) {
  const fields = FIELDS.filter((key) => node[key] !== undefined && node[key] !== null)
  return [node.type, ...fields.map((key) => `${key}=${JSON.stringify(node[key])}`), directive(node)].join(' ')
}

function directive(node) {
  if (!/Directive$/.test(node.type)) return ''
  const pairs = Object.entries(node.attributes ?? {})
  return pairs.map(([k, v]) => (TEXT_ATTRIBUTES.has(k) ? `${k}=${flag(v)}` : `${k}=${JSON.stringify(v)}`)).join(' ')
}

function jsx(node, link) {
  return node.attributes
    .map((one) => {
      if (one.type !== 'mdxJsxAttribute') return ` {${one.value}}`
      if (one.value === null || one.value === undefined) return ` ${one.name}`
      const value = said(one.value)
      if (value !== null && TEXT_ATTRIBUTES.has(one.name)) return ` ${one.name}=${flag(value)}`
      if (typeof one.value !== 'string') return ` ${one.name}={${one.value.value}}`
      return ` ${one.name}="${one.name === 'href' ? link(one.value) : one.value}"`
    })
    .join('')
}

// A block's inline content, one group per line between hard breaks: they are boundaries, words don't cross them.
function lines(children, link) {
  const groups = [[]]
  for (const child of children) {
    if (child.type === 'break') groups.push([])
    else groups[groups.length - 1].push(child)
  }
  return groups
    .map((group) => nest(group.flatMap((node) => inline(node, link))))
    .map(({ sig, words }) => `(${words ? 'words ' : ''}${sig})`)
    .join(' break ')
}

function inline(node, link) {
  const group = (sig) => {
    const { held, words } = nest((node.children ?? []).flatMap((child) => inline(child, link)))
    return [{ leaf: `${sig}{${filling(held, words)}}`, words }]
  }
  switch (node.type) {
    case 'text':
      return WORD.test(node.value) ? [{ text: true }] : []
    case 'html':
      return tokens(node.value, link).flatMap(({ kind, name, sig, text }) => {
        if (kind === 'text') return WORD.test(text) ? { text: true } : []
        return kind === 'open' ? { open: name, sig } : kind === 'close' ? { close: name } : { leaf: sig }
      })
    case 'link':
      return group(`link ${link(node.url)} ${flag(node.title)}`)
    case 'linkReference':
      return group(`reference ${node.identifier}`)
    case 'image':
      return [{ leaf: `image ${link(node.url)} ${flag(node.alt)} ${flag(node.title)}` }]
    case 'imageReference':
      return [{ leaf: `image reference ${node.identifier} ${flag(node.alt)}` }]
    case 'footnoteReference':
      return [{ leaf: `footnote ${node.identifier}` }]
    case 'mdxJsxTextElement':
      return group(`<${node.name ?? ''}${jsx(node, link)}>`)
    case 'textDirective':
      // Without a label or attributes it is text to every site but one that defines it (10:am, std:vec).
      if (!node.children.length && !Object.keys(node.attributes ?? {}).length) return [{ text: true }]
      return group(`directive ${node.name} ${directive(node)}`)
    case 'inlineCode':
      return [{ leaf: `code ${JSON.stringify(node.value)}` }]
    case 'inlineMath':
      return [{ leaf: `math ${JSON.stringify(node.value)}` }]
    case 'mdxTextExpression':
      return [{ leaf: `{${node.value}}` }]
    default:
      return group(node.type)
  }
}

// An HTML block: block-level tags in order, and between them runs of words and inline tags.
function markup(node, pad, put, link) {
  let run = []
  const close = () => {
    const { sig, words } = nest(run)
    if (words || sig) put(`${pad}html (${words ? 'words ' : ''}${sig})`, node)
    run = []
  }
  for (const { kind, name, sig, text, inline: within } of tokens(node.value, link)) {
    if (kind === 'text') run.push(...(WORD.test(text) ? [{ text: true }] : []))
    else if (within) run.push(kind === 'open' ? { open: name, sig } : kind === 'close' ? { close: name } : { leaf: sig })
    else {
      close()
      put(`${pad}html ${sig}`, node)
    }
  }
  close()
}
