import type { SiteView } from '../../../../../contract/people.schema'

export type Hours = SiteView['hours']
export type Span = Hours[number]['spans'][number]
export const weekdays = [1, 2, 3, 4, 5, 6, 7] as const
export const maxSpans = 6
const dayMinutes = 24 * 60

export const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))
export const clockOf = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

export const spansOf = (hours: Hours, day: number): Span[] =>
  hours.filter((one) => one.day === day).flatMap((one) => one.spans)

export const formatSpans = (spans: readonly Span[]): string =>
  spans.map((span) => `${span.from}–${span.to}`).join(', ')

export type SpansProblem = 'unreadable' | 'overlap' | 'many'

/** Where a span ends, in minutes of its own day; past 24 h when it goes on after midnight. */
const endOf = (span: Span) => {
  const [from, to] = [minutesOf(span.from), minutesOf(span.to)]
  return to > from ? to : to + dayMinutes
}

function readClock(text: string): string | undefined {
  const match = /^(\d{1,2})(?:[:：.]?([0-5]\d))?$/.exec(text.trim())
  const hour = Number(match?.[1])
  if (!match || hour > 24 || (hour === 24 && Number(match[2] ?? 0) > 0)) return undefined
  return `${String(hour).padStart(2, '0')}:${match[2] ?? '00'}`
}

/** Reads what people type: `9-12, 13:30-17`, with Chinese or Latin punctuation. Empty text = closed. */
export function parseSpans(text: string): { spans: Span[] } | { problem: SpansProblem } {
  const spans: Span[] = []
  for (const piece of text.split(/[,，;；、]+/).filter((one) => one.trim())) {
    const [left = '', right = '', ...rest] = piece.split(/[-–—~～至到]+/)
    const [from, to] = [readClock(left), readClock(right)]
    if (!from || !to || rest.length || from === to || from === '24:00') return { problem: 'unreadable' }
    spans.push({ from, to })
  }
  spans.sort((a, b) => minutesOf(a.from) - minutesOf(b.from))
  if (spans.length > maxSpans) return { problem: 'many' }
  const overlaps = spans.some((span, index) => {
    const next = spans[index + 1]
    return next !== undefined && endOf(span) > minutesOf(next.from)
  })
  return overlaps ? { problem: 'overlap' } : { spans }
}

/** The week with one day's spans replaced; closed days are left out. */
export function withDay(hours: Hours, day: number, spans: Span[]): Hours {
  return weekdays
    .map((one) => ({ day: one as number, spans: one === day ? spans : spansOf(hours, one) }))
    .filter((one) => one.spans.length > 0)
}

export const copyToDays = (hours: Hours, from: number, days: readonly number[]): Hours =>
  days.reduce((week, day) => withDay(week, day, [...spansOf(hours, from)]), hours)

export interface Block {
  /** Minutes since midnight of the day it is drawn on. */
  from: number
  to: number
  /** The rest of the day before's last span. */
  isFromYesterday: boolean
}

/** What to draw on a day: its spans, cut at midnight, and what the day before leaves over. */
export function blocksOf(hours: Hours, day: number): Block[] {
  const before = spansOf(hours, day === 1 ? 7 : day - 1).filter((span) => endOf(span) > dayMinutes)
  return [
    ...before.map((span) => ({ from: 0, to: endOf(span) - dayMinutes, isFromYesterday: true })),
    ...spansOf(hours, day).map((span) => ({
      from: minutesOf(span.from),
      to: Math.min(endOf(span), dayMinutes),
      isFromYesterday: false,
    })),
  ]
}

export const openMinutes = (hours: Hours): number =>
  hours.flatMap((one) => one.spans).reduce((sum, span) => sum + endOf(span) - minutesOf(span.from), 0)
