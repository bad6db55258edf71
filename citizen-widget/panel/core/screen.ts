import type { VisitorConsultationView } from '../../../contract/consultations.schema'

export type Screen =
  | 'loading'
  | 'failed'
  | 'moved'
  | 'replace'
  | 'request'
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
  /** An earlier request is being read. */
  isReading: boolean
  consultation: Pick<VisitorConsultationView, 'status' | 'channel' | 'callId' | 'consentAt'> | null
  areDevicesChecked: boolean
}

/** The one screen for what is known: everything else in the panel follows from it. */
export function screenFor(input: ScreenInput): Screen {
  const { phase, isMoved, consultation: c, areDevicesChecked } = input
  if (phase !== 'ready') return phase
  if (input.isReplacing) return 'replace'
  const idle = input.isReading ? 'request' : 'topic'
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
      return 'ticket'
    case 'wrap_up':
    case 'closed':
      return 'rating'
    case 'abandoned':
      return idle
  }
}
