import type { LocationQuery } from 'vue-router'
import type { BoardFilter } from '../../../contract/escalation-board.rules'
import { escalationSorts } from '../../../contract/escalation-board.rules'
import { ageBuckets, escalationReasons, escalationStatuses } from '../../../contract/escalations.rules'

export const filterKeys = [
  'status',
  'level',
  'departmentId',
  'ownerId',
  'mine',
  'reason',
  'age',
  'red',
  'overdue',
] as const
export type FilterKey = (typeof filterKeys)[number]
/** As they stand in the address: text only. */
export type TrackerFilters = Partial<Record<FilterKey, string>>
export interface TrackerState {
  view: 'board' | 'list'
  by: 'level' | 'age'
  sort: (typeof escalationSorts)[number]
  filters: TrackerFilters
}

const choices: Partial<Record<FilterKey, readonly string[]>> = {
  status: [...escalationStatuses, 'all'],
  level: ['1', '2', '3', '4'],
  mine: ['true'],
  reason: escalationReasons,
  age: ageBuckets,
  red: ['true'],
  overdue: ['true'],
}
const patterns: Partial<Record<FilterKey, RegExp>> = {
  departmentId: /^dep_[0-9A-Za-z]{20}$/,
  ownerId: /^agt_[0-9A-Za-z]{20}$/,
}

/** What an address says; whatever is not understood is left out. */
export function readTracker(query: LocationQuery | Record<string, unknown>): TrackerState {
  const text = (key: string) => (typeof query[key] === 'string' ? query[key] : '')
  const filters: TrackerFilters = {}
  for (const key of filterKeys) {
    const value = text(key)
    if (value && (choices[key]?.includes(value) || patterns[key]?.test(value))) filters[key] = value
  }
  return {
    view: text('view') === 'list' ? 'list' : 'board',
    by: text('by') === 'age' ? 'age' : 'level',
    sort: escalationSorts.find((each) => each === text('sort')) ?? 'oldest',
    filters,
  }
}

/** The address of a state; what is usual stays out of it. */
export const writeTracker = (state: TrackerState): Record<string, string> => ({
  ...(state.view === 'list' ? { view: 'list' } : {}),
  ...(state.by === 'age' ? { by: 'age' } : {}),
  ...(state.sort === 'oldest' ? {} : { sort: state.sort }),
  ...state.filters,
})

/** For the reducer of the board, which wants the level as a number. */
export const boardFilterOf = (filters: TrackerFilters): BoardFilter => {
  const { level, ...rest } = filters
  return { ...rest, ...(level ? { level: Number(level) } : {}) } as BoardFilter
}
