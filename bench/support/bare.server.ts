/**
 * What the product is measured against: Hono and better-sqlite3 with prepared statements written by hand,
 * with the same settings. It reads what it needs once, writes the same rows (state, events with their views,
 * the sealed answer under the idempotency key, due jobs) in one transaction and gives the same answers.
 * What it does without: validation, problem documents, other states than those of the benchmark.
 */
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { answerRow, repeatOf } from '../../api/http/idempotency'
import { newId, randomText, sha256 } from '../../api/lib/ids'
import { connect } from '../../drizzle/database'
import { citizenViewOf, prepareViews, presenceViewOf, viewOf } from './bare.views'
import { childOptions, serveParent } from './child'

const { database } = childOptions<{ database: string }>()
const db = connect(database)
const app = new Hono()
const views = prepareViews(db)

interface Session {
  id: string
  name: string
  line: string
  departmentName: string
}
const session = db.prepare(
  `SELECT a.id, a.name, a.roles, d.path AS line, d.name AS departmentName FROM agent_sessions s
    JOIN agents a ON a.id = s.agent_id JOIN departments d ON d.id = a.department_id
    WHERE s.token_hash = ? AND s.revoked_at IS NULL AND s.expires_at > ? AND a.is_active = 1`,
)
const agentOf = (c: Context): Session => {
  const token = c.req.header('cookie')?.split('=')[1] ?? ''
  return session.get(sha256(token), Date.now()) as Session
}

const answerOf = db.prepare('SELECT request_hash, body FROM idempotency_keys WHERE id = ?')
const keepAnswer = db.prepare(
  'INSERT INTO idempotency_keys (id, request_hash, status, body, created_at) VALUES (?, ?, ?, ?, ?)',
)
const insertEvent = db.prepare(
  `INSERT INTO events (type, at, subject, ticket_id, consultation_id, actor_kind, actor_id, audience, facts,
    agent_data, visitor_data) VALUES (?, ?, ?, ?, ?, 'agent', ?, ?, ?, ?, ?)`,
)
interface Event {
  type: string
  subject: string
  ticketId?: string
  consultationId?: string
  audience: string[]
  facts?: object
  forAgents?: object | null
  forVisitor?: object | null
}
const tell = (agentId: string, at: number, event: Event): void => {
  insertEvent.run(
    event.type,
    at,
    event.subject,
    event.ticketId ?? null,
    event.consultationId ?? null,
    agentId,
    ` ${event.audience.join(' ')} `,
    JSON.stringify(event.facts ?? {}),
    event.forAgents === null ? null : JSON.stringify(event.forAgents ?? {}),
    event.forVisitor ? JSON.stringify(event.forVisitor) : null,
  )
}

const lastAudit = db.prepare('SELECT hash FROM audit ORDER BY seq DESC LIMIT 1').pluck()
const insertAudit = db.prepare(
  "INSERT INTO audit (at, actor_kind, actor_id, action, thing, data, previous_hash, hash) VALUES (?, 'agent', ?, ?, ?, '{}', ?, ?)",
)
const audit = (agentId: string, at: number, action: string, thing: string): void => {
  const previous = (lastAudit.get() as string | undefined) ?? ''
  const hash = sha256(JSON.stringify([previous, at, 'agent', agentId, action, thing, '{}']))
  insertAudit.run(at, agentId, action, thing, previous, hash)
}

/** One transaction with the answer kept under the key of the request. */
const once = async <T>(c: Context, agent: Session, work: (body: Record<string, string>) => T | null) => {
  const body = await c.req.json()
  const repeat = repeatOf(c.req.header('idempotency-key') ?? '', agent.id, c.req.method, c.req.path)
  const fingerprint = sha256(JSON.stringify([c.req.param(), null, body]))
  return db
    .transaction(() => {
      if (answerOf.get(repeat.id)) throw new Error('The benchmark repeats nothing')
      const answer = work(body)
      const row = answerRow(repeat, fingerprint, answer, Date.now())
      keepAnswer.run(row.id, row.requestHash, row.status, row.body, row.createdAt)
      return answer
    })
    .immediate()
}

