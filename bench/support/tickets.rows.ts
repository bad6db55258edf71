/** The rows of one generated ticket: itself, its contact, history, words, tags and clocks. */
import type { connect } from '../../drizzle/database'
import { seeded } from './figures'
import { createTexts } from './search-texts'

export interface Person {
  id: string
  departmentId: string
}
/** Ids of what tickets refer to. */
export interface House {
  departments: { id: string; path: string; level: string }[]
  agents: Person[]
  sites: string[]
  items: string[]
  tags: string[]
}

const dayMs = 86_400_000
const hourMs = 3_600_000
/** Tickets of so long, the newest of today. */
const spanDays = 730
/** Of the newest tenth about a half is unresolved, of the older ones next to nothing. */
const freshShare = 0.1
const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

const unresolved = ['new', 'open', 'open', 'open', 'waiting_citizen', 'waiting_department', 'on_hold']
const statusOf = (random: () => number, age: number): string => {
  const isFresh = age < freshShare
  if (isFresh && random() < 0.5) return unresolved[Math.floor(random() * unresolved.length)] ?? 'open'
  if (!isFresh && random() < 0.003) return 'open'
  return random() < (isFresh ? 0.6 : 0.05) ? 'resolved' : 'closed'
}

/** What is written into: every statement prepared once. */
const prepareAll = (connection: ReturnType<typeof connect>) => ({
  contact: connection.prepare(
    'insert into contacts (id, site_id, name, phone, created_at) values (?, ?, ?, ?, ?)',
  ),
  ticket: connection.prepare(
    `insert into tickets (id, number, site_id, department_id, status, topic, service_item_id, contact_id, assignee_id,
      created_at, updated_at, description, priority, source, resolved_at, closed_at, first_reply_at, is_helped,
      application_result, application_at, stars, sla_state, next_due_at, escalation_level)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  event: connection.prepare(
    `insert into events (type, at, subject, ticket_id, actor_kind, actor_id, audience, facts, agent_data)
     values (?, ?, ?, ?, ?, ?, ?, ?, '{}')`,
  ),
  reply: connection.prepare(
    `insert into ticket_replies (id, ticket_id, kind, agent_id, body, via, created_at) values (?, ?, ?, ?, ?, ?, ?)`,
  ),
  tag: connection.prepare(
    `insert or ignore into ticket_tags (ticket_id, tag_id, created_at, department_id, ticket_updated_at)
     values (?, ?, ?, ?, ?)`,
  ),
  participant: connection.prepare(
    `insert into ticket_participants (ticket_id, agent_id, reason, created_at, department_id)
     values (?, ?, 'assigned', ?, ?)`,
  ),
  clock: connection.prepare(
    `insert into sla_clocks (ticket_id, kind, round, policy_id, outcome, target_ms, elapsed_ms, started_at,
      stopped_at, due_at) values (?, ?, 0, 'slp_bench', ?, ?, ?, ?, ?, ?)`,
  ),
})

/** Writes the ticket `at` of `size`, the oldest first. */
export const createTicketWriter = (
  connection: ReturnType<typeof connect>,
  house: House,
  size: number,
): ((at: number) => void) => {
  const random = seeded(71)
  const texts = createTexts(71)
  const write = prepareAll(connection)
  const id = (prefix: string) =>
    `${prefix}_${Array.from({ length: 20 }, () => letters[Math.floor(random() * 62)]).join('')}`
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const agentsOf = new Map(
    house.departments.map((each) => [each.id, house.agents.filter((one) => one.departmentId === each.id)]),
  )
  const end = Date.now() - hourMs
  const counters = new Map<string, number>()
  let lastContact = ''

  /** Three in ten tickets are the city's, four the counties', three the towns'. */
  const pickDepartment = () => {
    const share = random()
    const level = share < 0.3 ? 'city' : share < 0.7 ? 'county' : 'town'
    return pick(house.departments.filter((each) => each.level === level))
  }

  return (at) => {
    const age = 1 - (at + 1) / size
    const createdAt = Math.round(end - age * spanDays * dayMs)
    const department = pickDepartment()
    const site = pick(house.sites)
    const agent = pick(agentsOf.get(department.id) ?? house.agents)
    const status = statusOf(random, age)
    const isOpen = unresolved.includes(status)
    const settledAt = isOpen ? null : Math.min(end, createdAt + Math.round(random() * 4 * dayMs))
    const updatedAt = settledAt ?? Math.min(end, createdAt + Math.round(random() * 2 * dayMs))
    const ticketId = id('tkt')
    const day = new Date(createdAt + 8 * hourMs).toISOString().slice(0, 10).replaceAll('-', '')
    const counter = (counters.get(day) ?? 0) + 1
    counters.set(day, counter)
    const text = texts.document(at).fields as { title: string; body: string }
    if (lastContact === '' || at % 2 === 0) {
      lastContact = id('con').replace('con_', 'ctc_')
      write.contact.run(
        lastContact,
        site,
        `王${at % 977}`,
        `138${String(at % 1e8).padStart(8, '0')}`,
        createdAt,
      )
    }
    const isAssigned = status !== 'new'
    const assignee = isAssigned ? agent.id : null
    const slaState = !isOpen ? 'met' : random() < 0.1 ? 'breached' : random() < 0.1 ? 'warned' : 'running'
    const dueAt = isOpen ? end + Math.round((random() - 0.1) * 3 * dayMs) : null
    const isAnswered = isAssigned
    write.ticket.run(
      ticketId,
      `${day}-${String(counter).padStart(5, '0')}`,
      site,
      department.id,
      status,
      text.title,
      random() < 0.8 ? pick(house.items) : null,
      lastContact,
      assignee,
      createdAt,
      updatedAt,
      text.body,
      random() < 0.1 ? 'high' : random() < 0.03 ? 'urgent' : 'normal',
      random() < 0.7 ? 'consultation' : 'desk',
      settledAt,
      status === 'closed' ? settledAt : null,
      isAnswered ? createdAt + hourMs : null,
      random() < 0.7 ? 1 : 0,
      !isOpen && random() < 0.3 ? (random() < 0.08 ? 'returned' : 'accepted') : null,
      settledAt,
      !isOpen && random() < 0.3 ? 1 + Math.floor(random() * 5) : null,
      slaState,
      dueAt,
      isOpen && slaState === 'breached' ? 1 + Math.floor(random() * 4) : 0,
    )
    const audience = ` site:${site} watch:${site} agent:${agent.id} `
    const tell = (type: string, when: number, facts: object, kind = 'agent') =>
      write.event.run(
        type,
        when,
        ticketId,
        ticketId,
        kind,
        kind === 'agent' ? agent.id : null,
        audience,
        JSON.stringify(facts),
      )
    tell('ticket.created', createdAt, { topic: text.title, source: 'desk', priority: 'normal' }, 'system')
    if (isAssigned) {
      tell('ticket.taken', createdAt + hourMs / 2, { from: 'new', to: 'open' })
      tell('ticket.assigned', createdAt + hourMs / 2, { agentId: agent.id })
      write.participant.run(ticketId, agent.id, createdAt, department.id)
      const replyId = id('rpl')
      write.reply.run(
        replyId,
        ticketId,
        'reply',
        agent.id,
        text.body.slice(0, 60),
        'console',
        createdAt + hourMs,
      )
      tell('ticket.replied', createdAt + hourMs, { replyId, body: text.body.slice(0, 60) })
    }
    if (settledAt !== null) tell('ticket.resolved', settledAt, { from: 'open', to: 'resolved' })
    for (let count = Math.floor(random() * 3); count > 0; count--)
      write.tag.run(ticketId, pick(house.tags), createdAt, department.id, updatedAt)
    const outcome = settledAt === null ? (slaState === 'breached' ? 'breached' : 'running') : 'met'
    write.clock.run(
      ticketId,
      'first_response',
      isAnswered ? 'met' : outcome,
      hourMs,
      hourMs / 2,
      createdAt,
      isAnswered ? createdAt + hourMs : null,
      createdAt + 4 * hourMs,
    )
    write.clock.run(
      ticketId,
      'resolution',
      outcome,
      24 * hourMs,
      8 * hourMs,
      createdAt,
      settledAt,
      dueAt ?? settledAt,
    )
  }
}
