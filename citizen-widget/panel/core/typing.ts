import { ref } from 'vue'
import { api, consultation, onFeedEvent } from './help'

const TELL_EVERY_MS = 3000
const SHOWN_MS = 5000

/** Whether somebody at the desk is writing. */
export const isAgentTyping = ref(false)
let hide: ReturnType<typeof setTimeout> | undefined
let toldAt = 0

function show(isOn: boolean) {
  clearTimeout(hide)
  isAgentTyping.value = isOn
  if (isOn) hide = setTimeout(() => show(false), SHOWN_MS)
}

onFeedEvent((event) => {
  if (event.type === 'typing') {
    if (event.data.from === 'agent' && event.data.consultationId === consultation.value?.id) show(true)
  } else if (event.data.message?.from === 'agent') show(false)
})

/** Tells the agent that the citizen is writing, every few seconds at most; before one is there, nobody. */
export function tellTyping() {
  const c = consultation.value
  const now = Date.now()
  if (c?.status !== 'active' || now - toldAt < TELL_EVERY_MS) return
  toldAt = now
  api.typing(c.id).catch(() => {
    // A courtesy: the next keystroke tries again.
    toldAt = 0
  })
}
