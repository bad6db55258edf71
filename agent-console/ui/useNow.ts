import { useIntervalFn } from '@vueuse/core'
import { effectScope, readonly, ref } from 'vue'
import { serverNow } from '../lib/server-clock'

const now = ref(serverNow())
let started = false

/** The server's time in ms, one shared tick a second for every clock on the screen. */
export function useNow() {
  if (!started) {
    started = true
    effectScope(true).run(() => {
      useIntervalFn(() => {
        now.value = serverNow()
      }, 1000)
    })
  }
  return readonly(now)
}
