import { onScopeDispose, ref } from 'vue'
import { api } from '../../lib/api'
import { useLiveStore } from '../live/live.store'

const tellEveryMs = 3000
const shownMs = 5000

/** Whether the citizen is writing, and telling them that we are. */
export function useTyping(consultationId: () => string) {
  const live = useLiveStore()
  const isOtherTyping = ref(false)
  let hide: ReturnType<typeof setTimeout> | undefined
  let toldAt = 0

  const stop = () => {
    clearTimeout(hide)
    isOtherTyping.value = false
  }
  onScopeDispose(
    live.onEvent(({ type, data }) => {
      // What was being written has come; whatever else happens, they may be writing on.
      if (data.message?.consultationId === consultationId() && data.message.from === 'visitor') stop()
      if (type !== 'typing' || data.from !== 'visitor' || data.consultationId !== consultationId()) return
      clearTimeout(hide)
      isOtherTyping.value = true
      hide = setTimeout(stop, shownMs)
    }),
  )
  onScopeDispose(() => clearTimeout(hide))

  function tell(): void {
    const now = Date.now()
    if (now - toldAt < tellEveryMs) return
    toldAt = now
    api.post(`/consultations/${consultationId()}/typing`).catch(() => {
      // A courtesy: the next keystroke tries again.
      toldAt = 0
    })
  }
  return { isOtherTyping, tell }
}
