import { useIntervalFn } from '@vueuse/core'
import { computed, ref, watch } from 'vue'
import type { ImportMapping } from '../../../contract/imports.rules'
import { api } from '../../lib/api'
import { useProblemText } from '../../lib/problem-text'
import { useImport } from './exchange.queries'

/** The steps of one import, with its mapping as it stands on the screen. */
export function useImportSteps(importId: string) {
  const problemText = useProblemText()
  const found = useImport(importId)
  const detail = computed(() => found.data.value)
  const mapping = ref<ImportMapping>({ columns: [], siteId: null, externalSystem: 'import' })
  const error = ref('')
  const isBusy = ref(false)
  const path = `/imports/${importId}`
  const kept = computed(() => JSON.stringify(detail.value?.import.mapping))
  /** The mapping on the screen is the one that was checked. */
  const isMapped = computed(() => JSON.stringify(mapping.value) === kept.value)

  watch(
    kept,
    () => {
      const record = detail.value?.import
      if (record) mapping.value = structuredClone(JSON.parse(kept.value) as ImportMapping)
    },
    { immediate: true },
  )
  useIntervalFn(() => {
    const status = detail.value?.import.status
    if (status === 'checking' || status === 'running') void found.refetch()
  }, 700)

  async function attempt(work: () => Promise<unknown>): Promise<void> {
    isBusy.value = true
    error.value = ''
    try {
      await work()
    } catch (reason) {
      error.value = problemText(reason)
    } finally {
      await found.refetch()
      isBusy.value = false
    }
  }
  const check = () =>
    attempt(async () => {
      if (!isMapped.value) await api.put(`${path}/mapping`, mapping.value)
      await api.post(`${path}/check`, {})
    })
  const run = () =>
    attempt(() => api.post(`${path}/run`, { skipBadRows: (detail.value?.import.badRows ?? 0) > 0 }))
  const cancel = () => attempt(() => api.post(`${path}/cancel`, {}))
  return { found, detail, mapping, isMapped, error, isBusy, check, run, cancel }
}
