import { useLocalStorage } from '@vueuse/core'
import { computed } from 'vue'
import { useI18n } from 'vue-i18n'
import type { TableColumn } from '../../../ui/UiDataTable.vue'

/** Columns a person may show or hide; number and topic always stand. */
export const optionalColumns = [
  'status',
  'due',
  'priority',
  'contactName',
  'assignee',
  'departmentName',
  'source',
  'rating',
  'createdAt',
  'updatedAt',
] as const
export type OptionalColumn = (typeof optionalColumns)[number]
const usual: OptionalColumn[] = ['status', 'due', 'priority', 'contactName', 'assignee', 'updatedAt']

const looks: Record<OptionalColumn, Omit<TableColumn, 'key' | 'label'>> = {
  status: { width: '112px' },
  due: { width: '132px', sortable: true },
  priority: { width: '84px', sortable: true },
  contactName: { width: '104px', secondary: true },
  assignee: { width: '120px', secondary: true },
  departmentName: { width: '140px', secondary: true },
  source: { width: '92px', secondary: true },
  rating: { width: '64px', secondary: true },
  createdAt: { width: '104px', align: 'end', sortable: true, secondary: true },
  updatedAt: { width: '104px', align: 'end', sortable: true, secondary: true },
}

/** The list's columns and row height as this person left them on this device. */
export function useColumns(canChoose: () => boolean) {
  const { t } = useI18n()
  const shown = useLocalStorage<OptionalColumn[]>('bangban.tickets.columns', usual)
  const isDense = useLocalStorage('bangban.tickets.dense', false)
  const labelOf = (key: OptionalColumn) => t(`ticketlist.columns.${key}`)
  const columns = computed<TableColumn[]>(() => [
    ...(canChoose() ? [{ key: 'chosen', label: '', width: '40px' }] : []),
    { key: 'number', label: t('tickets.number'), width: '150px' },
    { key: 'topic', label: t('tickets.topic'), fills: true },
    ...optionalColumns
      .filter((key) => shown.value.includes(key))
      .map((key) => ({ key, label: labelOf(key), ...looks[key] })),
  ])
  function toggle(key: OptionalColumn): void {
    shown.value = shown.value.includes(key)
      ? shown.value.filter((each) => each !== key)
      : [...shown.value, key]
  }
  function reset(): void {
    shown.value = [...usual]
    isDense.value = false
  }
  return { columns, shown, isDense, toggle, reset, labelOf }
}
export type Columns = ReturnType<typeof useColumns>
