import { compactVerify, errors } from 'jose'
import { refuse } from '../../lib/errors'

/** Who the host page says its visitor is. */
export interface HostIdentity {
  /** The host's id of the person. */
  subject: string
  name: string
  phone: string | null
  /** Unique per token: the caller keeps it and refuses a second use. */
  jti: string
  /** Milliseconds since 1970; after it the `jti` need not be kept. */
  expiresAt: number
}

/** A host signs for the moment, not for the day: a token that lives longer is refused. */
const maxLifeSeconds = 600
/** Clocks of two servers differ a little. */
const toleranceSeconds = 5

const invalid = (detail: string) => refuse('visitors.identity_invalid', detail)

const shortText = (value: unknown, max: number): string | null =>
  typeof value === 'string' && value.trim() !== '' && value.length <= max ? value.trim() : null

/**
 * Checks a host's identity token: HS256 with the site's secret, claims `sub, name, phone?, site, exp, jti`,
 * `site` this site's key, `exp` at most ten minutes ahead. Throws 403 `visitors.identity_invalid`.
 * Whether the `jti` was used before is the caller's to find out, in the transaction that uses it.
 */
export const verifyIdentity = async (
  site: { key: string; secret: string },
  jwt: string,
  now: number,
): Promise<HostIdentity> => {
  const claims = await verify(site.secret, jwt, now)
  const subject = shortText(claims.sub, 128)
  const name = shortText(claims.name, 60)
  const jti = shortText(claims.jti, 128)
  if (!subject || !name || !jti || typeof claims.exp !== 'number') {
    throw invalid('The token needs the claims sub, name, site, exp and jti.')
  }
  if (claims.site !== site.key) throw invalid('The token is for another site.')
  if (claims.exp * 1000 > now + (maxLifeSeconds + toleranceSeconds) * 1000) {
    throw invalid('The token may live for at most ten minutes.')
  }
  return {
    subject,
    name,
    phone: phoneOf(claims.phone),
    jti,
    expiresAt: claims.exp * 1000 + toleranceSeconds * 1000,
  }
}

interface Claims {
  [claim: string]: unknown
}

/** The claims of a token signed with `secret` and valid at `now`: by our clock, not by the library's. */
const verify = async (secret: string, jwt: string, now: number): Promise<Claims> => {
  const claims = parse(await signedPayload(secret, jwt))
  const seconds = now / 1000
  if (typeof claims.exp === 'number' && claims.exp + toleranceSeconds <= seconds)
    throw invalid('The token has expired.')
  if (
    claims.nbf !== undefined &&
    !(typeof claims.nbf === 'number' && claims.nbf - toleranceSeconds <= seconds)
  ) {
    throw invalid('The token is not valid yet.')
  }
  return claims
}

const signedPayload = async (secret: string, jwt: string): Promise<string> => {
  try {
    const { payload } = await compactVerify(jwt, new TextEncoder().encode(secret), { algorithms: ['HS256'] })
    return new TextDecoder().decode(payload)
  } catch (error) {
    if (error instanceof errors.JOSEError) throw invalid('The token is not signed by this site.')
    throw error
  }
}

const parse = (payload: string): Claims => {
  try {
    const claims: unknown = JSON.parse(payload)
    if (typeof claims === 'object' && claims !== null && !Array.isArray(claims)) return { ...claims }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw invalid('The token carries no claims.')
}

const phoneOf = (value: unknown): string | null => {
  if (value === undefined || value === null) return null
  if (typeof value !== 'string' || !/^\+?[0-9][0-9 -]{4,19}$/.test(value))
    throw invalid('The claim phone is not a telephone number.')
  return value
}
