import { messagePauseAfter, outgoingTransitions, type SmsTemplate } from '../../../contract/outgoing.rules'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import type { MailAttachment } from '../../../drizzle/schema/index'
import type { Deps } from '../../lib/deps'
import { newId } from '../../lib/ids'
import type { Mail } from '../../lib/mail'
import { schedule } from '../due/due.store'
import {
  findOutgoing,
  insertOutgoing,
  moveOutgoing,
  type OutgoingRow,
  readSmsTemplates,
} from './outgoing.store'

/** Due job: an e-mail or a text message wants to be sent. */
export const sendKind = 'outgoing.send'

interface Queued {
  purpose: string
  /** Not before; now where left out. */
  dueAt?: number
}

const queue = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  row: Pick<OutgoingRow, 'channel' | 'recipient' | 'content'>,
  { purpose, dueAt }: Queued,
): Promise<string> => {
  const now = deps.clock.now()
  const id = newId('out')
  await insertOutgoing(tx, {
    ...row,
    id,
    purpose,
    state: 'waiting',
    createdAt: now,
    dueAt: Math.max(now, dueAt ?? now),
  })
  await schedule(tx, sendKind, id, Math.max(now, dueAt ?? now))
  return id
}

/** Puts an e-mail into the outbox, in the transaction of what it tells; it is sent afterwards. */
export const queueMail = (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  mail: Omit<Mail, 'id' | 'files'> & { attachment?: MailAttachment } & Queued,
): Promise<string> =>
  queue(
    tx,
    deps,
    {
      channel: 'email',
      recipient: mail.to,
      content: {
        subject: mail.subject,
        text: mail.text,
        html: mail.html,
        ...(mail.attachment ? { attachment: mail.attachment } : {}),
      },
    },
    mail,
  )

/**
 * Puts a text message into the outbox, in the transaction of what it tells. `params` fill the template named
 * for `template` by the administrator; see `smsTemplateParams`.
 */
export const queueSms = (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  sms: { to: string; template: SmsTemplate; params: Record<string, string> } & Queued,
): Promise<string> =>
  queue(
    tx,
    deps,
    { channel: 'sms', recipient: sms.to, content: { template: sms.template, params: sms.params } },
    sms,
  )

/**
 * Sends one message of the outbox and writes down what became of it. Returns when to try again, or nothing.
 * At least once: a process that dies between the server's "taken" and our commit sends it again, under the
 * same Message-ID.
 */
export const sendOutgoing = async (deps: Deps, id: string): Promise<number | undefined> => {
  const row = await deps.db.read((tx) => findOutgoing(tx, id))
  if (row?.state !== 'waiting') return undefined
  const error = await trySending(deps, row)
  const now = deps.clock.now()
  const attempts = row.attempts + 1
  if (error === null) {
    const set = { state: 'sent', attempts, finishedAt: now, error: null } as const
    await deps.db.write((tx) => moveOutgoing(tx, id, 'waiting', set))
    return undefined
  }
  deps.logger.warn({ outgoing: id, channel: row.channel, attempts, error }, 'not sent')
  const pause = messagePauseAfter(attempts)
  const state = pause === null ? nextState(outgoingTransitions, 'waiting', 'fail') : 'waiting'
  await deps.db.write((tx) =>
    moveOutgoing(tx, id, 'waiting', {
      attempts,
      error,
      ...(state === 'failed' ? { state, finishedAt: now } : {}),
      ...(pause === null ? {} : { dueAt: now + pause }),
    }),
  )
  return pause === null ? undefined : now + pause
}

/** Null where it was taken, else why not. */
const trySending = async (deps: Deps, { id, channel, recipient, content }: OutgoingRow) => {
  try {
    if ('subject' in content) {
      if (!deps.mail) return 'No mail server is configured (SMTP_URL).'
      const { attachment, ...words } = content
      const files = attachment
        ? [{ name: attachment.fileName, content: deps.files.open(attachment.sha256) }]
        : []
      await deps.mail.send({ id, to: recipient, ...words, files })
    } else {
      if (!deps.sms) return 'No SMS gateway is configured (SMS_URL).'
      const names = await deps.db.read(readSmsTemplates)
      const template = names[content.template] ?? content.template
      await deps.sms.send({ id, to: recipient, template, params: content.params })
    }
    return null
  } catch (error) {
    deps.logger.debug({ err: error, channel }, 'the server refused')
    return (error instanceof Error ? error.message : String(error)).slice(0, 500)
  }
}
