import { and, asc, desc, eq, inArray, isNotNull, ne } from 'drizzle-orm'
import type { DraftKind } from '../../../contract/tickets.rules'
import type { ReplyView } from '../../../contract/tickets.schema'
import type { Tx } from '../../../drizzle/database'
import {
  agents,
  consultations,
  replyMentions,
  ticketDrafts,
  ticketReplies,
} from '../../../drizzle/schema/index'
import { iso } from '../../lib/clock'
import { documentsOfReplies } from '../documents/documents.presenter'

export type ReplyRow = typeof ticketReplies.$inferSelect

export const insertReply = async (tx: Tx, row: typeof ticketReplies.$inferInsert): Promise<void> => {
  await tx.insert(ticketReplies).values(row)
}

export const insertMentions = async (tx: Tx, replyId: string, agentIds: readonly string[]): Promise<void> => {
  if (agentIds.length === 0) return
  await tx.insert(replyMentions).values(agentIds.map((agentId) => ({ replyId, agentId })))
}

/** Replies and notes by their ids, oldest first, with the names of who wrote and who was named. */
export const loadReplyViews = async (tx: Tx, ids: readonly string[]): Promise<ReplyView[]> => {
  if (ids.length === 0) return []
  const rows = await tx
    .select({ reply: ticketReplies, agentName: agents.name })
    .from(ticketReplies)
    .leftJoin(agents, eq(agents.id, ticketReplies.agentId))
    .where(inArray(ticketReplies.id, [...ids]))
    .orderBy(asc(ticketReplies.createdAt), asc(ticketReplies.id))
  const mentions = await tx
    .select({ replyId: replyMentions.replyId, id: agents.id, name: agents.name })
    .from(replyMentions)
    .innerJoin(agents, eq(agents.id, replyMentions.agentId))
    .where(inArray(replyMentions.replyId, [...ids]))
    .orderBy(asc(agents.name), asc(agents.id))
  const attached = await documentsOfReplies(tx, ids)
  return rows.map(({ reply, agentName }) => ({
    id: reply.id,
    ticketId: reply.ticketId,
    kind: reply.kind,
    agent: reply.agentId && agentName !== null ? { id: reply.agentId, name: agentName } : null,
    body: reply.body,
    via: reply.via,
    mentions: mentions.filter((each) => each.replyId === reply.id).map(({ id, name }) => ({ id, name })),
    documents: attached.get(reply.id) ?? [],
    at: iso(reply.createdAt),
    seenAt: iso(reply.seenAt),
  }))
}

/** The newest reply that the citizen sees or wrote, or null. */
export const findLastPublicReply = async (tx: Tx, ticketId: string): Promise<ReplyRow | null> => {
  const [row] = await tx
    .select()
    .from(ticketReplies)
    .where(and(eq(ticketReplies.ticketId, ticketId), ne(ticketReplies.kind, 'note')))
    .orderBy(desc(ticketReplies.createdAt), desc(ticketReplies.id))
    .limit(1)
  return row ?? null
}

/** The browsers from which the citizen asked: they hear of replies. */
export const listVisitorsOf = async (tx: Tx, ticketId: string): Promise<string[]> => {
  const rows = await tx
    .selectDistinct({ id: consultations.visitorId })
    .from(consultations)
    .where(and(eq(consultations.ticketId, ticketId), isNotNull(consultations.visitorId)))
  return rows.flatMap((row) => (row.id === null ? [] : [row.id]))
}

export const saveDraft = async (
  tx: Tx,
  draft: { ticketId: string; agentId: string; kind: DraftKind; body: string; savedAt: number },
): Promise<void> => {
  await tx
    .insert(ticketDrafts)
    .values(draft)
    .onConflictDoUpdate({
      target: [ticketDrafts.ticketId, ticketDrafts.agentId, ticketDrafts.kind],
      set: { body: draft.body, savedAt: draft.savedAt },
    })
}

export const dropDraft = async (
  tx: Tx,
  ticketId: string,
  agentId: string,
  kind: DraftKind,
): Promise<void> => {
  await tx
    .delete(ticketDrafts)
    .where(
      and(
        eq(ticketDrafts.ticketId, ticketId),
        eq(ticketDrafts.agentId, agentId),
        eq(ticketDrafts.kind, kind),
      ),
    )
}

export const listDrafts = (tx: Tx, ticketId: string, agentId: string) =>
  tx
    .select({ kind: ticketDrafts.kind, body: ticketDrafts.body, savedAt: ticketDrafts.savedAt })
    .from(ticketDrafts)
    .where(and(eq(ticketDrafts.ticketId, ticketId), eq(ticketDrafts.agentId, agentId)))
    .then((rows) => rows)
