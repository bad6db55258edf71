import { type AgeBucket, ageBucketOf, ageBuckets, highestLevel } from './escalations.rules'
import type { BoardQuery, EscalationBoard, EscalationView } from './escalations.schema'
import type { FeedEvent } from './feed.rules'

export const escalationSorts = ['oldest', 'newest', 'due'] as const

/** Who looks: decides what may be seen, as the server's query does. */
export interface BoardViewer {
  agentId: string
  departmentId: string
}

/** A column shows so many; what lies behind is in the list. */
export const boardColumnSize = 60

/** A path of ids runs through the department: the place lies in its branch. */
const isWithin = (place: { path: string }, departmentId: string): boolean =>
  place.path.includes(`/${departmentId}/`)

/** The branch it lies in or came from, whoever answers for it, and whoever raised it. */
export const isEscalationVisible = (view: EscalationView, viewer: BoardViewer): boolean =>
  isWithin(view.department, viewer.departmentId) ||
  isWithin(view.home, viewer.departmentId) ||
  view.owner.id === viewer.agentId ||
  view.raisedBy.id === viewer.agentId

/** True from 20 working minutes without a touch on: the moment is reckoned by the server. */
export const isRed = (view: Pick<EscalationView, 'redLightAt'>, now: number): boolean =>
  view.redLightAt !== null && Date.parse(view.redLightAt) <= now
export const isOverdue = (view: Pick<EscalationView, 'dueAt'>, now: number): boolean =>
  view.dueAt !== null && Date.parse(view.dueAt) <= now

export type BoardFilter = Omit<BoardQuery, 'by'>

export const matchesFilter = (
  view: EscalationView,
  filter: BoardFilter,
  viewer: BoardViewer,
  now: number,
): boolean => {
  const isOpen = view.status !== 'closed'
  const status = filter.status ?? 'open'
  if (status === 'open' ? !isOpen : status !== 'all' && view.status !== status) return false
  if (filter.level !== undefined && view.level !== filter.level) return false
  if (filter.departmentId && !isWithin(view.department, filter.departmentId)) return false
  if (filter.ownerId && view.owner.id !== filter.ownerId) return false
  if (filter.mine === 'true' && view.owner.id !== viewer.agentId) return false
  if (filter.reason && view.reason !== filter.reason) return false
  if (filter.age && ageBucketOf(Date.parse(view.raisedAt), now) !== filter.age) return false
  if (filter.red === 'true' && !isRed(view, now)) return false
  return filter.overdue !== 'true' || isOverdue(view, now)
}

export const columnKeys = (by: 'level' | 'age'): string[] =>
  by === 'level'
    ? Array.from({ length: highestLevel }, (_, index) => String(index + 1))
    : [...ageBuckets].reverse()

export const columnOf = (view: EscalationView, by: 'level' | 'age', now: number): string | AgeBucket =>
  by === 'level' ? String(view.level) : ageBucketOf(Date.parse(view.raisedAt), now)

const oldestFirst = (a: EscalationView, b: EscalationView): number =>
  a.raisedAt === b.raisedAt ? (a.id < b.id ? -1 : 1) : a.raisedAt < b.raisedAt ? -1 : 1

/**
 * The board after `event`, pure. Exact while no column is cut off; where one is, whoever shows the board asks
 * again, because what moved up from behind the cut is not known here.
 */
export const applyToBoard = (
  state: EscalationBoard,
  event: FeedEvent,
  how: { by: 'level' | 'age'; filter: BoardFilter; viewer: BoardViewer; now: number },
): EscalationBoard => {
  const view = event.data.escalation
  if (!view) return state
  const isShown =
    view.status !== 'closed' &&
    isEscalationVisible(view, how.viewer) &&
    matchesFilter(view, how.filter, how.viewer, how.now)
  const key = isShown ? columnOf(view, how.by, how.now) : null
  return {
    columns: state.columns.map((column) => {
      const others = column.items.filter((each) => each.id !== view.id)
      if (column.key !== key)
        return others.length === column.items.length ? column : { ...column, items: others }
      const items = [...others, view].sort(oldestFirst)
      const isCut = items.length > boardColumnSize
      return { ...column, items: items.slice(0, boardColumnSize), hasMore: column.hasMore || isCut }
    }),
  }
}

/** What lies on one's own desk, after `event`; the oldest first. */
export const applyToMine = (
  mine: readonly EscalationView[],
  event: FeedEvent,
  agentId: string,
): readonly EscalationView[] => {
  const view = event.data.escalation
  if (!view) return mine
  const others = mine.filter((each) => each.id !== view.id)
  return view.owner.id === agentId && view.status !== 'closed' ? [...others, view].sort(oldestFirst) : others
}
