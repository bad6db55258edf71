import type { DeliveryView } from '../../../contract/webhooks.schema'

/** A sentence of `integrations.log.reasons`; what the machine said stands below it, for those who look after it. */
export type DeliveryReason =
  | 'received'
  | 'moved'
  | 'unauthorised'
  | 'notFound'
  | 'gone'
  | 'tooLarge'
  | 'tooMany'
  | 'refused'
  | 'theirFault'
  | 'switchedOff'
  | 'noSuchName'
  | 'nobodyListens'
  | 'tooSlow'
  | 'certificate'
  | 'notPublic'
  | 'cutOff'
  | 'unreachable'

const ofStatus: Record<number, DeliveryReason> = {
  401: 'unauthorised',
  403: 'unauthorised',
  404: 'notFound',
  408: 'tooSlow',
  410: 'gone',
  413: 'tooLarge',
  429: 'tooMany',
  504: 'tooSlow',
}

/** What the network's or our own words mean; the first that fits. */
const ofError: readonly [RegExp, DeliveryReason][] = [
  [/switched off/i, 'switchedOff'],
  [/not on the public internet|only https/i, 'notPublic'],
  [/ENOTFOUND|EAI_AGAIN/, 'noSuchName'],
  [/ECONNREFUSED/, 'nobodyListens'],
  [/time(d)? ?out|ETIMEDOUT/i, 'tooSlow'],
  [/certificate|self.signed|ERR_TLS|altname|CERT_/i, 'certificate'],
  [/ECONNRESET|socket|other side closed|EPIPE/i, 'cutOff'],
]

/** What became of the last attempt, or nothing before the first. */
export function reasonOf({ responseStatus, error }: Pick<DeliveryView, 'responseStatus' | 'error'>) {
  if (responseStatus !== null) {
    const known = ofStatus[responseStatus]
    if (known) return known
    if (responseStatus >= 500) return 'theirFault' satisfies DeliveryReason
    if (responseStatus >= 400) return 'refused' satisfies DeliveryReason
    return responseStatus >= 300 ? ('moved' satisfies DeliveryReason) : ('received' satisfies DeliveryReason)
  }
  if (!error) return null
  return ofError.find(([words]) => words.test(error))?.[1] ?? ('unreachable' satisfies DeliveryReason)
}
