import type { Transitions } from './transitions.rules'

export const ticketStatuses = ['new', 'open', 'resolved', 'closed'] as const
export type TicketStatus = (typeof ticketStatuses)[number]
export type TicketCommand = 'take' | 'resolve' | 'keep_open' | 'close'

/** What a consultation does to its ticket: taken on accept; resolved or kept open at wrap-up. */
export const ticketTransitions: Transitions<TicketStatus, TicketCommand> = {
  new: { take: 'open', resolve: 'resolved', keep_open: 'open', close: 'closed' },
  open: { take: 'open', resolve: 'resolved', keep_open: 'open', close: 'closed' },
  resolved: { take: 'open', keep_open: 'open', close: 'closed' },
  closed: {},
}

/** `YYYYMMDD-NNNNN`: the day in the desk's time zone and a counter of that day. */
export const ticketNumber = (day: string, counter: number): string =>
  `${day.replaceAll('-', '')}-${String(counter).padStart(5, '0')}`
