import { useEventListener } from '@vueuse/core'
import { type Ref, ref } from 'vue'
import { onBeforeRouteLeave } from 'vue-router'

/**
 * Asks before unsaved work is left. `LeaveDialog` shows the question.
 * @param discard drops the work, once the person has said so
 */
export function useLeaveGuard(isDirty: Ref<boolean>, discard: () => void) {
  const isAsking = ref(false)
  let answer: ((leave: boolean) => void) | undefined

  /** True at once when nothing is unsaved, otherwise what the person answers. */
  function mayLeave(): boolean | Promise<boolean> {
    if (!isDirty.value) return true
    isAsking.value = true
    return new Promise((resolve) => {
      answer = resolve
    })
  }
  function settle(leave: boolean) {
    isAsking.value = false
    if (leave) discard()
    answer?.(leave)
    answer = undefined
  }
  onBeforeRouteLeave(() => mayLeave())
  useEventListener(window, 'beforeunload', (event) => {
    if (isDirty.value) event.preventDefault()
  })
  return { isAsking, mayLeave, settle }
}
export type LeaveGuard = ReturnType<typeof useLeaveGuard>
