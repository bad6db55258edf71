import type { ClockView, TicketClocksView } from '../../../contract/sla.schema'

type Spans = TicketClocksView['spans']
const at = (text: string): number => new Date(text).getTime()

/** Working milliseconds in `[from, to)`, by the spans that came with the clocks. */
export const workingMs = (spans: Spans, from: number, to: number): number =>
  spans.reduce((sum, span) => sum + Math.max(0, Math.min(at(span.to), to) - Math.max(at(span.from), from)), 0)

export const isWorkingAt = (spans: Spans, now: number): boolean =>
  spans.some((span) => at(span.from) <= now && now < at(span.to))

/** When work begins again, after `now`; null where it is not known. */
export const nextStart = (spans: Spans, now: number): number | null =>
  spans.map((span) => at(span.from)).find((start) => start > now) ?? null

/**
 * Working milliseconds left at `now`, below zero where the target is used up: what was left when the clocks
 * were fetched, less the working time since. A clock that is not running stands still.
 */
export function remainingMs(view: TicketClocksView, clock: ClockView, now: number): number {
  const left = clock.remainingSeconds * 1000
  if (clock.outcome !== 'running') return left
  return left - workingMs(view.spans, at(view.now), now)
}

export interface Segment {
  kind: 'running' | 'paused' | 'ours' | 'late'
  /** Share of the whole bar, 0 to 1. */
  share: number
  interval: ClockView['intervals'][number] | null
}

/** What a clock's bar shows, in order; `target` is where the time limit lies, as a share of the bar. */
export function segmentsOf(clock: ClockView, elapsedMs: number): { segments: Segment[]; target: number } {
  const targetMs = clock.targetSeconds * 1000
  const pausedMs = clock.intervals.reduce(
    (sum, each) => sum + (each.state === 'paused' ? each.workingSeconds * 1000 : 0),
    0,
  )
  const whole = Math.max(targetMs, elapsedMs) + pausedMs || 1
  const segments: Segment[] = []
  let used = 0
  let pausedBefore = 0
  clock.intervals.forEach((interval, index) => {
    const isOpen = interval.to === null && index === clock.intervals.length - 1
    if (interval.state === 'paused') {
      const ms = interval.workingSeconds * 1000
      segments.push({ kind: interval.isOurs ? 'ours' : 'paused', share: ms / whole, interval })
      if (used < targetMs) pausedBefore += ms
      return
    }
    const ms = isOpen ? Math.max(0, elapsedMs - used) : interval.workingSeconds * 1000
    const inTime = Math.min(ms, Math.max(0, targetMs - used))
    if (inTime > 0) segments.push({ kind: 'running', share: inTime / whole, interval })
    if (ms > inTime) segments.push({ kind: 'late', share: (ms - inTime) / whole, interval })
    used += ms
  })
  return { segments, target: Math.min(1, (targetMs + pausedBefore) / whole) }
}

export type DurationText =
  | { key: 'hours'; hours: number }
  | { key: 'hoursMinutes'; hours: number; minutes: number }
  | { key: 'minutes'; minutes: number }
  | { key: 'seconds'; seconds: number }

/** Working time in words: hours and minutes, never days, because a working day is no 24 hours. */
export function durationWords(ms: number): DurationText {
  const seconds = Math.floor(Math.abs(ms) / 1000)
  if (seconds < 60) return { key: 'seconds', seconds }
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return { key: 'minutes', minutes }
  const hours = Math.floor(minutes / 60)
  return minutes % 60 === 0 ? { key: 'hours', hours } : { key: 'hoursMinutes', hours, minutes: minutes % 60 }
}
