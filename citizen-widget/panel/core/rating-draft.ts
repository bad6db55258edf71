import { ref } from 'vue'
import { tabKeep } from './place'

const keyOf = (consultationId: string) => `bangban:rating:${consultationId}`

/**
 * The stars chosen and not sent, for the host page to keep where our own storage is denied: `con_…:4`. What was
 * written beside them stays here, as the host page's scripts could read it.
 */
export const chosenStars = ref<string | null>(null)

export function recallRating(consultationId: string): { stars: number; comment: string } {
  const draft = tabKeep.get(keyOf(consultationId)) ?? '0'
  return { stars: Number(draft[0]) || 0, comment: draft.slice(1) }
}

export function keepRating(consultationId: string, stars: number, comment: string) {
  tabKeep.set(keyOf(consultationId), `${stars}${comment}`)
  chosenStars.value = stars ? `${consultationId}:${stars}` : null
}

export function forgetRating(consultationId: string) {
  tabKeep.set(keyOf(consultationId), null)
  chosenStars.value = null
}

/** What the host page hands back; it may have kept anything. */
export function restoreStars(kept: string | undefined) {
  const [, id, stars] = /^(con_\w{1,40}):([1-5])$/.exec(kept ?? '') ?? []
  if (!id || !stars) return
  tabKeep.set(keyOf(id), stars)
  chosenStars.value = `${id}:${stars}`
}
