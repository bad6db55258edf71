/** Orders of a list of tickets: last changed, due next, created last, most urgent. */
export const listSorts = ['updated', 'due', 'created', 'priority'] as const
export type ListSort = (typeof listSorts)[number]

/** Lists one press away, each with its number. */
export const quickFilters = ['mine', 'unassigned', 'at_risk', 'breached', 'escalated', 'all_open'] as const
export type QuickFilter = (typeof quickFilters)[number]

const open = 'new,open,waiting_citizen,waiting_department,on_hold'
/** What each quick filter asks for. */
export const quickFilterQuery = {
  mine: { assignee: 'me', status: open },
  unassigned: { assignee: 'none', status: 'new,open' },
  at_risk: { sla: 'warned', status: open, sort: 'due' },
  breached: { sla: 'breached', status: open, sort: 'due' },
  escalated: { escalated: 'true', status: open },
  all_open: { status: open },
} as const satisfies Record<QuickFilter, Record<string, string>>

/** Counts stop here and are shown as `99+`. */
export const maxCount = 99

/** The tags a filter names once `from` has become one with `into`: each once, in their order. */
export const tagsAfterMerge = (tags: string, from: string, into: string): string =>
  [...new Set(tags.split(',').map((tag) => (tag === from ? into : tag)))].join(',')
