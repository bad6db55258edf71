import { and, count, desc, eq, gt, inArray, isNull, lt, lte, or } from 'drizzle-orm'
import {
  type NoticeChannel,
  type NoticeKind,
  type NoticePreference,
  noticeKinds,
  type QuietTime,
} from '../../../contract/notifications.rules'
import type { Tx } from '../../../drizzle/database'
import {
  agents,
  departments,
  notificationPreferences,
  notificationQuiet,
  notifications,
  tickets,
} from '../../../drizzle/schema/index'

export type NotificationRow = typeof notifications.$inferSelect

/** False where the person has been told about this event. */
export const insertNotification = async (tx: Tx, row: NotificationRow): Promise<boolean> =>
  (await tx.insert(notifications).values(row).onConflictDoNothing().returning({ id: notifications.id }))
    .length === 1

/** An unread notice of the kind, newer than `since`. */
export const findUnread = async (
  tx: Tx,
  agentId: string,
  kind: NoticeKind,
  since: number,
): Promise<NotificationRow | null> => {
  const [row] = await tx
    .select()
    .from(notifications)
    .where(
      and(
        eq(notifications.agentId, agentId),
        isNull(notifications.readAt),
        eq(notifications.kind, kind),
        gt(notifications.createdAt, since),
      ),
    )
    .orderBy(desc(notifications.createdAt), desc(notifications.id))
    .limit(1)
  return row ?? null
}

export const saveFacts = async (tx: Tx, id: string, facts: Record<string, unknown>): Promise<void> => {
  await tx.update(notifications).set({ facts }).where(eq(notifications.id, id))
}

/** A person's notices, the newest first. */
export const listNotifications = (
  tx: Tx,
  filter: {
    agentId: string
    isUnreadOnly: boolean
    after: { createdAt: number; id: string } | null
    limit: number
  },
): Promise<NotificationRow[]> => {
  const { after } = filter
  return tx
    .select()
    .from(notifications)
    .where(
      and(
        eq(notifications.agentId, filter.agentId),
        filter.isUnreadOnly ? isNull(notifications.readAt) : undefined,
        after
          ? or(
              lt(notifications.createdAt, after.createdAt),
              and(eq(notifications.createdAt, after.createdAt), lt(notifications.id, after.id)),
            )
          : undefined,
      ),
    )
    .orderBy(desc(notifications.createdAt), desc(notifications.id))
    .limit(filter.limit)
    .then((rows) => rows)
}

export const countUnread = async (tx: Tx, agentId: string): Promise<number> => {
  const [row] = await tx
    .select({ count: count() })
    .from(notifications)
    .where(and(eq(notifications.agentId, agentId), isNull(notifications.readAt)))
  return row?.count ?? 0
}

/** Marks the person's notices read, all or some; returns how many were unread. */
export const markRead = async (
  tx: Tx,
  agentId: string,
  ids: readonly string[] | 'all',
  at: number,
): Promise<number> =>
  (
    await tx
      .update(notifications)
      .set({ readAt: at })
      .where(
        and(
          eq(notifications.agentId, agentId),
          isNull(notifications.readAt),
          ids === 'all' ? lte(notifications.createdAt, at) : inArray(notifications.id, [...ids]),
        ),
      )
      .returning({ id: notifications.id })
  ).length

export const deleteOldNotifications = async (tx: Tx, before: number): Promise<void> => {
  await tx.delete(notifications).where(lt(notifications.createdAt, before))
}

export const isKind = (name: string): name is NoticeKind => (noticeKinds as readonly string[]).includes(name)

/** What people chose, where it differs from the default, by person. */
export const choicesOf = async (
  tx: Tx,
  agentIds: readonly string[],
): Promise<Map<string, NoticePreference[]>> => {
  const rows = await tx
    .select()
    .from(notificationPreferences)
    .where(inArray(notificationPreferences.agentId, [...agentIds]))
  const found = new Map<string, NoticePreference[]>()
  for (const { agentId, kind, channel, isOn } of rows)
    if (isKind(kind)) found.set(agentId, [...(found.get(agentId) ?? []), { kind, channel, isOn }])
  return found
}

export const saveChoice = async (
  tx: Tx,
  agentId: string,
  { kind, channel, isOn }: { kind: string; channel: NoticeChannel; isOn: boolean },
): Promise<void> => {
  await tx
    .insert(notificationPreferences)
    .values({ agentId, kind, channel, isOn })
    .onConflictDoUpdate({
      target: [
        notificationPreferences.agentId,
        notificationPreferences.kind,
        notificationPreferences.channel,
      ],
      set: { isOn },
    })
}

/** Back to the defaults. */
export const forgetChoices = async (tx: Tx, agentId: string): Promise<void> => {
  await tx.delete(notificationPreferences).where(eq(notificationPreferences.agentId, agentId))
}

/** The quiet time people chose, by person. */
export const quietTimesOf = async (tx: Tx, agentIds: readonly string[]): Promise<Map<string, QuietTime>> => {
  const rows = await tx
    .select()
    .from(notificationQuiet)
    .where(inArray(notificationQuiet.agentId, [...agentIds]))
  return new Map(rows.map(({ agentId, ...quiet }) => [agentId, quiet]))
}

export const saveQuietTime = async (tx: Tx, agentId: string, quiet: QuietTime): Promise<void> => {
  const set = { mode: quiet.mode, from: quiet.from, to: quiet.to, isUrgentLoud: quiet.isUrgentLoud }
  await tx
    .insert(notificationQuiet)
    .values({ agentId, ...set })
    .onConflictDoUpdate({ target: notificationQuiet.agentId, set })
}

export interface Recipient {
  id: string
  name: string
  email: string | null
  phone: string | null
  departmentPath: string
}

/** Those of `ids` who can still sign in. */
export const recipientsOf = async (tx: Tx, ids: readonly string[]): Promise<Map<string, Recipient>> => {
  const rows = await tx
    .select({
      id: agents.id,
      name: agents.name,
      email: agents.email,
      phone: agents.phone,
      departmentPath: departments.path,
    })
    .from(agents)
    .innerJoin(departments, eq(departments.id, agents.departmentId))
    .where(and(inArray(agents.id, [...new Set(ids)]), eq(agents.isActive, true)))
  return new Map(rows.map((row) => [row.id, row]))
}

export interface TicketOfNotice {
  id: string
  number: string
  topic: string
  assigneeId: string | null
  departmentId: string
}

export const ticketsOf = async (tx: Tx, ids: readonly string[]): Promise<Map<string, TicketOfNotice>> => {
  const rows =
    ids.length === 0
      ? []
      : await tx
          .select({
            id: tickets.id,
            number: tickets.number,
            topic: tickets.topic,
            assigneeId: tickets.assigneeId,
            departmentId: tickets.departmentId,
          })
          .from(tickets)
          .where(inArray(tickets.id, [...new Set(ids)]))
  return new Map(rows.map((row) => [row.id, row]))
}

export const contactOf = async (tx: Tx, agentId: string) => {
  const [row] = await tx
    .select({ email: agents.email, phone: agents.phone })
    .from(agents)
    .where(eq(agents.id, agentId))
  return row ?? { email: null, phone: null }
}

export const saveContact = async (
  tx: Tx,
  agentId: string,
  set: { email?: string | null; phone?: string | null },
): Promise<void> => {
  if (Object.keys(set).length > 0) await tx.update(agents).set(set).where(eq(agents.id, agentId))
}
