import type { SlaClock } from './sla.rules'
import type { SlaState } from './tickets.rules'

/** Where no rule warns, a ticket counts as warned from this share of the target on, in per cent. */
export const defaultWarnPercent = 80

export interface TicketClockState {
  slaState: SlaState
  /** The earliest due time of a running clock, past where it is late; milliseconds since 1970. */
  nextDueAt: number | null
}

const isOpen = (clock: SlaClock) => clock.stoppedAt === null

/**
 * Where a ticket's clocks stand, the most urgent open one deciding; once none is open, whether all were kept.
 * `warnPercent` says from which share of its target on a clock counts as warned.
 */
export const ticketClockState = (
  clocks: readonly SlaClock[],
  warnPercent: (clock: SlaClock) => number = () => defaultWarnPercent,
): TicketClockState => {
  const open = clocks.filter(isOpen)
  const dues = open.flatMap((clock) => (clock.dueAt === null ? [] : [clock.dueAt]))
  const nextDueAt = dues.length > 0 ? Math.min(...dues) : null
  if (open.length > 0) {
    const isWarned = (clock: SlaClock) => clock.elapsedWorkingMs * 100 >= clock.targetMs * warnPercent(clock)
    if (open.some((clock) => clock.isLate)) return { slaState: 'breached', nextDueAt }
    if (open.some((clock) => clock.outcome === 'running' && isWarned(clock)))
      return { slaState: 'warned', nextDueAt }
    return { slaState: open.every((clock) => clock.outcome === 'paused') ? 'paused' : 'running', nextDueAt }
  }
  const judged = clocks.filter((clock) => clock.outcome !== 'cancelled')
  if (judged.length === 0) return { slaState: 'none', nextDueAt }
  return { slaState: judged.some((clock) => clock.outcome === 'breached') ? 'breached' : 'met', nextDueAt }
}
