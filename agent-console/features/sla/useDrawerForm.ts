import type { EntryKey } from '@pinia/colada'
import { ref } from 'vue'
import { useAdminCommand } from '../admin/pages/admin.queries'
import { useDraft } from '../admin/pages/useDraft'
import { useFormProblem } from '../admin/pages/useFormProblem'
import { useLeaveGuard } from '../admin/pages/useLeaveGuard'

/**
 * A form in a drawer: what is typed survives a reload and is asked about before it is left; it is sent once it
 * is whole, and then the drawer may go.
 * @param name one per form and thing, for `useDraft`
 */
export function useDrawerForm<Body extends object, View>(
  name: string,
  start: () => Body,
  how: {
    send: (body: Body) => Promise<View>
    refreshes: readonly EntryKey[]
    isWhole: (body: Body) => boolean
    onSaved: () => void
    onClose: () => void
  },
) {
  const { draft, isDirty, reset } = useDraft<Body>(name, start)
  const guard = useLeaveGuard(isDirty, reset)
  const save = useAdminCommand(how.send, how.refreshes)
  const problem = useFormProblem(save.error)
  /** From the first attempt on, what is missing is said. */
  const wasTried = ref(false)

  async function submit(): Promise<void> {
    wasTried.value = true
    if (!how.isWhole(draft.value) || !(await save.run(draft.value))) return
    reset()
    how.onSaved()
  }
  async function close(): Promise<void> {
    if (await guard.mayLeave()) how.onClose()
  }
  return { draft, isDirty, guard, save, problem, wasTried, submit, close }
}
