import { agents } from './agents.table'
import { bool, id, index, int, json, table, text, time } from './columns'

/**
 * What a figure counts, one row each: the drill-down lists these rows, so that it and the figure agree.
 * The dimensions are those of the moment: a ticket that moves on stays where it was counted.
 */
export const rollupEntries = table(
  'rollup_entries',
  {
    /** `figure:key`; the same key again replaces it. */
    id: id(),
    figure: text('figure').notNull(),
    /** `YYYY-MM-DD` of the site's time zone */
    day: text('day').notNull(),
    siteId: text('site_id').notNull(),
    departmentId: text('department_id').notNull(),
    /** Empty where there is none. */
    serviceItemId: text('service_item_id').notNull(),
    agentId: text('agent_id').notNull(),
    ticketId: text('ticket_id').notNull(),
    at: time('at').notNull(),
    /** What is added to the figure's sum: seconds, stars; 0 where it only counts. */
    value: int('value').notNull(),
  },
  (t) => [
    index('rollup_entries_day').on(t.figure, t.day, t.at, t.id),
    index('rollup_entries_department').on(t.figure, t.departmentId, t.day, t.at, t.id),
    index('rollup_entries_ticket').on(t.ticketId),
  ],
)

/** Where the rollups stand with each ticket, known from its events alone, so that a rebuild gives the same. */
export const rollupTickets = table('rollup_tickets', {
  ticketId: text('ticket_id').primaryKey(),
  siteId: text('site_id').notNull(),
  departmentId: text('department_id').notNull(),
  serviceItemId: text('service_item_id').notNull(),
  agentId: text('agent_id').notNull(),
  createdAt: time('created_at').notNull(),
  isUnresolved: bool('is_unresolved').notNull(),
  isHelped: bool('is_helped').notNull(),
})

/** Reports sent by themselves. What is asked for is asked with the owner's rights of that moment. */
export const reportSchedules = table(
  'report_schedules',
  {
    id: id(),
    ownerId: text('owner_id')
      .notNull()
      .references(() => agents.id),
    name: text('name').notNull(),
    groupBy: text('group_by').$type<'day' | 'department' | 'topic' | 'agent'>().notNull(),
    departmentId: text('department_id'),
    siteId: text('site_id'),
    every: text('every').$type<'day' | 'week' | 'month'>().notNull(),
    /** Hour of the day, in `timeZone`. */
    hour: int('hour').notNull(),
    timeZone: text('time_zone').notNull(),
    format: text('format').$type<'xlsx' | 'pdf'>().notNull(),
    language: text('language').$type<'zh-CN' | 'en'>().notNull(),
    emails: json<string[]>('emails').notNull(),
    isActive: bool('is_active').notNull(),
    createdAt: time('created_at').notNull(),
    nextAt: time('next_at').notNull(),
  },
  (t) => [index('report_schedules_owner').on(t.ownerId, t.createdAt)],
)

/** Each run of a schedule and its file, kept for download. */
export const reportRuns = table(
  'report_runs',
  {
    id: id(),
    scheduleId: text('schedule_id')
      .notNull()
      .references(() => reportSchedules.id),
    /** First and last day it is about. */
    fromDay: text('from_day').notNull(),
    toDay: text('to_day').notNull(),
    dueAt: time('due_at').notNull(),
    /** The process was down when it fell due. */
    isLate: bool('is_late').notNull(),
    status: text('status').$type<'pending' | 'ready' | 'failed'>().notNull(),
    /** What became of the e-mail. */
    delivery: text('delivery').$type<'none' | 'queued' | 'not_configured'>().notNull(),
    fileName: text('file_name').notNull(),
    /** SHA-256 under which the file is kept. */
    fileHash: text('file_hash'),
    fileSize: int('file_size'),
    createdAt: time('created_at').notNull(),
    finishedAt: time('finished_at'),
  },
  (t) => [index('report_runs_schedule').on(t.scheduleId, t.dueAt)],
)
