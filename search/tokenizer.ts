/**
 * Text to search tokens, for documents and for queries.
 *
 * Chinese is cut into words by jieba in search mode (a long word also yields the words inside it) and, besides,
 * into single characters, because a query is often cut differently from the sentence it should find. Latin words
 * lose their plural and nothing else: heavier stemming merges names and codes, and texts here are short. Numbers
 * stay whole and are also findable by their parts (`20261121-00042` by `00042`, a telephone by its last four).
 *
 * jieba's dictionary costs about 65 MB of resident memory and 0.25 s, so it is loaded on first use; the API's own
 * thread never does, because engines tokenize in a worker.
 */
import { createRequire } from 'node:module'
import type { Jieba } from '@node-rs/jieba'
import type { QueryTerms } from './engine'
import { ideographs, isIdeographic, normalise } from './normalise'
import { stopWords } from './stop-words'

/** Part of an index's fingerprint: raise it when the same text gives other tokens, and indexes get rebuilt. */
export const tokenizerVersion = 1

const maxTokenLength = 64
const maxQueryLength = 200
const maxQueryWords = 12
const maxQueryPieces = 24

const letter = `(?:(?![${ideographs}])[\\p{L}\\p{N}\\p{M}])`
const runs = new RegExp(`[${ideographs}]+|${letter}+(?:[-_.@+/]${letter}+)*`, 'gu')

const require = createRequire(import.meta.url)
let jieba: Jieba | undefined

const cut = (text: string): string[] => {
  if (!jieba) {
    const { Jieba } = require('@node-rs/jieba') as typeof import('@node-rs/jieba')
    const { dict } = require('@node-rs/jieba/dict') as typeof import('@node-rs/jieba/dict')
    jieba = Jieba.withDict(dict)
  }
  return jieba.cutForSearch(text, true)
}

/** Plural to singular by Harman's S-stemmer; words of three letters and tokens with digits stay as they are. */
export const foldPlural = (word: string): string => {
  if (word.length < 4 || !/^[a-z]+s$/.test(word)) return word
  if (/ies$/.test(word) && !/[ae]ies$/.test(word)) return `${word.slice(0, -3)}y`
  if (/es$/.test(word) && !/[aeo]es$/.test(word)) return word.slice(0, -1)
  return /(?:us|ss|ies|es|is)$/.test(word) ? word : word.slice(0, -1)
}

const bounded = (token: string): string => token.slice(0, maxTokenLength)

const separators = /[-_.@+/]/

/** A telephone, identity or ticket number without its separators; null for anything else. */
const longNumber = (run: string): string | null => {
  const digits = run.split(separators).join('')
  return /^\d{10,17}[\dx]$/.test(digits) ? digits : null
}

interface LatinForms {
  /** Tokens that stand for all of it. */
  whole: string[]
  /** Tokens for parts, with their places in it: `a@b.cn` by `b`, a telephone by its last four digits. */
  parts: { form: string; start: number; end: number }[]
}

/** The tokens a run of letters and digits can be found by. */
export const latinForms = (run: string): LatinForms => {
  const whole = [bounded(foldPlural(run))]
  const digits = longNumber(run)
  if (digits && digits !== run) whole.push(digits)
  const isCompound = separators.test(run)
  const parts = isCompound
    ? [...run.matchAll(/[^-_.@+/]+/g)].map(({ 0: part, index }) => ({
        form: bounded(foldPlural(part)),
        start: index,
        end: index + part.length,
      }))
    : []
  if (digits) parts.push({ form: digits.slice(-4), start: run.length - 4, end: run.length })
  return { whole, parts }
}

/** Stretches of ideographs, and words, numbers and compounds of other letters, in normalised text. */
export const textRuns = (text: string): { run: string; at: number }[] =>
  [...text.matchAll(runs)].map(({ 0: run, index }) => ({ run, at: index }))

/** Every token of a document's text, in no particular order, as often as it occurs. */
export const tokenize = (text: string): string[] => {
  const tokens: string[] = []
  for (const [run] of normalise(text).matchAll(runs)) {
    if (isIdeographic(run)) {
      for (const word of cut(run)) if (word.length > 1) tokens.push(bounded(word))
      tokens.push(...run)
    } else {
      const { whole, parts } = latinForms(run)
      tokens.push(...whole, ...parts.map(({ form }) => form))
    }
  }
  return tokens
}

/** The terms of what a person typed: without repetition and, unless nothing else is left, without stop words. */
export const queryTerms = (query: string): QueryTerms => {
  const words = new Set<string>()
  const pieces = new Set<string>()
  for (const [run] of normalise(query.slice(0, maxQueryLength)).matchAll(runs)) {
    if (isIdeographic(run)) {
      for (const word of cut(run)) words.add(bounded(word))
      for (const character of run) pieces.add(character)
    } else {
      const { whole, parts } = latinForms(run)
      words.add(whole[0] as string)
      // Written with other separators than in the document: a number by its digits, a compound by its parts.
      const digits = longNumber(run)
      if (digits) pieces.add(digits)
      else for (const { form } of parts) pieces.add(form)
    }
  }
  const telling = [...words].filter((word) => !stopWords.has(word))
  return {
    words: (telling.length > 0 ? telling : [...words]).slice(0, maxQueryWords),
    pieces: [...pieces].slice(0, maxQueryPieces),
  }
}
