import { describe, expect, it } from 'vitest'
import { dayMs, dueText, hourMs, minuteMs, roughly } from './due-words'

const noon = new Date(2026, 10, 20, 12).getTime()

describe('what a chip says', () => {
  it.each([
    ['running', noon + 20 * minuteMs, { key: 'left', ms: 20 * minuteMs }],
    ['running', noon - 1, { key: 'left', ms: 0 }],
    ['warned', noon + 3 * hourMs, { key: 'at', at: noon + 3 * hourMs, day: 'today' }],
    ['running', noon + dayMs, { key: 'at', at: noon + dayMs, day: 'tomorrow' }],
    ['running', noon + 3 * dayMs, { key: 'at', at: noon + 3 * dayMs, day: 'later' }],
    ['breached', noon - hourMs, { key: 'lateBy', ms: hourMs }],
    ['breached', null, { key: 'late' }],
    ['paused', null, { key: 'paused' }],
    ['none', null, { key: 'none' }],
  ] as const)('%s, due %s', (state, dueAt, expected) => {
    expect(dueText(state, dueAt, noon)).toEqual(expected)
  })

  it.each([
    [59 * minuteMs, { unit: 'minutes', count: 59 }],
    [47 * hourMs, { unit: 'hours', count: 47 }],
    [3 * dayMs, { unit: 'days', count: 3 }],
    [-5, { unit: 'minutes', count: 0 }],
  ] as const)('%s ms in a word', (ms, expected) => {
    expect(roughly(ms)).toEqual(expected)
  })
})
