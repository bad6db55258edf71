import { sql } from 'drizzle-orm'
import type {
  ApplicationResult,
  SlaState,
  TicketPriority,
  TicketSource,
  TicketStatus,
} from '../../contract/tickets.rules'
import { agents } from './agents.table'
import { bool, compositeKey, id, index, int, json, real, table, text, time, uniqueIndex } from './columns'
import { departments } from './departments.table'
import { serviceItems, sites } from './sites.table'
import { contacts } from './visitors.table'

export const tickets = table(
  'tickets',
  {
    id: id(),
    number: text('number').notNull(),
    siteId: text('site_id')
      .notNull()
      .references(() => sites.id),
    departmentId: text('department_id')
      .notNull()
      .references(() => departments.id),
    status: text('status').$type<TicketStatus>().notNull(),
    topic: text('topic').notNull(),
    serviceItemId: text('service_item_id').references(() => serviceItems.id),
    contactId: text('contact_id').references(() => contacts.id),
    assigneeId: text('assignee_id').references(() => agents.id),
    createdAt: time('created_at').notNull(),
    updatedAt: time('updated_at').notNull(),
    description: text('description').notNull().default(''),
    priority: text('priority').$type<TicketPriority>().notNull().default('normal'),
    source: text('source').$type<TicketSource>().notNull().default('consultation'),
    /** The number another system (a 12345 hotline) gave it; unique there, for each source that hands over. */
    externalSystem: text('external_system'),
    externalNumber: text('external_number'),
    /**
     * The key it came by, or the first of the keys that replaced each other. Empty for imports, and for what came
     * before sources were kept apart.
     */
    externalSourceId: text('external_source_id').notNull().default(''),
    /** While on hold: when it comes back by itself. */
    holdUntil: time('hold_until'),
    /** While it waits for another department: which. */
    waitingDepartmentId: text('waiting_department_id').references(() => departments.id),
    parentId: text('parent_id'),
    mergedIntoId: text('merged_into_id'),
    resolvedAt: time('resolved_at'),
    closedAt: time('closed_at'),
    firstReplyAt: time('first_reply_at'),
    reopenCount: int('reopen_count').notNull().default(0),
    /** Urging by the citizen (催办). */
    urgeCount: int('urge_count').notNull().default(0),
    lastUrgedAt: time('last_urged_at'),
    isComplaint: bool('is_complaint').notNull().default(false),
    /** The citizen was served in a consultation: divides the return rate into with and without help. */
    isHelped: bool('is_helped').notNull().default(false),
    applicationResult: text('application_result').$type<ApplicationResult>(),
    applicationReason: text('application_reason'),
    applicationAt: time('application_at'),
    /** The latest rating, 1 to 5. */
    stars: int('stars'),
    /** Kept by the clocks: see sla_clocks. */
    slaState: text('sla_state').$type<SlaState>().notNull().default('none'),
    nextDueAt: time('next_due_at'),
    /** Kept by the escalations: 0 where none is open. */
    escalationLevel: int('escalation_level').notNull().default(0),
  },
  (t) => [
    uniqueIndex('tickets_number').on(t.number),
    uniqueIndex('tickets_external').on(t.externalSystem, t.externalNumber, t.externalSourceId),
    index('tickets_updated').on(t.updatedAt, t.id),
    index('tickets_status').on(t.status, t.updatedAt, t.id),
    index('tickets_assignee').on(t.assigneeId, t.updatedAt, t.id),
    index('tickets_department').on(t.departmentId, t.updatedAt, t.id),
    index('tickets_department_status').on(t.departmentId, t.status, t.updatedAt, t.id),
    index('tickets_assignee_status').on(t.assigneeId, t.status, t.updatedAt, t.id),
    // Next to everything is settled, without a due time and not escalated: left out of these.
    index('tickets_due').on(t.slaState, t.nextDueAt, t.id).where(sql`${t.nextDueAt} is not null`),
    index('tickets_status_created').on(t.status, t.createdAt),
    index('tickets_contact').on(t.contactId),
    index('tickets_parent').on(t.parentId),
    index('tickets_merged').on(t.mergedIntoId),
    index('tickets_escalation').on(t.updatedAt, t.id).where(sql`${t.escalationLevel} > 0`),
    index('tickets_department_escalation')
      .on(t.departmentId, t.updatedAt, t.id)
      .where(sql`${t.escalationLevel} > 0`),
    index('tickets_application').on(t.applicationAt),
    index('tickets_created').on(t.createdAt, t.id),
    index('tickets_next_due').on(t.nextDueAt, t.id).where(sql`${t.nextDueAt} is not null`),
    index('tickets_assignee_due').on(t.assigneeId, t.nextDueAt, t.id).where(sql`${t.nextDueAt} is not null`),
    index('tickets_priority').on(t.priority, t.status, t.updatedAt, t.id),
    index('tickets_department_created').on(t.departmentId, t.createdAt, t.id),
    index('tickets_department_due')
      .on(t.departmentId, t.nextDueAt, t.id)
      .where(sql`${t.nextDueAt} is not null`),
    index('tickets_department_sla_due')
      .on(t.departmentId, t.slaState, t.nextDueAt, t.id)
      .where(sql`${t.nextDueAt} is not null`),
    index('tickets_department_status_priority').on(t.departmentId, t.status, t.priority, t.updatedAt, t.id),
    index('tickets_department_priority').on(t.departmentId, t.priority, t.updatedAt, t.id),
    index('tickets_item').on(t.serviceItemId, t.updatedAt, t.id),
    index('tickets_department_item').on(t.departmentId, t.serviceItemId, t.updatedAt, t.id),
    // The departments in which somebody has something assigned are found by a few steps in it.
    index('tickets_assignee_department').on(t.assigneeId, t.departmentId, t.updatedAt, t.id),
    index('tickets_sla')
      .on(t.slaState, t.updatedAt, t.id)
      .where(sql`${t.slaState} in ('warned', 'breached')`),
    index('tickets_department_sla')
      .on(t.departmentId, t.slaState, t.updatedAt, t.id)
      .where(sql`${t.slaState} in ('warned', 'breached')`),
  ],
)

