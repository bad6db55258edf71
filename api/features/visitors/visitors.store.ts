import { and, desc, eq, gt, isNotNull, isNull, lt, or } from 'drizzle-orm'
import type { Tx } from '../../../drizzle/database'
import { prepared } from '../../../drizzle/prepared'
import { contacts, resumeCodes, usedTokens, visitors, visitorTokens } from '../../../drizzle/schema/index'
import type { VisitorActor } from '../../lib/actor'
import { refuse } from '../../lib/errors'
import { newId, sha256 } from '../../lib/ids'
import { updateContact } from '../tickets/contacts.store'

export type VisitorRow = typeof visitors.$inferSelect

/** The visitor behind a bearer token, or null where it is unknown or has expired. */
export const findVisitorByToken = async (
  tx: Tx,
  token: string,
  now: number,
): Promise<VisitorActor | null> => {
  const tokenHash = sha256(token)
  const [row] = await byToken(tx, { tokenHash, now })
  if (row) return { kind: 'visitor', ...row }
  const [more] = await byFurtherToken(tx, { tokenHash, now })
  return more ? { kind: 'visitor', ...more } : null
}

const byToken = prepared((tx, v: { tokenHash: string; now: number }) =>
  tx
    .select({ id: visitors.id, siteId: visitors.siteId })
    .from(visitors)
    .where(and(eq(visitors.tokenHash, v.tokenHash), gt(visitors.expiresAt, v.now))),
)
const byFurtherToken = prepared((tx, v: { tokenHash: string; now: number }) =>
  tx
    .select({ id: visitors.id, siteId: visitors.siteId })
    .from(visitorTokens)
    .innerJoin(visitors, eq(visitors.id, visitorTokens.visitorId))
    .where(and(eq(visitorTokens.tokenHash, v.tokenHash), gt(visitorTokens.expiresAt, v.now))),
)

const byId = prepared((tx, v: { id: string }) => tx.select().from(visitors).where(eq(visitors.id, v.id)))

export const findVisitor = async (tx: Tx, id: string): Promise<VisitorRow | null> => {
  const [row] = await byId(tx, { id })
  return row ?? null
}

/** Telephone calls in a row from one browser: nobody makes more in the month a session lasts. */
const maxEarlier = 20

/** The visitors that the browser of this one was before, the latest first. */
export const listEarlier = async (tx: Tx, visitor: Pick<VisitorRow, 'earlierId'>): Promise<VisitorRow[]> => {
  const earlier: VisitorRow[] = []
  let next = visitor.earlierId
  while (next !== null && earlier.length < maxEarlier) {
    const row = await findVisitor(tx, next)
    if (!row) break
    earlier.push(row)
    next = row.earlierId
  }
  return earlier
}

/** Browsers of one person: nobody uses more at a time. */
const maxKin = 50

/**
 * The other visitors whose requests this one finds in the own list: those its browser was before, and, of a person
 * the host confirmed, those of other browsers. The rule of `listRequestRows`.
 */
export const listKin = async (tx: Tx, visitorId: string): Promise<string[]> => {
  const visitor = await findVisitor(tx, visitorId)
  if (!visitor) return []
  const earlier = (await listEarlier(tx, visitor)).map((each) => each.id)
  const others =
    visitor.isIdentified && visitor.contactId
      ? await tx
          .select({ id: visitors.id })
          .from(visitors)
          .where(
            and(
              eq(visitors.contactId, visitor.contactId),
              eq(visitors.isIdentified, true),
              eq(visitors.siteId, visitor.siteId),
            ),
          )
          .orderBy(desc(visitors.createdAt), desc(visitors.id))
          .limit(maxKin)
      : []
  return [...new Set([...earlier, ...others.map((each) => each.id)])].filter((id) => id !== visitorId)
}

export const insertVisitor = async (tx: Tx, row: typeof visitors.$inferInsert): Promise<void> => {
  await tx.insert(visitors).values(row)
}

export const addVisitorToken = async (tx: Tx, row: typeof visitorTokens.$inferInsert): Promise<void> => {
  await tx.insert(visitorTokens).values(row)
}

/** Writes down name and phone as given; empty ones are left as they were. Names confirmed by a host stay. */
export const nameVisitor = async (
  tx: Tx,
  id: string,
  given: { name?: string | undefined; phone?: string | undefined },
): Promise<VisitorRow> => {
  const row = await findVisitor(tx, id)
  if (!row) throw refuse('auth.required', 'This visitor is gone.')
  const set = {
    name: row.isIdentified ? row.name : given.name?.trim() || row.name,
    phone: given.phone?.trim() || row.phone,
  }
  await tx.update(visitors).set(set).where(eq(visitors.id, id))
  return { ...row, ...set }
}

