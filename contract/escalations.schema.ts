import { z } from 'zod'
import { id, instant, moment, page, snapshot, text } from './common.schema'
import { escalationSorts } from './escalation-board.rules'
import { timeLimits } from './escalation-times.rules'
import {
  ageBuckets,
  escalationCauses,
  escalationOutcomes,
  escalationReasons,
  escalationStatuses,
  highestLevel,
} from './escalations.rules'

const person = z.strictObject({ id: id('agt'), name: z.string() })
const place = z.strictObject({
  id: id('dep'),
  name: z.string(),
  /** `/root/child/` of ids: a branch is a prefix. */
  path: z.string(),
})

/** What it waits for while it is referred. */
const openReferral = z.strictObject({
  id: id('rfr'),
  from: person,
  fromDepartmentName: z.string(),
  note: z.string(),
  createdAt: instant,
})

export const escalationView = z.strictObject({
  id: id('esc'),
  ticketId: id('tkt'),
  ticketNumber: z.string(),
  topic: z.string(),
  /** How often the citizen urged. */
  urgeCount: z.number().int(),
  reason: z.enum(escalationReasons),
  why: z.string(),
  status: z.enum(escalationStatuses),
  level: z.number().int().min(1).max(highestLevel),
  /** The person who answers for it. */
  owner: person,
  department: place,
  /** Where the ticket lay when it was raised. */
  home: place,
  raisedBy: z.strictObject({
    kind: z.enum(['agent', 'visitor', 'system']),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  raisedAt: instant,
  acknowledgeBy: instant,
  acknowledgedAt: instant.nullable(),
  nextAction: z.string(),
  nextActionAt: instant.nullable(),
  touchedAt: instant,
  settleBy: instant,
  /** What its owner has to keep next; null once closed. */
  dueAt: instant.nullable(),
  /** From then on the red light is on. */
  redLightAt: instant.nullable(),
  isAnswerRequired: z.boolean(),
  returnCount: z.number().int(),
  reopenCount: z.number().int(),
  referral: openReferral.nullable(),
  closedAt: instant.nullable(),
  outcome: z.enum(escalationOutcomes).nullable(),
  result: z.string().nullable(),
  cause: z.enum(escalationCauses).nullable(),
  accountability: z.string().nullable(),
})
export type EscalationView = z.infer<typeof escalationView>
export const escalationPage = page(escalationView)

const flag = z.enum(['true', 'false']).optional()
const filters = {
  status: z.enum([...escalationStatuses, 'open', 'all']).optional(),
  level: z.coerce.number().int().min(1).max(highestLevel).optional(),
  /** This department and below. */
  departmentId: id('dep').optional(),
  ownerId: id('agt').optional(),
  mine: flag,
  reason: z.enum(escalationReasons).optional(),
  age: z.enum(ageBuckets).optional(),
  red: flag,
  overdue: flag,
}
export const escalationQuery = z.strictObject({
  ...filters,
  sort: z.enum(escalationSorts).optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
})
export type EscalationQuery = z.infer<typeof escalationQuery>

export const boardQuery = z.strictObject({ ...filters, by: z.enum(['level', 'age']).optional() })
export type BoardQuery = z.infer<typeof boardQuery>
/** Open matters in columns, the oldest first; a column shows so many and says when there are more. */
export const escalationBoard = z.strictObject({
  columns: z.array(z.strictObject({ key: z.string(), items: z.array(escalationView), hasMore: z.boolean() })),
})
export type EscalationBoard = z.infer<typeof escalationBoard>
export const boardSnapshot = snapshot(escalationBoard)

/** One step of a matter's path. */
export const escalationStep = z.strictObject({
  seq: z.number().int(),
  type: z.string(),
  at: instant,
  actor: z.strictObject({
    kind: z.enum(['agent', 'visitor', 'key', 'system']),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  data: z.record(z.string(), z.unknown()),
})
export type EscalationStepView = z.infer<typeof escalationStep>
export const escalationDetail = z.strictObject({
  escalation: escalationView,
  history: z.array(escalationStep),
  /** What the caller may do now. */
  may: z.array(z.string()),
})
export type EscalationDetail = z.infer<typeof escalationDetail>

const words = text(2000, 1)
export const raiseBody = z.strictObject({ departmentId: id('dep'), why: words })
export const acknowledgeBody = z.strictObject({ note: text(2000).optional() })
export const actBody = z.strictObject({ nextAction: text(500, 1), nextActionAt: moment })
export const handOverBody = z.strictObject({ agentId: id('agt'), reason: words })
export const climbBody = z.strictObject({ reason: words })
export const referBody = z.strictObject({ departmentId: id('dep'), note: words })
export const reasonBody = z.strictObject({ reason: words })
export const closeBody = z.strictObject({
  outcome: z.enum(escalationOutcomes),
  result: words,
  cause: z.enum(escalationCauses),
  /** Who answers for what, and what changes because of it. */
  accountability: words,
})

const minutes = (name: keyof typeof timeLimits) =>
  z.number().int().min(timeLimits[name].min).max(timeLimits[name].max)
/** Minutes of the owner's working time. */
const times = {
  acknowledgeMinutes: minutes('acknowledgeMinutes'),
  settleMinutes: minutes('settleMinutes'),
  redLightMinutes: minutes('redLightMinutes'),
}
export const escalationTimesBody = z
  .strictObject(times)
  .refine((it) => it.acknowledgeMinutes <= it.settleMinutes, {
    message: 'a matter is acknowledged before it is settled',
    path: ['acknowledgeMinutes'],
  })
export type EscalationTimesBody = z.infer<typeof escalationTimesBody>
export const escalationTimesView = z.strictObject({ ...times, standard: z.strictObject(times) })
export type EscalationTimesView = z.infer<typeof escalationTimesView>

export const leaderRoles = ['head', 'deputy'] as const
export const leaderView = z.strictObject({
  agentId: id('agt'),
  name: z.string(),
  departmentName: z.string(),
  role: z.enum(leaderRoles),
  isActive: z.boolean(),
  /** Away at this moment. */
  isAbsent: z.boolean(),
})
export type LeaderView = z.infer<typeof leaderView>
export const leaderList = z.strictObject({ items: z.array(leaderView) })
/** In the order in which they stand in for each other; heads come before deputies. */
export const putLeaders = z.strictObject({
  leaders: z
    .array(z.strictObject({ agentId: id('agt'), role: z.enum(leaderRoles) }))
    .max(20)
    .refine((all) => new Set(all.map((each) => each.agentId)).size === all.length, {
      message: 'somebody is named twice',
    }),
})

export const absenceView = z.strictObject({
  id: id('abs'),
  agentId: id('agt'),
  fromAt: instant,
  toAt: instant,
  deputy: person.nullable(),
  note: z.string(),
})
export type AbsenceView = z.infer<typeof absenceView>
export const absenceList = z.strictObject({ items: z.array(absenceView) })
export const absenceBody = z.strictObject({
  fromAt: moment,
  toAt: moment,
  deputyId: id('agt').nullable().optional(),
  note: text(200).optional(),
})

const month = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/)
export const reportFigures = ['raised', 'in_time', 'late', 'open', 'returned', 'reopened', 'settled'] as const
export type ReportFigure = (typeof reportFigures)[number]
export const reportQuery = z.strictObject({ month, departmentId: id('dep').optional() })
const figures = {
  raised: z.number().int(),
  inTime: z.number().int(),
  late: z.number().int(),
  open: z.number().int(),
  returned: z.number().int(),
  reopened: z.number().int(),
  /** Closed, in time or late: those that the mean is of. */
  settled: z.number().int(),
  /** Of the settled ones, working seconds; null where there is none. */
  meanWorkingSeconds: z.number().int().nullable(),
}
export const reportRow = z.strictObject({ department: place, person, ...figures })
export type ReportRow = z.infer<typeof reportRow>
export const accountabilityReport = z.strictObject({
  month,
  from: instant,
  to: instant,
  timeZone: z.string(),
  departments: z.array(z.strictObject({ department: place, ...figures })),
  people: z.array(reportRow),
  total: z.strictObject(figures),
})
export type AccountabilityReport = z.infer<typeof accountabilityReport>
/** The matters behind a figure: of everything, of a department or of one person in it. */
export const reportMattersQuery = z.strictObject({
  month,
  departmentId: id('dep').optional(),
  figure: z.enum(reportFigures),
  ofDepartmentId: id('dep').optional(),
  ofAgentId: id('agt').optional(),
  limit: z.coerce.number().int().min(1).max(100).optional(),
  cursor: z.string().max(200).optional(),
})
export type ReportMattersQuery = z.infer<typeof reportMattersQuery>
