import type { Transitions } from './transitions.rules'

export const consultationStatuses = [
  'expected',
  'waiting',
  'active',
  'wrap_up',
  'closed',
  'abandoned',
  'deferred',
] as const
export type ConsultationStatus = (typeof consultationStatuses)[number]

export type ConsultationCommand =
  | 'join' // the caller on the telephone entered the code
  | 'accept'
  | 'leave' // the citizen left on purpose
  | 'expire' // silent for 15 minutes, or the code was never used
  | 'defer' // nobody can answer now: answered later as a ticket
  | 'end'
  | 'wrap_up'

/**
 * A consultation's life. `expected`: opened by an agent for somebody on the telephone who has not
 * joined yet. `deferred`: asked outside hours or with nobody there; an agent answers it later, in writing.
 */
export const consultationTransitions: Transitions<ConsultationStatus, ConsultationCommand> = {
  expected: { join: 'active', expire: 'abandoned', end: 'abandoned' },
  waiting: { accept: 'active', leave: 'abandoned', expire: 'abandoned', defer: 'deferred' },
  active: { end: 'wrap_up', leave: 'wrap_up' },
  wrap_up: { wrap_up: 'closed' },
  closed: {},
  abandoned: {},
  deferred: { accept: 'active' },
}

export const openStatuses: readonly ConsultationStatus[] = ['expected', 'waiting', 'active', 'wrap_up']

export const channels = ['video', 'chat'] as const
export type Channel = (typeof channels)[number]

export const outcomes = ['solved', 'follow_up', 'referred', 'citizen_left'] as const
export type Outcome = (typeof outcomes)[number]

export type OfferStatus = 'ringing' | 'accepted' | 'declined' | 'ignored' | 'withdrawn'
export type OfferCommand = 'accept' | 'decline' | 'ignore' | 'withdraw'
export const offerTransitions: Transitions<OfferStatus, OfferCommand> = {
  ringing: { accept: 'accepted', decline: 'declined', ignore: 'ignored', withdraw: 'withdrawn' },
  accepted: {},
  declined: {},
  ignored: {},
  withdrawn: {},
}

export type InvitationKind = 'join' | 'hand_over'
/** `lapsed`: the consultation ended or the colleague went offline; nobody withdrew it. */
export type InvitationStatus = 'pending' | 'accepted' | 'refused' | 'cancelled' | 'lapsed'
export type InvitationCommand = 'accept' | 'refuse' | 'cancel' | 'lapse'
export const invitationTransitions: Transitions<InvitationStatus, InvitationCommand> = {
  pending: { accept: 'accepted', refuse: 'refused', cancel: 'cancelled', lapse: 'lapsed' },
  accepted: {},
  refused: {},
  cancelled: {},
  lapsed: {},
}

export type CallStatus = 'open' | 'ended'
export type CallCommand = 'end'
export const callTransitions: Transitions<CallStatus, CallCommand> = { open: { end: 'ended' }, ended: {} }

/** An offer rings this long before it moves to the next agent. */
export const ringSeconds = 20
/** A silent citizen keeps the place this long. */
export const silenceSeconds = 15 * 60
/** A citizen without a connection for this long is passed over until back. */
export const silenceGraceSeconds = 10
/** A telephone code can be used this long. */
export const telephoneCodeSeconds = 30 * 60
/** The largest accepted file, in bytes. */
export const maxFileBytes = 50 * 1024 * 1024
/** All files of one consultation together, in bytes. */
export const maxConsultationBytes = 500 * 1024 * 1024

/** Messages one consultation may hold: what a snapshot carries whole. */
export const maxMessages = 1000

/** An honest wait: minutes from p25 to p75 of recent waits scaled by position, or null with under 5 samples. */
export const waitRange = (
  recentWaitSeconds: readonly number[],
  position: number,
): { low: number; high: number } | null => {
  if (recentWaitSeconds.length < 5 || position < 1) return null
  const sorted = [...recentWaitSeconds].sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  const scale = Math.max(1, position) / 2 + 0.5
  const low = Math.max(1, Math.floor((at(0.25) * scale) / 60))
  const high = Math.max(low + 1, Math.ceil((at(0.75) * scale) / 60))
  return { low, high }
}
