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
    isAnswerRequired: bool('is_answer_required').notNull(),
    returnCount: int('return_count').notNull(),
    closedAt: time('closed_at'),
    outcome: text('outcome').$type<EscalationOutcome>(),
    result: text('result'),
    cause: text('cause').$type<EscalationCause>(),
    accountability: text('accountability'),
  },
  (t) => [
    index('escalations_ticket').on(t.ticketId, t.status),
    index('escalations_owner').on(t.ownerId, t.status, t.raisedAt),
    index('escalations_department').on(t.departmentId, t.status, t.raisedAt),
    index('escalations_status').on(t.status, t.level, t.raisedAt, t.id),
    index('escalations_closed').on(t.closedAt),
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
