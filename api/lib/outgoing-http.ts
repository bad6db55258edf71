import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Agent, buildConnector, request } from 'undici'
import { readStart } from './sms'

type Range = ReturnType<typeof ipaddr.parseCIDR>

export interface OutgoingAnswer {
  status: number
  /** Its beginning. */
  text: string
}

/** Posts JSON to an address that somebody typed in; throws where nobody answers or the address is refused. */
export interface OutgoingHttp {
  post(url: string, headers: Record<string, string>, body: string): Promise<OutgoingAnswer>
  /** Why the address is refused before anything is tried, or null. */
  refusal(url: string): string | null
}

const connectMs = 5_000
const totalMs = 15_000
const maxAnswerBytes = 1024

export const isRange = (text: string): boolean => ipaddr.isValidCIDR(text)

/** `::ffff:10.0.0.1` means 10.0.0.1. */
const plain = (address: string) => {
  const parsed = ipaddr.parse(address)
  return parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed
}

const isIn = (address: string, ranges: readonly Range[]): boolean => {
  const parsed = plain(address)
  return ranges.some(([net, bits]) => parsed.kind() === net.kind() && parsed.match([net, bits] as never))
}

/** All that is given out of IPv6; `::127.0.0.1` and other leftovers lie outside. */
const globalIPv6 = ipaddr.IPv6.parseCIDR('2000::/3')

/** Only the open internet is `unicast`: loopback, private, link-local, CGNAT, ULA, tunnels and the rest are not. */
const isPublic = (address: string): boolean => {
  const parsed = plain(address)
  return parsed.range() === 'unicast' && (parsed instanceof ipaddr.IPv4 || parsed.match(globalIPv6))
}

class AddressRefused extends Error {}
const refused = (address: string) =>
  new AddressRefused(`The address ${address} is not on the public internet (see WEBHOOK_ALLOW_PRIVATE).`)

/** A lookup that hands on only addresses for which `mayReach` holds; fails where none is left. */
const guardedLookup =
  (lookup: typeof systemLookup, mayReach: (address: string) => boolean): LookupFunction =>
  (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = (error ? [] : found) as LookupAddress[]
      const allowed = addresses.filter((each) => mayReach(each.address))
      const [first] = allowed
      if (error) callback(error, [])
      else if (!first) callback(refused(addresses[0]?.address ?? hostname), [])
      else if (options.all) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }

/**
 * Guards the address when the connection is made, not before: a name that answers with another address the
 * second time (DNS rebinding) gains nothing. Redirects are not followed, answers are cut off, time is limited.
 * `http:` reaches only the allowed private networks.
 */
export const createOutgoingHttp = ({
  allowPrivate,
  lookup = systemLookup,
}: {
  allowPrivate: readonly string[]
  lookup?: typeof systemLookup
}): OutgoingHttp => {
  const ranges = allowPrivate.map((each) => ipaddr.parseCIDR(each))
  const isAllowed = (address: string) => isIn(address, ranges)
  const connectors = {
    'https:': { mayReach: (address: string) => isPublic(address) || isAllowed(address) },
    'http:': { mayReach: isAllowed },
  }
  const agentOf = ({ mayReach }: { mayReach: (address: string) => boolean }): Agent => {
    const connect = buildConnector({ timeout: connectMs, lookup: guardedLookup(lookup, mayReach) })
    return new Agent({
      connect(options, callback) {
        // A literal address is connected to without any lookup.
        const host = options.hostname.replace(/^\[|\]$/g, '')
        if (ipaddr.isValid(host) && !mayReach(host)) callback(refused(host), null)
        else connect(options, callback)
      },
      headersTimeout: totalMs,
      bodyTimeout: totalMs,
      connections: 4,
      // What was allowed once is asked again for every few deliveries.
      keepAliveTimeout: 4_000,
      keepAliveMaxTimeout: 10_000,
    })
  }
  const agents = { 'https:': agentOf(connectors['https:']), 'http:': agentOf(connectors['http:']) }

  return {
    refusal(text) {
      if (!URL.canParse(text)) return 'This is not an address.'
      const url = new URL(text)
      if (url.username || url.password) return 'An address must not carry a password.'
      if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'Only https:// is possible.'
      if (url.protocol === 'http:' && ranges.length === 0) return 'Only https:// is possible.'
      const host = url.hostname.replace(/^\[|\]$/g, '')
      if (ipaddr.isValid(host) && !connectors[url.protocol].mayReach(host)) return refused(host).message
      return null
    },
    async post(url, headers, body) {
      const { protocol } = new URL(url)
      if (protocol !== 'https:' && protocol !== 'http:')
        throw new AddressRefused('Only https:// is possible.')
      const answer = await request(url, {
        method: 'POST',
        dispatcher: agents[protocol],
        headers: { 'content-type': 'application/json', 'user-agent': 'Bangban', ...headers },
        body,
        signal: AbortSignal.timeout(totalMs),
      })
      return { status: answer.statusCode, text: await readStart(answer.body, maxAnswerBytes) }
    },
  }
}
