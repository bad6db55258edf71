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
  },
  (t) => [index('departments_path').on(t.path)],
)
