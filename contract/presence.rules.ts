import type { Transitions } from './transitions.rules'

export const availabilities = ['available', 'busy', 'wrapping_up', 'away', 'offline'] as const
export type Availability = (typeof availabilities)[number]

export type PresenceCommand =
  | 'go_available' // by hand
  | 'go_away' // by hand
  | 'go_offline' // by hand or signing out
  | 'take' // a consultation became this agent's
  | 'end' // it ended and wants wrapping up
  | 'finish' // nothing is left to do
  | 'miss' // an offer rang out
  | 'lose' // no connection for 30 s

/** Availability: set by hand and by what happens. */
export const presenceTransitions: Transitions<Availability, PresenceCommand> = {
  available: {
    go_available: 'available',
    go_away: 'away',
    go_offline: 'offline',
    take: 'busy',
    miss: 'away',
    lose: 'away',
    finish: 'available',
  },
  busy: { take: 'busy', end: 'wrapping_up', finish: 'available', lose: 'busy', go_offline: 'busy' },
  wrapping_up: {
    take: 'busy',
    finish: 'available',
    end: 'wrapping_up',
    lose: 'away',
    go_available: 'available',
    go_away: 'away',
    go_offline: 'offline',
  },
  away: {
    go_available: 'available',
    go_away: 'away',
    go_offline: 'offline',
    take: 'busy',
    end: 'wrapping_up',
    miss: 'away',
    lose: 'away',
    finish: 'away',
  },
  offline: {
    go_available: 'available',
    go_away: 'away',
    go_offline: 'offline',
    take: 'busy',
    lose: 'offline',
    finish: 'offline',
    end: 'wrapping_up',
  },
}

/** Why an agent is in this state: shown beside it. */
export const presenceReasons = [
  'by_hand',
  'signed_in',
  'signed_out',
  'in_consultation',
  'wrapping_up',
  'offer_ignored',
  'connection_lost',
  'finished',
] as const
export type PresenceReason = (typeof presenceReasons)[number]

/** A lost connection becomes `away` after this many seconds. */
export const connectionGraceSeconds = 30
/** Whoever has been without a connection for this long may be relieved of a running consultation. */
export const takeOverSeconds = 120

/** True where the agent has left: offline, signed out, or without a connection for two minutes. */
export const isGone = (
  presence: { availability: Availability; reason: PresenceReason; since: number } | null,
  now: number,
): boolean => {
  if (!presence || presence.availability === 'offline' || presence.reason === 'signed_out') return true
  return presence.reason === 'connection_lost' && now - presence.since >= takeOverSeconds * 1000
}
