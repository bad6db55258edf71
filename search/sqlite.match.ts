/** MATCH expressions for FTS5, and how words and keys are written so that its tokenizer leaves them whole. */
import type { KeyFilter } from './engine'

/** Every ASCII mark a token may hold. Letters beyond ASCII always belong to tokens in FTS5's `ascii` tokenizer. */
export const tokenMarks = '-_.@+/=:^'

/** On every document, for queries that ask for nothing in particular. */
export const anyDocument = '=all'

/** A key as a token: no word begins with `=`, and nothing in it is folded or split. */
export const keyToken = (key: string): string =>
  `=${key.replace(/[^a-z0-9_:\-.\u0080-\uffff]/g, (mark) => `^${mark.charCodeAt(0).toString(16)}.`)}`

export const term = (token: string): string => `"${token.replaceAll('"', '""')}"`

export const allOf = (parts: string[]): string =>
  parts.length === 1 ? (parts[0] as string) : `(${parts.join(' AND ')})`

const anyOf = (parts: string[]): string =>
  parts.length === 1 ? (parts[0] as string) : `(${parts.join(' OR ')})`

/** Null when the filter can match nothing. */
const filterExpression = (filter: KeyFilter): string[] | null => {
  const parts: string[] = []
  for (const [name, values] of Object.entries(filter)) {
    if (values.length === 0) return null
    parts.push(anyOf(values.map((value) => term(keyToken(`${name}:${value}`)))))
  }
  return parts
}

/** What every match must fulfil: the filter, and one of the scopes. Null: nothing can. */
export const limitExpressions = (filter: KeyFilter = {}, scope?: KeyFilter[]): string[] | null => {
  const parts = filterExpression(filter)
  if (!parts) return null
  if (!scope) return parts
  const scopes: string[] = []
  for (const one of scope) {
    const inside = filterExpression(one)
    if (inside && inside.length === 0) return parts
    if (inside) scopes.push(allOf(inside))
  }
  return scopes.length === 0 ? null : [...parts, anyOf(scopes)]
}
