import { describe, expect, it } from 'vitest'
import { guardCell, unguardCell } from './exports.rules'

describe('a cell of a CSV file', () => {
  const formulas = [
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    ' =1+1',
    '　＝1',
    '＋1',
    '－1',
    '＠SUM(A1)',
  ]
  it.each(formulas)('%j is text for every spreadsheet, and reads back as it was', (text) => {
    expect(guardCell(text)).toBe(`'${text}`)
    expect(unguardCell(guardCell(text))).toBe(text)
    expect(unguardCell(guardCell(`'${text}`))).toBe(`'${text}`)
  })

  it.each(['营业执照', '‘=’', ' 一', '1-2', "'一", ''])('%j stays as it is', (text) => {
    expect(guardCell(text)).toBe(text)
    expect(unguardCell(text)).toBe(text)
  })
})
