/** Units in which a target is typed; a working day is as long as the calendar's longest. */
export const targetUnits = ['minutes', 'hours', 'days'] as const
export type TargetUnit = (typeof targetUnits)[number]

const unitSeconds = (unit: TargetUnit, daySeconds: number): number =>
  unit === 'minutes' ? 60 : unit === 'hours' ? 3600 : daySeconds

/** In the largest unit that divides it evenly; days only from one whole day on. */
export function readTarget(seconds: number, daySeconds: number): { amount: number; unit: TargetUnit } {
  for (const unit of ['days', 'hours'] as const) {
    const size = unitSeconds(unit, daySeconds)
    if (size > 0 && seconds >= size && seconds % size === 0) return { amount: seconds / size, unit }
  }
  return { amount: Math.round(seconds / 60), unit: 'minutes' }
}

export const writeTarget = (amount: number, unit: TargetUnit, daySeconds: number): number =>
  Math.round(amount * unitSeconds(unit, daySeconds))

type Week = readonly { spans: readonly { from: string; to: string }[] }[]
const minutes = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5))

/** How long the longest day of the week is, in seconds. */
export const longestDaySeconds = (week: Week): number =>
  Math.max(
    0,
    ...week.map(({ spans }) =>
      spans.reduce((sum, span) => sum + (minutes(span.to) - minutes(span.from)) * 60, 0),
    ),
  )
