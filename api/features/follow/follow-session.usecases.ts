import { createHmac } from 'node:crypto'
import {
  followCodeAttempts,
  followCodeSeconds,
  followSessionSeconds,
  plainPhone,
} from '../../../contract/follow.rules'
import type { FollowSession, OpenFollow } from '../../../contract/follow.schema'
import type { Tx } from '../../../drizzle/database'
import { limitKeyOf } from '../../http/address'
import { iso } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { newDigits, newId, newSecret, sha256 } from '../../lib/ids'
import { linkKey } from '../../lib/link-key'
import { countAttempt } from '../auth/attempts.store'
import { queueSms } from '../outgoing/outgoing.usecases'
import { findSiteByKey, type SiteRow } from '../sites/sites.store'
import type { TicketRow } from '../tickets/tickets.store'
import { loadTicketRow } from '../tickets/tickets.store'
import { dropFollowCode, insertFollowSession, putFollowCode, takeFollowCode } from './follow.store'
import { openToken } from './follow-link.usecases'
import { findTicketAt, phonesOf } from './followed.store'

type UseDeps = Pick<Deps, 'db' | 'clock' | 'sms' | 'logger'>

const hourMs = 3_600_000
/** Codes asked for in an hour, and guesses at them: kept in the database, so that a restart forgives none. */
const limits = {
  phone: { most: 5, ms: hourMs },
  number: { most: 10, ms: hourMs },
  address: { most: 20, ms: hourMs },
  guesses: { most: 30, ms: hourMs },
} as const

/** Counts one under each name; how long to wait where one of them is used up, otherwise 0. */
const waitFor = async (
  tx: Tx,
  now: number,
  named: Partial<Record<keyof typeof limits, string>>,
): Promise<number> => {
  let waitMs = 0
  for (const [kind, value] of Object.entries(named) as [keyof typeof limits, string][]) {
    const { most, ms } = limits[kind]
    const { count, expiresAt } = await countAttempt(tx, sha256(`follow ${kind} ${value}`), now, now + ms)
    if (count > most) waitMs = Math.max(waitMs, expiresAt - now)
  }
  return waitMs
}

const refuseFor = (waitMs: number): void => {
  if (waitMs > 0)
    throw refuse('request.too_many', 'Too many attempts. Please wait.', {
      retryAfter: Math.max(1, Math.ceil(waitMs / 1000)),
    })
}

const requireSite = async (tx: Tx, key: string): Promise<SiteRow> => {
  const site = await findSiteByKey(tx, key)
  if (!site?.isActive) throw refuse('sites.not_found', 'There is no such site.')
  return site
}

interface Pair {
  number: string
  phone: string
}
const codeIdOf = (siteId: string, { number, phone }: Pair): string =>
  sha256(`follow ${siteId} ${number} ${plainPhone(phone)}`)
const codeHashOf = (key: string, id: string, code: string): string =>
  createHmac('sha256', key).update(`follow-code\n${id}\n${code}`).digest('hex')

/**
 * Sends a code to the telephone given with the ticket. Whether there is such a ticket shows neither in the answer
 * nor in the time it takes: a row is written either way, and the outbox is filled after the answer.
 */
export const askFollowCode = async (
  deps: UseDeps,
  input: Pair & { site: string },
  address: string,
): Promise<{ expiresInSeconds: number }> => {
  if (!deps.sms) throw refuse('follow.unavailable', 'Text messages are not set up here.')
  const key = await linkKey(deps.db)
  const asked = await deps.db.write(async (tx) => {
    const now = deps.clock.now()
    const site = await requireSite(tx, input.site)
    const waitMs = await waitFor(tx, now, {
      address: limitKeyOf(address),
      phone: plainPhone(input.phone),
      number: input.number,
    })
    const ticket = await findTicketAt(tx, site.id, input.number)
    const phones = await phonesOf(tx, ticket?.id ?? '', ticket?.contactId ?? '')
    const phone = phones.find((each) => plainPhone(each) === plainPhone(input.phone))
    const isKnown = ticket !== null && phone !== undefined
    if (waitMs > 0) return { waitMs, send: null }
    const id = codeIdOf(site.id, input)
    const code = newDigits(6)
    await putFollowCode(tx, {
      id,
      ticketId: isKnown ? ticket.id : null,
      codeHash: codeHashOf(key, id, code),
      attempts: 0,
      expiresAt: now + followCodeSeconds * 1000,
    })
    return { waitMs: 0, send: isKnown ? { code, to: phone } : null }
  })
  refuseFor(asked.waitMs)
  if (asked.send) {
    const { code, to } = asked.send
    const params = { code, minutes: String(followCodeSeconds / 60) }
    // To the number that was given with the ticket: the same digits may be another one elsewhere (`+138…`).
    const message = { to, template: 'lookup_code', params, purpose: 'lookup_code' } as const
    void deps.db
      .write((tx) => queueSms(tx, deps, message))
      .catch((error: unknown) => deps.logger.error({ err: error }, 'a code was not put into the outbox'))
  }
  return { expiresInSeconds: followCodeSeconds }
}

/** Gives a short-lived bearer for one ticket. */
const openSession = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  ticket: TicketRow,
  via: 'link' | 'code',
): Promise<FollowSession> => {
  const now = deps.clock.now()
  const token = newSecret()
  const expiresAt = now + followSessionSeconds * 1000
  await insertFollowSession(tx, {
    id: newId('fls'),
    tokenHash: sha256(token),
    ticketId: ticket.id,
    siteId: ticket.siteId,
    via,
    createdAt: now,
    expiresAt,
  })
  return { token, number: ticket.number, expiresAt: iso(expiresAt) }
}

/** The session a right code opens, used up with it; null for a wrong, used, old or never sent one. */
const openByCode = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  key: string,
  siteId: string,
  input: Pair & { code: string },
): Promise<FollowSession | null> => {
  const id = codeIdOf(siteId, input)
  const row = await takeFollowCode(tx, id, deps.clock.now())
  const isRight = row !== null && row.codeHash === codeHashOf(key, id, input.code)
  if (!isRight || row.ticketId === null || row.attempts >= followCodeAttempts) return null
  await dropFollowCode(tx, id)
  return openSession(tx, deps, await loadTicketRow(tx, row.ticketId), 'code')
}

/** Opens a ticket for whoever has its link, or its number, telephone and code. */
export const openFollow = async (
  deps: Omit<UseDeps, 'sms'>,
  input: OpenFollow,
  address: string,
): Promise<FollowSession> => {
  const key = await linkKey(deps.db)
  if ('token' in input) {
    return deps.db.write(async (tx) => {
      const site = await requireSite(tx, input.site)
      return openSession(tx, deps, await openToken(tx, deps, key, site.id, input.token), 'link')
    })
  }
  // A wrong guess is an answer here, not an error: the transaction that counts it must be kept.
  const { waitMs, session } = await deps.db.write(async (tx) => {
    const site = await requireSite(tx, input.site)
    const wait = await waitFor(tx, deps.clock.now(), { guesses: limitKeyOf(address) })
    return { waitMs: wait, session: wait > 0 ? null : await openByCode(tx, deps, key, site.id, input) }
  })
  refuseFor(waitMs)
  if (!session) throw refuse('follow.code_invalid', 'This code is wrong, used or too old.')
  return session
}