const take = db.prepare(
  "UPDATE consultations SET status = 'active', owner_id = ?, accepted_at = ? WHERE id = ? AND status = 'waiting'",
)
const unschedule = db.prepare('DELETE FROM due_jobs WHERE id = ?')
const ringing = db.prepare("SELECT id FROM offers WHERE consultation_id = ? AND status = 'ringing'")
const ringingAt = db.prepare("SELECT * FROM offers WHERE agent_id = ? AND status = 'ringing'")
const takeTicket = db.prepare(
  "UPDATE tickets SET status = 'open', is_helped = 1, assignee_id = ?, updated_at = ? WHERE id = ? AND status = 'new'",
)
const participate = db.prepare(
  `INSERT INTO ticket_participants (ticket_id, agent_id, reason, created_at, department_id)
   VALUES (?, ?, 'served', ?, ?) ON CONFLICT DO NOTHING`,
)
const openCall = db.prepare(
  "INSERT INTO calls (id, consultation_id, room, status, started_at, absent_count) VALUES (?, ?, ?, 'open', ?, 0)",
)
const busy = db.prepare(
  "UPDATE presence SET availability = 'busy', reason = 'in_consultation', since = ? WHERE agent_id = ?",
)
const free = db.prepare("SELECT agent_id FROM presence WHERE availability = 'available' LIMIT 1")

const accept = (agent: Session, id: string) => {
  const now = Date.now()
  const row = views.row(id)
  if (!row || take.run(agent.id, now, id).changes !== 1) return null
  unschedule.run(`visitor.expire:${id}`)
  if (ringing.all(id).length > 0) throw new Error('Nothing rings in the benchmark')
  const callId = newId('cal')
  openCall.run(callId, id, `room-${randomText(32)}`, now)
  const ticketId = row.ticket_id
  const [site, watch, me] = [`site:${row.site_id}`, `watch:${row.site_id}`, `agent:${agent.id}`]
  const about = {
    ticketId,
    subject: ticketId,
    audience: [`tickets:${row.ticket_department}`, me],
    forAgents: { ofTicket: ticketId, by: { kind: 'agent', id: agent.id, name: agent.name } },
  }
  takeTicket.run(agent.id, now, ticketId)
  participate.run(ticketId, agent.id, now, row.ticket_department)
  tell(agent.id, now, {
    ...about,
    type: 'ticket.taken',
    facts: { from: row.ticket_status, to: 'open' },
  })
  tell(agent.id, now, {
    ...about,
    type: 'ticket.assigned',
    facts: { agentId: agent.id, agentName: agent.name },
  })
  const inside = { ticketId, consultationId: id }
  const call = {
    id: callId,
    consultationId: id,
    status: 'open',
    startedAt: new Date(now).toISOString(),
    endedAt: null,
  }
  const visitor = `visitor:${row.visitor_id}`
  tell(agent.id, now, {
    ...inside,
    type: 'call.started',
    subject: callId,
    audience: [watch, me, visitor],
    forAgents: { call },
    forVisitor: { call },
  })
  const view = viewOf(
    {
      ...row,
      status: 'active',
      owner_id: agent.id,
      owner_name: agent.name,
      owner_department: agent.departmentName,
      accepted_at: now,
      call_id: callId,
    },
    views.guests(id),
  )
  tell(agent.id, now, {
    ...inside,
    type: 'consultation.accepted',
    subject: id,
    audience: [site, watch, me, visitor],
    facts: { waitedSeconds: Math.round((now - row.queued_at) / 1000) },
    forAgents: { consultation: view },
    forVisitor: { consultation: citizenViewOf(view, row.deferred_reason) },
  })
  audit(agent.id, now, 'consultation.accepted', id)
  tell(agent.id, now, {
    type: 'queue.left',
    subject: row.site_id,
    audience: [`waiting:${row.site_id}`],
    forAgents: null,
    forVisitor: { leftQueue: row.queue_seq },
  })
  takePresence(agent, now)
  return view
}

