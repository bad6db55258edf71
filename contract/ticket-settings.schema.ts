import { z } from 'zod'
import { id, text } from './common.schema'
import { fieldKinds } from './ticket-fields.rules'
import { maxTagLength, ticketStatuses } from './tickets.rules'

/** A field of tickets as its administrator sees it. */
export const fieldSetting = z.strictObject({
  id: id('fld'),
  label: z.string(),
  labelEn: z.string(),
  kind: z.enum(fieldKinds),
  choices: z.array(z.string()),
  isRequired: z.boolean(),
  isActive: z.boolean(),
  /** Null: on every ticket. */
  serviceItem: z.strictObject({ id: id('itm'), name: z.string() }).nullable(),
  /** False where it holds beyond the reader's department and those below. */
  canEdit: z.boolean(),
})
export type FieldSetting = z.infer<typeof fieldSetting>
export const fieldSettings = z.strictObject({
  items: z.array(fieldSetting),
  /** To which items the reader may give fields. */
  serviceItems: z.array(z.strictObject({ id: id('itm'), name: z.string() })),
})
export type FieldSettings = z.infer<typeof fieldSettings>

const choices = z.array(text(60, 1)).max(50)
export const createField = z.strictObject({
  label: text(60, 1),
  labelEn: text(60).optional(),
  kind: z.enum(fieldKinds),
  choices: choices.optional(),
  isRequired: z.boolean().optional(),
  serviceItemId: id('itm').nullable().optional(),
})
export type CreateField = z.infer<typeof createField>
/** A field's kind stays: its values are kept by it. It is switched off, never deleted. */
export const updateField = z.strictObject({
  label: text(60, 1).optional(),
  labelEn: text(60).optional(),
  choices: choices.optional(),
  isRequired: z.boolean().optional(),
  isActive: z.boolean().optional(),
  serviceItemId: id('itm').nullable().optional(),
})
export type UpdateField = z.infer<typeof updateField>
export const fieldParams = z.strictObject({ id: id('fld') })

/** A status in an administrator's words. */
export const statusWords = z.strictObject({ label: text(20, 1), labelEn: text(40, 1) })
export type StatusWords = z.infer<typeof statusWords>
/** What an administrator calls a status; those left alone have the words of the language file. */
export const statusLabel = statusWords.extend({ status: z.enum(ticketStatuses) })
export type StatusLabel = z.infer<typeof statusLabel>
export const statusLabels = z.strictObject({ items: z.array(statusLabel).max(ticketStatuses.length) })
export type StatusLabels = z.infer<typeof statusLabels>

export const tagUse = z.strictObject({ id: id('tag'), name: z.string(), ticketCount: z.number().int() })
export type TagUse = z.infer<typeof tagUse>
export const tagUses = z.strictObject({ items: z.array(tagUse) })
export const tagParams = z.strictObject({ id: id('tag') })
export const renameTagBody = z.strictObject({ name: text(maxTagLength, 1) })
export const mergeTagBody = z.strictObject({ intoId: id('tag') })
