import type { QueryTerms } from './engine'
import { isIdeographic, normaliseTraced } from './normalise'
import { latinForms, textRuns } from './tokenizer'

export interface Segment {
  text: string
  isMatch: boolean
}

type Span = [start: number, end: number]

const spansOfIdeographs = (text: string, term: string): Span[] => {
  const spans: Span[] = []
  for (let at = text.indexOf(term); at !== -1; at = text.indexOf(term, at + 1))
    spans.push([at, at + term.length])
  return spans
}

/** Latin words and numbers match whole or by a part between separators, never inside a word. */
const spansOfWords = (text: string, terms: ReadonlySet<string>): Span[] =>
  textRuns(text).flatMap(({ run, at }): Span[] => {
    if (isIdeographic(run)) return []
    const { whole, parts } = latinForms(run)
    if (whole.some((form) => terms.has(form))) return [[at, at + run.length]]
    return parts.filter(({ form }) => terms.has(form)).map((part) => [at + part.start, at + part.end])
  })

const spansOf = (text: string, terms: string[]): Span[] => {
  const words = new Set(terms.filter((term) => !isIdeographic(term)))
  return [
    ...terms.filter(isIdeographic).flatMap((term) => spansOfIdeographs(text, term)),
    ...(words.size > 0 ? spansOfWords(text, words) : []),
  ]
}

/**
 * The text in pieces, those that match a search marked, for the reader to show as text and never as HTML. Words
 * are marked; only where none occurs, the single characters and parts that also lead here.
 *
 * @example highlight('辦理社會保險卡', { words: ['社会'], pieces: [] }) // 辦理 · [社會] · 保險卡
 */
export const highlight = (text: string, { words, pieces }: QueryTerms): Segment[] => {
  const traced = normaliseTraced(text)
  const found = spansOf(traced.text, words)
  const spans = found.length > 0 ? found : spansOf(traced.text, pieces)
  const originals = spans
    .map(([start, end]): Span => [traced.starts[start] ?? 0, traced.ends[end - 1] ?? 0])
    .sort((a, b) => a[0] - b[0])
  const segments: Segment[] = []
  let written = 0
  for (const [start, end] of originals) {
    if (end <= written) continue
    const from = Math.max(start, written)
    const last = segments.at(-1)
    if (from > written) segments.push({ text: text.slice(written, from), isMatch: false })
    if (from === written && last?.isMatch) last.text += text.slice(from, end)
    else segments.push({ text: text.slice(from, end), isMatch: true })
    written = end
  }
  if (written < text.length) segments.push({ text: text.slice(written), isMatch: false })
  return segments
}
