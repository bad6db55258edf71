export const fieldKinds = ['text', 'number', 'date', 'choice', 'yes_no'] as const
export type FieldKind = (typeof fieldKinds)[number]

export type FieldValue = string | number | boolean
/** The columns a value is kept in: one per kind, the others empty. */
export interface StoredValue {
  textValue: string | null
  numberValue: number | null
  /** `YYYY-MM-DD` */
  dateValue: string | null
}

export const maxFieldText = 1000
const empty: StoredValue = { textValue: null, numberValue: null, dateValue: null }

/** True for a day that the calendar has. */
export const isDay = (text: string): boolean => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** The value in the column of its kind, or null where the kind does not take it. */
export const storeFieldValue = (
  field: { kind: FieldKind; choices: readonly string[] },
  value: FieldValue,
): StoredValue | null => {
  switch (field.kind) {
    case 'text':
      return typeof value === 'string' && value.trim() !== '' && value.length <= maxFieldText
        ? { ...empty, textValue: value.trim() }
        : null
    case 'choice':
      return typeof value === 'string' && field.choices.includes(value)
        ? { ...empty, textValue: value }
        : null
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? { ...empty, numberValue: value } : null
    case 'yes_no':
      return typeof value === 'boolean' ? { ...empty, numberValue: value ? 1 : 0 } : null
    case 'date':
      return typeof value === 'string' && isDay(value) ? { ...empty, dateValue: value } : null
  }
}

/** The value as people see it, from its columns. */
export const readFieldValue = (kind: FieldKind, stored: StoredValue): FieldValue | null => {
  if (kind === 'number') return stored.numberValue
  if (kind === 'yes_no') return stored.numberValue === null ? null : stored.numberValue !== 0
  return kind === 'date' ? stored.dateValue : stored.textValue
}
