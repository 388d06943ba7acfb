// What a reader reads of a post, and what a machine reads: remark's answer, which knows nothing of polypost.
//
// stdin: JSON lines {id, dialect, source, keys}. stdout: {id, fault, words, machine}; both lists of
// {text, line, kind}. `fault`: why the post doesn't parse, else null. What is neither is left out: names of keys
// (<kbd>), arguments of shortcodes other than a figure's, labels of definitions.
import readline from 'node:readline'
import { toString } from 'mdast-util-to-string'
import { DIALECTS } from './dialects.mjs'
import { strings } from './head.mjs'
import { OPAQUE, TEXT_ATTRIBUTES, tokens } from './html.mjs'
import { parts, wanted } from './parts.mjs'
import { found, MUSTACHE } from './signs.mjs'
import { said } from './strings.mjs'

// Pairs whose content is code or data.
const CODE_PAIR = [
  /\{\{[<%][ ]*(highlight|code[\w-]*|mermaid|math|katex|chart)\b[^}]*(?<!\/)[>%]\}\}[\s\S]*?\{\{[<%][ ]*\/[ ]*\1[ ]*[>%]\}\}/g,
  /\{%-?[ ]*(highlight|comment)\b[^%]*%\}[\s\S]*?\{%-?[ ]*end\1[ ]*-?%\}/g,
]
const TEXT_ARGUMENT = /(?<![\w-])([\w-]+)=("[^"\n]*"|'[^'\n]*')/g
const READ_NOWHERE = new Set(['kbd', 'samp', 'var'])

function reading({ source, dialect, keys }) {
  const out = { words: [], machine: [] }
  const chosen = new Set(keys)
  for (const part of parts(source, dialect)) {
    for (const head of part.heads) {
      const held = strings(head.kind, head.text, wanted(chosen, head))
      const [line, kind] = [head.line, head.inner ? 'component head' : 'front matter']
      for (const { text } of held.chosen) out.words.push({ text, line, kind })
      for (const { text } of held.others) out.machine.push({ text, line, kind })
    }
    new Reader(part, dialect, out).block(part.tree, 'text')
  }
  return out
}

class Reader {
  constructor({ text, tree, line }, dialect, out) {
    this.out = out
    this.first = line
    this.text = text
    this.tree = tree
    this.hidden = this.masks(DIALECTS[dialect])
  }

  put(list, text, node, kind) {
    if (/\S/.test(text)) this.out[list].push({ text, line: (node.position?.start.line ?? 1) + this.first - 1, kind })
  }

