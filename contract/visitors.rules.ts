import { type ConsultationStatus, silenceSeconds } from './consultations.rules'
import { isUnresolved, type TicketStatus } from './tickets.rules'

/**
 * A code the host page keeps lives a minute longer than a silent citizen's place: whoever wakes a sleeping
 * telephone in time finds it. The panel renews it long before.
 */
export const hostCodeSeconds = silenceSeconds + 60
/** A replaced code still works this long: a reload may fall between the new code and its arrival at the host. */
export const replacedCodeSeconds = 30

export const requestStages = ['waiting', 'talking', 'asked', 'open', 'expired', 'left', 'done'] as const
/** How a request stands, in the citizen's words: `open` is with us, `asked` waits for their answer, `done` answered, `left` given up. */
export type RequestStage = (typeof requestStages)[number]

export const requestStage = (
  consultation: { status: ConsultationStatus; hasExpired: boolean },
  ticket: TicketStatus,
): RequestStage => {
  if (consultation.status === 'waiting' || consultation.status === 'expected') return 'waiting'
  if (consultation.status === 'active') return 'talking'
  if (consultation.hasExpired && ticket === 'new') return 'expired'
  if (consultation.status === 'abandoned' && ticket === 'closed') return 'left'
  if (ticket === 'waiting_citizen') return 'asked'
  return isUnresolved(ticket) ? 'open' : 'done'
}
