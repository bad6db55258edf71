import { computed, ref } from 'vue'
import { useI18n } from 'vue-i18n'
import type { DepartmentView } from '../../../../../contract/people.schema'
import { api } from '../../../../lib/api'
import { useProblemText } from '../../../../lib/problem-text'
import { useToasts } from '../../../../ui/toasts'
import { departmentsKey, useAdminCommand } from '../admin.queries'

/** Deletes an empty department after a question, and offers to make it again for a while afterwards. */
export function useDepartmentRemoval(onSelect: (id: string | undefined) => void) {
  const { t } = useI18n()
  const { show, bad, good } = useToasts()
  const problemText = useProblemText()
  const asked = ref<DepartmentView>()
  const remove = useAdminCommand(
    (id: string) => api.delete(`/departments/${id}`).then(() => true),
    [departmentsKey],
  )
  const restore = useAdminCommand(
    ({ name, level, parentId }: DepartmentView) =>
      api.post<DepartmentView>('/departments', { name, level, parentId }),
    [departmentsKey],
  )

  async function undo(department: DepartmentView) {
    const made = await restore.run(department)
    if (!made) return bad(t('admin.failed'), problemText(restore.error.value))
    good(t('admin.departments.restored', { name: made.name }))
    onSelect(made.id)
  }
  async function confirm() {
    const department = asked.value
    if (!department) return
    const done = await remove.run(department.id)
    asked.value = undefined
    if (!done) return bad(t('admin.failed'), problemText(remove.error.value))
    onSelect(department.parentId ?? undefined)
    show({
      title: t('admin.departments.deleted', { name: department.name }),
      action: { label: t('admin.undo'), run: () => void undo(department) },
    })
  }
  return { asked, confirm, isBusy: computed(() => remove.isBusy.value) }
}
