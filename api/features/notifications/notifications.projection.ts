import { defaultQuiet, topicOfKind } from '../../../contract/notifications.rules'
import type { Tx } from '../../../drizzle/database'
import type { Deps } from '../../lib/deps'
import { AppError } from '../../lib/errors'
import { chooseOwner } from '../escalations/choose-owner.usecases'
import type { EventRow } from '../events/events.store'
import type { Projection } from '../events/projector'
import { isCaughtUp, isTold, type Notice, noticesOf } from './notices'
import {
  choicesOf,
  quietTimesOf,
  type Recipient,
  recipientsOf,
  type TicketOfNotice,
  ticketsOf,
} from './notifications.store'
import { type Telling, tellPerson } from './tell.usecases'

type NoticeDeps = Pick<Deps, 'clock' | 'config' | 'mail' | 'sms'>

interface Addressed {
  row: EventRow
  ticket: TicketOfNotice | undefined
  notice: Notice
  agentId: string
}

/** A database that is new to notices has a history: nobody is told of what lies back longer than this. */
const freshMs = 7 * 86_400_000

/** Who answers at the level of the ticket's line by now; null where nobody is left. */
const personAt = async (
  tx: Tx,
  ticket: TicketOfNotice,
  level: number,
  at: number,
): Promise<string | null> => {
  const { departmentId, assigneeId } = ticket
  try {
    return (await chooseOwner(tx, { departmentId, level, avoidAgentId: null, at, assigneeId })).agentId
  } catch (error) {
    if (error instanceof AppError && error.code === 'escalations.no_owner') return null
    throw error
  }
}

const address = async (
  tx: Tx,
  rows: readonly EventRow[],
  tickets: ReadonlyMap<string, TicketOfNotice>,
): Promise<Addressed[]> => {
  const found: Addressed[] = []
  for (const row of rows) {
    const ticket = row.ticketId ? tickets.get(row.ticketId) : undefined
    for (const notice of noticesOf(row, ticket)) {
      const agentId =
        'agentId' in notice.to
          ? notice.to.agentId
          : ticket
            ? await personAt(tx, ticket, notice.to.level, row.at)
            : null
      // Nobody is told of what they did themselves, but of what was done for them meanwhile.
      const isOwn =
        row.actorKind === 'agent' && row.actorId === agentId && topicOfKind(notice.kind) !== 'system'
      if (agentId && !isOwn) found.push({ row, ticket, notice, agentId })
    }
  }
  return found
}

const gravity: Record<string, number> = { sla_warned: 1, sla_step: 2, sla_breached: 3 }

/** Of what the clocks say of one ticket at one moment, each person hears the gravest. */
const gravest = (all: readonly Addressed[]): Addressed[] =>
  all.filter(
    (one) =>
      !all.some(
        (other) =>
          other !== one &&
          one.notice.kind in gravity &&
          other.agentId === one.agentId &&
          other.row.ticketId === one.row.ticketId &&
          other.row.at === one.row.at &&
          ((gravity[other.notice.kind] ?? 0) > (gravity[one.notice.kind] ?? 0) ||
            (other.notice.kind === one.notice.kind && other.row.seq < one.row.seq)),
      ),
  )

const factsOf = (
  { ticket, notice, row }: Addressed,
  names: ReadonlyMap<string, Recipient>,
): Telling['facts'] => ({
  ...(ticket ? { number: ticket.number, title: ticket.topic } : {}),
  ...(notice.text ? { text: notice.text } : {}),
  ...(notice.level ? { level: notice.level } : {}),
  ...(row.actorKind === 'agent' && row.actorId ? { actor: names.get(row.actorId)?.name ?? '' } : {}),
  ...(typeof row.facts.kind === 'string' ? { clock: row.facts.kind } : {}),
})

/** Turns events into notices, each once for a person and event. */
export const notificationsProjection = (deps: NoticeDeps): Projection => ({
  name: 'notifications',
  isAbout: isTold,
  async handle(tx, batch) {
    const since = deps.clock.now() - freshMs
    const rows = batch.filter((row) => row.at >= since)
    if (rows.length === 0) return
    const tickets = await ticketsOf(
      tx,
      rows.flatMap((row) => row.ticketId ?? []),
    )
    const all = await address(tx, rows, tickets)
    if (all.length === 0) return
    const actors = rows.flatMap((row) => (row.actorKind === 'agent' && row.actorId ? [row.actorId] : []))
    const people = await recipientsOf(tx, [...all.map((each) => each.agentId), ...actors])
    const choices = await choicesOf(tx, [...people.keys()])
    const quietTimes = await quietTimesOf(tx, [...people.keys()])
    const tell = async (it: Addressed, more: Partial<Telling> = {}): Promise<void> => {
      const to = people.get(it.agentId)
      if (!to) return
      await tellPerson(tx, deps, {
        kind: it.notice.kind,
        to,
        choices: choices.get(it.agentId) ?? [],
        quiet: quietTimes.get(it.agentId) ?? defaultQuiet,
        eventSeq: it.row.seq,
        at: it.row.at,
        subject: it.row.subject,
        ticketId: it.row.ticketId ?? textOrNull(it.row.facts.ticketId),
        facts: factsOf(it, people),
        level: it.notice.level ?? 1,
        ...more,
      })
    }
    for (const it of gravest(all.filter((each) => !isCaughtUp(each.row)))) await tell(it)
    for (const group of byPerson(all.filter((each) => isCaughtUp(each.row)))) await tell(...digestOf(group))
  },
})

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null)

const byPerson = (all: readonly Addressed[]): [Addressed, ...Addressed[]][] => {
  const groups = new Map<string, [Addressed, ...Addressed[]]>()
  for (const it of all) {
    const group = groups.get(it.agentId)
    if (group) group.push(it)
    else groups.set(it.agentId, [it])
  }
  return [...groups.values()]
}

/** One notice for everything that fell due while the program was down. */
const digestOf = (group: [Addressed, ...Addressed[]]): [Addressed, Partial<Telling>] => {
  const [first] = group
  const ids = new Set(group.map((each) => each.row.ticketId))
  const numbers = [...new Set(group.map((each) => each.ticket?.number ?? ''))].filter(Boolean)
  return [
    first,
    {
      kind: 'sla_digest',
      ticketId: ids.size === 1 ? first.row.ticketId : null,
      facts: { count: ids.size, about: [...ids].join(' '), number: numbers.slice(0, 3).join('、') },
      level: Math.max(...group.map((each) => each.notice.level ?? 1)),
    },
  ]
}
