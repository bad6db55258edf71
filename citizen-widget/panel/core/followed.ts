import { ref } from 'vue'
import { forgetFollow, place, tabKeep } from './place'

/** How the ticket on the screen was come by. */
export type Followed =
  | { by: 'panel'; number: string }
  | { by: 'link'; link: string }
  | { by: 'code'; number: string; token: string }

const keptKey = `bangban:${place.siteKey}:follow`

/** A session opened by a code lasts over a reload of this tab; a link is in the address anyway. */
function recall(): Followed | null {
  if (place.follow) return { by: 'link', link: place.follow }
  const [number, token] = tabKeep.get(keptKey)?.split(' ') ?? []
  return number && token ? { by: 'code', number, token } : null
}

export const followed = ref<Followed | null>(recall())
/** Number and telephone are being entered. */
export const isLookingUp = ref(false)

export function openByCode(number: string, token: string) {
  tabKeep.set(keptKey, `${number} ${token}`)
  followed.value = { by: 'code', number, token }
  isLookingUp.value = false
}

/** Back to the first screen. */
export function stopFollowing() {
  tabKeep.set(keptKey, null)
  if (place.follow) forgetFollow()
  followed.value = null
}
