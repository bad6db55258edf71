/** The product's views, mapped by hand from rows of hand-written SQL. */
import type { Database } from 'better-sqlite3'

interface Agent {
  id: string
  name: string
  departmentName: string
}

export interface ViewRow {
  id: string
  site_id: string
  visitor_id: string | null
  ticket_id: string
  status: string
  channel: string
  topic: string
  service_item_id: string | null
  visitor_name: string | null
  visitor_phone: string | null
  is_elder: number
  queue_seq: number
  queued_at: number
  silent_since: number | null
  consent_at: number | null
  owner_id: string | null
  accepted_at: number | null
  ended_at: number | null
  join_code: string | null
  deferred_reason: string | null
  outcome: string | null
  wrap_up_topic: string | null
  wrap_up_service_item_id: string | null
  wrap_up_note: string
  wrap_up_saved_at: number | null
  site_name: string
  line: string
  ticket_number: string
  ticket_status: string
  ticket_department: string
  item_name: string | null
  is_identified: number | null
  stars: number | null
  owner_name: string | null
  owner_department: string | null
  offered_id: string | null
  offered_name: string | null
  offered_department: string | null
  call_id: string | null
}

const viewSql = `SELECT c.*, s.name AS site_name, sd.path AS line, t.number AS ticket_number,
    t.status AS ticket_status, t.department_id AS ticket_department, i.name AS item_name, v.is_identified, r.stars,
    a.name AS owner_name, d.name AS owner_department,
    o.agent_id AS offered_id, oa.name AS offered_name, od.name AS offered_department, k.id AS call_id
  FROM consultations c
  JOIN sites s ON s.id = c.site_id JOIN departments sd ON sd.id = s.department_id
  JOIN tickets t ON t.id = c.ticket_id
  LEFT JOIN service_items i ON i.id = c.service_item_id
  LEFT JOIN visitors v ON v.id = c.visitor_id
  LEFT JOIN ratings r ON r.consultation_id = c.id
  LEFT JOIN agents a ON a.id = c.owner_id LEFT JOIN departments d ON d.id = a.department_id
  LEFT JOIN offers o ON o.consultation_id = c.id AND o.status = 'ringing'
  LEFT JOIN agents oa ON oa.id = o.agent_id LEFT JOIN departments od ON od.id = oa.department_id
  LEFT JOIN calls k ON k.consultation_id = c.id AND k.status = 'open'`

const guestSql = `SELECT p.consultation_id, a.id, a.name, d.name AS departmentName
  FROM participants p JOIN agents a ON a.id = p.agent_id JOIN departments d ON d.id = a.department_id`
type GuestRow = Agent & { consultation_id: string }

const iso = (at: number | null) => (at === null ? null : new Date(at).toISOString())

export const viewOf = (row: ViewRow, guests: readonly GuestRow[]) => ({
  id: row.id,
  siteId: row.site_id,
  siteName: row.site_name,
  status: row.status,
  channel: row.channel,
  topic: row.topic,
  serviceItem: row.service_item_id && row.item_name ? { id: row.service_item_id, name: row.item_name } : null,
  visitorName: row.visitor_name,
  visitorPhone: row.visitor_phone,
  isIdentified: row.is_identified === 1,
  isElder: row.is_elder === 1,
  ticketId: row.ticket_id,
  ticketNumber: row.ticket_number,
  queueSeq: row.queue_seq,
  queuedAt: iso(row.queued_at),
  silentSince: iso(row.silent_since),
  consentAt: iso(row.consent_at),
  owner: row.owner_id
    ? { id: row.owner_id, name: row.owner_name, departmentName: row.owner_department }
    : null,
  participants: guests.flatMap(({ consultation_id, ...guest }) =>
    consultation_id === row.id && guest.id !== row.owner_id ? [guest] : [],
  ),
  acceptedAt: iso(row.accepted_at),
  endedAt: iso(row.ended_at),
  callId: row.call_id,
  offeredTo: row.offered_id
    ? { id: row.offered_id, name: row.offered_name, departmentName: row.offered_department }
    : null,
  joinCode: row.status === 'expected' ? row.join_code : null,
  rating: row.stars,
  wrapUp: {
    outcome: row.outcome,
    topic: row.wrap_up_topic ?? row.topic,
    serviceItemId: row.wrap_up_service_item_id ?? row.service_item_id,
    note: row.wrap_up_note,
    savedAt: iso(row.wrap_up_saved_at),
  },
})
export type View = ReturnType<typeof viewOf>

export const citizenViewOf = (view: View, deferredReason: string | null) => ({
  id: view.id,
  status: view.status,
  channel: view.channel,
  topic: view.topic,
  serviceItem: view.serviceItem,
  ticketNumber: view.ticketNumber,
  queueSeq: view.queueSeq,
  queuedAt: view.queuedAt,
  consentAt: view.consentAt,
  isRinging: view.offeredTo !== null,
  agent: view.owner,
  participants: view.participants,
  acceptedAt: view.acceptedAt,
  endedAt: view.endedAt,
  callId: view.callId,
  rating: view.rating,
  deferredReason,
  hasExpired: view.status === 'abandoned' && view.silentSince !== null,
})

interface PresenceRow {
  agent_id: string
  availability: string
  reason: string
  since: number
  name: string
  department_name: string
}
export const presenceViewOf = (row: PresenceRow) => ({
  agent: { id: row.agent_id, name: row.name, departmentName: row.department_name },
  availability: row.availability,
  reason: row.reason,
  since: iso(row.since),
})

/** Prepared reads that give views. */
export const prepareViews = (db: Database) => {
  const one = db.prepare(`${viewSql} WHERE c.id = ?`)
  const guestsOfOne = db.prepare(`${guestSql} WHERE p.consultation_id = ? ORDER BY p.joined_at, a.id`)
  const waiting = db.prepare(`${viewSql} WHERE c.status = 'waiting' ORDER BY c.queue_seq, c.id`)
  const guestsWaiting = db.prepare(
    `${guestSql} JOIN consultations c ON c.id = p.consultation_id WHERE c.status = 'waiting'`,
  )
  const mine = db.prepare(
    `${viewSql} WHERE (c.owner_id = @agentId AND c.status IN ('expected', 'active', 'wrap_up'))
      OR (c.status = 'active' AND c.id IN (SELECT consultation_id FROM participants WHERE agent_id = @agentId))
      ORDER BY c.queue_seq, c.id`,
  )
  const presenceSql = `SELECT p.*, a.name, d.name AS department_name FROM presence p
    JOIN agents a ON a.id = p.agent_id JOIN departments d ON d.id = a.department_id`
  const everybody = db.prepare(`${presenceSql} WHERE a.is_active = 1 ORDER BY p.agent_id`)
  const presenceOfOne = db.prepare(`${presenceSql} WHERE p.agent_id = ?`)
  return {
    row: (id: string) => one.get(id) as ViewRow | undefined,
    guests: (id: string) => guestsOfOne.all(id) as GuestRow[],
    queue: (line: string) => {
      const guests = guestsWaiting.all() as GuestRow[]
      return (waiting.all() as ViewRow[])
        .filter((row) => row.line.startsWith(line) || line.startsWith(row.line))
        .map((row) => viewOf(row, guests))
    },
    mine: (agentId: string) =>
      (mine.all({ agentId }) as ViewRow[]).map((row) => viewOf(row, guestsOfOne.all(row.id) as GuestRow[])),
    presence: () => (everybody.all() as PresenceRow[]).map(presenceViewOf),
    presenceRow: (agentId: string) => presenceOfOne.get(agentId) as PresenceRow | undefined,
  }
}
