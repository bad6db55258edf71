import { gatherSeconds, messageGapSeconds, type NoticeKind } from '../../../contract/notifications.rules'
import type { OutgoingChannel } from '../../../contract/outgoing.rules'
import type { Tx } from '../../../drizzle/database'
import type { Deps } from '../../lib/deps'
import { newId } from '../../lib/ids'
import { scheduleNoLater } from '../due/due.store'
import { lastQueuedAt } from '../outgoing/outgoing.store'
import { queueMail, queueSms } from '../outgoing/outgoing.usecases'
import { workingTimeOf } from '../sla/working-time.store'
import { insertLetter, type LetterRow, nextLettersAt, takeLetters } from './letters.store'
import { type LetterLine, mailOf, smsOf } from './mail-words'
import { isKind, recipientsOf } from './notifications.store'

type LetterDeps = Pick<Deps, 'clock' | 'config' | 'mail' | 'sms'>

/** Due job: what was gathered for a person wants to go out; its subject is `AGENT:CHANNEL`. */
export const lettersKind = 'notices.send'
/** The purpose under which the messages stand in the outbox. */
const purpose = 'notification'

const addressOf = (channel: OutgoingChannel, to: { email: string | null; phone: string | null }) =>
  channel === 'email' ? to.email : to.phone

/**
 * Keeps a notice for the person's next message: when their quiet time is over, a little later so that a burst
 * is one message, and some minutes after the one before. What is urgent goes at once, with what waits beside it.
 */
export const gatherLetter = async (
  tx: Tx,
  deps: LetterDeps,
  letter: Omit<LetterRow, 'id' | 'kind'> & { kind: NoticeKind },
  { address, isUrgent }: { address: string; isUrgent: boolean },
): Promise<void> => {
  const now = deps.clock.now()
  const { agentId, channel, kind, quietUntil } = letter
  await insertLetter(tx, { id: newId('ltr'), ...letter })
  const since = now - messageGapSeconds * 1000
  const last = await lastQueuedAt(tx, { channel, recipient: address, purpose, since })
  const gatheredAt = isUrgent
    ? now
    : Math.max(now + gatherSeconds(kind) * 1000, last === null ? 0 : last + messageGapSeconds * 1000)
  // In the morning nobody waits any longer: the night was long enough to gather.
  const dueAt = quietUntil > now ? quietUntil : gatheredAt
  await scheduleNoLater(tx, lettersKind, `${agentId}:${channel}`, dueAt)
}

/** Puts all that was gathered for a person into one message of the outbox. */
export const sendLetters = async (tx: Tx, deps: LetterDeps, subject: string): Promise<void> => {
  const [agentId = '', name = ''] = subject.split(':')
  const channel: OutgoingChannel = name === 'sms' ? 'sms' : 'email'
  const now = deps.clock.now()
  const letters = await takeLetters(tx, agentId, channel, now)
  const next = await nextLettersAt(tx, agentId, channel)
  if (next !== null) await scheduleNoLater(tx, lettersKind, subject, Math.max(next, now + 1))
  const to = (await recipientsOf(tx, [agentId])).get(agentId)
  const address = to ? addressOf(channel, to) : null
  // Gone, or without an address since: the inbox has it.
  if (!to || !address || letters.length === 0) return
  const { calendar } = await workingTimeOf(tx, to.departmentPath, now)
  const lines = letters.flatMap((row) => lineOf(row, deps.config.publicUrl))
  if (lines.length === 0) return
  const inbox = `${deps.config.publicUrl}/console/?inbox=open`
  if (channel === 'email')
    await queueMail(tx, deps, {
      ...mailOf(lines, { inbox, timeZone: calendar.timeZone }),
      to: address,
      purpose,
    })
  else await queueSms(tx, deps, { ...smsOf(lines, inbox), to: address, purpose })
}

const lineOf = ({ kind, number, title, page, at }: LetterRow, publicUrl: string): LetterLine[] =>
  isKind(kind) ? [{ kind, number, title, at, link: `${publicUrl}/console/${page}` }] : []
