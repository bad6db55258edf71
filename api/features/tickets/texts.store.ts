import { desc, eq, inArray } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { consultations, messages, ticketReplies, tickets } from '../../../drizzle/schema/index'

const textsPerTicket = 20

/** Longer texts of tickets, to show where words were found: the description, then what was said. */
export const textsOf = async (tx: Tx, ids: readonly string[]): Promise<Map<string, string[]>> => {
  const texts = new Map<string, string[]>()
  if (ids.length === 0) return texts
  const described = await tx
    .select({ ticketId: tickets.id, body: tickets.description })
    .from(tickets)
    .where(inArray(tickets.id, [...ids]))
  const replied = await tx
    .select({ ticketId: ticketReplies.ticketId, body: ticketReplies.body })
    .from(ticketReplies)
    .where(inArray(ticketReplies.ticketId, [...ids]))
    .orderBy(desc(ticketReplies.createdAt), desc(ticketReplies.id))
    .limit(ids.length * textsPerTicket)
  const said = await tx
    .select({ ticketId: consultations.ticketId, body: messages.body })
    .from(messages)
    .innerJoin(consultations, eq(consultations.id, messages.consultationId))
    .where(inArray(consultations.ticketId, [...ids]))
    .orderBy(desc(messages.createdAt), desc(messages.id))
    .limit(ids.length * textsPerTicket)
  for (const { ticketId, body } of [...described, ...replied, ...said])
    if (body) texts.set(ticketId, [...(texts.get(ticketId) ?? []), body])
  return texts
}
