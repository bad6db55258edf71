import type { Context } from 'hono'
import ipaddr from 'ipaddr.js'
import type { Deps } from '../lib/deps'
import type { AppEnv } from './env'

const socketAddress = (c: Context<AppEnv>): string | undefined => c.env?.incoming?.socket.remoteAddress

/**
 * Address of the caller. Behind `trustedHops` proxies each of them has added the address it saw to the end of
 * `X-Forwarded-For`: what stands further left was sent by the caller and is believed by nobody.
 */
export const addressOf = (c: Context<AppEnv>, deps: Pick<Deps, 'config'>): string => {
  const hops = deps.config.trustedHops
  const chain =
    hops > 0
      ? (c.req.header('x-forwarded-for') ?? '')
          .split(',')
          .map((each) => each.trim())
          .filter(Boolean)
      : []
  return chain.at(-hops) ?? chain[0] ?? socketAddress(c) ?? 'unknown'
}

/** What limits are counted by: an IPv6 network of one customer (/64) is one address, and IPv4 in IPv6 is IPv4. */
export const limitKeyOf = (address: string): string => {
  if (!ipaddr.isValid(address)) return address
  const parsed = ipaddr.process(address)
  if (parsed.kind() === 'ipv4') return parsed.toString()
  const bytes = parsed.toByteArray().map((byte, at) => (at < 8 ? byte : 0))
  return `${ipaddr.fromByteArray(bytes).toString()}/64`
}

/** True for a request made on this machine itself and not passed on by a proxy. */
export const isLocalRequest = (c: Context<AppEnv>): boolean => {
  const address = socketAddress(c)
  if (!address || !ipaddr.isValid(address) || c.req.header('x-forwarded-for') !== undefined) return false
  return ipaddr.process(address).range() === 'loopback'
}
