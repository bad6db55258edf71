import { useIntervalFn } from '@vueuse/core'
import { effectScope, readonly, ref } from 'vue'

const now = ref(Date.now())
let started = false

/** The current time in ms, one shared tick a second for every clock on the screen. */
export function useNow() {
  if (!started) {
    started = true
    effectScope(true).run(() => {
      useIntervalFn(() => {
        now.value = Date.now()
      }, 1000)
    })
  }
  return readonly(now)
}
