/**
 * Many open clocks, of which ten thousand fall due within a minute: how long after it was due a breach is
 * noticed, and how late the event loop runs meanwhile. Everything derived from the events runs beside it.
 */

import { ensureSla } from '../api/features/sla/ensure-sla.usecases'
import { calendarViews, policyViews, putCalendar, putPolicy } from '../api/features/sla/settings.usecases'
import { system } from '../api/lib/actor'
import { systemClock } from '../api/lib/clock'
import { connect, openDatabase } from '../drizzle/database'
import { startChild } from './support/child'
import { benchConfig } from './support/config'
import { note, percentile, printFigure, seeded } from './support/figures'
import { type Centre, seedCentre } from './support/seed'

const minuteMs = 60_000
const targetMs = 3 * 24 * 60 * minuteMs
const warnShare = 0.8
/** From the end of seeding to the first breach: time to start the process. */
const leadMs = 5000

export interface SweepSize {
  openClocks: number
  /** Of them, how many fall due within `seconds`. */
  due: number
  seconds: number
}

/** The set-up people start with, but for a calendar without nights: the figure must not depend on the hour. */
const setUp = async (database: string): Promise<string> => {
  const db = openDatabase(database, { readers: 1 })
  const deps = { db, clock: systemClock, config: benchConfig(database) }
  await ensureSla(deps)
  const policyId = await db.write(async (tx) => {
    const [calendar] = await calendarViews(tx)
    const found = (await policyViews(tx, system)).find((each) => each.isDefault)
    if (!calendar || !found) throw new Error('The set-up made no calendar or policy')
    const spans = [{ from: '00:00', to: '24:00' }]
    const week = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, spans }))
    const { name, timeZone } = calendar
    await putCalendar(tx, deps, system, { name, timeZone, week, exceptions: [] }, calendar.id)
    const {
      id,
      position: _position,
      isDefault: _isDefault,
      updatedAt: _updatedAt,
      canEdit: _canEdit,
      ...body
    } = found
    const targets = { firstResponseSeconds: null, resolutionSeconds: targetMs / 1000 }
    await putPolicy(tx, deps, system, { ...body, ...targets }, id)
    return id
  })
  await db.close()
  return policyId
}

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

interface Clock {
  id: string
  number: string
  dueAt: number
}

const statements = (connection: ReturnType<typeof connect>, centre: Centre, policyId: string) => {
  const agent = centre.agents[0]?.id ?? ''
  const ticket = connection.prepare(
    `insert into tickets (id, number, site_id, department_id, status, topic, assignee_id, created_at, updated_at,
      description, priority, source, reopen_count, urge_count, is_complaint, is_helped, sla_state, next_due_at,
      escalation_level)
     select ?, ?, id, department_id, 'open', '营业执照变更', ?, ?, ?, '', 'normal', 'desk', 0, 0, 0, 0, ?, ?, 0
       from sites limit 1`,
  )
  const event = connection.prepare(
    `insert into events (type, at, subject, ticket_id, actor_kind, actor_id, audience, facts)
     values (?, ?, ?, ?, 'agent', ?, ' bench ', ?)`,
  )
  const clock = connection.prepare(
    `insert into sla_clocks (ticket_id, kind, round, policy_id, outcome, target_ms, elapsed_ms, started_at, due_at)
     values (?, 'resolution', 0, ?, 'running', ?, 0, ?, ?)`,
  )
  const interval = connection.prepare(
    `insert into sla_intervals (ticket_id, kind, round, position, from_at, state, reason, by_kind, by_id, is_ours)
     values (?, 'resolution', 0, 0, ?, 'running', 'created', 'agent', ?, 0)`,
  )
  const fired = connection.prepare(
    `insert into fired_steps (ticket_id, kind, round, step_id, due_at, fired_at, is_late)
     select ?, 'resolution', 0, s.id, ?, ?, 0 from escalation_steps s join escalation_rules r on r.id = s.rule_id
      where r.clock_kind = 'resolution' and s.trigger = 'warn'`,
  )
  const job = connection.prepare(
    `insert into due_jobs (id, kind, subject, due_at, attempts) values (?, 'sla.due', ?, ?, 0)`,
  )
  return ({ id, number, dueAt }: Clock, now: number) => {
    const createdAt = dueAt - targetMs
    const warnAt = createdAt + targetMs * warnShare
    const isWarned = warnAt <= now
    ticket.run(id, number, agent, createdAt, createdAt, isWarned ? 'warned' : 'running', dueAt)
    event.run('ticket.created', createdAt, id, id, agent, '{}')
    event.run('ticket.taken', createdAt + minuteMs, id, id, agent, '{"from":"new","to":"open"}')
    clock.run(id, policyId, targetMs, createdAt, dueAt)
    interval.run(id, createdAt, agent)
    if (isWarned) fired.run(id, warnAt, warnAt)
    job.run(`sla.due:${id}`, id, isWarned ? dueAt : warnAt)
  }
}