  // Ranges of the text that signs take; what they hold for readers is told at once.
  masks(row) {
    const ranges = []
    const hide = (start, raw, kind) => {
      ranges.push([start, start + raw.length])
      const line = this.text.slice(0, start).split('\n').length
      this.put('machine', raw.replace(TEXT_ARGUMENT, ''), { position: { start: { line } } }, kind)
      const figure = kind === 'shortcode' && /^\{\{[<%]\s*figure\b/.test(raw)
      if (kind !== 'component' && kind !== 'tag' && kind !== 'colons' && !figure) return
      for (const [, name, value] of raw.matchAll(TEXT_ARGUMENT)) {
        const told = TEXT_ATTRIBUTES.has(name) || (figure && name === 'caption') ? 'words' : 'machine'
        this.put(told, value.slice(1, -1), { position: { start: { line } } }, 'argument')
      }
    }
    for (const { name, match } of found(this.text, this.tree, row)) {
      if (name === 'highlight') continue
      if (name === 'colons') {
        const [raw, colons, word, label, given] = match
        const opening = raw.slice(0, raw.indexOf(word, raw.indexOf(colons) + colons.length) + word.length)
        hide(match.index, opening, 'colons')
        if (given) hide(match.index + raw.indexOf(given, opening.length + (label ?? '').length), given, 'colons')
      } else if (name === 'callout') hide(match.index + match[0].indexOf(match[1]), match[1], name)
      else if (name === 'bangs') hide(match.index, match[0].slice(0, match[0].indexOf(match[2]) + match[2].length), name)
      else if (name === 'wiki' && match[2]) {
        // `[[Page|words of its own]]`: those are read.
        const shown = match[0].length - match[2].length - 2
        hide(match.index, match[0].slice(0, shown), name)
        hide(match.index + shown + match[2].length, ']]', name)
      } else hide(match.index, match[0], name)
    }
    for (const pair of CODE_PAIR) for (const match of this.text.matchAll(pair)) hide(match.index, match[0], 'code')
    if (row.vue) for (const match of this.text.matchAll(MUSTACHE)) hide(match.index, match[0], 'mustache')
    return ranges.sort((a, b) => a[0] - b[0])
  }

  // A text node's source without what signs take.
  shown(node) {
    const { start, end } = node.position
    let raw = ''
    let position = start.offset
    for (const [a, b] of this.hidden) {
      if (b <= position || a >= end.offset) continue
      if (a > position) raw += this.text.slice(position, a)
      raw += ' '
      position = Math.max(position, b)
    }
    if (position < end.offset) raw += this.text.slice(position, end.offset)
    return raw.replace(/\\([!-/:-@[-`{-~])/g, '$1').replace(/&#?\w+;/g, ' ')
  }

  masked(node) {
    const { start, end } = node.position
    return this.hidden.some(([a, b]) => a <= start.offset && end.offset <= b)
  }

  block(node, kind) {
    switch (node.type) {
      case 'yaml':
      case 'toml':
        return
      case 'paragraph':
      case 'heading':
      case 'tableCell': {
        const said = node.data?.directiveLabel ? 'admonition title' : kind === 'text' ? node.type : kind
        this.put('words', this.inline(node, said), node, said)
        return
      }
      case 'code':
      case 'math':
      case 'mdxjsEsm':
      case 'mdxFlowExpression':
        this.put('machine', `${node.lang ?? ''} ${node.meta ?? ''} ${node.value}`, node, node.type)
        return
      case 'html':
        this.html(node, 'HTML block')
        return
      case 'definition':
        this.put('machine', node.url, node, 'URL')
        this.put('words', node.title ?? '', node, 'title')
        return
      case 'mdxJsxFlowElement':
        this.attributes(node)
        if (!OPAQUE.has(node.name)) node.children.forEach((child) => this.block(child, 'JSX text'))
        else if (!READ_NOWHERE.has(node.name)) this.put('machine', toString(node), node, 'element')
        return
      default:
        if (/Directive$/.test(node.type)) this.directive(node)
        node.children?.forEach((child) => this.block(child, kind))
    }
  }

  // The words of a block's inline content as one string; what else it holds is put in its list.
  inline(node, kind) {
    let said = ''
    let opaque = null
    for (const child of node.children) {
      if (opaque !== null) {
        if (child.type === 'html' && child.value.toLowerCase().startsWith(`</${opaque}`)) opaque = null
        else if (!READ_NOWHERE.has(opaque)) this.put('machine', toString(child), child, 'element')
        continue
      }
      if (child.type === 'html') {
        const name = /^<([a-z]+)\b[^>]*(?<!\/)>$/i.exec(child.value)?.[1].toLowerCase()
        this.html(child, 'HTML inline')
        if (name && OPAQUE.has(name)) opaque = name
        if (/^<(br|img|p|div|li|td)\b/i.test(child.value)) said += ' '
      } else said += this.piece(child, kind)
    }
    return said
  }

  piece(node, kind) {
    switch (node.type) {
      case 'text':
        return this.shown(node)
      case 'break':
        return ' '
      case 'link': {
        if (this.masked(node)) return ' '
        this.put('machine', node.url, node, 'URL')
        this.put('words', node.title ?? '', node, 'title')
        const text = toString(node)
        return decoded(node.url).endsWith(decoded(text)) && /[./@:]/.test(text) ? ' ' : this.inline(node, kind)
      }
      case 'image':
        this.put('machine', node.url, node, 'URL')
        this.put('words', node.title ?? '', node, 'title')
        this.put('words', node.alt ?? '', node, 'image text')
        return ' '
      case 'imageReference':
        this.put('words', node.referenceType === 'full' ? (node.alt ?? '') : '', node, 'image text')
        return ' '
      case 'inlineCode':
      case 'inlineMath':
      case 'mdxTextExpression':
        this.put('machine', node.value, node, node.type)
        return ' '
      case 'mdxJsxTextElement':
        this.attributes(node)
        if (!OPAQUE.has(node.name)) return this.inline(node, kind)
        if (!READ_NOWHERE.has(node.name)) this.put('machine', toString(node), node, 'element')
        return ' '
      case 'footnoteReference':
        return ''
      default:
        if (/Directive$/.test(node.type)) this.directive(node)
        return node.children ? this.inline(node, kind) : ' '
    }
  }

  html(node, kind) {
    for (const { kind: token, sig, text, texts } of tokens(node.value)) {
      if (token === 'text') this.put('words', text.replace(MUSTACHE, ' ').replace(/&#?\w+;/g, ' '), node, kind)
      else {
        for (const value of texts) this.put('words', value.replace(/&#?\w+;/g, ' '), node, 'HTML attribute')
        if (!READ_NOWHERE.has(/^<(\w+)/.exec(sig)?.[1])) this.put('machine', sig.replace(/=words\b/g, ''), node, 'HTML')
      }
    }
  }

  attributes(node) {
    this.put('machine', node.name ?? '', node, 'JSX')
    for (const one of node.attributes) {
      const words = one.type === 'mdxJsxAttribute' && TEXT_ATTRIBUTES.has(one.name) ? said(one.value) : null
      if (words !== null) this.put('words', words, node, 'JSX attribute')
      else this.put('machine', one.value?.value ?? one.value ?? '', node, 'JSX')
    }
  }

  directive(node) {
    for (const [name, value] of Object.entries(node.attributes ?? {}))
      this.put(TEXT_ATTRIBUTES.has(name) ? 'words' : 'machine', value ?? '', node, 'argument')
  }
}

function decoded(text) {
  try {
    return decodeURI(text)
  } catch {
    return text
  }
}

for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const job = JSON.parse(line)
  let told
  try {
    told = { fault: null, ...reading(job) }
  } catch (error) {
    told = { fault: String(error.message ?? error), words: [], machine: [] }
  }
  process.stdout.write(JSON.stringify({ id: job.id, ...told }) + '\n')
}
