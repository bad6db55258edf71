import {
  type CompiledCalendar,
  compileCalendar,
  nextWorkingInstant,
  type WorkingCalendar,
} from '../../../contract/calendar.rules'
import {
  isWanted,
  loudHours,
  type NoticeChannel,
  type NoticeKind,
  type NoticePreference,
  type QuietTime,
  urgentLevel,
} from '../../../contract/notifications.rules'
import type { Tx } from '../../../drizzle/database'
import { system } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { newId } from '../../lib/ids'
import { audience, writeEvent } from '../events/events.store'
import { workingTimeOf } from '../sla/working-time.store'
import { gatherLetter } from './letters.usecases'
import { presentNotification } from './notifications.presenter'
import {
  countUnread,
  findUnread,
  insertNotification,
  type NotificationRow,
  type Recipient,
  saveFacts,
} from './notifications.store'

export interface Telling {
  kind: NoticeKind
  to: Recipient
  choices: readonly NoticePreference[]
  quiet: QuietTime
  eventSeq: number
  at: number
  subject: string
  ticketId: string | null
  facts: Record<string, string | number | boolean | null>
  level: number
}
type TellDeps = Pick<Deps, 'clock' | 'config' | 'mail' | 'sms'>

const dayMs = 86_400_000
/** Several catch-ups within so long are one notice. */
const digestMs = 10 * 60_000

const isOn = (it: Telling, channel: NoticeChannel): boolean => isWanted(it.choices, it.kind, channel)

const show = async (tx: Tx, it: Telling, row: NotificationRow, type: string, at: number): Promise<void> => {
  const isBrowser = isOn(it, 'browser') && (await loudFrom(tx, it, at)) <= at
  await writeEvent(tx, {
    type,
    subject: row.id,
    at,
    actor: system,
    audience: [audience.agent(it.to.id)],
    forAgents: {
      notification: presentNotification(row, isBrowser),
      unreadNotices: await countUnread(tx, it.to.id),
    },
  })
}

const dayCalendar = (calendar: WorkingCalendar, at: number): CompiledCalendar =>
  compileCalendar(calendar, at - dayMs, at + 2 * dayMs)

/** Now, or when the person's quiet time is over. */
const loudFrom = async (tx: Tx, { to, quiet, level }: Telling, now: number): Promise<number> => {
  if (quiet.mode === 'never' || (quiet.isUrgentLoud && level >= urgentLevel)) return now
  const work = await workingTimeOf(tx, to.departmentPath, now)
  const loud = quiet.mode === 'hours' ? dayCalendar(loudHours(quiet, work.calendar.timeZone), now) : work
  return nextWorkingInstant(loud, now)
}

const idsIn = (about: unknown): string[] =>
  String(about ?? '')
    .split(' ')
    .filter(Boolean)

/** Adds to the digest of the last minutes; false where there is none. */
const addToDigest = async (tx: Tx, it: Telling, now: number): Promise<boolean> => {
  const earlier = await findUnread(tx, it.to.id, 'sla_digest', now - digestMs)
  if (!earlier) return false
  const about = [...new Set([...idsIn(earlier.facts.about), ...idsIn(it.facts.about)])]
  const facts = { ...earlier.facts, about: about.join(' '), count: about.length }
  await saveFacts(tx, earlier.id, facts)
  await show(tx, it, { ...earlier, facts }, 'notification.changed', now)
  return true
}

/** Tells one person by every channel they want; once for each event. */
export const tellPerson = async (tx: Tx, deps: TellDeps, it: Telling): Promise<void> => {
  const now = deps.clock.now()
  if (it.kind === 'sla_digest' && (await addToDigest(tx, it, now))) return
  const row: NotificationRow = {
    id: newId('ntf'),
    agentId: it.to.id,
    kind: it.kind,
    ticketId: it.ticketId,
    subject: it.subject,
    facts: it.facts,
    createdAt: now,
    readAt: null,
    eventSeq: it.eventSeq,
  }
  if (isOn(it, 'inbox')) {
    if (!(await insertNotification(tx, row))) return
    await show(tx, it, row, 'notification.created', now)
  }
  // What lies back longer is read in the inbox; nobody wants a day-old text message.
  if (it.at >= now - dayMs) await sendAway(tx, deps, it, now)
}

/** Not at once: what comes at night, or in a burst, goes in one message. */
const sendAway = async (tx: Tx, deps: TellDeps, it: Telling, now: number): Promise<void> => {
  const { email, phone } = it.to
  const byMail = deps.mail && email && isOn(it, 'email')
  const bySms = deps.sms && phone && isOn(it, 'sms')
  if (!byMail && !bySms) return
  const letter = {
    agentId: it.to.id,
    kind: it.kind,
    page: pageOf(it),
    number: String(it.facts.number ?? ''),
    title: String(it.facts.title ?? ''),
    at: it.at,
    eventSeq: it.eventSeq,
    quietUntil: await loudFrom(tx, it, now),
  }
  const isUrgent = it.level >= urgentLevel
  if (byMail) await gatherLetter(tx, deps, { ...letter, channel: 'email' }, { address: email, isUrgent })
  if (bySms) await gatherLetter(tx, deps, { ...letter, channel: 'sms' }, { address: phone, isUrgent })
}

/** The page of the console a notice leads to: the matter itself rather than its ticket. */
const pageOf = ({ subject, ticketId, kind }: Telling): string => {
  if (subject.startsWith('esc_')) return `escalations/${subject}`
  if (ticketId) return `tickets/${ticketId}`
  if (kind === 'webhook_disabled') return 'admin/integrations/webhooks'
  return kind === 'sla_digest' || kind === 'export_ready' || kind === 'import_done' ? 'tickets' : 'account'
}
