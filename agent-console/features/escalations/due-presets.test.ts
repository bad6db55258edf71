import { expect, it } from 'vitest'
import { duePresets, localText } from './due-presets'

const of = (now: Date) => duePresets(now).map(({ id, at }) => `${id} ${localText(at)}`)

it('promises times to come', () => {
  expect(of(new Date(2026, 10, 20, 10, 5, 30))).toEqual([
    'hour 2026-11-20T11:05',
    'afternoon 2026-11-20T17:00',
    'tomorrow 2026-11-21T10:00',
    'monday 2026-11-23T10:00',
  ])
})

it('leaves out what has passed; on a Monday the next one is meant', () => {
  expect(of(new Date(2026, 10, 23, 18, 0))).toEqual([
    'hour 2026-11-23T19:00',
    'tomorrow 2026-11-24T10:00',
    'monday 2026-11-30T10:00',
  ])
  expect(of(new Date(2026, 10, 22, 9, 0)).at(-1)).toBe('monday 2026-11-23T10:00')
})
