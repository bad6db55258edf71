import { useLocalStorage } from '@vueuse/core'
import { defineStore } from 'pinia'

/** Devices chosen at this desk; empty = the system's own. The ring's loudspeaker is a setting of its own. */
export const useDeviceChoiceStore = defineStore('device-choice', () => {
  const camera = useLocalStorage('bangban.camera', '')
  const microphone = useLocalStorage('bangban.microphone', '')
  const speaker = useLocalStorage('bangban.speaker', '')
  return { camera, microphone, speaker }
})
