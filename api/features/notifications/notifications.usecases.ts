import {
  defaultQuiet,
  isLocked,
  isWanted,
  type NoticePreference,
  preferencesFrom,
} from '../../../contract/notifications.rules'
import type {
  NoticeSettings,
  NoticeSettingsBody,
  NotificationPage,
} from '../../../contract/notifications.schema'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { writeAudit } from '../audit/audit.store'
import { audience, currentCursor, writeEvent } from '../events/events.store'
import { presentNotification } from './notifications.presenter'
import {
  choicesOf,
  contactOf,
  countUnread,
  forgetChoices,
  listNotifications,
  markRead,
  quietTimesOf,
  saveChoice,
  saveContact,
  saveQuietTime,
} from './notifications.store'

const ownChoices = async (tx: Tx, agentId: string) => (await choicesOf(tx, [agentId])).get(agentId) ?? []

/** A page of the own inbox. */
export const pageNotifications = async (
  tx: Tx,
  actor: AgentActor,
  query: { isUnreadOnly: boolean; after: { createdAt: number; id: string } | null; limit: number },
): Promise<NotificationPage> => {
  const { limit } = query
  const rows = await listNotifications(tx, { ...query, agentId: actor.id, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const choices = await ownChoices(tx, actor.id)
  return {
    items: shown.map((row) => {
      const view = presentNotification(row, false)
      return { ...view, isBrowser: isWanted(choices, view.kind, 'browser') }
    }),
    nextCursor: rows.length > limit && last ? `${last.createdAt}.${last.id}` : null,
    unread: await countUnread(tx, actor.id),
    cursor: await currentCursor(tx),
  }
}

/** Marks own notices read, here and in the person's other windows. */
export const readNotifications = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  actor: AgentActor,
  ids: readonly string[] | 'all',
): Promise<{ unread: number }> => {
  const at = deps.clock.now()
  const changed = ids.length === 0 ? 0 : await markRead(tx, actor.id, ids, at)
  const unread = await countUnread(tx, actor.id)
  if (changed > 0)
    await writeEvent(tx, {
      type: 'notification.read',
      subject: actor.id,
      at,
      actor,
      audience: [audience.agent(actor.id)],
      forAgents: { readNotices: ids === 'all' ? ids : [...ids], unreadNotices: unread },
    })
  return { unread }
}

export const readNoticeSettings = async (
  tx: Tx,
  deps: Pick<Deps, 'mail' | 'sms'>,
  actor: AgentActor,
): Promise<NoticeSettings> => ({
  preferences: preferencesFrom(await ownChoices(tx, actor.id)).map((each) => ({
    ...each,
    isLocked: isLocked(each.kind, each.channel),
  })),
  quiet: (await quietTimesOf(tx, [actor.id])).get(actor.id) ?? defaultQuiet,
  ...(await contactOf(tx, actor.id)),
  isMailAvailable: deps.mail !== null,
  isSmsAvailable: deps.sms !== null,
})

/** What one answers for cannot be switched off. */
const requireFree = (choices: readonly NoticePreference[]): void => {
  const at = choices.findIndex((each) => !each.isOn && isLocked(each.kind, each.channel))
  if (at < 0) return
  const message = `${choices[at]?.kind} stays in the inbox: somebody answers for it.`
  throw refuse('notifications.must_have', message, {
    errors: [{ path: `body.preferences.${at}.isOn`, message }],
  })
}

/** What the person wants to hear of and how, and where to reach them. */
export const saveNoticeSettings = async (
  tx: Tx,
  deps: Pick<Deps, 'clock' | 'mail' | 'sms'>,
  actor: AgentActor,
  input: NoticeSettingsBody,
): Promise<NoticeSettings> => {
  requireFree(input.preferences ?? [])
  if (input.isReset) await forgetChoices(tx, actor.id)
  for (const choice of input.preferences ?? []) await saveChoice(tx, actor.id, choice)
  if (input.quiet) await saveQuietTime(tx, actor.id, input.quiet)
  const { email, phone } = input
  const contact = { ...(email === undefined ? {} : { email }), ...(phone === undefined ? {} : { phone }) }
  if (Object.keys(contact).length > 0) {
    await saveContact(tx, actor.id, contact)
    const data = { fields: Object.keys(contact) }
    await writeAudit(tx, {
      at: deps.clock.now(),
      actor,
      action: 'agents.contact_changed',
      thing: actor.id,
      data,
    })
  }
  return readNoticeSettings(tx, deps, actor)
}
