import { id, index, int, table, text, time } from './columns'

/** The organisation tree. `path` is `/root/child/…/` of ids, so that a subtree is a prefix. */
export const departments = table(
  'departments',
  {
    id: id(),
    parentId: text('parent_id'),
    name: text('name').notNull(),
    level: text('level').$type<'province' | 'city' | 'county' | 'town' | 'village' | 'office'>().notNull(),
    path: text('path').notNull(),
    position: int('position').notNull().default(0),
    createdAt: time('created_at').notNull(),
    /** Working time of its people (an sla_calendars id); null: that of the department above, then the policy's. */
    calendarId: text('calendar_id'),
  },
  (t) => [index('departments_path').on(t.path)],
)
