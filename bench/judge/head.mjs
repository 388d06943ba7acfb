// Front matter as its own parsers read it: same keys in the same order, same types, same values but for the
// translated ones, which stay strings with something in them.
import { parse as parseToml } from 'smol-toml'
import { parse as parseYaml } from 'yaml'

// YAML 1.1, as Jekyll, Hugo and gray-matter read it: an unquoted date is a date, `no` is false, but `y` is a letter.
const LETTERS = /Y\|y\|\[Yy\]es|N\|n\|\[Nn\]o/
const customTags = (tags) =>
  tags.map((tag) =>
    LETTERS.test(tag.test?.source) ? { ...tag, test: new RegExp(tag.test.source.replace(/Y\|y\||N\|n\|/, '')) } : tag)
const YAML = { version: '1.1', customTags, maxAliasCount: 1000, prettyErrors: false, logLevel: 'error' }
const PARSERS = {
  yaml: (text) => parseYaml(text, YAML),
  toml: parseToml,
  json: JSON.parse,
}

// -> [{sig, line}]; throws where the parser does.
export function outline(kind, text, keys, line) {
  const out = []
  const walk = (value, key, path) => {
    if (Array.isArray(value)) {
      out.push({ sig: `head ${path} list of ${value.length}`, line })
      value.forEach((one, index) => walk(one, key, `${path}[${index}]`))
    } else if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
      out.push({ sig: `head ${path} with ${Object.keys(value).join(',')}`, line })
      for (const [name, one] of Object.entries(value)) walk(one, key ? `${key}.${name}` : name, `${path}.${name}`)
    } else if (typeof value === 'string' && keys.has(key)) {
      out.push({ sig: `head ${path} text ${value.trim() ? 'words' : ''}`, line })
    } else {
      const type = value === null || value === undefined ? 'null' : value.constructor.name
      out.push({ sig: `head ${path} ${type} ${JSON.stringify(value)}`, line })
    }
  }
  walk(plain(PARSERS[kind](text)), '', '')
  return out
}

// The strings of the chosen keys, and those of the others: [{text, key}] twice.
export function strings(kind, text, keys) {
  const chosen = []
  const others = []
  const walk = (value, key) => {
    if (Array.isArray(value)) value.forEach((one) => walk(one, key))
    else if (value !== null && typeof value === 'object' && !(value instanceof Date))
      for (const [name, one] of Object.entries(value)) walk(one, key ? `${key}.${name}` : name)
    else if (typeof value === 'string') (keys.has(key) ? chosen : others).push({ text: value, key })
  }
  walk(PARSERS[kind](text), '')
  return { chosen, others }
}

// smol-toml's tables have no prototype.
function plain(value) {
  if (Array.isArray(value)) return value.map(plain)
  if (value === null || typeof value !== 'object' || ![null, Object.prototype].includes(Object.getPrototypeOf(value)))
    return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
}
