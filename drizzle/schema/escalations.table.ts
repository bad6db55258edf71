import { isNull } from 'drizzle-orm'
import type {
  EscalationCause,
  EscalationOutcome,
  EscalationReason,
  EscalationStatus,
} from '../../contract/escalations.rules'
import { agents } from './agents.table'
import { bool, id, index, int, table, text, time } from './columns'
import { departments } from './departments.table'
import { tickets } from './tickets.table'

/** An unresolved ticket on somebody's desk with a deadline: who answers for it. */
export const escalations = table(
  'escalations',
  {
    id: id(),
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    reason: text('reason').$type<EscalationReason>().notNull(),
    /** In the words of whoever raised it; empty where a rule did. */
    why: text('why').notNull(),
    status: text('status').$type<EscalationStatus>().notNull(),
    level: int('level').notNull(),
    /** A person, never only a group. */
    ownerId: text('owner_id')
      .notNull()
      .references(() => agents.id),
    /** The owner's department in this matter. */
    departmentId: text('department_id')
      .notNull()
      .references(() => departments.id),
    /** Where the ticket lay when the matter was raised: that branch goes on seeing it. */
    homeDepartmentId: text('home_department_id').notNull().default(''),
    /** Never to be the owner: the agent complained about. */
    avoidAgentId: text('avoid_agent_id').references(() => agents.id),
    raisedByKind: text('raised_by_kind').$type<'agent' | 'visitor' | 'system'>().notNull(),
    raisedById: text('raised_by_id'),
    raisedAt: time('raised_at').notNull(),
    /** Reckoned in the owner's working time; not acknowledged by then, it climbs. */
    acknowledgeBy: time('acknowledge_by').notNull(),
    acknowledgedAt: time('acknowledged_at'),
    nextAction: text('next_action').notNull(),
    nextActionAt: time('next_action_at'),
    /** The last time its owner did something; the red light goes by it. */
    touchedAt: time('touched_at').notNull(),
    /** From raising, in working time; does not move when it climbs. */
    settleBy: time('settle_by').notNull().default(0),
    /** What its owner has to keep next, and when the red light goes on; null once closed. */
    dueAt: time('due_at'),
    redLightAt: time('red_light_at'),
    isAnswerRequired: bool('is_answer_required').notNull(),
    returnCount: int('return_count').notNull(),
    reopenCount: int('reopen_count').notNull().default(0),
    closedAt: time('closed_at'),
    /** Working milliseconds from raising to closing. */
    workingMs: int('working_ms'),
    outcome: text('outcome').$type<EscalationOutcome>(),
    result: text('result'),
    cause: text('cause').$type<EscalationCause>(),
    accountability: text('accountability'),
  },
  (t) => [
    // Each ends with the order of the lists, so that a page is read off the index however many matters were raised
    // in one moment. Open ones are few among many: indexes that hold nothing else cannot be mistaken for a narrow
    // choice by a planner that knows no figures.
    index('escalations_ticket').on(t.ticketId, t.closedAt),
    index('escalations_owner').on(t.ownerId, t.closedAt, t.raisedAt, t.id),
    index('escalations_department').on(t.departmentId, t.closedAt, t.raisedAt, t.id),
    index('escalations_home').on(t.homeDepartmentId, t.closedAt, t.raisedAt, t.id),
    index('escalations_raiser').on(t.raisedById, t.closedAt, t.raisedAt, t.id),
    index('escalations_open').on(t.raisedAt, t.id).where(isNull(t.closedAt)),
    index('escalations_level').on(t.level, t.raisedAt, t.id).where(isNull(t.closedAt)),
    index('escalations_due').on(t.dueAt, t.id).where(isNull(t.closedAt)),
    index('escalations_red').on(t.redLightAt, t.id).where(isNull(t.closedAt)),
    index('escalations_status').on(t.status, t.raisedAt, t.id),
    // The monthly report of a whole organisation is counted from this index alone.
    index('escalations_raised').on(
      t.raisedAt,
      t.id,
      t.departmentId,
      t.ownerId,
      t.closedAt,
      t.settleBy,
      t.returnCount,
      t.reopenCount,
      t.workingMs,
    ),
  ],
)

/** "Cannot be settled here": put to another department, with acceptance, refusal and return. */
export const escalationReferrals = table(
  'escalation_referrals',
  {
    id: id(),
    escalationId: text('escalation_id')
      .notNull()
      .references(() => escalations.id),
    fromAgentId: text('from_agent_id')
      .notNull()
      .references(() => agents.id),
    fromDepartmentId: text('from_department_id')
      .notNull()
      .references(() => departments.id),
    toAgentId: text('to_agent_id')
      .notNull()
      .references(() => agents.id),
    toDepartmentId: text('to_department_id')
      .notNull()
      .references(() => departments.id),
    status: text('status').$type<'pending' | 'accepted' | 'refused' | 'returned'>().notNull(),
    /** The level to go back to. */
    fromLevel: int('from_level').notNull().default(1),
    note: text('note').notNull(),
    reason: text('reason'),
    createdAt: time('created_at').notNull(),
    answeredAt: time('answered_at'),
  },
  (t) => [
    index('escalation_referrals_escalation').on(t.escalationId, t.createdAt),
    index('escalation_referrals_to').on(t.toAgentId, t.status),
  ],
)
