import { describe, expect, it } from 'vitest'
import { isSet, without, withValue } from './filter-kinds'

describe('a filter', () => {
  it('takes several values and gives them back', () => {
    expect(withValue({}, 'status', 'new')).toEqual({ status: 'new' })
    expect(withValue({ status: 'new' }, 'status', 'open')).toEqual({ status: 'new,open' })
    expect(withValue({ status: 'new,open' }, 'status', 'new')).toEqual({ status: 'open' })
    expect(withValue({ status: 'new' }, 'status', 'new')).toEqual({ status: undefined })
  })
  it('keeps one assignee at a time', () => {
    expect(withValue({ assignee: 'me' }, 'assignee', 'none')).toEqual({ assignee: 'none' })
  })
  it('is set by either end of the time of creation and cleared at both', () => {
    expect(isSet({ createdTo: '2026-11-21T00:00:00.000Z' }, 'created')).toBe(true)
    expect(isSet({ ...{ createdTo: 'x', createdFrom: 'y' }, ...without('created') }, 'created')).toBe(false)
  })
})
