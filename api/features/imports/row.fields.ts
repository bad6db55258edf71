import {
  type ImportMapping,
  type ImportProblemCode,
  isImportField,
  isSameField,
} from '../../../contract/imports.rules'
import {
  type FieldValue,
  isDay,
  type StoredValue,
  storeFieldValue,
} from '../../../contract/ticket-fields.rules'
import type { CustomField } from './lookups.store'

/** A value of a custom field, ready to be kept. */
export interface ReadField {
  fieldId: string
  value: StoredValue
}
export const yesWords = ['是', 'yes', 'true', '1', 'y', '√']
export const noWords = ['否', 'no', 'false', '0', 'n']

const dayWritten = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/

const readDay = (text: string): string | null => {
  const [, year = '', month = '', day = ''] = dayWritten.exec(text) ?? []
  const found = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  return isDay(found) ? found : null
}

/** A value as people write it: `1,234.5`, `2026年11月5日`, `是`; null where the kind does not take it. */
const readValue = (field: CustomField, text: string): FieldValue | null => {
  const plain = text.normalize('NFKC').trim()
  switch (field.kind) {
    case 'number': {
      const digits = plain.replace(/,(?=\d{3})/g, '')
      return /^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(digits) ? Number(digits) : null
    }
    case 'date':
      return readDay(plain)
    case 'yes_no': {
      const word = plain.toLowerCase()
      return yesWords.includes(word) ? true : noWords.includes(word) ? false : null
    }
    case 'choice':
      return field.choices.find((choice) => choice === text || choice === plain) ?? null
    case 'text':
      return text
  }
}

/** What is wrong with a value that its kind does not take. */
const whyNot: Record<CustomField['kind'], ImportProblemCode> = {
  text: 'too_long',
  number: 'not_a_number',
  date: 'date_invalid',
  choice: 'choice_unknown',
  yes_no: 'flag_unknown',
}

/**
 * The custom fields of a row. A column stands for the fields of its name: the row's topic decides which, its own
 * before the one of every ticket. A word for a topic that has no such field is a problem, an empty cell is not.
 */
export const readFields = (
  cellOf: (at: number) => string,
  mapping: ImportMapping,
  fields: readonly CustomField[],
  serviceItemId: string | null,
  complain: (field: string, code: ImportProblemCode, value: string) => unknown,
): ReadField[] => {
  const read = new Map<string, StoredValue>()
  for (const [at, target] of mapping.columns.entries()) {
    const text = cellOf(at)
    if (!target || isImportField(target) || text === '') continue
    const named = fields.find((each) => each.id === target)
    const same = named ? fields.filter((each) => isSameField(each, named)) : []
    const field =
      same.find((each) => each.serviceItemId !== null && each.serviceItemId === serviceItemId) ??
      same.find((each) => each.serviceItemId === null)
    const value = field ? readValue(field, text) : null
    const stored = field && value !== null ? storeFieldValue(field, value) : null
    if (!field) complain(target, 'field_elsewhere', text)
    else if (!stored) complain(target, whyNot[field.kind], text)
    else if (!read.has(field.id)) read.set(field.id, stored)
  }
  return [...read].map(([fieldId, value]) => ({ fieldId, value }))
}
