import type {
  DocumentView,
  InvitationView,
  MessageView,
  OfferView,
} from '../../../contract/consultations.schema'
import { previewOf } from '../../../contract/ticket-feed.rules'
import type { TimelineEntry } from '../../../contract/tickets.schema'
import { iso } from '../../lib/clock'
import type { EventRow } from '../events/events.store'

/** Names of agents and visitors by id. */
export type Names = ReadonlyMap<string, string>

/** Saved over and over while somebody types or connects: the outcome of each has its own event. */
const hiddenTypes: ReadonlySet<string> = new Set(['consultation.wrap_up_saved'])

/** Facts that name an agent; each gets the name beside it, `agentId` → `agentName`. */
const agentFacts = ['agentId', 'fromId', 'toId', 'assigneeId']

/** Ids of people whose names the timeline shows. */
export const peopleIn = (rows: readonly EventRow[]): string[] => {
  const ids = rows.flatMap((row) => [row.actorId, ...agentFacts.map((fact) => row.facts[fact])])
  return [...new Set(ids.filter((id): id is string => typeof id === 'string'))]
}

/**
 * A ticket's history from its events, oldest first. Measurements of a call go to the line of its end, the
 * last of each side; while the call runs only the last of each side is shown.
 */
export const buildTimeline = (rows: readonly EventRow[], names: Names): TimelineEntry[] => {
  const quality = lastQualities(rows)
  const ended = new Set(rows.filter((row) => row.type === 'call.ended').map((row) => row.subject))
  return rows.flatMap((row) => {
    if (hiddenTypes.has(row.type)) return []
    const ofCall = quality.get(row.subject) ?? []
    if (row.type === 'call.quality' && (ended.has(row.subject) || !ofCall.includes(row))) return []
    const data = {
      ...withNames(row.facts, names),
      ...viewData(row),
      ...(row.type === 'call.ended' ? { quality: ofCall.map((each) => each.facts) } : {}),
    }
    const name = row.actorId ? (names.get(row.actorId) ?? null) : null
    return [
      {
        seq: row.seq,
        type: row.type,
        at: iso(row.at),
        actor: { kind: row.actorKind, id: row.actorId, name },
        consultationId: row.consultationId,
        data,
      },
    ]
  })
}

/** The last measurement of each side, by call. */
const lastQualities = (rows: readonly EventRow[]): Map<string, EventRow[]> => {
  const last = new Map<string, EventRow[]>()
  for (const row of rows) {
    if (row.type !== 'call.quality') continue
    const others = (last.get(row.subject) ?? []).filter((each) => each.facts.side !== row.facts.side)
    last.set(row.subject, [...others, row])
  }
  return last
}

const withNames = (facts: Record<string, unknown>, names: Names): Record<string, unknown> => {
  const data = { ...facts }
  for (const fact of agentFacts) {
    const id = facts[fact]
    const label = `${fact.slice(0, -2)}Name`
    if (typeof id === 'string' && data[label] === undefined) data[label] = names.get(id) ?? null
  }
  if (typeof data.body === 'string') data.body = previewOf(data.body)
  return data
}

/** The useful part of the views an event carried; never the whole consultation. */
const viewData = (row: EventRow): Record<string, unknown> => {
  const views = (row.agentData ?? {}) as {
    message?: MessageView
    document?: DocumentView
    invitation?: InvitationView
    offer?: OfferView
  }
  const { message, document, invitation, offer } = views
  return {
    ...(message ? { messageId: message.id, from: message.from, body: previewOf(message.body) } : {}),
    ...(document ? documentData(document) : {}),
    ...(invitation
      ? {
          invitationId: invitation.id,
          kind: invitation.kind,
          note: invitation.note,
          reason: invitation.reason,
          fromName: invitation.from.name,
          toName: invitation.to.name,
        }
      : {}),
    ...(offer ? { offerId: offer.id, agentId: offer.agentId } : {}),
  }
}

const documentData = (it: DocumentView) => ({
  documentId: it.id,
  name: it.name,
  kind: it.kind,
  mime: it.mime,
  sizeBytes: it.sizeBytes,
  sha256: it.sha256,
  width: it.width,
  height: it.height,
  callId: it.callId,
  callSeconds: it.callSeconds,
})
