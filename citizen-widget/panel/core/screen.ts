import type { VisitorConsultationView } from '../../../contract/consultations.schema'

export type Screen =
  | 'loading'
  | 'failed'
  | 'moved'
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
  consultation: Pick<VisitorConsultationView, 'status' | 'channel' | 'callId' | 'consentAt'> | null
  areDevicesChecked: boolean
}

/** The one screen for what is known: everything else in the panel follows from it. */
export function screenFor({ phase, isMoved, consultation: c, areDevicesChecked }: ScreenInput): Screen {
  if (phase !== 'ready') return phase
  if (!c) return 'topic'
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
      return 'topic'
  }
}
