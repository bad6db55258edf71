/** What of a service item is looked at when words are compared with it. */
export interface SearchableItem {
  name: string
  nameEn: string
  summary: string
  summaryEn: string
  keywords: string
}

/** Pairs of characters that occur in every question and tell nothing about it. */
const empty = new Set([
  ...[
    '我想',
    '想问',
    '请问',
    '问一',
    '一下',
    '怎么',
    '么办',
    '如何',
    '需要',
    '要什',
    '什么',
    '哪些',
    '材料',
    '办理',
    '申请',
    '咨询',
    '可以',
    '能不',
    '不能',
    '多少',
    '多久',
    '我要',
    '在哪',
    '哪里',
    '手续',
  ],
  ...[
    'the',
    'a',
    'an',
    'to',
    'of',
    'for',
    'my',
    'i',
    'how',
    'what',
    'do',
    'can',
    'is',
    'need',
    'want',
    'and',
    'or',
    'in',
    'me',
    'please',
    'apply',
    'get',
  ],
])

/** Latin words as they are, and pairs of neighbouring characters of everything else (a lone one by itself). */
export const grams = (text: string): string[] => {
  const plain = text.normalize('NFKC').toLowerCase()
  const found: string[] = []
  for (const [run] of plain.matchAll(/[a-z0-9]+|[\p{Script=Han}]+/gu)) {
    if (/^[a-z0-9]/.test(run)) found.push(run)
    else if ([...run].length === 1) found.push(run)
    else for (let at = 0; at + 1 < run.length; at++) found.push(run.slice(at, at + 2))
  }
  return [...new Set(found)].filter((gram) => !empty.has(gram))
}

const weights: readonly [keyof SearchableItem, number][] = [
  ['name', 4],
  ['nameEn', 4],
  ['keywords', 3],
  ['summary', 1],
  ['summaryEn', 1],
]

const isIn = (gram: string, field: string): boolean =>
  /^[a-z0-9]/.test(gram)
    ? grams(field).some((word) => word === gram || (gram.length > 3 && word.startsWith(gram)))
    : field.includes(gram)

/**
 * Items that share words or pairs of characters with `query`, the best first; all in their own order for an
 * empty query. An item that only its summary speaks for is left out unless half of the query is found in it.
 */
export const rankServiceItems = <T extends SearchableItem>(items: readonly T[], query: string): T[] => {
  if (query.trim() === '') return [...items]
  const wanted = grams(query)
  const scored = items.map((item) => {
    const field = (key: keyof SearchableItem) => item[key].normalize('NFKC').toLowerCase()
    const scores = wanted.map((gram) =>
      Math.max(0, ...weights.map(([key, weight]) => (isIn(gram, field(key)) ? weight : 0))),
    )
    const isNamed = scores.some((score) => score > 1)
    const foundShare = scores.filter((score) => score > 0).length / Math.max(1, wanted.length)
    const sum = scores.reduce((total, score) => total + score, 0)
    return { item, score: isNamed || foundShare >= 0.5 ? sum : 0 }
  })
  return scored
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ item }) => item)
}
