import { Converter } from 'opencc-js/t2cn'

let toSimplified: ((text: string) => string) | undefined

/** Traditional to simplified characters; the table (6 MB) is built on first use. */
const simplify = (text: string): string => {
  toSimplified ??= Converter({ from: 't', to: 'cn' })
  return toSimplified(text)
}

/** Characters that are searched one by one as well: Han, kana, hangul. */
export const ideographs = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}'
const anyIdeograph = new RegExp(`[${ideographs}]`, 'u')

export const isIdeographic = (text: string): boolean => anyIdeograph.test(text)

/** One spelling for what people consider the same: NFKC, lower case, simplified characters. */
export const normalise = (text: string): string => {
  const folded = text.normalize('NFKC').toLowerCase()
  return anyIdeograph.test(folded) ? simplify(folded) : folded
}

export interface TracedText {
  text: string
  /** For each UTF-16 unit of `text`, where its character begins and ends in the original. */
  starts: number[]
  ends: number[]
}

/** `normalise` that remembers where everything came from, so that the original can be marked. */
export const normaliseTraced = (original: string): TracedText => {
  const traced: TracedText = { text: '', starts: [], ends: [] }
  // A base letter and its combining marks belong together, or NFKC could not compose them.
  for (const match of original.matchAll(/\P{M}[\p{M}\uff9e\uff9f]*|\p{M}+/gu)) {
    const folded = normalise(match[0])
    traced.text += folded
    for (let unit = 0; unit < folded.length; unit++) {
      traced.starts.push(match.index)
      traced.ends.push(match.index + match[0].length)
    }
  }
  // Some characters simplify differently inside a word (乾燥, 乾隆): the whole text knows better.
  const whole = normalise(original)
  if (whole.length === traced.text.length) traced.text = whole
  return traced
}
