import { watch } from 'vue'
import type { ConsultationView } from '../../../contract/consultations.schema'
import { useDeskStore } from '../desk/desk.store'
import { isOfThisTab } from '../desk/tab'
import { useCallStore } from './call.store'

/** The call this tab should be in, judging by the desk: one that it took, is open, and was not left by hand. */
export function callToJoin(
  mine: readonly ConsultationView[],
  isTaken: (consultationId: string) => boolean,
  declined: ReadonlySet<string>,
): { consultationId: string; callId: string } | null {
  for (const each of mine) {
    if (each.status !== 'active' || !each.callId) continue
    if (isTaken(each.id) && !declined.has(each.callId))
      return { consultationId: each.id, callId: each.callId }
  }
  return null
}

/**
 * Keeps this tab's call in step with the desk: joins after a reload, when the citizen raises a chat to video
 * or a caller on the telephone arrives, and leaves when the call is over.
 */
export function useAutoJoin(): void {
  const desk = useDeskStore()
  const call = useCallStore()
  watch(
    () => [desk.state.mine, desk.isLoaded] as const,
    ([mine, isLoaded]) => {
      if (!isLoaded) return
      const own = mine.find((each) => each.id === call.consultationId)
      // `callId` may lag behind the answer to accepting: only another call, or none of ours, ends this one.
      const isOver =
        call.callId !== null && (own?.status !== 'active' || (own.callId ?? call.callId) !== call.callId)
      if (isOver) void call.leave()
      if (call.isInCall && !isOver) return
      const next = callToJoin(mine, isOfThisTab, call.declined)
      if (next) void call.join(next)
    },
    { immediate: true },
  )
}
