/** What a key of another program may do. */
export const keyScopes = ['tickets:create', 'tickets:read', 'tickets:reply', 'webhooks:manage'] as const
export type KeyScope = (typeof keyScopes)[number]

export const keyPrefix = 'bbk_'
/** Requests per minute of a new key. */
export const defaultPerMinute = 120