/** The contact behind the visitor: confirmed by the host, or made from what was typed; null where nothing was. */
export const findOrMakeContact = async (tx: Tx, visitor: VisitorRow, now: number): Promise<string | null> => {
  if (visitor.contactId) {
    const { name, phone } = visitor
    const [before] = await tx.select().from(contacts).where(eq(contacts.id, visitor.contactId))
    if (before && (before.name !== name || before.phone !== phone))
      await updateContact(tx, before.id, { name, phone }, now)
    return visitor.contactId
  }
  if (!visitor.name && !visitor.phone) return null
  const id = newId('ctc')
  await tx.insert(contacts).values({
    id,
    siteId: visitor.siteId,
    subject: null,
    name: visitor.name,
    phone: visitor.phone,
    createdAt: now,
  })
  await tx.update(visitors).set({ contactId: id }).where(eq(visitors.id, visitor.id))
  return id
}

/** The contact a host confirmed, made or renamed. */
export const confirmContact = async (
  tx: Tx,
  siteId: string,
  subject: string,
  name: string,
  phone: string | null,
  now: number,
): Promise<string> => {
  const [row] = await tx
    .insert(contacts)
    .values({ id: newId('ctc'), siteId, subject, name, phone, createdAt: now })
    .onConflictDoNothing({ target: [contacts.siteId, contacts.subject] })
    .returning({ id: contacts.id })
  if (row) return row.id
  const [before] = await tx
    .select()
    .from(contacts)
    .where(and(eq(contacts.siteId, siteId), eq(contacts.subject, subject)))
  if (!before) throw new Error('The contact was not written')
  const after = { name, phone: phone || before.phone }
  if (after.name !== before.name || after.phone !== before.phone)
    await updateContact(tx, before.id, after, now)
  return before.id
}

/** Notes that a host token was used; false where it had been. */
export const useToken = async (
  tx: Tx,
  siteId: string,
  jti: string,
  expiresAt: number,
  now: number,
): Promise<boolean> => {
  await tx.delete(usedTokens).where(lt(usedTokens.expiresAt, now - 60_000))
  return (
    (
      await tx
        .insert(usedTokens)
        .values({ siteId, jti, expiresAt })
        .onConflictDoNothing()
        .returning({ jti: usedTokens.jti })
    ).length === 1
  )
}

/** Forgets codes and second bearers that no longer open anything, and host tokens that can no longer be replayed. */
export const deleteExpiredTokens = async (tx: Tx, now: number): Promise<void> => {
  await tx.delete(resumeCodes).where(or(lt(resumeCodes.expiresAt, now), isNotNull(resumeCodes.usedAt)))
  await tx.delete(visitorTokens).where(lt(visitorTokens.expiresAt, now))
  await tx.delete(usedTokens).where(lt(usedTokens.expiresAt, now - 60_000))
}

export const insertResumeCode = async (tx: Tx, row: typeof resumeCodes.$inferInsert): Promise<void> => {
  await tx.insert(resumeCodes).values(row)
}

/** Lets a code of this visitor end at `expiresAt`, where it would have lived longer. */
export const shortenResumeCode = async (
  tx: Tx,
  visitorId: string,
  code: string,
  expiresAt: number,
): Promise<void> => {
  await tx
    .update(resumeCodes)
    .set({ expiresAt })
    .where(
      and(
        eq(resumeCodes.codeHash, sha256(code)),
        eq(resumeCodes.visitorId, visitorId),
        gt(resumeCodes.expiresAt, expiresAt),
      ),
    )
}

/** Codes over for a day are forgotten: a panel that stays open makes many. */
export const forgetOldCodes = async (tx: Tx, now: number): Promise<void> => {
  await tx.delete(resumeCodes).where(lt(resumeCodes.expiresAt, now - 24 * 3600 * 1000))
}

/** Whose code it is, without using it; null where it is unknown, used or too old. */
export const findResumeCode = async (tx: Tx, code: string, now: number): Promise<string | null> => {
  const [row] = await tx
    .select({ visitorId: resumeCodes.visitorId })
    .from(resumeCodes)
    .where(
      and(eq(resumeCodes.codeHash, sha256(code)), isNull(resumeCodes.usedAt), gt(resumeCodes.expiresAt, now)),
    )
  return row?.visitorId ?? null
}

/** Redeems a resume code once; the visitor's id, or null where it is unknown, used or too old. */
export const redeemResumeCode = async (tx: Tx, code: string, now: number): Promise<string | null> => {
  const [row] = await tx
    .update(resumeCodes)
    .set({ usedAt: now })
    .where(
      and(eq(resumeCodes.codeHash, sha256(code)), isNull(resumeCodes.usedAt), gt(resumeCodes.expiresAt, now)),
    )
    .returning({ visitorId: resumeCodes.visitorId })
  return row?.visitorId ?? null
}
