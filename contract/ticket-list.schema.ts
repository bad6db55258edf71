import { z } from 'zod'
import { bulkOutcomes, bulkStatuses, maxBulkIds } from './bulk.rules'
import { id, instant, moment, text } from './common.schema'
import { undoSkip } from './operations.schema'
import { listSorts, quickFilters } from './ticket-list.rules'
import {
  agentCommands,
  applicationResults,
  maxTagLength,
  slaStates,
  ticketPriorities,
  ticketSources,
  ticketStatuses,
} from './tickets.rules'
import { ticketView } from './tickets.schema'

/** Several values of a fixed list, separated by commas: `new,open`. */
const several = (values: readonly string[]) =>
  z
    .string()
    .max(300)
    .regex(new RegExp(`^(${values.join('|')})(,(${values.join('|')}))*$`))
    .meta({ example: values[0] })
const flag = z.enum(['true', 'false'])

/** What a list of tickets may be narrowed to; also what a saved view keeps. */
const filterShape = {
  status: several(ticketStatuses).optional(),
  assignee: z
    .string()
    .regex(/^(me|none|agt_[0-9A-Za-z]{20})$/)
    .meta({ example: 'me' })
    .optional(),
  /** This department and below. */
  department: id('dep').optional(),
  serviceItem: id('itm').optional(),
  priority: several(ticketPriorities).optional(),
  /** Tickets that have any of these tags. */
  tag: z
    .string()
    .regex(/^tag_[0-9A-Za-z]{20}(,tag_[0-9A-Za-z]{20}){0,9}$/)
    .meta({ example: 'tag_0123456789ABCDEFGHIJ' })
    .optional(),
  site: id('sit').optional(),
  source: several(ticketSources).optional(),
  sla: several(slaStates).optional(),
  escalated: flag.optional(),
  complaint: flag.optional(),
  application: several(applicationResults).optional(),
  createdFrom: moment.optional(),
  createdTo: moment.optional(),
  updatedFrom: moment.optional(),
  updatedTo: moment.optional(),
  dueFrom: moment.optional(),
  dueTo: moment.optional(),
  sort: z.enum(listSorts).optional(),
  /** The beginning of a number, or words from anywhere in the ticket. */
  q: z.string().max(100).optional(),
}
export const ticketListFilter = z.strictObject(filterShape)
export type TicketListFilter = z.infer<typeof ticketListFilter>

export const ticketListQuery = z.strictObject({
  ...filterShape,
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
  mine: flag.optional(),
})
export type TicketListQuery = z.infer<typeof ticketListQuery>

const segments = z.array(z.strictObject({ text: z.string(), isMatch: z.boolean() }))
export const ticketMatch = z.strictObject({ id: id('tkt'), topic: segments, snippet: segments.nullable() })
export type TicketMatch = z.infer<typeof ticketMatch>

/** A page may be short, even empty, while `nextCursor` says that there is more to look through. */
export const ticketListPage = z.strictObject({
  items: z.array(ticketView),
  nextCursor: z.string().nullable(),
  /** With `q`: where it was found, to be marked. */
  matches: z.array(ticketMatch),
})
export type TicketListPage = z.infer<typeof ticketListPage>

/** `isMore`: counting stopped at `count`. */
const cappedCount = z.strictObject({ count: z.number().int(), isMore: z.boolean() })
export type CappedCount = z.infer<typeof cappedCount>
export const ticketCounts = z.strictObject({
  quick: z.array(z.strictObject({ id: z.enum(quickFilters), ...cappedCount.shape })),
})
export type TicketCounts = z.infer<typeof ticketCounts>

export const boardQuery = z.strictObject({ ...filterShape })
export const boardState = z.strictObject({
  columns: z.array(
    z.strictObject({
      status: z.enum(ticketStatuses),
      ...cappedCount.shape,
      /** The first cards; the list of this status goes on from `nextCursor`. */
      items: z.array(ticketView),
      nextCursor: z.string().nullable(),
    }),
  ),
})
export type BoardState = z.infer<typeof boardState>

export const savedView = z.strictObject({
  id: id('viw'),
  name: z.string(),
  filter: ticketListFilter,
  isMine: z.boolean(),
  /** Shared with this department and below; null: only the owner's. */
  department: z.strictObject({ id: id('dep'), name: z.string() }).nullable(),
  createdAt: instant,
})
export type SavedView = z.infer<typeof savedView>
export const savedViewList = z.strictObject({ items: z.array(savedView) })
const viewName = text(60, 1)
export const saveViewBody = z.strictObject({
  name: viewName,
  filter: ticketListFilter,
  departmentId: id('dep').nullable().optional(),
})
export const editViewBody = z.strictObject({
  name: viewName.optional(),
  filter: ticketListFilter.optional(),
  departmentId: id('dep').nullable().optional(),
})

export const bulkChange = z.strictObject({
  command: z.enum(agentCommands).optional(),
  holdUntil: moment.optional(),
  waitingDepartmentId: id('dep').optional(),
  /** Null: nobody. */
  assigneeId: id('agt').nullable().optional(),
  priority: z.enum(ticketPriorities).optional(),
  departmentId: id('dep').optional(),
  addTags: z.array(text(maxTagLength, 1)).max(10).optional(),
  removeTags: z.array(text(maxTagLength, 1)).max(10).optional(),
})
export type BulkChange = z.infer<typeof bulkChange>
/** Named one by one, or all that a list shows now. */
export const bulkBody = z.union([
  z.strictObject({ ids: z.array(id('tkt')).min(1).max(maxBulkIds), change: bulkChange }),
  z.strictObject({ filter: ticketListFilter, change: bulkChange }),
])
export type BulkBody = z.infer<typeof bulkBody>

/** How many tickets a change by filter would reach; `isMore`: there are others, which it leaves alone. */
export const matchingCount = z.strictObject({ ...cappedCount.shape })
export type MatchingCount = z.infer<typeof matchingCount>

export const bulkRun = z.strictObject({
  operationId: id('opn'),
  status: z.enum(bulkStatuses),
  change: bulkChange,
  /** Null until the tickets are found. */
  total: z.number().int().nullable(),
  /** Tickets looked at by now. */
  done: z.number().int(),
  changed: z.number().int(),
  unchanged: z.number().int(),
  refused: z.number().int(),
  /** Tickets that undoing has put back, with those whose values had changed since. */
  putBack: z.number().int(),
  restored: z.number().int(),
  /** At most 200 are named. */
  skipped: z.array(undoSkip),
  /** Each ticket; of a large change only those it was refused for. */
  results: z.array(
    z.strictObject({
      id: id('tkt'),
      number: z.string().nullable(),
      outcome: z.enum(bulkOutcomes),
      /** Why it was refused: a code of errors. */
      code: z.string().nullable(),
      detail: z.string().nullable(),
    }),
  ),
  createdAt: instant,
  finishedAt: instant.nullable(),
})
export type BulkRun = z.infer<typeof bulkRun>
