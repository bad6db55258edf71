import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { highlight } from './highlight'
import { queryTerms } from './tokenizer'

/** The text with what is marked in brackets. */
const marked = (text: string, query: string): string =>
  highlight(text, queryTerms(query))
    .map((segment) => (segment.isMatch ? `[${segment.text}]` : segment.text))
    .join('')

describe('highlight', () => {
  it.each([
    ['社会保险', '我要辦理社會保險卡', '我要辦理[社會保險]卡'],
    ['city card', 'Cities issue ＣＡＲＤＳ, discarded', '[Cities] issue [ＣＡＲＤＳ], discarded'],
    ['00042', '工单20261121-00042已办', '工单20261121-[00042]已办'],
    ['13800138000', '电话138-0013-8000', '电话[138-0013-8000]'],
    ['险社', '保险和社会', '保[险]和[社]会'],
    ['<b>', 'a<b>c', 'a<[b]>c'],
    ['无关', '社保', '社保'],
  ])('%s in %s', (query, text, expected) => {
    expect(marked(text, query)).toBe(expected)
  })

  it('never loses or changes a character', () => {
    const texts = fc.string({ unit: fc.constantFrom(...'社會保險ＡaｱﾌﾟÉe\u0301 -1３ßﬁ㎏İ𠮷😀') })
    fc.assert(
      fc.property(texts, texts, (text, query) => {
        const segments = highlight(text, queryTerms(query))
        expect(segments.map((segment) => segment.text).join('')).toBe(text)
      }),
    )
  })
})
