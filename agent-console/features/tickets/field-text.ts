import type { TicketFieldView } from '../../../contract/tickets.schema'

type Value = TicketFieldView['value']

/** A custom field's value as an input holds it; empty where there is none. */
export const textOfField = ({ value }: TicketFieldView): string =>
  value === null ? '' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value)

/** What was typed as the field's kind keeps it; null where nothing was. */
export function fieldValueOf({ kind }: TicketFieldView, typed: string): Value {
  const text = typed.trim()
  if (text === '') return null
  if (kind === 'number') return Number(text)
  return kind === 'yes_no' ? text === 'yes' : text
}
