import type { VisitorConsultationView } from '../../../contract/consultations.schema'

export type Screen =
  | 'loading'
  | 'failed'
  | 'moved'
  | 'replace'
  | 'follow'
  | 'lookup'
  | 'topic'
  | 'waiting'
  | 'joining'
  | 'call'
  | 'chat'
  | 'ticket'
  | 'rating'

export interface ScreenInput {
  phase: 'loading' | 'ready' | 'failed'
  isMoved: boolean
  /** A code in the address would replace the request this browser holds: the citizen is asked. */
  isReplacing: boolean
  /** A ticket is followed: an earlier request, or one a link or a code opened. */
  isFollowing: boolean
  /** Number and telephone are being entered. */
  isLookingUp: boolean
  consultation: Pick<VisitorConsultationView, 'status' | 'channel' | 'callId' | 'consentAt'> | null
  areDevicesChecked: boolean
}

/** The one screen for what is known: everything else in the panel follows from it. */
export function screenFor(input: ScreenInput): Screen {
  const { phase, isMoved, consultation: c, areDevicesChecked } = input
  if (phase !== 'ready') return phase
  if (input.isReplacing) return 'replace'
  const instead = input.isFollowing ? 'follow' : input.isLookingUp ? 'lookup' : null
  const idle = instead ?? 'topic'
  if (!c) return idle
  switch (c.status) {
    case 'waiting':
    case 'expected':
      return isMoved ? 'moved' : 'waiting'
    case 'active':
      if (isMoved) return 'moved'
      if (c.channel === 'chat' || !c.callId) return 'chat'
      return c.consentAt && areDevicesChecked ? 'call' : 'joining'
    case 'deferred':
      return instead ?? 'ticket'
    case 'wrap_up':
    case 'closed':
      return instead ?? 'rating'
    case 'abandoned':
      return idle
  }
}
