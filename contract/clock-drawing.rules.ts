import type { StretchKind } from './clock-picture.rules'

/** A stretch as it came over the wire. */
export interface SentStretch {
  day: string
  kind: StretchKind
  from: string
  to: string
}
/** A part of a day's box; `x` and `width` in per cent of the drawing. */
export interface DrawnPart {
  kind: StretchKind
  x: number
  width: number
}
export interface DrawnDay {
  day: string
  x: number
  width: number
  parts: DrawnPart[]
  /** Working milliseconds of each kind, for the table. */
  sums: Partial<Record<StretchKind, number>>
  hasLabel: boolean
}
export interface Drawing {
  days: DrawnDay[]
  /** Where the present moment lies, where the limit. */
  now: number | null
  due: number | null
}

const at = (text: string): number => new Date(text).getTime()
/** Between two days, and at most so much for all gaps together. */
const gapShare = 1.4
const mostGaps = 24
/** A day's name needs about so much. */
const labelShare = 20

/** What has come since the stretches were fetched: the first of what was left has gone by. */
const until = (stretches: readonly SentStretch[], now: number, isRunning: boolean): SentStretch[] =>
  stretches.flatMap((each) => {
    if (each.kind !== 'left' || !isRunning || at(each.from) >= now) return [each]
    if (at(each.to) <= now) return [{ ...each, kind: 'counted' as const }]
    const cut = new Date(now).toISOString()
    return [
      { ...each, kind: 'counted' as const, to: cut },
      { ...each, from: cut },
    ]
  })

/** Labels for the first and last day and for those between that have room. */
const label = (days: DrawnDay[]): void => {
  const last = days.at(-1)
  let free = 0
  for (const day of days) {
    const isClear = day === last || day.x + labelShare <= (last?.x ?? 100)
    day.hasLabel = day === days[0] || (day.x >= free && isClear)
    if (day.hasLabel) free = day.x + labelShare
  }
  // Two days close together at the end: the first one keeps its name.
  if (
    last &&
    days.length > 1 &&
    days.some((day) => day !== last && day.hasLabel && day.x + labelShare > last.x)
  )
    last.hasLabel = false
}

/**
 * Lays a clock out: one box a day, as wide as its working time, so that nights and weekends are gaps. All in
 * per cent. `dueAt` is the limit, null while nobody can know it.
 */
export const drawClock = (
  sent: readonly SentStretch[],
  { now, dueAt, isRunning }: { now: number; dueAt: number | null; isRunning: boolean },
): Drawing => {
  const stretches = until(sent, now, isRunning)
  const total = stretches.reduce((sum, each) => sum + at(each.to) - at(each.from), 0) || 1
  const names = [...new Set(stretches.map((each) => each.day))]
  const gap = Math.min(gapShare, mostGaps / Math.max(1, names.length - 1))
  const room = 100 - gap * (names.length - 1)
  const drawing: Drawing = { days: [], now: null, due: null }
  let x = 0
  for (const day of names) {
    const box: DrawnDay = { day, x, width: 0, parts: [], sums: {}, hasLabel: false }
    for (const { kind, from, to } of stretches.filter((each) => each.day === day)) {
      const width = ((at(to) - at(from)) / total) * room
      if (isRunning && drawing.now === null && kind === 'left') drawing.now = x
      if (dueAt !== null && drawing.due === null && at(to) >= dueAt)
        drawing.due = x + (Math.max(0, dueAt - at(from)) / (at(to) - at(from))) * width
      const before = box.parts.at(-1)
      if (before?.kind === kind) before.width += width
      else box.parts.push({ kind, x, width })
      box.sums[kind] = (box.sums[kind] ?? 0) + at(to) - at(from)
      box.width += width
      x += width
    }
    drawing.days.push(box)
    x += gap
  }
  if (isRunning && drawing.now === null) drawing.now = 100
  label(drawing.days)
  return drawing
}

/** The kinds that occur, in their order. */
export const kindsIn = (drawing: Drawing): StretchKind[] => {
  const order: readonly StretchKind[] = ['counted', 'paused', 'ours', 'late', 'left']
  return order.filter((kind) => drawing.days.some((day) => day.sums[kind]))
}
