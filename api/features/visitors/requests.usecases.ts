import { requestStage } from '../../../contract/visitors.rules'
import type { VisitorRequestView } from '../../../contract/visitors.schema'
import type { Tx } from '../../../drizzle/database'
import type { VisitorActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import { documentsOfReplies } from '../documents/documents.presenter'
import { isReplyOfShare, type Share, shareOf } from '../follow/share.store'
import { statusWordsOf } from '../ticket-settings/labels.store'
import { lastMessages, lastReplies, listRequestRows } from './requests.store'

const maxRequests = 20

type Message = Awaited<ReturnType<typeof lastMessages>> extends Map<string, infer M> ? M : never
type Reply = Awaited<ReturnType<typeof lastReplies>> extends Map<string, infer R> ? R : never

/** A reply without words is told by the names of its files. */
const withWords = (
  reply: Reply | undefined,
  attached: ReadonlyMap<string, readonly { name: string }[]>,
): Reply | undefined =>
  reply && !reply.body
    ? { ...reply, body: (attached.get(reply.id) ?? []).map((each) => each.name).join('、') }
    : reply

/** The newer of what was said in the consultation and on the ticket. */
const lastWord = (
  message: Message | undefined,
  reply: Reply | undefined,
): { from: Message['from']; body: string; at: number } | null => {
  if (reply && reply.createdAt >= (message?.createdAt ?? 0))
    return { from: reply.kind === 'citizen' ? 'visitor' : 'agent', body: reply.body, at: reply.createdAt }
  return message ? { from: message.from, body: message.body, at: message.createdAt } : null
}

/** The citizen's requests, latest news first: whoever comes back days later finds what became of them. */
export const listRequests = async (tx: Tx, actor: VisitorActor): Promise<VisitorRequestView[]> => {
  const rows = await listRequestRows(tx, actor, maxRequests)
  const said = await lastMessages(
    tx,
    rows.map(({ consultation }) => consultation.id),
  )
  const shares = new Map<string, Share | null>()
  for (const { ticket } of rows)
    if (!shares.has(ticket.id))
      shares.set(ticket.id, await shareOf(tx, { ...actor, ticketId: null, via: 'panel' }, ticket, ticket))
  const written = await lastReplies(tx, [...shares.keys()], (reply) =>
    isReplyOfShare(shares.get(reply.ticketId) ?? null, reply),
  )
  const wordless = [...written.values()].flatMap((reply) => (reply.body ? [] : [reply.id]))
  const attached = await documentsOfReplies(tx, wordless)
  const words = await statusWordsOf(tx)
  return rows
    .map(({ consultation: it, ticket }) => {
      const last = lastWord(said.get(it.id), withWords(written.get(ticket.id), attached))
      const hasExpired = it.status === 'abandoned' && it.silentSince !== null
      return {
        id: it.id,
        ticketNumber: ticket.number,
        topic: it.topic,
        stage: requestStage({ status: it.status, hasExpired }, ticket.status),
        status: ticket.status,
        statusLabel: words.get(ticket.status) ?? null,
        at: iso(it.queuedAt),
        updatedAt: iso(Math.max(ticket.updatedAt, it.endedAt ?? 0, last?.at ?? 0, it.queuedAt)),
        lastMessage: last ? { ...last, at: iso(last.at) } : null,
      }
    })
    .sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0))
}
