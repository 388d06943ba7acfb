// What the value of an attribute in JSX says, `title="words"` or `title={'words'}`; null for any other expression.
export function said(value) {
  if (typeof value === 'string') return value
  const held = value?.data?.estree?.body[0]?.expression
  if (held?.type === 'Literal' && typeof held.value === 'string') return held.value
  return held?.type === 'TemplateLiteral' && !held.expressions.length ? held.quasis[0].value.cooked : null
}
