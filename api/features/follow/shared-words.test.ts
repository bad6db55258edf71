import { describe, expect, it } from 'vitest'
import { type Joining, type Word, wordsFor } from './shared-words'

/** A history in a line: `a>b` merges, `a<` takes out, `b:x` answers x on b, `b!x` is a citizen's word there. */
const read = (line: string) => {
  const joinings: Joining[] = []
  const words: Word[] = []
  line.split(' ').forEach((step, seq) => {
    const [, ticketId = '', sign = '', rest = ''] = /^(\w)([>:!<])(\w*)$/.exec(step) ?? []
    if (sign === '>' || sign === '<') joinings.push({ ticketId, seq, intoId: rest || null })
    else words.push({ ticketId, seq, replyId: rest, isCitizens: sign === '!' })
  })
  return { joinings, words }
}
const seenBy = (line: string, own: string, all = 'abcd') => {
  const { joinings, words } = read(line)
  const others = [...all].filter((id) => !own.includes(id))
  return [...wordsFor({ own: [...own], others }, joinings, words)].join('')
}

describe('words on a ticket made of several', () => {
  it.each([
    ['answers before a merge are for each alone', 'a:1 b:2 a>b', { a: '1', b: '2' }],
    ['answers after it for both', 'a>b b:3', { a: '3', b: '3' }],
    [
      'answers between two merges for those merged by then',
      'a>b b:1 c:2 b>c c:3',
      { a: '13', b: '13', c: '23' },
    ],
    ['so for four in a row', 'a>b b:1 b>c c:2 c>d d:3', { a: '123', b: '123', c: '23', d: '3' }],
    ['one that comes late takes nothing from the others', 'a>c c:1 b>c c:2', { a: '12', b: '2', c: '12' }],
    ['two branches that come together', 'a>b c>d b:1 d:2 b>d d:3', { a: '13', b: '13', c: '23', d: '23' }],
    [
      'taken out and put in again: what was told meanwhile is not theirs',
      'a>b b:1 a< b:2 a>b b:3',
      { a: '13', b: '123' },
    ],
    ['merged elsewhere at last', 'a>b b:1 a< a>c b>c c:2', { a: '12', b: '12', c: '2' }],
    ['a citizen’s words before a merge are their own', 'a!1 b!2 a>b', { a: '1', b: '2' }],
    ['and those after it are told by their writer only', 'a>b b!1 b>c c!2', { a: '', b: '', c: '' }],
    ['also on one that stood for two and was merged on', 'b!0 a>b b!1 c!2 b>c', { a: '', b: '0', c: '2' }],
  ])('%s', (_name, line, expected) => {
    for (const [own, ids] of Object.entries(expected)) expect(seenBy(line, own), own).toBe(ids)
  })

  it('are all one’s own where several of the tickets are', () => {
    expect(seenBy('a!1 a>b b!2 b:3 b>c c:4', 'ab', 'abc')).toBe('1234')
    expect(seenBy('a!1 a>b b!2 b:3 b>c c:4', 'c', 'abc')).toBe('4')
  })
})
