/** Chinese tickets whose words follow Zipf's law over jieba's commonest words: the same at every run. */
import { dict } from '@node-rs/jieba/dict'
import type { SearchDocument, SearchQuery } from '../../search/engine'
import { seeded } from './figures'

const vocabularySize = 40_000
const titleWords = 6
const bodyWords = 40
const firstAt = Date.UTC(2024, 0, 1)
const betweenMs = 60_000

/** Words of two to four characters, commonest first, as the dictionary counts them. */
const readVocabulary = (): string[] =>
  Buffer.from(dict)
    .toString()
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([word]) => /^\p{Script=Han}{2,4}$/u.test(word ?? ''))
    .sort((a, b) => Number(b[1]) - Number(a[1]))
    .slice(0, vocabularySize)
    .map(([word]) => word as string)

export const createTexts = (seed: number) => {
  const vocabulary = readVocabulary()
  const random = seeded(seed)
  /** Zipf with exponent 1: the logarithm of the rank is uniform. */
  const word = (): string => vocabulary[Math.floor(vocabulary.length ** random()) - 1] ?? '申请'
  const words = (count: number): string => Array.from({ length: count }, word).join('')
  const pick = (most: number): number => Math.floor(random() * most)

  const document = (at: number): SearchDocument => ({
    id: `tkt_${at}`,
    at: firstAt + at * betweenMs,
    fields: {
      title: words(titleWords),
      body: `${words(bodyWords)}。电话${13_000_000_000 + pick(999_999_999)}`,
      number: `20261121-${String(at).padStart(7, '0')}`,
    },
    keys: [
      `site:s${pick(5)}`,
      `dept:d${pick(40)}`,
      `status:${random() < 0.9 ? 'closed' : 'open'}`,
      `assignee:a${pick(500)}`,
    ],
  })

  /** One to four words; every tenth is a number; two in three are limited to some departments. */
  const query = (size: number): SearchQuery => {
    const kind = pick(10)
    const q =
      kind === 0
        ? `20261121-${String(pick(size)).padStart(7, '0')}`
        : Array.from({ length: 1 + (kind % 4) }, word).join(kind % 2 ? ' ' : '')
    const depts = Array.from({ length: 1 + pick(4) }, () => `d${pick(40)}`)
    return {
      q,
      limit: 20,
      ...(kind % 3 ? { scope: [{ dept: depts }, { assignee: [`a${pick(500)}`] }] } : {}),
    }
  }
  const prefix = (): string => word().slice(0, 1 + pick(3))
  return { document, query, prefix, pick }
}

export const benchCollection = {
  fields: {
    title: { weight: 3, typicalTokens: 20 },
    body: { weight: 1, typicalTokens: 120 },
    number: { weight: 3, typicalTokens: 4 },
  },
  titleField: 'title',
  recencyHalfLifeDays: 180,
}
