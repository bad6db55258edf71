import { z } from 'zod'
import { id, instant, moment, page, text } from './common.schema'
import { keyScopes } from './keys.rules'

export const keyView = z.strictObject({
  id: id('key'),
  name: z.string(),
  /** The first characters, to tell keys apart. */
  prefix: z.string(),
  scopes: z.array(z.enum(keyScopes)),
  departmentId: id('dep'),
  departmentName: z.string(),
  perMinute: z.number().int(),
  /** The same for keys that replaced each other: the numbers of other systems are theirs together. */
  sourceId: id('key'),
  createdAt: instant,
  expiresAt: instant.nullable(),
  lastUsedAt: instant.nullable(),
  revokedAt: instant.nullable(),
})
export type KeyView = z.infer<typeof keyView>
export const keyPage = page(keyView)
export const createKeyBody = z.strictObject({
  name: text(60, 1),
  scopes: z.array(z.enum(keyScopes)).min(1).max(keyScopes.length),
  /** It reaches tickets of this department and below. */
  departmentId: id('dep'),
  expiresAt: moment.meta({ format: 'date-time', example: '2027-11-21T08:30:00.000Z' }).optional(),
  perMinute: z.number().int().min(1).max(6000).optional(),
  /** The key whose place it takes: tickets handed over by that one are its own, too. */
  replacesId: id('key').optional(),
})
export type CreateKeyBody = z.infer<typeof createKeyBody>
/** The key is shown once. */
export const createdKey = z.strictObject({ key: keyView, token: z.string() })
export type CreatedKey = z.infer<typeof createdKey>