/** A million rows into seventeen indexes in random order take minutes, made afterwards seconds. */
const dropIndexes = (connection: ReturnType<typeof connect>): string[] => {
  const rows = connection
    .prepare(`select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name in
      ('tickets', 'sla_clocks', 'due_jobs', 'events')`)
    .all() as { name: string; sql: string }[]
  for (const { name } of rows) connection.exec(`drop index ${name}`)
  return rows.map((row) => row.sql)
}

const fill = (centre: Centre, policyId: string, { openClocks, due, seconds }: SweepSize): number => {
  const connection = connect(centre.database)
  connection.pragma('synchronous = OFF')
  connection.pragma('cache_size = -1500000')
  const indexes = dropIndexes(connection)
  const random = seeded(44)
  const write = statements(connection, centre, policyId)
  const now = Date.now()
  const startAt = now + leadMs
  const insert = connection.transaction((from: number, to: number) => {
    for (let at = from; at < to; at++) {
      const isDue = at % Math.floor(openClocks / due) === 0
      const spread = isDue
        ? random() * seconds * 1000
        : (seconds + 60) * 1000 + random() * (targetMs - 2 * minuteMs)
      const id = `tkt_${Array.from({ length: 20 }, () => letters[Math.floor(random() * 62)]).join('')}`
      write(
        { id, number: `20990101-${String(at).padStart(7, '0')}`, dueAt: Math.round(startAt + spread) },
        now,
      )
    }
  })
  for (let at = 0; at < openClocks; at += 20_000) insert(at, Math.min(openClocks, at + 20_000))
  for (const sql of indexes) connection.exec(sql)
  connection.pragma('wal_checkpoint(TRUNCATE)')
  connection.close()
  note(`${openClocks} open clocks seeded in ${Math.round((Date.now() - now) / 1000)} s`)
  return startAt
}

/** The delays of all breaches, in milliseconds; throws where one is missing or was told twice. */
const delaysOf = (database: string, due: number): number[] => {
  const connection = connect(database, { readonly: true })
  const rows = connection
    .prepare(`select ticket_id as ticket, at, facts from events where type = 'sla.breached'`)
    .all() as { ticket: string; at: number; facts: string }[]
  connection.close()
  if (new Set(rows.map((row) => row.ticket)).size !== rows.length) throw new Error('a breach was told twice')
  if (rows.length < due) throw new Error(`${rows.length} of ${due} breaches were noticed`)
  return rows.map((row) => row.at - JSON.parse(row.facts).dueAt)
}

/** Prints `breach_lag_p99_ms` and `loop_lag_p99_ms`. */
export const measureSweep = async (size: SweepSize): Promise<void> => {
  const centre = await seedCentre({ agents: 50 })
  try {
    const policyId = await setUp(centre.database)
    const startAt = fill(centre, policyId, size)
    const offsetMs = startAt - leadMs - Date.now()
    const server = await startChild('./sweep.server.ts', { database: centre.database, offsetMs })
    await server.child.ask('start')
    await new Promise((resolve) => setTimeout(resolve, leadMs + size.seconds * 1000 + 5000))
    const { lagP99Ms, lagMaxMs } = await server.child.ask<{ lagP99Ms: number; lagMaxMs: number }>('figures')
    await server.child.stop()
    const delays = delaysOf(centre.database, size.due)
    note(
      `${delays.length} breaches, at most ${Math.max(...delays)} ms late; loop at most ${lagMaxMs} ms late`,
    )
    const figure = { bench: 'tickets', size: size.openClocks, unit: 'ms' }
    printFigure({ ...figure, figure: 'breach_lag_p99_ms', value: percentile(delays, 0.99) })
    printFigure({ ...figure, figure: 'loop_lag_p99_ms', value: lagP99Ms })
  } finally {
    centre.remove()
  }
}
