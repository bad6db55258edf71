/** Suggestions are titles of documents the asker may see: a list of words would tell what others wrote. */
import type { Suggestion, SuggestQuery } from './engine'
import { isIdeographic, normalise } from './normalise'
import { allOf, limitExpressions, term } from './sqlite.match'
import type { createFinder } from './sqlite.query'
import type { CollectionStore } from './sqlite.store'
import { foldPlural } from './tokenizer'

const maxCandidates = 300
const maxPrefix = 40
const budgetMs = 15

/** Tokens that every title containing the prefix has: its characters, whole words, and the edge of the last word. */
const tokensOf = (prefix: string): string[] => {
  const tokens = new Set<string>()
  const runs = prefix.match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  for (const [at, run] of runs.entries()) {
    for (const character of run) if (isIdeographic(character)) tokens.add(character)
    if (isIdeographic(run)) continue
    const isUnfinished = at === runs.length - 1 && prefix.endsWith(run)
    if (!isUnfinished) tokens.add(foldPlural(run))
    else if (/^[a-z]/.test(run) && run.length > 1) tokens.add(`=^${run.slice(0, 6)}`)
  }
  return [...tokens]
}

export const suggestTitles = (
  store: CollectionStore,
  finder: ReturnType<typeof createFinder>,
  query: SuggestQuery,
): Suggestion[] => {
  const prefix = normalise(query.prefix).trim().slice(0, maxPrefix)
  const tokens = tokensOf(prefix)
  const limits = limitExpressions(query.filter, query.scope)
  if (!limits || tokens.length === 0) return []
  const deadline = performance.now() + budgetMs
  const { numbers } = finder.newest(
    allOf([...tokens.map(term), ...limits]),
    maxCandidates,
    Infinity,
    deadline,
  )
  const titleOf = store.db.prepare<[number], string>('SELECT title FROM docs WHERE number = ?').pluck()
  const counts = new Map<string, { title: string; count: number; at: number }>()
  for (const number of numbers) {
    const title = titleOf.get(number) ?? ''
    const at = normalise(title).indexOf(prefix)
    if (at === -1) continue
    const known = counts.get(title)
    if (known) known.count += 1
    else counts.set(title, { title, count: 1, at })
  }
  return [...counts.values()]
    .sort((a, b) => Number(a.at > 0) - Number(b.at > 0) || b.count - a.count)
    .slice(0, query.limit)
    .map(({ title, count }) => ({ title, count }))
}
