/**
 * The forward index: what each document says about each of its words, so that a few thousand candidates can be
 * ranked without walking a frequent word's whole list (FTS5's own bm25() does, for every word of every query).
 *
 * A document is a sorted array of 32-bit numbers: 24 bits hash of the word, 8 bits impact. The impact is BM25F's
 * share of the word in the document (Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework", 3.6):
 * field weights and lengths are applied to the frequency, which is then saturated. A hash is wrong about one
 * absent word in a hundred thousand, which costs a little ranking and never a match.
 */
import type { CollectionOptions } from './engine'

const saturation = 1.2
const lengthShare = 0.6
const highestImpact = 255

/** 24 bits of FNV-1a, mixed so that the high bits depend on all characters. */
export const hashTerm = (term: string): number => {
  let hash = 0x811c9dc5
  for (let at = 0; at < term.length; at++) hash = Math.imul(hash ^ term.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return (hash ^ (hash >>> 12)) & 0xffffff
}

export const packTerms = (tokens: Record<string, string[]>, fields: CollectionOptions['fields']): Buffer => {
  const frequencies = new Map<string, number>()
  for (const [field, { weight, typicalTokens }] of Object.entries(fields)) {
    const inField = tokens[field] ?? []
    const share = weight / (1 - lengthShare + (lengthShare * inField.length) / typicalTokens)
    for (const token of inField) frequencies.set(token, (frequencies.get(token) ?? 0) + share)
  }
  const packed = new Uint32Array(frequencies.size)
  let at = 0
  for (const [term, frequency] of frequencies) {
    const impact = Math.max(1, Math.round((highestImpact * frequency) / (frequency + saturation)))
    packed[at++] = hashTerm(term) * 256 + impact
  }
  packed.sort()
  return Buffer.from(packed.buffer)
}

/** The stored bytes as numbers; copied only when they do not lie on a boundary of four. */
export const unpackTerms = (bytes: Buffer): Uint32Array =>
  bytes.byteOffset % 4 === 0
    ? new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
    : new Uint32Array(new Uint8Array(bytes).buffer)

/** 0 when the document lacks the word, else up to 1. */
export const impactOf = (packed: Uint32Array, hash: number): number => {
  const wanted = hash * 256
  let low = 0
  let high = packed.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((packed[middle] as number) < wanted) low = middle + 1
    else high = middle
  }
  const found = packed[low]
  return found !== undefined && found - wanted <= highestImpact && found >= wanted
    ? (found - wanted) / highestImpact
    : 0
}
