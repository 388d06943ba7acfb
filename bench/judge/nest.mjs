// Inline things in any order: what one block (or one line of it) holds, as a value that two languages share.
//
// items: {text: true} | {leaf: sig} | {open: name, sig} | {close: name}. Tags that close what was opened
// become a group with what stands in it; one that closes nothing, or is never closed, says so. The order within
// a group doesn't count (word order differs between languages); whether it holds anything does.
export function nest(items) {
  const root = { held: [], words: false }
  const stack = [root]
  const top = () => stack[stack.length - 1]
  const shut = (how) => {
    const { sig, held, words } = stack.pop()
    if (how === '') top().held.push(`${sig}{${filling(held, words)}}`)
    else top().held.push(`${how} ${sig}`, ...held)
    top().words ||= words
  }
  for (const item of items) {
    if (item.text) top().words = true
    else if (item.leaf !== undefined) {
      top().held.push(item.leaf)
      top().words ||= item.words === true
    } else if (item.open !== undefined) stack.push({ name: item.open, sig: item.sig, held: [], words: false })
    else {
      const at = stack.findLastIndex((frame) => frame.name === item.close)
      if (at < 0) {
        top().held.push(`stray </${item.close}>`)
        continue
      }
      while (stack.length - 1 > at) shut('unclosed')
      shut('')
    }
  }
  while (stack.length > 1) shut('unclosed')
  return { held: root.held, sig: root.held.sort().join(' '), words: root.words }
}

// Words beside code or an image may leave a group (where marks stand is judged elsewhere), words alone may not.
export function filling(held, words) {
  return held.length ? held.sort().join(' ') : words ? 'words' : ''
}
