/** `@` names a colleague, `/` puts in a prepared text. */
export type MenuSign = '@' | '/'

export interface OpenWord {
  sign: MenuSign
  /** What is typed after the sign so far. */
  query: string
  from: number
  to: number
}

/** The word being typed at `caret` that opens a list, or null. The sign stands at a beginning, after a space or after Chinese. */
export function openWordAt(text: string, caret: number, allowed: readonly MenuSign[]): OpenWord | null {
  const before = text.slice(0, caret)
  const found = /([@/])([^\s@/]{0,30})$/.exec(before)
  if (!found) return null
  const sign = found[1] as MenuSign
  if (!allowed.includes(sign)) return null
  const previous = before[found.index - 1]
  // An address such as a@b or a path such as 1/2 opens nothing.
  if (previous !== undefined && /[\w.:/]/.test(previous)) return null
  return { sign, query: found[2] ?? '', from: found.index, to: caret }
}

/** The text with `word` replaced, and where the caret is then. */
export function replaceWord(text: string, word: OpenWord, by: string): { text: string; caret: number } {
  return { text: text.slice(0, word.from) + by + text.slice(word.to), caret: word.from + by.length }
}