/** The last ticket number given out on a day. */
export const ticketCounters = table('ticket_counters', {
  day: text('day').primaryKey(),
  last: int('last').notNull(),
})

/** Agents who may see and work on a ticket beyond their department: served, assigned, mentioned, invited. */
export const ticketParticipants = table(
  'ticket_participants',
  {
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    reason: text('reason').$type<'served' | 'assigned' | 'mentioned' | 'added' | 'escalation'>().notNull(),
    createdAt: time('created_at').notNull(),
    // Of the ticket, kept in step with it: where somebody takes part elsewhere is seen without the tickets.
    departmentId: text('department_id').notNull(),
  },
  (t) => [
    compositeKey({ columns: [t.ticketId, t.agentId] }),
    index('ticket_participants_agent').on(t.agentId, t.departmentId, t.createdAt, t.ticketId),
  ],
)

/** What is said on a ticket outside a consultation: to the citizen, from the citizen, or among colleagues. */
export const ticketReplies = table(
  'ticket_replies',
  {
    id: id(),
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    kind: text('kind').$type<'reply' | 'note' | 'citizen'>().notNull(),
    agentId: text('agent_id').references(() => agents.id),
    visitorId: text('visitor_id'),
    body: text('body').notNull(),
    via: text('via').$type<'console' | 'panel' | 'link' | 'api' | 'import'>().notNull(),
    createdAt: time('created_at').notNull(),
    /** When the citizen first saw it. */
    seenAt: time('seen_at'),
  },
  (t) => [index('ticket_replies_ticket').on(t.ticketId, t.createdAt, t.id)],
)

