import { defineFeature } from '../../shell/feature'
import PresenceControl from './PresenceControl.vue'
import { useReadiness } from './useReadiness'

export default defineFeature({
  setup: useReadiness,
  topBar: [
    {
      id: 'presence',
      slot: 'presence',
      component: PresenceControl,
      order: 10,
      permission: 'consultations.serve',
    },
  ],
})
