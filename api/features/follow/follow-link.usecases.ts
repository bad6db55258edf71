import { createHmac, timingSafeEqual } from 'node:crypto'
import { linkDaysAfterClose } from '../../../contract/follow.rules'
import type { Tx } from '../../../drizzle/database'
import type { AgentActor } from '../../lib/actor'
import type { Deps } from '../../lib/deps'
import { refuse } from '../../lib/errors'
import { linkKey } from '../../lib/link-key'
import { findSite } from '../sites/sites.store'
import { auditTicket } from '../tickets/desk.usecases'
import { loadTicket } from '../tickets/tickets.queries.store'
import { loadTicketRow, type TicketRow } from '../tickets/tickets.store'
import { linkVersionOf, revokeLinks } from './follow.store'

const dayMs = 24 * 3_600_000
/** 128 bits in hex: an address ends in a letter or digit, where text messages cut others short. */
const signatureLength = 32

const signatureOf = (key: string, ticketId: string, version: number): string =>
  createHmac('sha256', key).update(`follow\n${ticketId}\n${version}`).digest('hex').slice(0, signatureLength)

/** `ID-VERSION-SIGNATURE`: names a ticket nobody can guess, and nothing about a person. */
const tokenOf = (key: string, ticketId: string, version: number): string =>
  `${ticketId.replace(/^tkt_/, '')}-${version}-${signatureOf(key, ticketId, version)}`

/** The address in a transaction that is on; `key` was asked for before it began. */
export const followUrlWith = async (
  tx: Tx,
  deps: Pick<Deps, 'config'>,
  key: string,
  ticket: Pick<TicketRow, 'id' | 'siteId'>,
): Promise<string> => {
  const site = await findSite(tx, ticket.siteId)
  const token = tokenOf(key, ticket.id, await linkVersionOf(tx, ticket.id))
  return `${deps.config.publicUrl}/help/${site?.key ?? ''}?follow=${token}`
}

/**
 * The address by which a citizen follows the ticket without an account, until it is taken back or 180 days after
 * the ticket was closed. Not inside a transaction.
 */
export const ticketFollowUrl = async (
  deps: Pick<Deps, 'db' | 'config'>,
  ticket: Pick<TicketRow, 'id' | 'siteId'>,
): Promise<string> => {
  const key = await linkKey(deps.db)
  return deps.db.read((tx) => followUrlWith(tx, deps, key, ticket))
}

/** The ticket a token opens at this site. Throws the same 404 for a forged, a taken back and an old one. */
export const openToken = async (
  tx: Tx,
  deps: Pick<Deps, 'clock'>,
  key: string,
  siteId: string,
  token: string,
): Promise<TicketRow> => {
  const invalid = () => refuse('follow.link_invalid', 'This link is not valid, or no longer.')
  const [, id = '', version = '', signature = ''] =
    /^([0-9A-Za-z]{20})-([1-9][0-9]{0,8})-([0-9a-f]{32})$/.exec(token) ?? []
  const ticketId = `tkt_${id}`
  const expected = Buffer.from(signatureOf(key, ticketId, Number(version)))
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw invalid()
  const ticket = await loadTicketRow(tx, ticketId)
  const isOver = ticket.closedAt !== null && ticket.closedAt + linkDaysAfterClose * dayMs < deps.clock.now()
  if (ticket.siteId !== siteId || isOver || Number(version) !== (await linkVersionOf(tx, ticketId)))
    throw invalid()
  return ticket
}

/** For an agent: the link to hand to the citizen; who handed it out stands in the audit log. */
export const giveOutLink = async (
  deps: Pick<Deps, 'db' | 'config' | 'clock'>,
  actor: AgentActor,
  idOrNumber: string,
): Promise<{ url: string }> => {
  const key = await linkKey(deps.db)
  return deps.db.write(async (tx) => {
    const { ticket } = await loadTicket(tx, actor, idOrNumber)
    await auditTicket(tx, deps, actor, 'tickets.follow_link_given', ticket, {})
    return { url: await followUrlWith(tx, deps, key, ticket) }
  })
}

/** No link given out so far opens the ticket any more; the answer is a new one. */
export const takeBackLinks = async (
  deps: Pick<Deps, 'db' | 'config' | 'clock'>,
  actor: AgentActor,
  idOrNumber: string,
): Promise<{ url: string }> => {
  const key = await linkKey(deps.db)
  return deps.db.write(async (tx) => {
    const { ticket } = await loadTicket(tx, actor, idOrNumber)
    await revokeLinks(tx, ticket.id, deps.clock.now())
    await auditTicket(tx, deps, actor, 'tickets.follow_links_taken_back', ticket, {})
    return { url: await followUrlWith(tx, deps, key, ticket) }
  })
}
