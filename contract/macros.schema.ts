import { z } from 'zod'
import { id, text } from './common.schema'
import { macroActions } from './macros.rules'
import { operationView } from './operations.schema'
import { maxReplyLength } from './tickets.rules'
import { ticketChange } from './tickets.schema'

const step = z.strictObject({ action: z.enum(macroActions), value: z.string().min(1).max(60) })
const steps = z.array(step).max(12)

/** A canned reply; with steps, a macro. */
export const macroView = z.strictObject({
  id: id('mac'),
  name: z.string(),
  reply: z.string(),
  steps: z.array(z.strictObject({ action: z.enum(macroActions), value: z.string(), label: z.string() })),
  /** Shared with this department and those below; null: only its owner's. */
  department: z.strictObject({ id: id('dep'), name: z.string() }).nullable(),
  owner: z.strictObject({ id: id('agt'), name: z.string() }).nullable(),
  isActive: z.boolean(),
  canEdit: z.boolean(),
})
export type MacroView = z.infer<typeof macroView>
export const macroList = z.strictObject({ items: z.array(macroView) })

const replyText = text(maxReplyLength)
export const createMacro = z.strictObject({
  name: text(60, 1),
  /** Empty where the macro only changes things. */
  reply: replyText,
  departmentId: id('dep').nullable().optional(),
  steps: steps.optional(),
  isActive: z.boolean().optional(),
})
export type CreateMacro = z.infer<typeof createMacro>
export const updateMacro = createMacro.partial()
export type UpdateMacro = z.infer<typeof updateMacro>
export const orderBody = <P extends string>(prefix: P) =>
  z.strictObject({ ids: z.array(id(prefix)).min(1).max(200) })
export const macroParams = z.strictObject({ id: id('mac') })

/** Whom and where the steps of a macro may name. */
export const macroChoices = z.strictObject({
  people: z.array(z.strictObject({ id: id('agt'), name: z.string(), departmentName: z.string() })),
  departments: z.array(z.strictObject({ id: id('dep'), name: z.string() })),
})
export type MacroChoices = z.infer<typeof macroChoices>

/** Those that fit a ticket, with the text as it would be sent. */
export const ticketMacros = z.strictObject({
  items: z.array(z.strictObject({ macro: macroView, text: z.string() })),
})
export type TicketMacros = z.infer<typeof ticketMacros>

export const applyMacroBody = z.strictObject({
  /** The reply as the agent changed it; left out: the macro's own. */
  text: replyText.optional(),
  lastReplyId: id('rpl').nullable().optional(),
  force: z.boolean().optional(),
})
export type ApplyMacroBody = z.infer<typeof applyMacroBody>

export const macroApplied = z.strictObject({
  ...ticketChange.shape,
  /** Undoes the changes, not the reply; null where nothing changed. */
  operation: operationView.nullable(),
})
export type MacroApplied = z.infer<typeof macroApplied>
