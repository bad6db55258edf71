import { addDays, type FigureKey } from './figures.rules'
import { zoneOffsetMs } from './zone.rules'

export const reportGroups = ['day', 'department', 'topic', 'agent'] as const
export type ReportGroup = (typeof reportGroups)[number]
export const reportFormats = ['xlsx', 'pdf'] as const
export type ReportFormat = (typeof reportFormats)[number]
export const reportEvery = ['day', 'week', 'month'] as const
export type ReportEvery = (typeof reportEvery)[number]

/** Days one report may be about. */
export const maxReportDays = 366

export const reportColumns = [
  'created',
  'resolved',
  'reopened',
  'answered',
  'answeredWithin20',
  'answeredWithin60',
  'meanWait',
  'abandoned',
  'calls',
  'slaHitRate',
  'slaBreached',
  'meanResolution',
  'rated',
  'meanStars',
  'urged',
  'returnRateHelped',
  'returnRateAlone',
] as const satisfies readonly FigureKey[]
export type ReportColumn = (typeof reportColumns)[number]

const hourMs = 3_600_000
/** The moment at which the clock on the wall shows `hour` on `day`; an hour that is skipped comes an hour later. */
const momentOf = (day: string, hour: number, timeZone: string): number => {
  const wall = Date.parse(`${day}T00:00:00Z`) + hour * hourMs
  const first = wall - zoneOffsetMs(timeZone, wall)
  const second = wall - zoneOffsetMs(timeZone, first)
  const isShown = zoneOffsetMs(timeZone, second) === zoneOffsetMs(timeZone, first)
  return isShown ? second : Math.max(first, second)
}
const dayAt = (at: number, timeZone: string): string =>
  new Date(at + zoneOffsetMs(timeZone, at)).toISOString().slice(0, 10)

const isDueDay = (day: string, every: ReportEvery): boolean => {
  if (every === 'day') return true
  return every === 'week' ? new Date(`${day}T00:00:00Z`).getUTCDay() === 1 : day.endsWith('-01')
}

/** The next time after `after`: each day, Mondays, or the first of the month, at `hour`. */
export const nextRun = (every: ReportEvery, hour: number, timeZone: string, after: number): number => {
  for (let day = dayAt(after, timeZone); ; day = addDays(day, 1)) {
    if (!isDueDay(day, every)) continue
    const at = momentOf(day, hour, timeZone)
    if (at > after) return at
  }
}

/** The whole days that a run at `at` is about: yesterday, the last week from Monday, the last month. */
export const reportedDays = (
  every: ReportEvery,
  timeZone: string,
  at: number,
): { from: string; to: string } => {
  const today = dayAt(at, timeZone)
  const to = addDays(today, -1)
  if (every === 'day') return { from: to, to }
  return every === 'week' ? { from: addDays(today, -7), to } : { from: `${to.slice(0, 8)}01`, to }
}
