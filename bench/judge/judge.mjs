// Are two posts built alike? remark's answer, which knows nothing of polypost.
//
// stdin: JSON lines {id, dialect, source, target, keys}: texts, and the front-matter keys that are translated.
// stdout, in the same order: {id, verdict, differences, dangling}. `verdict`: same, different, or unparsed (the
// source itself doesn't parse, `differences` says why). `differences`: at most MOST, each {line (of the target),
// source, target}. `dangling`: in-page links of the target that led to a heading in the source and don't now.
import readline from 'node:readline'
import { anchored, answering, headings, resolver, unpinned } from './anchors.mjs'
import { DIALECTS, parse } from './dialects.mjs'
import { outline } from './head.mjs'
import { parts, wanted } from './parts.mjs'
import { shape } from './shape.mjs'
import { signs } from './signs.mjs'

const MOST = 5
let known = {}

function reading(content, dialect, keys) {
  return parts(content, dialect).map((part) => ({
    ...part,
    outlines: part.heads.flatMap((head) => outline(head.kind, head.text, wanted(keys, head), head.line)),
    headings: anchored(part.text, headings(part.text, part.tree)),
  }))
}

function source(job) {
  if (known.text !== job.source || known.dialect !== job.dialect) {
    known = { text: job.source, dialect: job.dialect }
    try {
      known.parts = reading(job.source, job.dialect, new Set(job.keys))
      for (const part of known.parts) {
        const ids = answering(part.text, part.headings)
        part.ids = ids
        part.entries = entries(part, resolver(ids, null, () => {}), job.dialect)
      }
    } catch (error) {
      known.fault = String(error.message ?? error)
    }
  }
  return known
}

function entries(part, link, dialect) {
  return [...part.outlines, ...shape(part.tree, link), ...signs(part.text, part.tree, DIALECTS[dialect], link)].map(
    ({ sig, line }) => ({ sig, line: line + part.line - 1 }),
  )
}

function judge(job) {
  const ours = source(job)
  if (ours.fault !== undefined) return { verdict: 'unparsed', differences: [difference(0, ours.fault, '')] }
  const dangling = []
  let theirs
  try {
    theirs = reading(job.target, job.dialect, new Set(job.keys))
  } catch (error) {
    const line = error.line ?? error.place?.line ?? error.place?.start?.line ?? 0
    return { verdict: 'different', differences: [difference(line, 'parses', String(error.message ?? error))], dangling }
  }
  if (ours.parts.length !== theirs.length) {
    const slides = difference(1, `${ours.parts.length} slides`, `${theirs.length} slides`)
    return { verdict: 'different', differences: [slides], dangling }
  }
  const differences = theirs.flatMap((part, index) => compare(ours.parts[index], part, job.dialect, dangling))
  return { verdict: differences.length ? 'different' : 'same', differences: differences.slice(0, MOST), dangling }
}

function compare(ours, theirs, dialect, dangling) {
  const pinned = theirs.headings.map(({ pin, slug }) => (pin ? [pin, slug] : [slug]))
  const text = unpinned(theirs.text, ours.headings, theirs.headings)
  const part = text === theirs.text ? theirs : { ...theirs, text, tree: parse(text, dialect) }
  if (part !== theirs && ours.ids.length === pinned.length)
    ours.ids.forEach((ids, k) => pinned[k].push(...held(theirs, k, ids)))
  return differing(ours.entries, entries(part, resolver(pinned, ours.ids, (url) => dangling.push(url)), dialect))
}

// The ids of the source that heading k of the target still has beside it, as an `<a id>`.
function held(theirs, k, ids) {
  const { start, end } = theirs.headings[k]
  const near = theirs.text.slice(Math.max(0, start - 300), end)
  return ids.filter((id) => near.includes(`="${id}"`) || near.includes(`='${id}'`))
}

function differing(ours, theirs) {
  if (ours.length === theirs.length) {
    return ours.flatMap(({ sig }, i) => (sig === theirs[i].sig ? [] : [difference(theirs[i].line, sig, theirs[i].sig)]))
  }
  const at = ours.findIndex(({ sig }, i) => sig !== theirs[i]?.sig)
  const [was, is] = [ours, theirs].map((list) => list[at < 0 ? ours.length : at])
  return [difference(is?.line ?? theirs.at(-1)?.line ?? 0, was?.sig ?? 'the end', is?.sig ?? 'the end')]
}

function difference(line, source, target) {
  return { line, source, target }
}

for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const job = JSON.parse(line)
  process.stdout.write(JSON.stringify({ id: job.id, ...judge(job) }) + '\n')
}
