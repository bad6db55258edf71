import { type OutgoingChannel, outgoingTransitions, smsTemplates } from '../../../contract/outgoing.rules'
import type { MessagingView, OutgoingView } from '../../../contract/outgoing.schema'
import { nextState } from '../../../contract/transitions.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { loadAgent } from '../agents/agents.store'
import { writeAudit } from '../audit/audit.store'
import { schedule } from '../due/due.store'
import {
  findOutgoing,
  listOutgoing,
  moveOutgoing,
  type OutgoingRow,
  readSmsTemplates,
  saveSmsTemplates,
} from './outgoing.store'
import { queueMail, queueSms, sendKind } from './outgoing.usecases'

type MessagingDeps = Pick<Deps, 'clock' | 'config' | 'mail' | 'sms'>

/** `wang@example.org` → `wa…@example.org`, `13800000000` → `138…0000`. */
const shortened = (recipient: string): string => {
  const [name = '', domain] = recipient.split('@')
  return domain ? `${name.slice(0, 2)}…@${domain}` : `${recipient.slice(0, 3)}…${recipient.slice(-4)}`
}

const present = (row: OutgoingRow): OutgoingView => ({
  id: row.id,
  channel: row.channel,
  recipient: shortened(row.recipient),
  purpose: row.purpose,
  state: row.state,
  attempts: row.attempts,
  createdAt: iso(row.createdAt),
  dueAt: iso(row.dueAt),
  finishedAt: iso(row.finishedAt),
  error: row.error,
})

/** How mail and SMS are set up. Passwords and tokens never leave. */
export const describeMessaging = async (tx: Tx, deps: MessagingDeps): Promise<MessagingView> => {
  const { mail, sms } = deps.config
  const named = await readSmsTemplates(tx)
  return {
    mail: {
      isConfigured: deps.mail !== null,
      host: mail ? new URL(mail.url).host : null,
      from: mail?.from ?? null,
    },
    sms: {
      isConfigured: deps.sms !== null,
      host: sms ? new URL(sms.url).host : null,
      templates: Object.fromEntries(
        smsTemplates.map((name) => [name, named[name] ?? '']),
      ) as MessagingView['sms']['templates'],
    },
  }
}

/** Names the gateway's templates; an empty name means ours. */
export const nameSmsTemplates = async (
  tx: Tx,
  deps: MessagingDeps,
  actor: AgentActor,
  templates: Partial<Record<string, string>>,
): Promise<MessagingView> => {
  const merged = { ...(await readSmsTemplates(tx)), ...templates }
  const named = Object.entries(merged).flatMap(([name, value]) =>
    value?.trim() ? [[name, value.trim()]] : [],
  )
  await saveSmsTemplates(tx, Object.fromEntries(named))
  await writeAudit(tx, {
    at: deps.clock.now(),
    actor,
    action: 'sms.templates_changed',
    thing: 'sms',
    data: { ...templates },
  })
  return describeMessaging(tx, deps)
}

/** Sends a test to the caller's own address, and only there. */
export const sendTest = async (
  tx: Tx,
  deps: MessagingDeps,
  actor: AgentActor,
  channel: OutgoingChannel,
): Promise<OutgoingView> => {
  const { email, phone } = await loadAgent(tx, actor, actor.id)
  const id = channel === 'email' ? await testMail(tx, deps, email) : await testSms(tx, deps, phone)
  await writeAudit(tx, {
    at: deps.clock.now(),
    actor,
    action: channel === 'email' ? 'mail.tested' : 'sms.tested',
    thing: id,
  })
  return present(await rowOf(tx, id))
}

const testMail = (tx: Tx, deps: MessagingDeps, to: string | null): Promise<string> => {
  if (!deps.mail) throw refuse('mail.not_configured', 'No mail server is configured (SMTP_URL).')
  if (!to) throw refuse('account.email_missing', 'Your account has no e-mail address.')
  return queueMail(tx, deps, {
    to,
    subject: '帮办测试邮件 · Bangban test',
    text: '邮件发送正常。\nE-mail works.',
    html: '<p>邮件发送正常。<br>E-mail works.</p>',
    purpose: 'test',
  })
}

const testSms = (tx: Tx, deps: MessagingDeps, to: string | null): Promise<string> => {
  if (!deps.sms) throw refuse('sms.not_configured', 'No SMS gateway is configured (SMS_URL).')
  if (!to) throw refuse('account.phone_missing', 'Your account has no telephone number.')
  return queueSms(tx, deps, { to, template: 'test', params: { text: '短信发送正常' }, purpose: 'test' })
}

const rowOf = async (tx: Tx, id: string): Promise<OutgoingRow> => {
  const row = await findOutgoing(tx, id)
  if (!row) throw refuse('request.not_found', 'There is no such message.')
  return row
}

export const pageOutgoing = async (
  tx: Tx,
  query: { channel: OutgoingChannel; after: { createdAt: number; id: string } | null; limit: number },
): Promise<{ items: OutgoingView[]; nextCursor: string | null }> => {
  const rows = await listOutgoing(tx, { ...query, limit: query.limit + 1 })
  const shown = rows.slice(0, query.limit)
  const last = shown.at(-1)
  return {
    items: shown.map(present),
    nextCursor: rows.length > query.limit && last ? `${last.createdAt}.${last.id}` : null,
  }
}

/** Tries a message again that was given up. */
export const retryOutgoing = async (
  tx: Tx,
  deps: MessagingDeps,
  actor: AgentActor,
  id: string,
): Promise<OutgoingView> => {
  const row = await rowOf(tx, id)
  const to = nextState(outgoingTransitions, row.state, 'retry')
  if (!to) throw refuse('request.conflict', `A message that is ${row.state} is not sent again.`)
  const at = deps.clock.now()
  await moveOutgoing(tx, id, row.state, { state: to, attempts: 0, dueAt: at, finishedAt: null })
  await schedule(tx, sendKind, id, at)
  await writeAudit(tx, { at, actor, action: 'outgoing.retried', thing: id, data: { channel: row.channel } })
  return present(await rowOf(tx, id))
}
