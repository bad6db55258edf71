/** The engine port: what a feature may ask of full-text search, whatever answers it. */

export interface SearchDocument {
  id: string
  /** Milliseconds; newer documents win ties and are looked at first. */
  at: number
  /** Texts by field name, as the collection declares them. */
  fields: Record<string, string>
  /** Exact marks to filter by, `name:value`: `site:s1`, `status:open`. Whatever limits sight must be here. */
  keys: string[]
}

export interface CollectionOptions {
  /** `weight`: how much a word counts there. `typicalTokens`: the length that is neither long nor short. */
  fields: Record<string, { weight: number; typicalTokens: number }>
  /** The field that suggestions show. */
  titleField: string
  /** After this many days a document's score has lost half of what age may take; null: age does not matter. */
  recencyHalfLifeDays: number | null
}

export type Collections = Record<string, CollectionOptions>

/** Every name must match, each by any of its values. An empty list of values matches nothing. */
export type KeyFilter = Record<string, string[]>

export interface SearchQuery {
  q: string
  filter?: KeyFilter
  /** What the asker may see: any of these filters. Evaluated inside the index, never after it. Absent: all. */
  scope?: KeyFilter[]
  limit: number
  cursor?: string
  /** Documents with all words, newest first, instead of the most relevant. */
  newestFirst?: boolean
}

export interface SearchHit {
  id: string
  at: number
  score: number
}

export interface QueryTerms {
  /** What is looked for: ranked by BM25, any of them may match. */
  words: string[]
  /** Single characters and parts of compounds: they break ties, and find what `words` misses if all occur. */
  pieces: string[]
}

export interface SearchPage {
  hits: SearchHit[]
  nextCursor: string | null
  /** For `highlight`. */
  terms: QueryTerms
  /** False: the time allowed ended before the oldest documents were looked at. */
  isComplete: boolean
}

export interface SuggestQuery {
  prefix: string
  filter?: KeyFilter
  scope?: KeyFilter[]
  limit: number
}

export interface Suggestion {
  title: string
  /** Documents with this title among the newest that match. */
  count: number
}

export interface CollectionStats {
  collection: string
  documents: number
  bytes: number
  /** Never filled, damaged, or made with other options or another tokenizer: rebuild it. */
  isStale: boolean
}

export interface SearchEngine {
  /** Adds or replaces. */
  index(collection: string, documents: SearchDocument[]): Promise<void>
  remove(collection: string, ids: string[]): Promise<void>
  search(collection: string, query: SearchQuery): Promise<SearchPage>
  /** Titles that contain what was typed so far, the commonest among the newest first. */
  suggest(collection: string, query: SuggestQuery): Promise<Suggestion[]>
  /**
   * Fills a fresh index beside the old one, which answers meanwhile, and swaps it in when complete. Give batches
   * oldest first. Documents indexed or removed meanwhile keep their newer state. Answers how many were given.
   */
  rebuild(
    collection: string,
    batches: Iterable<SearchDocument[]> | AsyncIterable<SearchDocument[]>,
  ): Promise<number>
  stats(): Promise<CollectionStats[]>
  close(): Promise<void>
}

/** The cursor is not one of ours. */
export class BadCursorError extends Error {
  override name = 'BadCursorError'
}
