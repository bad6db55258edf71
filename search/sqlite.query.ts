/**
 * Search in one collection. Candidates first: documents with all words, then those with each word, rarest first,
 * always the newest matches of the index and only so many; then BM25 over the candidates' forward index.
 */
import {
  BadCursorError,
  type CollectionOptions,
  type QueryTerms,
  type SearchHit,
  type SearchPage,
  type SearchQuery,
} from './engine'
import { hashTerm, impactOf, unpackTerms } from './forward'
import { allOf, anyDocument, limitExpressions, term } from './sqlite.match'
import type { CollectionStore } from './sqlite.store'
import { queryTerms } from './tokenizer'

/** Enough to rank: a word that is in more documents than this says little about which of them is meant. */
const maxCandidates = 1000
const perFrequentWord = 250
/** With so many found by rarer words, a frequent word alone is no reason to look at a document. */
const enoughWithoutFrequent = 300
/** Stretches of row numbers looked at in turn, newest first, until there are candidates enough. */
const firstStretch = 50_000
const stretchGrowth = 5
/** No further stretch is begun after this long. */
const budgetMs = 20
const pieceWeight = 0.15
const allWordsBonus = 1.3
const dayMs = 86_400_000

interface Row {
  number: number
  at: number
  terms: Buffer
}

interface Cursor {
  /** Score (or row number, newest first) and row number of the last hit, and the moment scores refer to. */
  score: number
  number: number
  asOf: number
}

const writeCursor = ({ score, number, asOf }: Cursor): string =>
  Buffer.from(JSON.stringify([score, number, asOf])).toString('base64url')

