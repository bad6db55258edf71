import {
  ArrowUp,
  Building2,
  CheckCheck,
  ChevronsUp,
  CircleCheck,
  CirclePause,
  CirclePlay,
  Hourglass,
  type LucideIcon,
  Minus,
  MoveDown,
  RotateCcw,
} from '@lucide/vue'
import type { AgentCommand, TicketPriority, TicketStatus } from '../../../contract/tickets.rules'
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

export const commandIcons: Record<AgentCommand, LucideIcon> = {
  resume: CirclePlay,
  wait_citizen: Hourglass,
  wait_department: Building2,
  hold: CirclePause,
  resolve: CircleCheck,
  close: CheckCheck,
  keep_open: CirclePlay,
  reopen: RotateCcw,
}
export const priorityTone: Record<TicketPriority, Tone> = {
  low: 'neutral',
  normal: 'neutral',
  high: 'warn',
  urgent: 'bad',
}
export const priorityIcons: Record<TicketPriority, LucideIcon> = {
  low: MoveDown,
  normal: Minus,
  high: ArrowUp,
  urgent: ChevronsUp,
}
