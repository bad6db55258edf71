import { z } from 'zod'
import { id, instant } from './common.schema'
import { channels } from './consultations.rules'
import { type CountedFigure, countedFigures, type FigureKey, figureKeys } from './figures.rules'
import { availabilities, presenceReasons } from './presence.rules'
import { slaStates } from './tickets.rules'
import { ticketView } from './tickets.schema'

export const day = z
  .string()
  .regex(/^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$/)
  .refine((value) => !Number.isNaN(Date.parse(`${value}T00:00:00Z`)))
  .meta({ example: '2026-11-22' })

export const dashboardPeriods = ['today', '7', '30'] as const
export type DashboardPeriod = (typeof dashboardPeriods)[number]
export const dashboardQuery = z.strictObject({
  /** Days up to today; the figures are compared with as many days before. */
  period: z.enum(dashboardPeriods).optional(),
  /** A department of the own branch; it and all below count. */
  departmentId: id('dep').optional(),
  siteId: id('sit').optional(),
})
export type DashboardQuery = z.infer<typeof dashboardQuery>

const count = z.number().int()
const share = z.strictObject({
  id: z.string(),
  name: z.string(),
  met: count,
  breached: count,
  /** Of a department: only what it holds itself, without those below. */
  isDirect: z.boolean(),
})
export type SlaShare = z.infer<typeof share>

export const riskView = z.strictObject({
  ticketId: id('tkt'),
  number: z.string(),
  topic: z.string(),
  departmentName: z.string(),
  assignee: z.strictObject({ id: id('agt'), name: z.string() }).nullable(),
  slaState: z.enum(slaStates),
  dueAt: instant,
})
export type RiskView = z.infer<typeof riskView>

export const dashboardView = z.strictObject({
  at: instant,
  /** How far behind the events the figures are: 0 when everything is counted. */
  behindEvents: count,
  scope: z.strictObject({
    departmentId: id('dep'),
    departmentName: z.string(),
    departments: z.array(z.strictObject({ id: id('dep'), name: z.string(), depth: count })),
    sites: z.array(z.strictObject({ id: id('sit'), name: z.string() })),
  }),
  from: day,
  to: day,
  live: z.strictObject({
    waiting: count,
    longestWaitSeconds: count.nullable(),
    agents: z.record(z.enum(availabilities), count),
    callsOn: count,
    /** Clocks that end within the hour. */
    atRisk: count,
    risks: z.array(riskView),
  }),
  /** `series`: one value a day, the last fourteen days or the period, whichever is longer. */
  figures: z.array(
    z.strictObject({
      key: z.enum(figureKeys as [FigureKey, ...FigureKey[]]),
      value: z.number().nullable(),
      previous: z.number().nullable(),
      series: z.array(z.number().nullable()),
    }),
  ),
  seriesFrom: day,
  /** What each figure counts in the period: the lengths of the lists they open to. */
  counts: z.record(z.enum(countedFigures), count),
  unresolved: z.strictObject({
    count,
    buckets: z.array(
      z.strictObject({
        fromDays: count,
        toDays: count.nullable(),
        /** Days of creation of what is in it; null where it has no beginning. */
        from: day.nullable(),
        to: day,
        count,
      }),
    ),
  }),
  sla: z.strictObject({ departments: z.array(share), topics: z.array(share) }),
})
export type DashboardView = z.infer<typeof dashboardView>

export const liveLists = ['waiting', 'atRisk', 'callsOn'] as const
type Listed = CountedFigure | FigureKey | (typeof liveLists)[number]
const listed = [...new Set([...countedFigures, ...figureKeys, ...liveLists])] as [Listed, ...Listed[]]
export const dashboardTicketsQuery = z.strictObject({
  figure: z.enum(listed),
  from: day.optional(),
  to: day.optional(),
  departmentId: id('dep').optional(),
  /** `true`: without the departments below. */
  direct: z.enum(['true', 'false']).optional(),
  siteId: id('sit').optional(),
  /** `none`: of no service item. */
  serviceItemId: z.union([id('itm'), z.literal('none')]).optional(),
  agentId: id('agt').optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
})
export type DashboardTicketsQuery = z.infer<typeof dashboardTicketsQuery>

export const countedTicket = z.strictObject({
  id: z.string(),
  at: instant,
  /** Seconds or stars, where the figure has any. */
  value: count,
  /** Null where the ticket is now out of the caller's reach. */
  ticket: ticketView.nullable(),
})
export type CountedTicket = z.infer<typeof countedTicket>
export const dashboardTickets = z.strictObject({
  items: z.array(countedTicket),
  nextCursor: z.string().nullable(),
  /** All that is listed, over all pages. */
  count,
})
export type DashboardTickets = z.infer<typeof dashboardTickets>

export const dashboardAgentsQuery = z.strictObject({
  availability: z.enum(availabilities).optional(),
  /** A department of the own branch; it and all below count. */
  departmentId: id('dep').optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
})
export type DashboardAgentsQuery = z.infer<typeof dashboardAgentsQuery>
export const dashboardAgent = z.strictObject({
  id: id('agt'),
  name: z.string(),
  departmentName: z.string(),
  availability: z.enum(availabilities),
  reason: z.enum(presenceReasons),
  since: instant,
  /** What is in the agent's hands now, as owner or as a colleague: being answered, or to be wrapped up. */
  consultations: z.array(
    z.strictObject({
      id: id('con'),
      ticketNumber: z.string(),
      topic: z.string(),
      channel: z.enum(channels),
      isWrapUp: z.boolean(),
      isOwner: z.boolean(),
      since: instant.nullable(),
    }),
  ),
  /** Consultations of sites out of the caller's reach: counted, not shown. */
  elsewhere: count,
})
export type DashboardAgent = z.infer<typeof dashboardAgent>
export const dashboardAgents = z.strictObject({
  items: z.array(dashboardAgent),
  nextCursor: z.string().nullable(),
  /** All that is listed, over all pages: what the dashboard says. */
  count,
})
export type DashboardAgents = z.infer<typeof dashboardAgents>
