import { ref, shallowRef, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import type { AccountabilityReport } from '../../../contract/escalations.schema'
import { api } from '../../lib/api'
import { serverNow } from '../../lib/server-clock'
import { useDepartmentChoices } from './useDepartmentChoices'

const monthOf = (at: Date): string => `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}`

/** The report of a month, in the address so that it can be passed on. */
export function useReport() {
  const route = useRoute()
  const router = useRouter()
  const text = (key: string) => (typeof route.query[key] === 'string' ? route.query[key] : '')
  const month = ref(
    /^20\d\d-(0[1-9]|1[0-2])$/.test(text('month')) ? text('month') : monthOf(new Date(serverNow())),
  )
  const departmentId = ref(/^dep_[0-9A-Za-z]{20}$/.test(text('departmentId')) ? text('departmentId') : '')
  const report = shallowRef<AccountabilityReport | null>(null)
  const error = shallowRef<unknown>(null)
  const isLoading = ref(false)
  const { choices, load: loadDepartments } = useDepartmentChoices()
  let asked = 0

  async function load(): Promise<void> {
    if (!month.value) return
    const mine = ++asked
    isLoading.value = true
    try {
      const query = { month: month.value, departmentId: departmentId.value || undefined }
      const fresh = await api.get<AccountabilityReport>('/escalations/report', { query })
      if (mine !== asked) return
      report.value = fresh
      error.value = null
    } catch (reason) {
      if (mine === asked) error.value = reason
    } finally {
      if (mine === asked) isLoading.value = false
    }
  }
  watch(
    [month, departmentId],
    () => {
      const query = {
        month: month.value,
        ...(departmentId.value ? { departmentId: departmentId.value } : {}),
      }
      void router.replace({ query })
      void load()
    },
    { immediate: true },
  )
  void loadDepartments()

  function step(by: 1 | -1): void {
    const [year = 2026, number = 1] = month.value.split('-').map(Number)
    month.value = monthOf(new Date(year, number - 1 + by, 1))
  }

  return { month, departmentId, departments: choices, report, error, isLoading, load, step }
}
