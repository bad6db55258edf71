import { describe, expect, it } from 'vitest'
import { foldPlural, queryTerms, tokenize } from './tokenizer'

describe('tokenize', () => {
  it.each([
    ['words and characters', '社保卡', ['社保', '社保卡', '社', '保', '卡']],
    ['words inside words', '社会保险', ['社会', '保险', '社会保险', '社', '会', '保', '险']],
    ['traditional as simplified', '辦理', ['办理', '办', '理']],
    ['a character that simplifies by its word', '乾燥 乾隆', ['干燥', '干', '燥', '乾隆', '乾', '隆']],
    ['full width', 'ＡＢＣ１２３', ['abc123']],
    ['a half-width voiced sound', 'ﾌﾟ', ['プ']],
    ['mixed scripts', '用iPhone拍照', ['用', 'iphone', '拍照', '拍', '照']],
    ['a ticket number', '20261121-00042', ['20261121-00042', '2026112100042', '20261121', '00042', '0042']],
    ['a telephone', '13800138000', ['13800138000', '8000']],
    [
      'a telephone in groups',
      '138-0013-8000',
      ['138-0013-8000', '13800138000', '138', '0013', '8000', '8000'],
    ],
    ['an identity number', '11010119900101123X', ['11010119900101123x', '123x']],
    ['an address', 'Li@mail.cn', ['li@mail.cn', 'li', 'mail', 'cn']],
    ['plurals', 'Applications and cities', ['application', 'and', 'city']],
    ['marks only', '！？——…', []],
    ['nothing', '', []],
  ])('gives %s', (_, text, expected) => {
    expect(tokenize(text)).toEqual(expected)
  })

  it('bounds the length of a token', () => {
    expect(tokenize('a'.repeat(500))[0]).toHaveLength(64)
  })
})

describe('foldPlural', () => {
  it.each([
    ['cards', 'card'],
    ['policies', 'policy'],
    ['houses', 'house'],
    ['status', 'status'],
    ['address', 'address'],
    ['analysis', 'analysis'],
    ['gas', 'gas'],
    ['a4s', 'a4s'],
  ])('%s → %s', (word, folded) => {
    expect(foldPlural(word)).toBe(folded)
  })
})

describe('queryTerms', () => {
  it('drops stop words and repetition', () => {
    expect(queryTerms('请问怎么办理社保卡的社保卡').words).toEqual(['办理', '社保', '社保卡'])
  })
  it('keeps stop words when there is nothing else', () => {
    expect(queryTerms('什么').words).toEqual(['什么'])
  })
  it('looks for a number as a whole, and for its digits however they were grouped', () => {
    expect(queryTerms('138-0013-8000')).toEqual({ words: ['138-0013-8000'], pieces: ['13800138000'] })
  })
  it('bounds what one query costs', () => {
    const long = Array.from({ length: 90 }, (_, at) => `w${at}`).join(' ')
    expect(queryTerms(long).words).toHaveLength(12)
  })
})
