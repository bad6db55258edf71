import { and, asc, eq, inArray } from 'drizzle-orm'
import type { SlaFact } from '../../../contract/sla.rules'
import { foldFacts } from '../../../contract/sla-timeline.rules'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { agents, departments, events, tickets, ticketTags } from '../../../drizzle/schema/index'
import type { TicketRow } from '../tickets/tickets.store'
import { absorbedIn, factsOf, type HistoryRow, historyTypes, type MergedTicket, namedIn } from './sla.facts'

/** A ticket with everything its clocks are reckoned from. */
export interface TicketHistory {
  ticket: TicketRow
  departmentPath: string
  /** The department of the one who answers for it; the ticket's own where nobody does. */
  ownerPath: string
  tagIds: string[]
  facts: SlaFact[]
}

const ticketRows = prepared(
  (tx, v: { ids: string[] }) =>
    tx
      .select({ ticket: tickets, path: departments.path })
      .from(tickets)
      .innerJoin(departments, eq(departments.id, tickets.departmentId))
      .where(inArray(tickets.id, v.ids)),
  'ids',
)

const historyRows = prepared(
  (tx, v: { ids: string[]; types: string[] }) =>
    tx
      .select({
        seq: events.seq,
        type: events.type,
        at: events.at,
        subject: events.subject,
        ticketId: events.ticketId,
        consultationId: events.consultationId,
        actorKind: events.actorKind,
        actorId: events.actorId,
        facts: events.facts,
      })
      .from(events)
      .where(and(inArray(events.ticketId, v.ids), inArray(events.type, v.types)))
      .orderBy(asc(events.seq)),
  'ids',
  'types',
)

const tagRows = prepared(
  (tx, v: { ids: string[] }) =>
    tx
      .select({ ticketId: ticketTags.ticketId, tagId: ticketTags.tagId })
      .from(ticketTags)
      .where(inArray(ticketTags.ticketId, v.ids)),
  'ids',
)

const agentRows = prepared(
  (tx, v: { ids: string[] }) =>
    tx
      .select({ id: agents.id, name: agents.name, path: departments.path })
      .from(agents)
      .innerJoin(departments, eq(departments.id, agents.departmentId))
      .where(inArray(agents.id, v.ids)),
  'ids',
)

const departmentNames = prepared(
  (tx, v: { ids: string[] }) =>
    tx
      .select({ id: departments.id, name: departments.name })
      .from(departments)
      .where(inArray(departments.id, v.ids)),
  'ids',
)

const groupBy = <T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>()
  for (const row of rows) {
    const group = groups.get(keyOf(row))
    if (group) group.push(row)
    else groups.set(keyOf(row), [row])
  }
  return groups
}

interface People {
  names: Map<string, string>
  agentPaths: Map<string, string>
}

const loadPeople = async (tx: Tx, rows: readonly HistoryRow[], assignees: string[]): Promise<People> => {
  const ids = [...new Set([...namedIn(rows), ...assignees])]
  const agentIds = ids.filter((id) => id.startsWith('agt_'))
  const departmentIds = ids.filter((id) => id.startsWith('dep_'))
  const people = agentIds.length > 0 ? await agentRows(tx, { ids: agentIds }) : []
  const places = departmentIds.length > 0 ? await departmentNames(tx, { ids: departmentIds }) : []
  return {
    names: new Map([...people, ...places].map((each) => [each.id, each.name])),
    agentPaths: new Map(people.map((each) => [each.id, each.path])),
  }
}

/** The tickets that are merged into `ticketId` now, with those merged into them. */
const loadMerged = async (
  tx: Tx,
  ticketId: string,
  rows: readonly HistoryRow[],
  seen: ReadonlySet<string>,
): Promise<Map<string, MergedTicket>> => {
  const merged = new Map<string, MergedTicket>()
  const ids = absorbedIn(rows).filter((id) => !seen.has(id))
  if (ids.length === 0) return merged
  const still = (await ticketRows(tx, { ids })).filter(({ ticket }) => ticket.mergedIntoId === ticketId)
  for (const { ticket } of still) {
    const own = await historyRows(tx, { ids: [ticket.id], types: [...historyTypes] })
    const { names } = await loadPeople(tx, own, [])
    const below = await loadMerged(tx, ticket.id, own, new Set([...seen, ticketId]))
    merged.set(ticket.id, summarise(factsOf(own, { names, merged: below })))
  }
  return merged
}

