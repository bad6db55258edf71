import { expect, it } from 'vitest'
import { boardFilterOf, readTracker, writeTracker } from './tracker-filters'

it('reads what it writes', () => {
  const state = {
    view: 'list' as const,
    by: 'age' as const,
    sort: 'due' as const,
    filters: { status: 'referred', level: '3', departmentId: 'dep_00000000000000000000', red: 'true' },
  }
  expect(readTracker(writeTracker(state))).toEqual(state)
  expect(writeTracker(readTracker({}))).toEqual({})
})

it('leaves out what it does not understand', () => {
  const odd = {
    view: 'x',
    level: '9',
    departmentId: "dep_'",
    red: 'yes',
    status: ['raised'],
    sort: '__proto__',
  }
  expect(writeTracker(readTracker(odd))).toEqual({})
})

it('hands the level on as a number', () => {
  expect(boardFilterOf({ level: '2', mine: 'true' })).toEqual({ level: 2, mine: 'true' })
})