const takePresence = (agent: Session, now: number): void => {
  const before = views.presenceRow(agent.id)
  if (!before) throw new Error('Every agent of the benchmark has a presence')
  busy.run(now, agent.id)
  tell(agent.id, now, {
    type: 'presence.changed',
    subject: agent.id,
    audience: ['agents'],
    facts: { from: before.availability, to: 'busy', reason: 'in_consultation' },
    forAgents: {
      presence: presenceViewOf({ ...before, availability: 'busy', reason: 'in_consultation', since: now }),
    },
  })
  if (ringingAt.all(agent.id).length > 0 || free.get()) throw new Error('Nobody is free in the benchmark')
}

app.post('/api/v1/consultations/:id/accept', async (c) => {
  const agent = agentOf(c)
  const consultation = await once(c, agent, () => accept(agent, c.req.param('id')))
  return consultation ? c.json({ consultation, grant: null }) : c.json({}, 409)
})

const consultation = db.prepare(
  'SELECT status, site_id, ticket_id, owner_id, visitor_id FROM consultations WHERE id = ?',
)
interface Consultation {
  site_id: string
  ticket_id: string
  owner_id: string
  visitor_id: string
}
const countMessages = db.prepare('SELECT count(*) AS n FROM messages WHERE consultation_id = ?')
const insertMessage = db.prepare(
  "INSERT INTO messages (id, consultation_id, from_kind, agent_id, body, created_at) VALUES (?, ?, 'agent', ?, ?, ?)",
)
const send = (agent: Session, id: string, body: string) => {
  const row = consultation.get(id) as Consultation
  const { n } = countMessages.get(id) as { n: number }
  if (row.owner_id !== agent.id || n >= 500) return null
  const now = Date.now()
  const messageId = newId('msg')
  insertMessage.run(messageId, id, agent.id, body, now)
  const message = {
    id: messageId,
    consultationId: id,
    from: 'agent',
    agent: { id: agent.id, name: agent.name, departmentName: agent.departmentName },
    body,
    at: new Date(now).toISOString(),
  }
  const guests = views.guests(id).map((guest) => `agent:${guest.id}`)
  tell(agent.id, now, {
    type: 'message.sent',
    subject: messageId,
    ticketId: row.ticket_id,
    consultationId: id,
    audience: [`watch:${row.site_id}`, `agent:${row.owner_id}`, ...guests, `visitor:${row.visitor_id}`],
    facts: { from: 'agent', body },
    forAgents: { message },
    forVisitor: { message },
  })
  return message
}
app.post('/api/v1/consultations/:id/messages', async (c) => {
  const agent = agentOf(c)
  const sent = await once(c, agent, ({ body = '' }) => send(agent, c.req.param('id'), body))
  return sent ? c.json(sent, 201) : c.json({}, 403)
})

const offers = db.prepare("SELECT id FROM offers WHERE agent_id = ? AND status = 'ringing'")
const invitations = db.prepare(
  "SELECT id FROM invitations WHERE status = 'pending' AND (from_id = ? OR to_id = ?)",
)
const cursor = db.prepare('SELECT max(seq) AS last FROM events')
const desk = db.transaction(({ id, line }: Session) => ({
  state: {
    queue: views.queue(line),
    mine: views.mine(id),
    offers: offers.all(id),
    invitations: invitations.all(id, id),
    presence: views.presence(),
  },
  cursor: String((cursor.get() as { last: number | null }).last ?? 0),
}))
app.get('/api/v1/desk', (c) => c.json(desk(agentOf(c))))

const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () =>
  serveParent({ port: (server.address() as AddressInfo).port }, {}),
)
