import { onMounted, reactive, ref, shallowRef, watch } from 'vue'
import type { LocationQuery } from 'vue-router'
import type { DashboardView } from '../../../contract/dashboard.schema'
import { addDays } from '../../../contract/figures.rules'
import { type ReportGroup, reportGroups } from '../../../contract/reports.rules'
import type { ReportView } from '../../../contract/reports.schema'
import { api } from '../../lib/api'
import { serverNow } from '../../lib/server-clock'

const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined)

/** The report as asked for in the address; a newer question silences the answer to an older one. */
export function useReport(asked: LocationQuery) {
  const today = new Date(serverNow()).toISOString().slice(0, 10)
  const query = reactive<{
    from: string
    to: string
    by: ReportGroup
    departmentId: string | undefined
    siteId: string | undefined
  }>({
    from: text(asked.from) ?? addDays(today, -29),
    to: text(asked.to) ?? today,
    by: reportGroups.find((each) => each === asked.by) ?? 'department',
    departmentId: text(asked.departmentId),
    siteId: text(asked.siteId),
  })
  const report = shallowRef<ReportView>()
  const departments = shallowRef<{ value: string; label: string }[]>([])
  const sites = shallowRef<{ value: string; label: string }[]>([])
  const error = shallowRef<unknown>(null)
  const isLoading = ref(false)
  let abort = new AbortController()

  async function load(): Promise<void> {
    abort.abort()
    abort = new AbortController()
    const { signal } = abort
    isLoading.value = true
    try {
      report.value = await api.get<ReportView>('/reports', { query: { ...query }, signal })
      error.value = null
    } catch (reason) {
      if (!signal.aborted) error.value = reason
    } finally {
      if (!signal.aborted) isLoading.value = false
    }
  }
  watch(query, () => query.from && query.to && load(), { immediate: true })
  onMounted(async () => {
    const { scope } = await api.get<DashboardView>('/dashboard')
    sites.value = scope.sites.map(({ id, name }) => ({ value: id, label: name }))
    departments.value = scope.departments.map(({ id, name, depth }) => ({
      value: id,
      label: `${'　'.repeat(depth)}${name}`,
    }))
  })
  return { query, report, departments, sites, error, isLoading, load }
}
