import { computed, ref } from 'vue'
import type { VideoSource } from '../../../call-session'
import { useCallStore } from './call.store'

export interface StageTile {
  id: string
  kind: 'camera' | 'screen'
  name: string
  source: VideoSource
}

/** Which of the others' pictures is large and which are small; a shared screen is large until swapped. */
export function useStageSources() {
  const call = useCallStore()
  const chosen = ref<string | null>(null)

  const tiles = computed<StageTile[]>(() => {
    const people = [call.visitor, ...call.colleagues].filter((remote) => remote !== null)
    const screens = people.flatMap((one) =>
      one.screen
        ? [{ id: `${one.identity}/screen`, kind: 'screen' as const, name: one.name, source: one.screen }]
        : [],
    )
    const cameras = people.flatMap((one) =>
      one.camera
        ? [{ id: `${one.identity}/camera`, kind: 'camera' as const, name: one.name, source: one.camera }]
        : [],
    )
    return [...screens, ...cameras]
  })
  const main = computed(() => {
    const picked = tiles.value.find((tile) => tile.id === chosen.value)
    if (picked) return picked
    // Without a shared screen the citizen is large, never a colleague who happens to come first.
    const visitorCamera = tiles.value.find((tile) => tile.id === `${call.visitor?.identity}/camera`)
    return tiles.value.find((tile) => tile.kind === 'screen') ?? visitorCamera ?? null
  })
  const small = computed(() => tiles.value.filter((tile) => tile.id !== main.value?.id))
  const swapTo = (id: string) => {
    chosen.value = id
  }
  return { main, small, swapTo }
}
