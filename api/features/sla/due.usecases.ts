import { lateGraceMs } from '../../../contract/escalation-plan.rules'
import { type TicketPriority, ticketPriorities } from '../../../contract/tickets.rules'
import type { Tx } from '../../../drizzle/database'
import { system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { patchTicket } from '../tickets/tickets.store'
import { tellTicket } from '../tickets/tickets.usecases'
import { type KeptClocks, loadKept, recordFired } from './clocks.store'
import {
  breachStepId,
  clockNews,
  type DueItem,
  forgetEarlySteps,
  planNext,
  type Reckoning,
  reckon,
  saveReckoning,
  tellClocks,
  unfired,
} from './clocks.usecases'
import { loadHistories } from './history.store'
import { loadSlaConfig } from './sla.config.store'
import { keepVerdicts } from './verdicts'

/**
 * Does what fell due on these tickets: tells breaches and warnings, sets off steps, each once and in order.
 * One transaction with the job that called: never lost, never twice.
 */
export const fallDue = async (
  tx: Tx,
  deps: Pick<Deps, 'clock' | 'config'>,
  ticketIds: readonly string[],
): Promise<void> => {
  const now = deps.clock.now()
  // A clock that runs faster passes more of its time between two looks.
  const graceMs = lateGraceMs * deps.config.clockRate
  const config = await loadSlaConfig(tx, now)
  if (!config) return
  const kept = await loadKept(tx, ticketIds)
  for (const history of await loadHistories(tx, ticketIds)) {
    const own = kept.get(history.ticket.id)
    if (!own) continue
    const reckoning = keepVerdicts(reckon(config, history, now, graceMs), own)
    const isChanged = await saveReckoning(tx, reckoning, own, now)
    await forgetEarlySteps(tx, reckoning, own)
    const count = await fire(tx, deps, reckoning, own)
    if (isChanged && count === 0) await tellClocks(tx, deps, history.ticket, reckoning)
    await planNext(tx, history.ticket.id, reckoning.nextAt)
  }
}

const fire = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  reckoning: Reckoning,
  kept: KeptClocks,
): Promise<number> => {
  const { ticket } = reckoning.history
  const firedAt = deps.clock.now()
  const items = unfired(reckoning, kept)
  // Several at once after the process was down: whoever is told is told once.
  const isCaughtUp = items.length > 1 && items.some((item) => item.isLate)
  const warned = new Set<string>()
  for (const item of items) {
    const { clock, step, dueAt, isLate } = item
    const key = { ticketId: ticket.id, kind: clock.kind, round: clock.round }
    await recordFired(tx, { ...key, stepId: step?.id ?? breachStepId, dueAt, firedAt, isLate })
    const facts = { kind: clock.kind, round: clock.round, dueAt, isLate, isCaughtUp }
    const tell = (type: string, more: Record<string, unknown>) =>
      tellTicket(
        tx,
        ticket,
        type,
        system,
        firedAt,
        { ...facts, ...more },
        {
          forAgents: clockNews(ticket, reckoning),
        },
      )
    if (!step) await tell('sla.breached', { percent: 100 })
    else {
      if (step.trigger === 'warn' && isFirstWarning(warned, item))
        await tell('sla.warned', { percent: step.atPercent })
      await tell('sla.step', {
        stepId: step.id,
        trigger: step.trigger,
        action: step.action,
        level: step.level,
      })
      if (step.action === 'raise_priority') await raisePriority(tx, deps, reckoning)
    }
  }
  return items.length
}

/** Several steps at the same share are one warning. */
const isFirstWarning = (warned: Set<string>, { clock, step }: DueItem): boolean => {
  const key = `${clock.kind}:${clock.round}:${step?.trigger === 'warn' ? step.atPercent : ''}`
  if (warned.has(key)) return false
  warned.add(key)
  return true
}

/** One priority higher, up to urgent. */
export const higherPriority = (priority: TicketPriority): TicketPriority =>
  ticketPriorities[ticketPriorities.indexOf(priority) + 1] ?? priority

const raisePriority = async (tx: Tx, deps: Pick<Deps, 'clock'>, { history }: Reckoning): Promise<void> => {
  const before = history.ticket.priority
  const after = higherPriority(before)
  if (after === before) return
  const at = deps.clock.now()
  await patchTicket(tx, history.ticket.id, { priority: after }, at)
  history.ticket.priority = after
  await tellTicket(tx, history.ticket, 'ticket.edited', system, at, {
    changes: [{ field: 'priority', before, after }],
  })
}