/** What the citizen of a ticket was owed when it was merged away. */
const owedOf = (facts: readonly SlaFact[]): MergedTicket['owedSince'] => {
  const owed = foldFacts(facts).tracks.find(
    ({ kind, stop }) => kind !== 'resolution' && stop?.how === 'merged' && !stop.isFinal,
  )
  return owed?.stretches[0] ? { at: owed.startedAt, by: owed.stretches[0].by } : null
}

/** The first of the citizen's words that no answer came after. */
const wroteOf = (facts: readonly SlaFact[]): MergedTicket['wroteSince'] => {
  const answered = facts.findLastIndex(
    ({ kind }) => kind === 'agent_replied' || kind === 'consultation_accepted',
  )
  const word = facts.slice(answered + 1).find(({ kind }) => kind === 'citizen_replied')
  return word ? { at: word.at, by: word.by } : null
}

/** When a ticket began, was first answered and what it owes, the ones merged into it included. */
const summarise = (facts: readonly SlaFact[]): MergedTicket => {
  const begins = facts.flatMap((fact) =>
    fact.kind === 'created' ? [fact.at] : fact.kind === 'merged_from' ? [fact.createdAt] : [],
  )
  const answers = facts.flatMap((fact) => {
    if (fact.kind === 'agent_replied' || fact.kind === 'consultation_accepted')
      return [{ at: fact.at, by: fact.by }]
    return fact.kind === 'merged_from' && fact.firstAnswer ? [fact.firstAnswer] : []
  })
  answers.sort((a, b) => a.at - b.at)
  return {
    createdAt: Math.min(...begins),
    firstAnswer: answers[0] ?? null,
    owedSince: owedOf(facts),
    wroteSince: wroteOf(facts),
  }
}

/** The histories of tickets in few queries, in the order asked for; unknown ids are left out. */
export const loadHistories = async (tx: Tx, ids: readonly string[]): Promise<TicketHistory[]> => {
  if (ids.length === 0) return []
  const found = new Map((await ticketRows(tx, { ids: [...ids] })).map((row) => [row.ticket.id, row]))
  const rows = await historyRows(tx, { ids: [...ids], types: [...historyTypes] })
  const byTicket = groupBy(rows, (row) => row.ticketId ?? '')
  const tags = groupBy(await tagRows(tx, { ids: [...ids] }), (row) => row.ticketId)
  const assignees = [...found.values()].flatMap(({ ticket }) => ticket.assigneeId ?? [])
  const { names, agentPaths } = await loadPeople(tx, rows, assignees)
  const histories: TicketHistory[] = []
  for (const id of ids) {
    const row = found.get(id)
    if (!row) continue
    const own = byTicket.get(id) ?? []
    const merged = await loadMerged(tx, id, own, new Set())
    histories.push({
      ticket: row.ticket,
      departmentPath: row.path,
      ownerPath: (row.ticket.assigneeId && agentPaths.get(row.ticket.assigneeId)) || row.path,
      tagIds: (tags.get(id) ?? []).map((each) => each.tagId),
      facts: factsOf(own, { names, merged }),
    })
  }
  return histories
}

/** The survivors into which these tickets once went: taking a merge back changes them too. */
export const loadSurvivors = async (tx: Tx, mergedIds: readonly string[]): Promise<string[]> => {
  if (mergedIds.length === 0) return []
  const rows = await historyRows(tx, { ids: [...mergedIds], types: ['ticket.merged'] })
  return rows.flatMap((row) => (typeof row.facts.intoId === 'string' ? [row.facts.intoId] : []))
}
