/** The dashboard's figures over generated tickets: rollups as the projection would have counted them. */
import { connect } from '../drizzle/database'

/** Every grain of one figure in one statement per grain: the tickets along their departments' lines. */
const grains = [
  { suffix: '', site: "'*'", item: "'*'" },
  { suffix: '', site: 't.site_id', item: "'*'" },
  { suffix: '/topic', site: "'*'", item: "coalesce(t.service_item_id, '')" },
  { suffix: '/topic', site: 't.site_id', item: "coalesce(t.service_item_id, '')" },
]
const dayOf = (column: string) => `date(${column} / 1000 + 28800, 'unixepoch')`

/** What a figure counts: rows `t` with the ticket's columns, the day and the value of each. */
const counted: Record<string, { from: string; day: string; value?: string }> = {
  created: { from: 'tickets t', day: dayOf('t.created_at') },
  unresolved: {
    from: "(select * from tickets where status in ('new', 'open', 'waiting_citizen', 'waiting_department', 'on_hold')) t",
    day: dayOf('t.created_at'),
  },
  resolved: {
    from: '(select * from tickets where resolved_at is not null) t',
    day: dayOf('t.resolved_at'),
    value: '(t.resolved_at - t.created_at) / 1000',
  },
  closed: { from: '(select * from tickets where closed_at is not null) t', day: dayOf('t.closed_at') },
  answered: { from: 'tickets t', day: dayOf('t.created_at'), value: 't.created_at / 1000 % 90' },
  answered_20s: {
    from: '(select * from tickets where created_at / 1000 % 90 <= 20) t',
    day: dayOf('t.created_at'),
    value: 't.created_at / 1000 % 90',
  },
  answered_60s: {
    from: '(select * from tickets where created_at / 1000 % 90 <= 60) t',
    day: dayOf('t.created_at'),
    value: 't.created_at / 1000 % 90',
  },
  abandoned: {
    from: '(select * from tickets where created_at / 1000 % 17 = 0) t',
    day: dayOf('t.created_at'),
  },
  ...Object.fromEntries(
    [1, 2, 3, 4, 5].map((star) => [
      `rated_${star}`,
      {
        from: `(select * from tickets where stars = ${star}) t`,
        day: dayOf('t.created_at'),
        value: String(star),
      },
    ]),
  ),
  ...Object.fromEntries(
    ['first_response', 'next_response', 'resolution'].flatMap((kind) =>
      ['met', 'breached'].map((outcome) => [
        `sla_${outcome}_${kind}`,
        {
          from: `(select t.*, c.started_at as clock_at from sla_clocks c join tickets t on t.id = c.ticket_id
            where c.kind = '${kind}' and c.outcome = '${outcome}') t`,
          day: dayOf('t.clock_at'),
        },
      ]),
    ),
  ),
}

/** Fills `rollups` of a generated database, once: every day, department with those above it, site and topic. */
export const fillRollups = (path: string): void => {
  const connection = connect(path)
  try {
    if (connection.prepare('select 1 from rollups limit 1').get()) return
    connection.exec('begin')
    connection.exec(
      `create temp table line as select d.id as below, a.id as above from departments d
       join departments a on substr(d.path, 1, length(a.path)) = a.path`,
    )
    for (const [figure, { from, day, value = '0' }] of Object.entries(counted))
      for (const { suffix, site, item } of grains)
        connection.exec(
          `insert into rollups (figure, day, site_id, department_id, service_item_id, agent_id, count, sum)
           select '${figure}${suffix}', of_day, site, line.above, item, '*', sum(n), sum(total) from (
             select ${day} as of_day, ${site} as site, t.department_id as department, ${item} as item,
               count(*) as n, sum(${value}) as total from ${from} group by 1, 2, 3, 4
           ) join line on line.below = department group by line.above, site, of_day, item
           order by line.above, site, of_day, item`,
        )
    // What was generated is counted: the projections go on after it.
    connection.exec(
      `insert into projection_cursors (name, seq) select 'rollups', coalesce(max(seq), 0) from events
       where true on conflict (name) do update set seq = excluded.seq`,
    )
    connection.exec('commit')
    connection.exec('analyze rollups')
  } finally {
    connection.close()
  }
}

/** The ways a dashboard is asked for. */
export const dashboardPaths = ['/dashboard', '/dashboard?period=7', '/dashboard?period=30'] as const