/** Colleagues named with @ in a note. */
export const replyMentions = table(
  'reply_mentions',
  {
    replyId: text('reply_id')
      .notNull()
      .references(() => ticketReplies.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
  },
  (t) => [compositeKey({ columns: [t.replyId, t.agentId] })],
)

/** What an agent has typed and not sent; survives a closed browser. */
export const ticketDrafts = table(
  'ticket_drafts',
  {
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    agentId: text('agent_id')
      .notNull()
      .references(() => agents.id),
    kind: text('kind').$type<'reply' | 'note'>().notNull(),
    body: text('body').notNull(),
    savedAt: time('saved_at').notNull(),
  },
  (t) => [compositeKey({ columns: [t.ticketId, t.agentId, t.kind] })],
)

export const tags = table(
  'tags',
  {
    id: id(),
    name: text('name').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [uniqueIndex('tags_name').on(t.name)],
)

export const ticketTags = table(
  'ticket_tags',
  {
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    tagId: text('tag_id')
      .notNull()
      .references(() => tags.id),
    createdAt: time('created_at').notNull(),
    // Of the ticket, kept in step with it: a list of a tag's tickets is then a stretch of an index.
    departmentId: text('department_id').notNull(),
    ticketUpdatedAt: time('ticket_updated_at').notNull(),
  },
  (t) => [
    compositeKey({ columns: [t.ticketId, t.tagId] }),
    index('ticket_tags_tag').on(t.tagId, t.ticketUpdatedAt, t.ticketId),
    index('ticket_tags_department').on(t.tagId, t.departmentId, t.ticketUpdatedAt, t.ticketId),
  ],
)

/** A field that an administrator adds, for every topic or for one service item. */
export const ticketFields = table(
  'ticket_fields',
  {
    id: id(),
    serviceItemId: text('service_item_id').references(() => serviceItems.id),
    label: text('label').notNull(),
    labelEn: text('label_en').notNull(),
    kind: text('kind').$type<'text' | 'number' | 'date' | 'choice' | 'yes_no'>().notNull(),
    choices: json<string[]>('choices').notNull(),
    /** Must be filled before the ticket can be resolved. */
    isRequired: bool('is_required').notNull(),
    isActive: bool('is_active').notNull(),
    position: int('position').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('ticket_fields_item').on(t.serviceItemId, t.position)],
)

/** A value of a field, in the column of its kind (choice: text, yes_no: number 0 or 1). */
export const ticketFieldValues = table(
  'ticket_field_values',
  {
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    fieldId: text('field_id')
      .notNull()
      .references(() => ticketFields.id),
    textValue: text('text_value'),
    numberValue: real('number_value'),
    /** `YYYY-MM-DD` */
    dateValue: text('date_value'),
  },
  (t) => [
    compositeKey({ columns: [t.ticketId, t.fieldId] }),
    index('ticket_field_values_field').on(t.fieldId, t.textValue),
  ],
)

/** Labels an administrator gave to the fixed statuses. */
export const statusLabels = table('status_labels', {
  status: text('status').$type<TicketStatus>().primaryKey(),
  label: text('label').notNull(),
  labelEn: text('label_en').notNull(),
})

export const ticketLinks = table(
  'ticket_links',
  {
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    otherId: text('other_id')
      .notNull()
      .references(() => tickets.id),
    createdAt: time('created_at').notNull(),
  },
  (t) => [compositeKey({ columns: [t.ticketId, t.otherId] }), index('ticket_links_other').on(t.otherId)],
)

/** Canned replies and macros; a macro is a canned reply with steps. */
export const macros = table(
  'macros',
  {
    id: id(),
    name: text('name').notNull(),
    /** Text sent to the citizen; empty where the macro only changes things. */
    reply: text('reply').notNull(),
    /** Shared with this department and those below; null: only `createdBy` uses it. */
    departmentId: text('department_id').references(() => departments.id),
    isActive: bool('is_active').notNull(),
    position: int('position').notNull(),
    createdBy: text('created_by').references(() => agents.id),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('macros_department').on(t.departmentId, t.position)],
)

export const macroSteps = table(
  'macro_steps',
  {
    macroId: text('macro_id')
      .notNull()
      .references(() => macros.id),
    position: int('position').notNull(),
    action: text('action')
      .$type<'status' | 'priority' | 'add_tag' | 'remove_tag' | 'assign' | 'department'>()
      .notNull(),
    value: text('value').notNull(),
  },
  (t) => [compositeKey({ columns: [t.macroId, t.position] })],
)

/** A list somebody kept: theirs, or shared with a department. */
export const savedViews = table(
  'saved_views',
  {
    id: id(),
    ownerId: text('owner_id')
      .notNull()
      .references(() => agents.id),
    /** Shared with this department and below; null: only the owner's. */
    departmentId: text('department_id').references(() => departments.id),
    name: text('name').notNull(),
    /** A ticketQuery without cursor. */
    filter: json<Record<string, unknown>>('filter').notNull(),
    position: int('position').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('saved_views_owner').on(t.ownerId, t.position)],
)

/** Something done to several tickets (bulk, macro, merge, split) that can be undone in one go. */
export const ticketOperations = table(
  'ticket_operations',
  {
    id: id(),
    kind: text('kind').$type<'bulk' | 'macro' | 'merge' | 'split'>().notNull(),
    actorId: text('actor_id')
      .notNull()
      .references(() => agents.id),
    createdAt: time('created_at').notNull(),
    undoneAt: time('undone_at'),
  },
  (t) => [index('ticket_operations_actor').on(t.actorId, t.createdAt)],
)

/** One changed value each: undone only while the ticket still has `after`. */
export const ticketOperationChanges = table(
  'ticket_operation_changes',
  {
    operationId: text('operation_id')
      .notNull()
      .references(() => ticketOperations.id),
    position: int('position').notNull(),
    ticketId: text('ticket_id')
      .notNull()
      .references(() => tickets.id),
    field: text('field').notNull(),
    before: text('before'),
    after: text('after'),
  },
  (t) => [compositeKey({ columns: [t.operationId, t.position] })],
)
