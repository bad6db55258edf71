import { describe, expect, it } from 'vitest'
import { ticketStatuses, ticketTransitions } from '../../../../contract/tickets.rules'
import { commandBetween } from './board-moves'

describe('a move on the board', () => {
  it('is a command that leads exactly there', () => {
    for (const from of ticketStatuses)
      for (const to of ticketStatuses) {
        const command = commandBetween(from, to)
        if (command) expect(ticketTransitions[from][command], `${from} → ${to}`).toBe(to)
      }
  })
  it('goes between every two open columns but back to new', () => {
    expect(commandBetween('new', 'on_hold')).toBe('hold')
    expect(commandBetween('waiting_citizen', 'open')).toBe('resume')
    expect(commandBetween('resolved', 'open')).toBe('keep_open')
    expect(commandBetween('open', 'new')).toBeNull()
    expect(commandBetween('resolved', 'waiting_citizen')).toBeNull()
    expect(commandBetween('merged', 'open')).toBeNull()
  })
})
