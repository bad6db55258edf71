import type { SlaClock } from '../../../contract/sla.rules'
import { ticketClockState } from '../../../contract/sla-state.rules'
import { isUnresolved } from '../../../contract/tickets.rules'
import type { KeptClocks } from './clocks.store'
import type { Reckoning } from './clocks.usecases'

/** The clock as it is kept, where nothing of the ticket itself is another than when it was judged. */
const asKept = (clock: SlaClock, policyId: string, kept: KeptClocks): SlaClock => {
  const isOwn = (row: { kind: string; round: number }) => row.kind === clock.kind && row.round === clock.round
  const row = kept.clocks.find(isOwn)
  const intervals = kept.intervals.filter(isOwn)
  const isSame =
    row !== undefined &&
    row.stoppedAt !== null &&
    row.policyId === policyId &&
    row.startedAt === clock.startedAt &&
    row.stoppedAt === clock.stoppedAt &&
    intervals.length === clock.intervals.length &&
    clock.intervals.every((each, at) => {
      const { fromAt, toAt, state, reason } = intervals[at] ?? {}
      return fromAt === each.from && toAt === each.to && state === each.state && reason === each.reason
    })
  if (!isSame) return clock
  const { targetMs, outcome, elapsedMs: elapsedWorkingMs, dueAt, breachedAt } = row
  return { ...clock, targetMs, outcome, elapsedWorkingMs, dueAt, breachedAt, isLate: breachedAt !== null }
}

/**
 * A settled ticket keeps the verdict of its time: another target or calendar since then says nothing about it, on no
 * page and in no figure. What changes about the ticket itself (its policy, its history) has it judged anew.
 */
export const keepVerdicts = (reckoning: Reckoning, kept: KeptClocks): Reckoning => {
  const { history, policy } = reckoning
  if (isUnresolved(history.ticket.status)) return reckoning
  const clocks = reckoning.clocks.map((clock) => asKept(clock, policy.id, kept))
  return { ...reckoning, clocks, ...ticketClockState(clocks) }
}
