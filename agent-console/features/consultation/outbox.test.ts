import { expect, it } from 'vitest'
import { afterAttempt, fromKept, toKeep, type Unsent } from './outbox'

const one: Unsent = { key: 'k1', consultationId: 'c', body: '您好', state: 'sending', error: null }
const two: Unsent = { ...one, key: 'k2' }

it('lets go of what arrived and keeps the rest in order', () => {
  expect(afterAttempt([one, two], 'k1', { kind: 'sent' })).toEqual([two])
})

it('waits where nothing is known and shows a refusal', () => {
  expect(afterAttempt([one], 'k1', { kind: 'later' })[0]?.state).toBe('waiting')
  expect(afterAttempt([one], 'k1', { kind: 'refused', error: 'no' })[0]).toMatchObject({
    state: 'refused',
    error: 'no',
  })
})

it('keeps the key over a reload, so that a message that did arrive is not doubled', () => {
  expect(fromKept(toKeep([one]))).toEqual([{ ...one, state: 'waiting' }])
  expect(fromKept('{')).toEqual([])
  expect(fromKept(null)).toEqual([])
})
