import { z } from 'zod'
import { id, instant, text } from './common.schema'
import { maxItemNameLength } from './service-items.rules'

/** A service item as its administrator sees it. */
export const managedItem = z.strictObject({
  id: id('itm'),
  name: z.string(),
  nameEn: z.string(),
  departmentId: id('dep'),
  departmentName: z.string(),
  /** False: retired. It stays on the tickets that have it and is offered for no new one. */
  isActive: z.boolean(),
  createdAt: instant,
})
export type ManagedItem = z.infer<typeof managedItem>
export const managedItemList = z.strictObject({ items: z.array(managedItem) })

const name = text(maxItemNameLength, 1)
export const addServiceItemBody = z.strictObject({
  name,
  /** Left out: the same as `name`. */
  nameEn: text(maxItemNameLength).optional(),
  departmentId: id('dep'),
})
export type AddServiceItem = z.infer<typeof addServiceItemBody>
export const changeServiceItemBody = z.strictObject({
  name: name.optional(),
  nameEn: text(maxItemNameLength).optional(),
  /** Who handles it from now on; tickets that have it stay where they are. */
  departmentId: id('dep').optional(),
  isActive: z.boolean().optional(),
})
export type ChangeServiceItem = z.infer<typeof changeServiceItemBody>

/** A service item as colleagues choose it, or recognise it on a ticket. */
export const knownItem = z.strictObject({
  id: id('itm'),
  /** In the language that was asked for. */
  name: z.string(),
  departmentName: z.string(),
  /** False: retired; to be found by, and offered for nothing new. */
  isActive: z.boolean(),
})
export type KnownItem = z.infer<typeof knownItem>
export const knownItemList = z.strictObject({ items: z.array(knownItem) })
