import { defineFeature } from '../../shell/feature'
import PresenceControl from './PresenceControl.vue'

export default defineFeature({
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
