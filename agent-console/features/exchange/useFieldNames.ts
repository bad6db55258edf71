import { useI18n } from 'vue-i18n'
import { isImportField } from '../../../contract/imports.rules'
import type { ImportDetail } from '../../../contract/imports.schema'

/** What a column of a file becomes, in words: a fixed field, or a custom one by its name. */
export function useFieldNames(fields: () => ImportDetail['fields']) {
  const { t, locale } = useI18n()
  return (target: string): string => {
    if (isImportField(target)) return t(`exchange.columns.${target}`)
    const custom = fields().find((each) => each.id === target)
    if (!custom) return t('exchange.imports.fieldGone')
    return locale.value === 'en' ? custom.labelEn : custom.label
  }
}
