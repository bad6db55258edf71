import { createHmac, timingSafeEqual } from 'node:crypto'
import { refuse } from './errors'

/** How long a signed address works. */
export const linkSeconds = 300

/** What an address opens; each is signed apart, so that one never opens the other. */
export type LinkScope = 'document' | 'export-agent' | 'export-visitor' | 'ticket-export'

const sign = (key: string, scope: LinkScope, id: string, expiresAtSeconds: number): string =>
  createHmac('sha256', key).update(`${scope}\n${id}\n${expiresAtSeconds}`).digest('base64url')

/** The query of an address that works for five minutes from `now` (milliseconds). */
export const signLink = (
  key: string,
  scope: LinkScope,
  id: string,
  now: number,
): { query: string; expiresAt: number } => {
  const expiresAtSeconds = Math.floor(now / 1000) + linkSeconds
  return {
    query: `exp=${expiresAtSeconds}&sig=${sign(key, scope, id, expiresAtSeconds)}`,
    expiresAt: expiresAtSeconds * 1000,
  }
}

/**
 * Which of `scopes` the address was signed for. Throws 404 where the signature is not ours, 403
 * `documents.link_expired` where the time is over.
 */
export const matchLink = (
  key: string,
  scopes: readonly LinkScope[],
  id: string,
  link: { exp: number; sig: string },
  now: number,
): LinkScope => {
  const given = Buffer.from(link.sig)
  const found = scopes.find((scope) => {
    const expected = Buffer.from(sign(key, scope, id, link.exp))
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
  if (!found) throw refuse('documents.not_found', 'There is nothing at this address.')
  if (link.exp * 1000 < now)
    throw refuse('documents.link_expired', 'This address has expired. Ask for a new one.')
  return found
}

export const checkLink = (
  key: string,
  scope: LinkScope,
  id: string,
  link: { exp: number; sig: string },
  now: number,
): void => {
  matchLink(key, [scope], id, link, now)
}
