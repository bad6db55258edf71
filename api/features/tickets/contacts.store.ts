import { and, desc, eq, inArray, ne } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { contacts, departments, tickets } from '../../../drizzle/schema/index'
import type { AgentActor } from '../../lib/actor'
import { newId } from '../../lib/ids'
import { markForSearch } from './search.marks.store'
import { withinReach } from './tickets.queries.store'
import type { TicketRow } from './tickets.store'

export type ContactRow = typeof contacts.$inferSelect

const maxContactTickets = 10
const maxContacts = 20

export const findContact = async (tx: Tx, id: string): Promise<ContactRow | null> => {
  const [row] = await tx.select().from(contacts).where(eq(contacts.id, id))
  return row ?? null
}

/** Other tickets of the person are found by the new name and number, too. */
export const updateContact = async (
  tx: Tx,
  id: string,
  set: { name: string | null; phone: string | null },
  at: number,
): Promise<void> => {
  await tx.update(contacts).set(set).where(eq(contacts.id, id))
  await markForSearch(tx, 'contact', id, at)
}

/** The site's contact with this name and telephone number, or a new one; null where neither is given. */
export const findOrAddContact = async (
  tx: Tx,
  siteId: string,
  given: { name: string | null; phone: string | null },
  at: number,
): Promise<string | null> => {
  if (!given.name && !given.phone) return null
  if (given.phone) {
    const known = await tx
      .select({ id: contacts.id, name: contacts.name })
      .from(contacts)
      .where(and(eq(contacts.phone, given.phone), eq(contacts.siteId, siteId)))
      .limit(maxContacts)
    const same = known.find((each) => each.name === given.name)
    if (same) return same.id
  }
  const id = newId('ctc')
  await tx.insert(contacts).values({ id, siteId, subject: null, ...given, createdAt: at })
  return id
}

/** Other tickets of the same person, also under another contact with the same number, that the agent may see. */
export const listContactTickets = async (tx: Tx, actor: AgentActor, ticket: TicketRow) => {
  const contact = ticket.contactId ? await findContact(tx, ticket.contactId) : null
  if (!contact) return []
  const samePhone = contact.phone
    ? await tx
        .select({ id: contacts.id })
        .from(contacts)
        .where(and(eq(contacts.phone, contact.phone), eq(contacts.siteId, contact.siteId)))
        .limit(maxContacts)
    : []
  return tx
    .select({
      id: tickets.id,
      number: tickets.number,
      topic: tickets.topic,
      status: tickets.status,
      updatedAt: tickets.updatedAt,
    })
    .from(tickets)
    .innerJoin(departments, eq(departments.id, tickets.departmentId))
    .where(
      and(
        inArray(tickets.contactId, [contact.id, ...samePhone.map((each) => each.id)]),
        ne(tickets.id, ticket.id),
        withinReach(tx, actor),
      ),
    )
    .orderBy(desc(tickets.updatedAt), desc(tickets.id))
    .limit(maxContactTickets)
}
