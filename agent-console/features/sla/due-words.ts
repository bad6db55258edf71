import type { SlaState } from '../../../contract/tickets.rules'
import type { Tone } from '../../ui/UiChip.vue'

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** `minutes` 5, `hours` 3, `days` 2: the unit that reads best, rounded down. */
export function roughly(ms: number): { unit: 'minutes' | 'hours' | 'days'; count: number } {
  const whole = Math.max(0, ms)
  if (whole < hourMs) return { unit: 'minutes', count: Math.floor(whole / minuteMs) }
  if (whole < 2 * dayMs) return { unit: 'hours', count: Math.floor(whole / hourMs) }
  return { unit: 'days', count: Math.floor(whole / dayMs) }
}

/** What a chip says: nothing, a word, how long is left, when it is due, or since when it is late. */
export type DueText =
  | { key: 'none' | 'paused' | 'met' | 'late' }
  | { key: 'left' | 'lateBy'; ms: number }
  | { key: 'at'; at: number; day: 'today' | 'tomorrow' | 'later' }

const dayOf = (at: number): string => new Date(at).toDateString()

/** Within the hour it counts down; further off the moment says more, because nights do not count. */
export function dueText(state: SlaState, dueAt: number | null, now: number): DueText {
  if (state === 'none' || state === 'paused' || state === 'met') return { key: state }
  if (state === 'breached') return dueAt === null ? { key: 'late' } : { key: 'lateBy', ms: now - dueAt }
  if (dueAt === null) return { key: 'none' }
  if (dueAt - now < hourMs) return { key: 'left', ms: Math.max(0, dueAt - now) }
  const isToday = dayOf(dueAt) === dayOf(now)
  const isTomorrow = dayOf(dueAt) === dayOf(now + dayMs)
  return { key: 'at', at: dueAt, day: isToday ? 'today' : isTomorrow ? 'tomorrow' : 'later' }
}

export const dueTone: Record<SlaState, Tone> = {
  none: 'neutral',
  running: 'neutral',
  warned: 'warn',
  breached: 'bad',
  paused: 'neutral',
  met: 'good',
}
