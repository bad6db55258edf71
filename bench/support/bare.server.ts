/**
 * What the product is measured against: Hono and better-sqlite3 with prepared statements, writing and
 * reading the same rows of the same tables with the same settings, and nothing else: no events, no
 * idempotency, no rights beyond the session, no validation, no OpenAPI.
 */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { newId, randomText, sha256 } from '../../api/lib/ids'
import { connect } from '../../drizzle/database'
import { childOptions, serveParent } from './child'

const { database } = childOptions<{ database: string }>()
const db = connect(database)
const app = new Hono()

const session = db.prepare(
  'SELECT a.id, a.name FROM agent_sessions s JOIN agents a ON a.id = s.agent_id WHERE s.token_hash = ? AND s.revoked_at IS NULL AND s.expires_at > ? AND a.is_active = 1',
)
const agentOf = (cookie: string | undefined): { id: string; name: string } => {
  const token = cookie?.split('=')[1] ?? ''
  return session.get(sha256(token), Date.now()) as { id: string; name: string }
}

const view = `SELECT c.*, s.name AS site_name, t.number, i.name AS item_name, v.is_identified, r.stars
  FROM consultations c JOIN sites s ON s.id = c.site_id JOIN tickets t ON t.id = c.ticket_id
  LEFT JOIN service_items i ON i.id = c.service_item_id LEFT JOIN visitors v ON v.id = c.visitor_id
  LEFT JOIN ratings r ON r.consultation_id = c.id`
const one = db.prepare(`${view} WHERE c.id = ?`)
const take = db.prepare(
  "UPDATE consultations SET status = 'active', owner_id = ?, accepted_at = ? WHERE id = ? AND status = 'waiting'",
)
const takeTicket = db.prepare(
  "UPDATE tickets SET status = 'open', assignee_id = ?, updated_at = ? WHERE id = (SELECT ticket_id FROM consultations WHERE id = ?)",
)
const openCall = db.prepare(
  "INSERT INTO calls (id, consultation_id, room, status, started_at, absent_count) VALUES (?, ?, ?, 'open', ?, 0)",
)
const withdraw = db.prepare(
  "UPDATE offers SET status = 'withdrawn' WHERE consultation_id = ? AND status = 'ringing'",
)
const busy = db.prepare(
  "UPDATE presence SET availability = 'busy', reason = 'in_consultation', since = ? WHERE agent_id = ?",
)

const accept = db.transaction((agentId: string, id: string) => {
  const now = Date.now()
  if (take.run(agentId, now, id).changes !== 1) return null
  withdraw.run(id)
  takeTicket.run(agentId, now, id)
  openCall.run(newId('cal'), id, `room-${randomText(32)}`, now)
  busy.run(now, agentId)
  return one.get(id)
})
app.post('/api/v1/consultations/:id/accept', async (c) => {
  await c.req.json()
  const accepted = accept.immediate(agentOf(c.req.header('cookie')).id, c.req.param('id'))
  return accepted ? c.json({ consultation: accepted, grant: null }) : c.json({}, 409)
})

const owner = db.prepare('SELECT status, owner_id AS ownerId FROM consultations WHERE id = ?')
const insertMessage = db.prepare(
  "INSERT INTO messages (id, consultation_id, from_kind, agent_id, body, created_at) VALUES (?, ?, 'agent', ?, ?, ?) RETURNING *",
)
const send = db.transaction((agentId: string, id: string, body: string) => {
  const row = owner.get(id) as { ownerId: string }
  return row.ownerId === agentId ? insertMessage.get(newId('msg'), id, agentId, body, Date.now()) : null
})
app.post('/api/v1/consultations/:id/messages', async (c) => {
  const { body } = await c.req.json()
  const sent = send.immediate(agentOf(c.req.header('cookie')).id, c.req.param('id'), body)
  return sent ? c.json(sent, 201) : c.json({}, 403)
})

const waiting = db.prepare(`${view} WHERE c.status = 'waiting' ORDER BY c.queue_seq, c.id`)
const mine = db.prepare(`${view} WHERE c.owner_id = ? AND c.status IN ('expected', 'active', 'wrap_up')`)
const ringing = db.prepare("SELECT * FROM offers WHERE agent_id = ? AND status = 'ringing'")
const pending = db.prepare(
  "SELECT * FROM invitations WHERE status = 'pending' AND (from_id = ? OR to_id = ?)",
)
const everybody = db.prepare(
  'SELECT p.*, a.name, d.name AS department_name FROM presence p JOIN agents a ON a.id = p.agent_id JOIN departments d ON d.id = a.department_id WHERE a.is_active = 1 ORDER BY p.agent_id',
)
const cursor = db.prepare('SELECT max(seq) AS last FROM events')
app.get('/api/v1/desk', (c) => {
  const { id } = agentOf(c.req.header('cookie'))
  const state = {
    queue: waiting.all(),
    mine: mine.all(id),
    offers: ringing.all(id),
    invitations: pending.all(id, id),
    presence: everybody.all(),
  }
  return c.json({ state, cursor: String((cursor.get() as { last: number | null }).last ?? 0) })
})

const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
  serveParent({ port: (server.address() as AddressInfo).port }, {}),
)
