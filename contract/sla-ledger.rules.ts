import type { ClockKind, SlaClock, SlaInterval, SlaReason } from './sla.rules'

/** One line of a clock's ledger: `key` is looked up under `sla.ledger`, `params` fill it. `at` in ms since 1970. */
export type LedgerLine = { at: number } & (
  | {
      key: 'started'
      params: { kind: ClockKind; round: number; by: string; reason: SlaReason; targetMs: number }
    }
  | { key: 'resumed'; params: { by: string; reason: SlaReason; usedMs: number } }
  | {
      key: 'paused' | 'paused_ours'
      /** `workingMs`: how long in working time; `until` null while it lasts. */
      params: {
        by: string
        reason: SlaReason
        waitingOn: string | null
        workingMs: number
        until: number | null
      }
    }
  | { key: 'breached'; params: { targetMs: number } }
  | { key: 'due'; params: { remainingMs: number } }
  | { key: 'met' | 'stopped_late' | 'cancelled'; params: { by: string; usedMs: number; targetMs: number } }
)

const intervalLine = (
  clock: SlaClock,
  interval: SlaInterval,
  usedMs: number,
  isFirst: boolean,
): LedgerLine => {
  const { from: at, reason, waitingOn, workingMs, to: until } = interval
  const by = interval.by.name
  if (interval.state === 'paused') {
    const key = interval.isOurs ? 'paused_ours' : 'paused'
    return { key, at, params: { by, reason, waitingOn, workingMs, until } }
  }
  if (!isFirst) return { key: 'resumed', at, params: { by, reason, usedMs } }
  const { kind, round, targetMs } = clock
  return { key: 'started', at, params: { kind, round, by, reason, targetMs } }
}

const endLine = (clock: SlaClock): LedgerLine | null => {
  const { stoppedAt: at, outcome, targetMs, elapsedWorkingMs } = clock
  if (at === null) return null
  const key = outcome === 'met' ? 'met' : outcome === 'breached' ? 'stopped_late' : 'cancelled'
  return { key, at, params: { by: clock.stoppedBy?.name ?? '', usedMs: elapsedWorkingMs, targetMs } }
}

/**
 * A clock's ledger, line by line in order of time, without any language: started, paused (by whom, why, for
 * how much working time), resumed (with what was used by then), breached or the time it falls due, stopped.
 * Durations are milliseconds of working time.
 */
export const describeLedger = (clock: SlaClock): LedgerLine[] => {
  let usedMs = 0
  const lines = clock.intervals.map((interval, index) => {
    const line = intervalLine(clock, interval, usedMs, index === 0)
    if (interval.state === 'running') usedMs += interval.workingMs
    return line
  })
  if (clock.breachedAt !== null)
    lines.push({ key: 'breached', at: clock.breachedAt, params: { targetMs: clock.targetMs } })
  const end = endLine(clock)
  if (end) lines.push(end)
  if (clock.dueAt !== null && clock.stoppedAt === null && !clock.isLate)
    lines.push({
      key: 'due',
      at: clock.dueAt,
      params: { remainingMs: clock.targetMs - clock.elapsedWorkingMs },
    })
  return lines.sort((a, b) => a.at - b.at)
}
