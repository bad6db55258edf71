import type { TicketStatus } from '../../../contract/tickets.rules'
import type { Tone } from '../../ui/UiChip.vue'

/** Tones of ticket states; their words are `tickets.statuses.*`. */
export const ticketTone: Record<TicketStatus, Tone> = {
  new: 'warn',
  open: 'info',
  waiting_citizen: 'neutral',
  waiting_department: 'warn',
  on_hold: 'neutral',
  resolved: 'good',
  closed: 'neutral',
  merged: 'neutral',
}
