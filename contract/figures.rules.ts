import { clockKinds } from './sla.rules'

/**
 * What is counted while events pass. Each counted thing is an entry; rollups add entries up per day.
 * `docs/figures.md` says in words what each means.
 */
export const countedFigures = [
  'created',
  'unresolved',
  'resolved',
  'closed',
  'reopened',
  'merged',
  'urged',
  'escalated',
  'answered',
  'answered_20s',
  'answered_60s',
  'answered_later',
  'abandoned',
  'calls',
  'sla_met_first_response',
  'sla_met_next_response',
  'sla_met_resolution',
  'sla_breached_first_response',
  'sla_breached_next_response',
  'sla_breached_resolution',
  'rated_1',
  'rated_2',
  'rated_3',
  'rated_4',
  'rated_5',
  'accepted_helped',
  'accepted_alone',
  'returned_helped',
  'returned_alone',
] as const
export type CountedFigure = (typeof countedFigures)[number]

/** Count and sum over days. The sum is of seconds or stars, where the figure has any. */
export interface Tally {
  count: number
  sum: number
}
export type Tallies = Partial<Record<CountedFigure, Tally>>

/** In `rollups`, a dimension that a row is the total of. */
export const allOf = '*'
/**
 * Rollup rows are kept in three grains, told apart by the figure's name: totals (`created`) and per topic
 * (`created/topic`), both for a department and all above it; per agent (`created/agent`). Each per site and for all.
 */
export const topicGrain = (figure: CountedFigure) => `${figure}/topic`
export const agentGrain = (figure: CountedFigure) => `${figure}/agent`

const met = clockKinds.map((kind) => `sla_met_${kind}` as const)
const breached = clockKinds.map((kind) => `sla_breached_${kind}` as const)
const stars = ['rated_1', 'rated_2', 'rated_3', 'rated_4', 'rated_5'] as const

type Formula =
  | { kind: 'count'; of: readonly CountedFigure[] }
  /** `of` ÷ `per`, 0 to 1. */
  | { kind: 'rate'; of: readonly CountedFigure[]; per: readonly CountedFigure[] }
  /** Sum ÷ count. */
  | { kind: 'mean'; of: readonly CountedFigure[]; unit: 'seconds' | 'stars' }

/** Figures as people read them. A rate opens to what its numerator or denominator counts. */
export const figureFormulas = {
  created: { kind: 'count', of: ['created'] },
  resolved: { kind: 'count', of: ['resolved'] },
  closed: { kind: 'count', of: ['closed'] },
  reopened: { kind: 'count', of: ['reopened'] },
  urged: { kind: 'count', of: ['urged'] },
  escalated: { kind: 'count', of: ['escalated'] },
  answered: { kind: 'count', of: ['answered'] },
  answeredWithin20: { kind: 'rate', of: ['answered_20s'], per: ['answered'] },
  answeredWithin60: { kind: 'rate', of: ['answered_60s'], per: ['answered'] },
  meanWait: { kind: 'mean', of: ['answered'], unit: 'seconds' },
  abandoned: { kind: 'count', of: ['abandoned'] },
  abandonRate: { kind: 'rate', of: ['abandoned'], per: ['answered', 'abandoned'] },
  calls: { kind: 'count', of: ['calls'] },
  meanCall: { kind: 'mean', of: ['calls'], unit: 'seconds' },
  slaHitRate: { kind: 'rate', of: met, per: [...met, ...breached] },
  slaBreached: { kind: 'count', of: breached },
  slaEnded: { kind: 'count', of: [...met, ...breached] },
  meanResolution: { kind: 'mean', of: ['resolved'], unit: 'seconds' },
  rated: { kind: 'count', of: stars },
  meanStars: { kind: 'mean', of: stars, unit: 'stars' },
  returnRateHelped: { kind: 'rate', of: ['returned_helped'], per: ['returned_helped', 'accepted_helped'] },
  returnRateAlone: { kind: 'rate', of: ['returned_alone'], per: ['returned_alone', 'accepted_alone'] },
} as const satisfies Record<string, Formula>
export type FigureKey = keyof typeof figureFormulas
export const figureKeys = Object.keys(figureFormulas) as FigureKey[]

const add = (tallies: Tallies, figures: readonly CountedFigure[]): Tally =>
  figures.reduce(
    (total, figure) => ({
      count: total.count + (tallies[figure]?.count ?? 0),
      sum: total.sum + (tallies[figure]?.sum ?? 0),
    }),
    { count: 0, sum: 0 },
  )

/** The figure's value; null where nothing happened that it could be reckoned from. */
export const figureValue = (key: FigureKey, tallies: Tallies): number | null => {
  const formula: Formula = figureFormulas[key]
  const total = add(tallies, formula.of)
  if (formula.kind === 'count') return total.count
  if (formula.kind === 'mean') return total.count === 0 ? null : total.sum / total.count
  const per = add(tallies, formula.per).count
  return per === 0 ? null : total.count / per
}

/** How a value is written: a number, a share, seconds or stars. */
export const figureUnit = (key: FigureKey): 'count' | 'share' | 'seconds' | 'stars' => {
  const formula: Formula = figureFormulas[key]
  if (formula.kind === 'mean') return formula.unit
  return formula.kind === 'rate' ? 'share' : 'count'
}

/** What the figure opens to. */
export const countedBy = (key: FigureKey): readonly CountedFigure[] => figureFormulas[key].of

/** Unresolved tickets by age in days: each bucket starts where the one before ends. */
export const ageBuckets = [
  { fromDays: 0, toDays: 0 },
  { fromDays: 1, toDays: 1 },
  { fromDays: 2, toDays: 3 },
  { fromDays: 4, toDays: 7 },
  { fromDays: 8, toDays: 14 },
  { fromDays: 15, toDays: 30 },
  { fromDays: 31, toDays: null },
] as const

const dayMs = 86_400_000
/** `YYYY-MM-DD` moved by whole days. */
export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs)
/** Every day from the first to the last, both included. */
export const daysOf = (from: string, to: string): string[] =>
  Array.from({ length: Math.max(0, daysBetween(from, to) + 1) }, (_, at) => addDays(from, at))