const readCursor = (text: string): Cursor => {
  try {
    const read: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    const [score, number, asOf]: unknown[] = Array.isArray(read) ? read : []
    if (typeof score === 'number' && typeof number === 'number' && typeof asOf === 'number')
      return { score, number, asOf }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw new BadCursorError('The search cursor is not one of ours')
}

/** Finds row numbers, newest first, and says when time ran out. */
export const createFinder = (store: CollectionStore) => {
  // FTS5 uses a bound on rowid only when it is an integer, and numbers arrive from JavaScript as reals.
  const find = store.db
    .prepare<[string, number, number, number], number>(
      `SELECT rowid FROM words WHERE words MATCH ?
        AND rowid > CAST(? AS INTEGER) AND rowid <= CAST(? AS INTEGER) ORDER BY rowid DESC LIMIT ?`,
    )
    .pluck()
  const frequencies = new Map<string, number>()
  let countedAt = -1

  const newest = (expression: string, limit: number, until: number, deadline: number) => {
    const numbers: number[] = []
    let high = Math.min(until, store.state.lastNumber)
    for (let stretch = firstStretch; high > 0; stretch *= stretchGrowth) {
      const low = Math.max(0, high - stretch)
      numbers.push(...find.all(expression, low, high, limit - numbers.length))
      high = low
      if (numbers.length >= limit) return { numbers, isComplete: true }
      if (high > 0 && performance.now() > deadline) return { numbers, isComplete: false }
    }
    return { numbers, isComplete: true }
  }

  /** In how many documents a word is: counted for a rare word, estimated from the newest for a frequent one. */
  const frequencyOf = (word: string): number => {
    const { changes, documents, lastNumber } = store.state
    if (changes - countedAt > documents / 100) frequencies.clear()
    if (frequencies.size === 0) countedAt = changes
    const known = frequencies.get(word)
    if (known !== undefined) return known
    const sample = find.all(term(word), 0, lastNumber, maxCandidates)
    const stretch = lastNumber - (sample.at(-1) ?? 0) + 1
    const isAll = sample.length < maxCandidates
    const frequency = isAll ? sample.length : Math.min(documents, (sample.length * lastNumber) / stretch)
    if (frequencies.size < 10_000) frequencies.set(word, frequency)
    return frequency
  }
  return { newest, frequencyOf }
}

type Finder = ReturnType<typeof createFinder>

/** Row numbers worth ranking. */
const gather = (finder: Finder, words: string[], pieces: string[], limits: string[], limit: number) => {
  const deadline = performance.now() + budgetMs
  const found = new Set<number>()
  let isComplete = true
  const add = (terms: string[], most: number): void => {
    const answer = finder.newest(allOf([...terms.map(term), ...limits]), most, Infinity, deadline)
    for (const number of answer.numbers) found.add(number)
    isComplete &&= answer.isComplete
  }
  if (words.length > 0) add(words, maxCandidates)
  if (words.length > 1 && found.size < maxCandidates) {
    const rarestFirst = words
      .map((word) => ({ word, frequency: finder.frequencyOf(word) }))
      .sort((a, b) => a.frequency - b.frequency)
    for (const { word, frequency } of rarestFirst) {
      const isRare = frequency < maxCandidates
      if (frequency === 0 || (!isRare && found.size >= enoughWithoutFrequent)) continue
      add([word], isRare ? maxCandidates : perFrequentWord)
    }
  }
  if (found.size < limit && pieces.length > 0) add(pieces, maxCandidates)
  return { numbers: [...found].sort((a, b) => a - b), isComplete }
}

const createScorer = (
  finder: Finder,
  documents: number,
  { words, pieces }: QueryTerms,
  halfLifeDays: number | null,
  asOf: number,
) => {
  const weighted = words.map((word) => {
    const frequency = finder.frequencyOf(word)
    const idf = Math.log(1 + (documents - frequency + 0.5) / (frequency + 0.5))
    return { hash: hashTerm(word), idf }
  })
  const hashes = pieces.filter((piece) => !words.includes(piece)).map(hashTerm)
  const total = weighted.reduce((sum, { idf }) => sum + idf, 0) || 1
  return ({ at, terms }: Pick<Row, 'at' | 'terms'>): number => {
    const packed = unpackTerms(terms)
    let score = 0
    let matched = 0
    let matches = 0
    for (const { hash, idf } of weighted) {
      const impact = impactOf(packed, hash)
      if (impact === 0) continue
      score += idf * impact
      matched += idf
      matches += 1
    }
    for (const hash of hashes) score += pieceWeight * impactOf(packed, hash)
    score *= 0.4 + 0.6 * (matched / total)
    if (matches === weighted.length) score *= allWordsBonus
    const ageDays = Math.max(0, asOf - at) / dayMs
    return halfLifeDays === null ? score : score * (0.7 + 0.3 * 2 ** (-ageDays / halfLifeDays))
  }
}

const nothing = (terms: QueryTerms): SearchPage => ({ hits: [], nextCursor: null, terms, isComplete: true })

/** Whatever holds all words and fits the filter, newest first. */
const listNewest = (
  store: CollectionStore,
  finder: Finder,
  query: SearchQuery,
  terms: QueryTerms,
  limits: string[],
): SearchPage => {
  const named = store.db.prepare<[number], { id: string; at: number }>(
    'SELECT id, at FROM docs WHERE number = ?',
  )
  const until = query.cursor ? readCursor(query.cursor).number - 1 : Infinity
  const list = (wanted: string[]) => {
    const parts = [...wanted.map(term), ...limits]
    const expression = allOf(parts.length > 0 ? parts : [term(anyDocument)])
    return finder.newest(expression, query.limit + 1, until, performance.now() + budgetMs)
  }
  let { numbers, isComplete } = list(terms.words)
  // A word nobody cut like this: its characters, on the first page and, by the same rule, on all that follow.
  if (numbers.length === 0 && terms.pieces.length > 0) ({ numbers, isComplete } = list(terms.pieces))
  const page = numbers.slice(0, query.limit)
  const hits = page.flatMap((number) => named.get(number) ?? []).map((row) => ({ ...row, score: 0 }))
  const number = page.at(-1) ?? 0
  const nextCursor = numbers.length > page.length ? writeCursor({ score: 0, number, asOf: 0 }) : null
  return { hits, nextCursor, terms, isComplete }
}

const pageOf = (
  store: CollectionStore,
  ranked: { number: number; at: number; score: number }[],
  limit: number,
  asOf: number,
): Pick<SearchPage, 'hits' | 'nextCursor'> => {
  const idOf = store.db.prepare<[number], string>('SELECT id FROM docs WHERE number = ?').pluck()
  const page = ranked.slice(0, limit)
  const hits: SearchHit[] = page.map(({ number, at, score }) => ({ id: idOf.get(number) ?? '', at, score }))
  const last = page.at(-1)
  const nextCursor = last && ranked.length > limit ? writeCursor({ ...last, asOf }) : null
  return { hits, nextCursor }
}

export const searchCollection = (
  store: CollectionStore,
  finder: Finder,
  options: CollectionOptions,
  query: SearchQuery,
  now: number,
): SearchPage => {
  const wanted = queryTerms(query.q)
  const limits = limitExpressions(query.filter, query.scope)
  const after = query.cursor ? readCursor(query.cursor) : null
  if (!limits || (wanted.words.length === 0 && query.q.trim() !== '')) return nothing(wanted)
  if (query.newestFirst || wanted.words.length === 0) return listNewest(store, finder, query, wanted, limits)
  const { numbers, isComplete } = gather(finder, wanted.words, wanted.pieces, limits, query.limit)
  const asOf = after?.asOf ?? now
  const scoreOf = createScorer(finder, store.state.documents, wanted, options.recencyHalfLifeDays, asOf)
  const read = store.db.prepare<[number], Row>('SELECT number, at, terms FROM docs WHERE number = ?')
  const ranked: { number: number; at: number; score: number }[] = []
  for (const number of numbers) {
    const row = read.get(number)
    if (!row) continue
    const score = scoreOf(row)
    if (!after || score < after.score || (score === after.score && number < after.number))
      ranked.push({ number, at: row.at, score })
  }
  ranked.sort((a, b) => b.score - a.score || b.number - a.number)
  return { ...pageOf(store, ranked, query.limit, asOf), terms: wanted, isComplete }
}
