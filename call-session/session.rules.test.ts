import { describe, expect, it } from 'vitest'
import {
  type CallEvent,
  type CallStateName,
  callEvents,
  callStateNames,
  endReasonFor,
  mustAwaitPage,
  nextCallState,
  rejoinDelayMs,
} from './session.rules'

// Rows are states, columns events in the order of callEvents; '-' means the event is ignored.
const expected: Record<CallStateName, string> = {
  idle: 'connecting - - - - - ended',
  connecting: '- connected rejoining - - - ended',
  connected: '- - - reconnecting - rejoining ended',
  reconnecting: '- - - - connected rejoining ended',
  rejoining: '- connected rejoining - - - ended',
  ended: '- - - - - - -',
}

describe('call state', () => {
  const pairs = callStateNames.flatMap((state) =>
    callEvents.map((event, column) => [state, event, expected[state].split(' ')[column]] as const),
  )

  it.each(pairs)('%s + %s → %s', (state: CallStateName, event: CallEvent, next) => {
    expect(nextCallState(state, event) ?? '-').toBe(next)
  })
})

describe('end or rejoin', () => {
  it.each([
    ['CLIENT_INITIATED', true, 'left'],
    ['CLIENT_INITIATED', false, null],
    ['PARTICIPANT_REMOVED', false, 'removed'],
    ['ROOM_DELETED', false, 'call-over'],
    ['ROOM_CLOSED', false, 'call-over'],
    ['DUPLICATE_IDENTITY', false, 'opened-elsewhere'],
    ['SERVER_SHUTDOWN', false, null],
    ['STATE_MISMATCH', false, null],
    ['JOIN_FAILURE', false, null],
    ['SIGNAL_CLOSE', false, null],
    ['MIGRATION', false, null],
    ['UNKNOWN_REASON', false, null],
    ['CONNECTION_TIMEOUT', false, null],
    ['MEDIA_FAILURE', false, null],
    [undefined, false, null],
    [undefined, true, 'left'],
    ['constructor', false, null],
  ] as const)('%s, asked by us %s → %s', (reason, askedByUs, end) => {
    expect(endReasonFor(reason, askedByUs)).toBe(end)
  })

  it('waits for the page only when the page itself was put aside', () => {
    expect(mustAwaitPage('CLIENT_INITIATED', false)).toBe(true)
    expect(mustAwaitPage('CLIENT_INITIATED', true)).toBe(false)
    expect(mustAwaitPage(undefined, false)).toBe(false)
  })
})

describe('back-off', () => {
  it('grows to eight seconds and stays there', () => {
    expect([1, 2, 3, 4, 5, 6, 60].map((attempt) => rejoinDelayMs(attempt, 0))).toEqual([
      300, 1000, 2000, 4000, 8000, 8000, 8000,
    ])
  })

  it('spreads by a fifth at most', () => {
    expect(rejoinDelayMs(1, 0.999)).toBeLessThanOrEqual(360)
    expect(rejoinDelayMs(9, 0.999)).toBeLessThanOrEqual(9600)
  })
})
