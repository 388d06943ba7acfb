// What remark needs to read a dialect, and which of its signs remark has no plugin for.
import remarkDirective from 'remark-directive'
import remarkFrontmatter from 'remark-frontmatter'
import remarkGfm from 'remark-gfm'
import remarkMath from 'remark-math'
import remarkMdx from 'remark-mdx'
import remarkParse from 'remark-parse'
import { unified } from 'unified'

// mdx: JSX, expressions, ESM. directives: `:::name[label]{attributes}`. dollars: `$x$` is math (`$$` always is).
// compat: `{#id}` at the end of a heading and HTML comments, which Docusaurus rewrites before MDX sees them.
// slides: a deck, see slides.mjs. components: Nuxt's, see components.mjs.
// indented: Python-Markdown's blocks, see indented.mjs. closes: HTML ends with its last tag, see parts.mjs.
// vue: `{{ x }}` is found after Markdown's escapes are gone, so an escape doesn't hide it.
// signs: names of SIGNS in signs.mjs.
const ANY = [
  ...['shortcode', 'liquid', 'colons', 'callout', 'kramdown', 'headingEnd', 'behind', 'wiki', 'toc', 'bangs'],
  ...['emoji', 'dollars', 'tag'],
]
export const DIALECTS = {
  gfm: { signs: ['callout', 'emoji', 'dollars'] },
  markdown: { signs: ANY },
  jekyll: { closes: true, signs: ['liquid', 'kramdown', 'toc', 'emoji', 'dollars'] },
  hugo: { signs: ['shortcode', 'headingEnd', 'callout', 'emoji', 'dollars'] },
  hexo: { signs: ['liquid', 'emoji', 'dollars'] },
  zola: { signs: ['liquid', 'headingEnd', 'dollars'] },
  obsidian: { signs: ['wiki', 'callout', 'dollars', 'highlight'] },
  mdx: { mdx: true, signs: ['emoji'] },
  'astro-md': { directives: true, signs: ['colons', 'callout', 'emoji', 'dollars'] },
  astro: { mdx: true, directives: true, signs: ['colons'] },
  'docusaurus-md': { directives: true, signs: ['colons', 'emoji', 'dollars'] },
  'docusaurus-detect': { mdx: true, directives: true, compat: true, signs: ['colons', 'emoji'] },
  docusaurus: { mdx: true, directives: true, compat: true, signs: ['colons', 'emoji'] },
  next: { mdx: true, signs: ['emoji'] },
  mkdocs: { indented: true, closes: true, signs: ['liquid', 'kramdown', 'headingEnd', 'bangs', 'toc', 'emoji', 'dollars'] },
  vitepress: { vue: true, signs: ['colons', 'blockEnd', 'behind', 'toc', 'emoji', 'callout', 'tag', 'dollars'] },
  nuxt: { vue: true, components: true, signs: ['colons', 'component', 'slot', 'behind', 'tag', 'callout', 'emoji', 'dollars'] },
  slidev: { vue: true, slides: true, dollars: true, signs: ['colons', 'blockEnd', 'behind', 'tag', 'emoji', 'slot'] },
}

const parsers = new Map()

function parser(name) {
  if (!parsers.has(name)) {
    const row = DIALECTS[name]
    if (row === undefined) throw new Error(`the judge knows no dialect ${name}; add a row to dialects.mjs`)
    const made = unified()
      .use(remarkParse)
      .use(remarkFrontmatter, ['yaml', 'toml'])
      .use(remarkGfm)
      .use(remarkMath, { singleDollarTextMath: row.dollars === true })
    if (row.directives) made.use(remarkDirective)
    if (row.mdx) made.use(remarkMdx)
    parsers.set(name, made)
  }
  return parsers.get(name)
}

// Text -> mdast. Throws where the dialect itself refuses the text (MDX does).
export function parse(text, name) {
  return parser(name).parse(DIALECTS[name].compat ? compatible(text) : text)
}

// As Docusaurus does before MDX sees it, with what stands behind the head; as long as before.
function compatible(text) {
  const head = /^---[ \t]*\r?\n[\s\S]*?\n---[ \t]*(?:\r?\n|$)/.exec(text)?.[0] ?? ''
  const commented = text.slice(head.length).replace(/(?<!\\)<!--([\s\S]*?)-->/g, (all, held) => `{/* ${held.replaceAll('*/', '  ')}*/}`)
  return head + commented.replace(HEADING_ID, (all, before, space, id) => `${before}${space.slice(1)}\\${id}`)
}

const HEADING_ID = /^(#{1,6}[ \t].*?)([ \t]+)(\{#[^{}\n]+\}[ \t]*\r?)$/gm
