import { bool, id, index, json, table, text, time, uniqueIndex } from './columns'
import { departments } from './departments.table'

export interface SiteTheme {
  color: string
  title: string
  greeting: string
}
export interface DayHours {
  /** 1 Monday … 7 Sunday */
  day: number
  spans: { from: string; to: string }[]
}

export const sites = table(
  'sites',
  {
    id: id(),
    key: text('key').notNull(),
    name: text('name').notNull(),
    departmentId: text('department_id')
      .notNull()
      .references(() => departments.id),
    origins: json<string[]>('origins').notNull(),
    /** HMAC key for host identity tokens; kept readable because signatures are checked with it. */
    secret: text('secret').notNull(),
    theme: json<SiteTheme>('theme').notNull(),
    hours: json<DayHours[]>('hours').notNull(),
    timeZone: text('time_zone').notNull(),
    isIdentityRequired: bool('is_identity_required').notNull(),
    isActive: bool('is_active').notNull(),
    createdAt: time('created_at').notNull(),
  },
  (t) => [uniqueIndex('sites_key').on(t.key)],
)

export const serviceItems = table(
  'service_items',
  {
    id: id(),
    departmentId: text('department_id')
      .notNull()
      .references(() => departments.id),
    name: text('name').notNull(),
    nameEn: text('name_en').notNull(),
    summary: text('summary').notNull(),
    summaryEn: text('summary_en').notNull(),
    keywords: text('keywords').notNull(),
    materials: json<string[]>('materials').notNull(),
    steps: json<string[]>('steps').notNull(),
    timeLimit: text('time_limit').notNull(),
    fee: text('fee').notNull(),
    /** False: stays on the tickets that have it and is offered for no new one. */
    isActive: bool('is_active').notNull().default(true),
    createdAt: time('created_at').notNull(),
  },
  (t) => [index('service_items_department').on(t.departmentId)],
)
