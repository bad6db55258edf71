import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import {
  agents,
  consultations,
  documents,
  messages,
  ticketParticipants,
  ticketReplies,
  tickets,
} from '../../../drizzle/schema/index'

/** Ids of what hangs on the ticket: its consultations, what was said on it, its children. */
export const listBelongings = async (tx: Tx, ticketId: string) => {
  const ids = (rows: { id: string }[]) => rows.map((row) => row.id)
  return {
    consultations: ids(
      await tx
        .select({ id: consultations.id })
        .from(consultations)
        .where(eq(consultations.ticketId, ticketId))
        .orderBy(asc(consultations.queuedAt), asc(consultations.id)),
    ),
    replies: ids(
      await tx
        .select({ id: ticketReplies.id })
        .from(ticketReplies)
        .where(eq(ticketReplies.ticketId, ticketId))
        .orderBy(asc(ticketReplies.createdAt), asc(ticketReplies.id)),
    ),
    children: ids(
      await tx
        .select({ id: tickets.id })
        .from(tickets)
        .where(eq(tickets.parentId, ticketId))
        .orderBy(asc(tickets.id)),
    ),
  }
}

/** Moves a consultation that still belongs to `fromId`; false where it does not. */
export const moveConsultationTo = async (
  tx: Tx,
  id: string,
  fromId: string,
  toId: string,
): Promise<boolean> =>
  (
    await tx
      .update(consultations)
      .set({ ticketId: toId })
      .where(and(eq(consultations.id, id), eq(consultations.ticketId, fromId)))
      .returning({ id: consultations.id })
  ).length > 0

/** The same for a reply or note. */
export const moveReplyTo = async (tx: Tx, id: string, fromId: string, toId: string): Promise<boolean> =>
  (
    await tx
      .update(ticketReplies)
      .set({ ticketId: toId })
      .where(and(eq(ticketReplies.id, id), eq(ticketReplies.ticketId, fromId)))
      .returning({ id: ticketReplies.id })
  ).length > 0

/** The same for a child ticket. */
export const moveChildTo = async (
  tx: Tx,
  id: string,
  from: string | null,
  to: string | null,
): Promise<boolean> =>
  from === null
    ? false
    : (
        await tx
          .update(tickets)
          .set({ parentId: to })
          .where(and(eq(tickets.id, id), eq(tickets.parentId, from)))
          .returning({ id: tickets.id })
      ).length > 0

export const listParticipantRows = (tx: Tx, ticketId: string) =>
  tx
    .select()
    .from(ticketParticipants)
    .where(eq(ticketParticipants.ticketId, ticketId))
    .orderBy(asc(ticketParticipants.agentId))
    .then((rows) => rows)

export const isParticipantOfAny = async (
  tx: Tx,
  ticketIds: readonly string[],
  agentId: string,
): Promise<boolean> => {
  if (ticketIds.length === 0) return false
  const rows = await tx
    .select({ id: ticketParticipants.ticketId })
    .from(ticketParticipants)
    .where(and(inArray(ticketParticipants.ticketId, [...ticketIds]), eq(ticketParticipants.agentId, agentId)))
    .limit(1)
  return rows.length > 0
}

/** Takes a participant off who is there for this reason and no other. */
export const dropParticipantOf = async (
  tx: Tx,
  ticketId: string,
  agentId: string,
  reason: string,
): Promise<boolean> =>
  (
    await tx
      .delete(ticketParticipants)
      .where(
        and(
          eq(ticketParticipants.ticketId, ticketId),
          eq(ticketParticipants.agentId, agentId),
          eq(ticketParticipants.reason, reason as 'added'),
        ),
      )
      .returning({ id: ticketParticipants.agentId })
  ).length > 0

/** Lines and files of the ticket's consultations, by their ids, oldest first: what a quotation shows. */
export const listQuoted = async (
  tx: Tx,
  ticketId: string,
  messageIds: readonly string[],
  documentIds: readonly string[],
) => {
  const lines =
    messageIds.length === 0
      ? []
      : await tx
          .select({
            id: messages.id,
            at: messages.createdAt,
            from: messages.from,
            text: messages.body,
            agentName: agents.name,
          })
          .from(messages)
          .innerJoin(consultations, eq(consultations.id, messages.consultationId))
          .leftJoin(agents, eq(agents.id, messages.agentId))
          .where(and(inArray(messages.id, [...messageIds]), eq(consultations.ticketId, ticketId)))
  const files =
    documentIds.length === 0
      ? []
      : await tx
          .select({ id: documents.id, at: documents.createdAt, text: documents.name, agentName: agents.name })
          .from(documents)
          .innerJoin(consultations, eq(consultations.id, documents.consultationId))
          .leftJoin(agents, eq(agents.id, documents.agentId))
          .where(and(inArray(documents.id, [...documentIds]), eq(consultations.ticketId, ticketId)))
  return [
    ...lines.map((line) => ({ ...line, isFile: false })),
    ...files.map((file) => ({ ...file, from: 'agent' as const, isFile: true })),
  ].sort((a, b) => a.at - b.at)
}
